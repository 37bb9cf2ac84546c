"""Jobs in the database: nothing lost, nothing mixed up."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gammavo.jobs import Job, JobError, JobFilter, JobParameter, JobResult, Phase
from gammavo.jobs.store import JobStore
from gammavo.model.errors import NotAllowedError, NotFoundError, UnavailableError

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
STORE = JobStore()


def new_job(**changes: object) -> Job:
    job = Job(
        id=secrets.token_hex(16),
        type="test",
        session="s",
        owner="o",
        created=NOON,
        destruction=NOON + timedelta(days=1),
        execution_duration=60,
    )
    return replace(job, **changes)


def test_every_attribute_comes_back():
    job = new_job(
        phase=Phase.ERROR,
        queued=NOON,
        started=NOON + timedelta(milliseconds=1),
        ended=NOON + timedelta(seconds=2),
        parameters=(JobParameter("QUERY", "ü\n'x'"), JobParameter("T", file="1-a")),
        run_id="mine",
        results=(JobResult("result", "a.csv", "text/csv", 7),),
        error=JobError("No.", transient=True),
        attempts=2,
        version=5,
    )
    STORE.add(job)
    assert STORE.find(job.id) == job


def test_a_job_that_is_not_there():
    for call in (STORE.find, lambda job_id: STORE.change(job_id, lambda j: j)):
        with pytest.raises(NotFoundError):
            call("f" * 32)
    assert STORE.remove("f" * 32) is False


def test_a_refused_step_changes_nothing():
    job = new_job()
    STORE.add(job)
    with pytest.raises(NotAllowedError):
        STORE.change(job.id, lambda j: j.to_executing(NOON))
    assert STORE.find(job.id) == job


def test_a_change_is_made_once_on_what_is_there():
    job = new_job()
    STORE.add(job)
    changed = STORE.change(job.id, lambda j: j.to_queued(NOON))
    assert changed.version == job.version + 1
    assert STORE.find(job.id) == changed
    assert STORE.change(job.id, lambda j: j) == changed


def test_no_change_of_many_threads_is_lost():
    job = new_job(attempts=0)
    STORE.add(job)
    faults: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(10):
                STORE.change(job.id, lambda j: replace(j, attempts=j.attempts + 1))
        except Exception as error:  # noqa: BLE001
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert STORE.find(job.id).attempts == 40


def test_of_two_endings_one_counts():
    job = new_job(phase=Phase.EXECUTING, started=NOON)
    STORE.add(job)
    STORE.change(job.id, lambda j: j.to_aborted(NOON, JobError("stop")))
    with pytest.raises(NotAllowedError):
        STORE.change(job.id, lambda j: j.to_completed(NOON, ()))
    assert STORE.find(job.id).phase is Phase.ABORTED


def listed(**wanted: object) -> list[str]:
    found = STORE.references(job_type="test", session="s", wanted=JobFilter(**wanted))
    return [job.run_id for job in found]


def test_a_list_has_the_sessions_own_jobs_of_the_type_newest_first():
    for name, changes in {
        "a": {},
        "b": {"session": "other"},
        "c": {"type": "analysis"},
        "d": {"created": NOON + timedelta(seconds=1)},
        "e": {"created": NOON + timedelta(seconds=1)},
    }.items():
        STORE.add(new_job(run_id=name, **changes))
    assert listed() == ["e", "d", "a"]
    assert listed(last=2) == ["e", "d"]
    assert listed(last=0) == []
    assert listed(after=NOON) == ["e", "d"]
    assert listed(after=NOON - timedelta(milliseconds=1)) == ["e", "d", "a"]


PHASES = st.sampled_from(sorted(Phase))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    jobs=st.lists(st.tuples(PHASES, st.integers(0, 5)), max_size=8),
    phases=st.frozensets(PHASES, max_size=3),
    after=st.none() | st.integers(-1, 6),
    last=st.none() | st.integers(0, 9),
)
def test_filters_are_all_applied(jobs, phases, after, last):
    for known in STORE.ids():
        STORE.remove(known)
    made = [
        new_job(phase=phase, created=NOON + timedelta(seconds=second))
        for phase, second in jobs
    ]
    for job in made:
        STORE.add(job)
    moment = None if after is None else NOON + timedelta(seconds=after)
    expected = [
        job.id
        for job in reversed(made)
        if (not phases or job.phase in phases)
        and (moment is None or job.created > moment)
    ][:last]
    found = STORE.references(
        job_type="test", session="s", wanted=JobFilter(phases, moment, last)
    )
    assert [job.id for job in found] == expected


def test_the_queue_is_in_the_order_of_run_and_skips_busy_owners():
    later = new_job(phase=Phase.QUEUED, queued=NOON + timedelta(seconds=2), owner="a")
    first = new_job(phase=Phase.QUEUED, queued=NOON + timedelta(seconds=1), owner="b")
    for job in (later, first, new_job(), new_job(phase=Phase.EXECUTING)):
        STORE.add(job)
    assert STORE.next_queued(busy_owners=(), taken=()) == (first.id, "b")
    assert STORE.next_queued(busy_owners=["b"], taken=()) == (later.id, "a")
    assert STORE.next_queued(busy_owners=(), taken=[first.id]) == (later.id, "a")
    assert STORE.next_queued(busy_owners=["a", "b"], taken=()) is None


def test_what_has_expired():
    assert STORE.next_destruction() is None
    old, young = new_job(destruction=NOON), new_job(destruction=NOON + timedelta(1))
    STORE.add(young)
    STORE.add(old)
    assert STORE.next_destruction() == NOON
    assert STORE.expired(NOON) == [old.id]
    assert STORE.expired(NOON - timedelta(milliseconds=1)) == []


def test_counts():
    for owner in ("a", "a", "b"):
        STORE.add(new_job(owner=owner))
    assert (STORE.count("a"), STORE.count("b"), STORE.count("c")) == (2, 1, 0)
    assert STORE.count() == 3


def test_a_database_that_fails_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    class Broken:
        def filter(self, **_: object) -> None:
            raise OperationalError("database or disk is full")

    monkeypatch.setattr("gammavo.jobs.store._rows", Broken)
    with pytest.raises(UnavailableError, match="does not answer"):
        STORE.find("0" * 32)


def test_sqlite_writes_ahead_and_waits():
    with connections["default"].cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (30000,)
