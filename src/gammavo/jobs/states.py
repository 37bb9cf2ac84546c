"""The life of a job: phases, what may follow what, and the job itself.

Nothing here knows a database, a clock or a thread: a step takes a :class:`Job` and the
time, and returns the job as it is afterwards (UWS 1.1 section 2.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from gammavo.model.errors import NotAllowedError

__all__ = [
    "ACTIVE",
    "ENDED",
    "TRANSITIONS",
    "Job",
    "JobError",
    "JobParameter",
    "JobResult",
    "Phase",
]


class Phase(StrEnum):
    """All phases that UWS 1.1 has words for.

    Jobs here are never held or suspended, and nothing is archived: at its destruction a
    job is deleted. Those words are understood in filters.
    """

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    ABORTED = "ABORTED"
    UNKNOWN = "UNKNOWN"
    HELD = "HELD"
    SUSPENDED = "SUSPENDED"
    ARCHIVED = "ARCHIVED"


ACTIVE: Final = frozenset({Phase.PENDING, Phase.QUEUED, Phase.EXECUTING})
"""Phases in which waiting for a change makes sense."""

ENDED: Final = frozenset({Phase.COMPLETED, Phase.ERROR, Phase.ABORTED})
"""Phases that nothing follows."""

TRANSITIONS: Final[Mapping[Phase, frozenset[Phase]]] = {
    Phase.PENDING: frozenset({Phase.QUEUED, Phase.ERROR, Phase.ABORTED}),
    Phase.QUEUED: frozenset({Phase.EXECUTING, Phase.ERROR, Phase.ABORTED}),
    # Back to QUEUED: the server was stopped while the job ran.
    Phase.EXECUTING: frozenset(
        {Phase.COMPLETED, Phase.ERROR, Phase.ABORTED, Phase.QUEUED}
    ),
}
"""What may follow a phase; nothing where there is no entry."""


@dataclass(frozen=True, slots=True)
class JobParameter:
    """One value of a parameter.

    Parameters
    ----------
    name
        In upper case, its canonical form: names have no case (DALI 1.1 section 3).
    value
        What the user sent; empty for a file.
    file
        Name in the job's folder of a file that was sent as the value, None for a text.
    """

    name: str
    value: str = ""
    file: str | None = None


@dataclass(frozen=True, slots=True)
class JobResult:
    """A result of a job.

    Parameters
    ----------
    id
        Last segment of its address.
    file
        Name in the folder that the job wrote to.
    media_type
        Its type, for ``Content-Type``.
    size
        Bytes; the queue fills it in.
    """

    id: str
    file: str
    media_type: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed.

    Parameters
    ----------
    message
        What happened and what the user can do.
    transient
        Whether the same job may succeed another time.
    """

    message: str
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was at one moment. All times are UTC.

    Parameters
    ----------
    id
        Last segment of its address; cannot be guessed, as whoever knows it may use it.
    type
        Name of its job type.
    session
        Whose list shows it: hash of a session's token.
    owner
        Who is charged for it: hash of a session or an address.
    phase
        Where it is.
    created, queued, started, ended
        When it came there; None for what has not happened.
    destruction
        When it will be deleted.
    execution_duration
        Seconds that it may execute, 0 for no limit.
    parameters
        What it works on; values of the same name in the order sent.
    run_id
        The user's own mark, empty for none.
    results
        Of a completed job; the principal one first.
    error
        Of a failed or aborted job.
    attempts
        How often its execution began.
    version
        Counts changes; the store uses it so that no change is lost.
    """

    id: str
    type: str
    session: str
    owner: str
    created: datetime
    destruction: datetime
    execution_duration: int
    phase: Phase = Phase.PENDING
    queued: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    parameters: tuple[JobParameter, ...] = ()
    run_id: str = ""
    results: tuple[JobResult, ...] = ()
    error: JobError | None = None
    attempts: int = 0
    version: int = 0

    def to_queued(self, at: datetime) -> Job:
        """Return the job after the user has said RUN."""
        self._check(Phase.QUEUED, "be run", starting={Phase.PENDING})
        return replace(self, phase=Phase.QUEUED, queued=at)

    def to_executing(self, at: datetime) -> Job:
        """Return the job as its execution begins."""
        self._check(Phase.EXECUTING, "be executed")
        return replace(
            self, phase=Phase.EXECUTING, started=at, attempts=self.attempts + 1
        )

    def to_queued_again(self, *, counted: bool) -> Job:
        """Return the job after the server stopped while it ran.

        Parameters
        ----------
        counted
            Whether the attempt counts: it does when the server did not stop in order.
        """
        self._check(Phase.QUEUED, "be queued again", starting={Phase.EXECUTING})
        attempts = self.attempts if counted else self.attempts - 1
        return replace(self, phase=Phase.QUEUED, started=None, attempts=attempts)

    def to_completed(self, at: datetime, results: tuple[JobResult, ...]) -> Job:
        """Return the job with its results."""
        self._check(Phase.COMPLETED, "be completed")
        return replace(self, phase=Phase.COMPLETED, ended=at, results=results)

    def to_error(self, at: datetime, error: JobError) -> Job:
        """Return the job after it failed."""
        self._check(Phase.ERROR, "fail")
        return replace(self, phase=Phase.ERROR, ended=at, error=error)

    def to_aborted(self, at: datetime, error: JobError) -> Job:
        """Return the job after somebody stopped it; unchanged if that has happened."""
        if self.phase is Phase.ABORTED:
            return self
        self._check(Phase.ABORTED, "be aborted")
        return replace(self, phase=Phase.ABORTED, ended=at, error=error)

    def with_parameters(self, parameters: tuple[JobParameter, ...]) -> Job:
        """Return the job with other parameters, which it may get while it is pending."""
        if self.phase is not Phase.PENDING:
            raise NotAllowedError(
                f"The job is {self.phase}: its parameters are fixed.",
                advice="Create a new job.",
            )
        return replace(self, parameters=parameters)

    def with_execution_duration(self, seconds: int) -> Job:
        """Return the job with another limit of time, which it may get until it ends."""
        if self.phase in ENDED:
            raise NotAllowedError(
                f"The job is {self.phase}: its executionDuration is fixed."
            )
        return replace(self, execution_duration=seconds)

    def _check(
        self, phase: Phase, verb: str, *, starting: set[Phase] | None = None
    ) -> None:
        allowed = phase in TRANSITIONS.get(self.phase, frozenset())
        if not allowed or (starting is not None and self.phase not in starting):
            raise NotAllowedError(f"The job is {self.phase}: it cannot {verb}.")
