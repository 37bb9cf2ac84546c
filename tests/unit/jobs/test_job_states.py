"""The pure state machine of jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gammavo.jobs import Job, JobError, JobParameter, JobResult, Phase
from gammavo.jobs.states import ACTIVE, ENDED, TRANSITIONS
from gammavo.model.errors import NotAllowedError

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
JOB = Job(
    id="0" * 32,
    type="test",
    session="s",
    owner="o",
    created=NOON,
    destruction=NOON + timedelta(days=1),
    execution_duration=60,
)
RESULTS = (JobResult("result", "r.vot", "application/x-votable+xml", 5),)
ERROR = JobError("It failed.")

STEPS = {
    "queue": lambda job, at: job.to_queued(at),
    "execute": lambda job, at: job.to_executing(at),
    "complete": lambda job, at: job.to_completed(at, RESULTS),
    "fail": lambda job, at: job.to_error(at, ERROR),
    "abort": lambda job, at: job.to_aborted(at, ERROR),
    "requeue": lambda job, _at: job.to_queued_again(counted=True),
    "requeue in order": lambda job, _at: job.to_queued_again(counted=False),
}
ALLOWED = {
    Phase.PENDING: {"queue": "QUEUED", "fail": "ERROR", "abort": "ABORTED"},
    Phase.QUEUED: {"execute": "EXECUTING", "fail": "ERROR", "abort": "ABORTED"},
    Phase.EXECUTING: {
        "complete": "COMPLETED",
        "fail": "ERROR",
        "abort": "ABORTED",
        "requeue": "QUEUED",
        "requeue in order": "QUEUED",
    },
    Phase.COMPLETED: {},
    Phase.ERROR: {},
    Phase.ABORTED: {"abort": "ABORTED"},
}


@pytest.mark.parametrize("phase", list(ALLOWED))
@pytest.mark.parametrize("name", list(STEPS))
def test_each_step_from_each_phase(phase: Phase, name: str):
    job = replace(JOB, phase=phase)
    if name in ALLOWED[phase]:
        assert STEPS[name](job, NOON).phase == ALLOWED[phase][name]
    else:
        with pytest.raises(NotAllowedError, match=f"The job is {phase}"):
            STEPS[name](job, NOON)


def test_the_table_knows_the_words_that_uws_has():
    assert {str(phase) for phase in Phase} == set(
        "PENDING QUEUED EXECUTING COMPLETED ERROR ABORTED UNKNOWN HELD SUSPENDED "
        "ARCHIVED".split()
    )
    assert set(TRANSITIONS) == ACTIVE
    assert not ACTIVE & ENDED


def test_a_pending_job_takes_parameters_and_no_other():
    parameters = (JobParameter("QUERY", "SELECT 1"),)
    assert JOB.with_parameters(parameters).parameters == parameters
    with pytest.raises(NotAllowedError, match="its parameters are fixed"):
        JOB.to_queued(NOON).with_parameters(parameters)


@pytest.mark.parametrize("phase", sorted(ACTIVE | ENDED))
def test_a_limit_of_time_can_change_until_the_job_ends(phase: Phase):
    job = replace(JOB, phase=phase)
    if phase in ACTIVE:
        assert job.with_execution_duration(7).execution_duration == 7
    else:
        with pytest.raises(NotAllowedError, match="executionDuration is fixed"):
            job.with_execution_duration(7)


class JobLife(RuleBasedStateMachine):
    """Any order of steps; those that are refused change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.job = JOB
        self.time = NOON
        self.executions = 0
        self.refunds = 0

    def _step(self, name: str) -> None:
        self.time += timedelta(seconds=1)
        before = self.job
        allowed = name in ALLOWED[before.phase]
        try:
            self.job = STEPS[name](before, self.time)
        except NotAllowedError:
            assert not allowed
            assert self.job == before
            return
        assert allowed
        if before.phase in ENDED:
            assert self.job == before
        self.executions += name == "execute"
        self.refunds += name == "requeue in order"

    @rule()
    def queue(self) -> None:
        self._step("queue")

    @rule()
    def execute(self) -> None:
        self._step("execute")

    @rule()
    def complete(self) -> None:
        self._step("complete")

    @rule()
    def fail(self) -> None:
        self._step("fail")

    @rule()
    def abort(self) -> None:
        self._step("abort")

    @rule()
    def requeue(self) -> None:
        self._step("requeue")

    @rule()
    def requeue_in_order(self) -> None:
        self._step("requeue in order")

    @invariant()
    def times_and_outcome_fit_the_phase(self) -> None:
        job = self.job
        assert (job.ended is not None) == (job.phase in ENDED)
        assert bool(job.results) == (job.phase is Phase.COMPLETED)
        assert (job.error is not None) == (job.phase in {Phase.ERROR, Phase.ABORTED})
        if job.phase in {Phase.EXECUTING, Phase.COMPLETED}:
            assert job.queued is not None
            assert job.started is not None
        if job.phase in {Phase.PENDING, Phase.QUEUED}:
            assert job.started is None
        times = [job.created, job.queued, job.started, job.ended]
        known = [time for time in times if time is not None]
        assert known == sorted(known)
        assert job.attempts == self.executions - self.refunds


TestJobLife = JobLife.TestCase
TestJobLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
