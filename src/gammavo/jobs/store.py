"""Jobs in the database: each change is one statement, and none is lost.

The store blocks: call it from threads. No row of Django's leaves it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from django.apps import apps
from django.db import InterfaceError, OperationalError, close_old_connections

from gammavo.jobs.states import Job, JobError, JobParameter, JobResult, Phase
from gammavo.model.errors import ConflictError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    from gammavo.jobs.models import JobRow

__all__ = ["JobFilter", "JobReference", "JobStore"]

_log = logging.getLogger(__name__)

_TRIES: Final = 50
"""How often a change is tried again because somebody else changed the job meanwhile."""

_PLAIN: Final = (
    "type",
    "session",
    "owner",
    "created",
    "queued",
    "started",
    "ended",
    "destruction",
    "execution_duration",
    "run_id",
    "attempts",
    "version",
)
"""Columns that are the attributes of a job as they are."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs a list shows: those that pass all conditions.

    Parameters
    ----------
    phases
        One of these; empty for any.
    after
        Created later than this.
    last
        Only so many of the newest.
    """

    phases: frozenset[Phase] = frozenset()
    after: datetime | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class JobReference:
    """A job in a list."""

    id: str
    phase: Phase
    run_id: str
    created: datetime


class JobStore:
    """The jobs of a site; needs Django to be set up with the app ``gammavo.jobs``."""

    def add(self, job: Job) -> None:
        """Keep a new job."""
        with _answering():
            _rows().create(job_id=job.id, **_values(job))

    def find(self, job_id: str) -> Job:
        """Return a job.

        Raises
        ------
        NotFoundError
            There is none, or it was deleted.
        """
        with _answering():
            row = _rows().filter(job_id=job_id).first()
        if row is None:
            raise _missing()
        return _job(row)

    def change(self, job_id: str, step: Callable[[Job], Job]) -> Job:
        """Take a step, on the job as it is at that moment; return it afterwards.

        Parameters
        ----------
        job_id
            Whose.
        step
            From the job to the changed job; called again if it changes meanwhile. What
            it raises leaves the job as it is.

        Raises
        ------
        NotFoundError
            There is no such job.
        ConflictError
            The job changes all the time.
        """
        for _ in range(_TRIES):
            job = self.find(job_id)
            changed = step(job)
            if changed == job:
                return job
            values = _values(changed) | {"version": job.version + 1}
            with _answering():
                done = (
                    _rows()
                    .filter(job_id=job_id, version=job.version)
                    .update(**_changes(_values(job), values))
                )
            if done:
                return replace(changed, version=job.version + 1)
        raise ConflictError("The job changes all the time.", advice="Try again.")

    def remove(self, job_id: str) -> bool:
        """Delete a job; return whether it was there."""
        with _answering():
            return bool(_rows().filter(job_id=job_id).delete()[0])

    def references(
        self, *, job_type: str, session: str, wanted: JobFilter
    ) -> list[JobReference]:
        """Return the jobs of a session, the newest first."""
        rows = _rows().filter(session=session, type=job_type)
        if wanted.phases:
            rows = rows.filter(phase__in=[str(phase) for phase in wanted.phases])
        if wanted.after is not None:
            rows = rows.filter(created__gt=wanted.after)
        rows = rows.order_by("-number")
        if wanted.last is not None:
            rows = rows[: wanted.last]
        with _answering():
            found = list(rows.values_list("job_id", "phase", "run_id", "created"))
        return [JobReference(i, Phase(p), r, c) for i, p, r, c in found]

    def next_queued(
        self, *, busy_owners: Collection[str], taken: Collection[str]
    ) -> tuple[str, str] | None:
        """Return the job that has waited longest, and its owner.

        Parameters
        ----------
        busy_owners
            Whose jobs have to wait.
        taken
            Jobs that somebody is about to begin.
        """
        with _answering():
            found: tuple[str, str] | None = (
                _rows()
                .filter(phase=str(Phase.QUEUED))
                .exclude(owner__in=list(busy_owners))
                .exclude(job_id__in=list(taken))
                .order_by("queued", "number")
                .values_list("job_id", "owner")
                .first()
            )
        return found

    def executing(self) -> list[str]:
        """Return the jobs that are executing."""
        with _answering():
            rows = _rows().filter(phase=str(Phase.EXECUTING)).order_by("number")
            return list(rows.values_list("job_id", flat=True))

    def expired(self, at: datetime) -> list[str]:
        """Return the jobs whose time of destruction has come."""
        with _answering():
            rows = _rows().filter(destruction__lte=at)
            return list(rows.values_list("job_id", flat=True))

    def next_destruction(self) -> datetime | None:
        """Return when the next job will be deleted, None if there is no job."""
        with _answering():
            rows = _rows().order_by("destruction").values_list("destruction", flat=True)
            found: datetime | None = rows.first()
        return found

    def count(self, owner: str | None = None) -> int:
        """Return how many jobs there are, of an owner or of all."""
        with _answering():
            rows = _rows().all() if owner is None else _rows().filter(owner=owner)
            return int(rows.count())

    def ids(self) -> set[str]:
        """Return the ids of all jobs."""
        with _answering():
            return set(_rows().values_list("job_id", flat=True))


def _rows() -> Any:
    # Django demands that models are imported after its set-up, so not with this module.
    return cast("type[JobRow]", apps.get_model("jobs", "JobRow"))._default_manager


@contextmanager
def _answering() -> Iterator[None]:
    """Drop a broken connection first; say in our words that the database fails."""
    close_old_connections()
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        _log.error("the database of jobs: %s", error)
        raise UnavailableError(
            "The database of jobs does not answer.", advice="Try again in a moment."
        ) from error


def _missing() -> NotFoundError:
    return NotFoundError(
        "There is no such job.", advice="It may have been deleted, or reached its end."
    )


def _values(job: Job) -> dict[str, Any]:
    values = {name: getattr(job, name) for name in _PLAIN}
    values["phase"] = str(job.phase)
    values["parameters"] = [asdict(parameter) for parameter in job.parameters]
    values["results"] = [asdict(result) for result in job.results]
    values["error"] = None if job.error is None else asdict(job.error)
    return values


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if value != before[name]}


def _job(row: JobRow) -> Job:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Job(
        id=row.job_id,
        phase=Phase(row.phase),
        parameters=tuple(JobParameter(**entry) for entry in row.parameters),
        results=tuple(JobResult(**entry) for entry in row.results),
        error=None if row.error is None else JobError(**row.error),
        **plain,
    )
