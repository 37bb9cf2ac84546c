"""What a kind of job has to say of itself to the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from gammavo.jobs.folders import JobFolder
from gammavo.jobs.states import Job, JobParameter, JobResult

__all__ = ["JobTimes", "JobType"]

_MOST: Final = 2**31 - 1
"""Seconds: executionDuration is an xs:int."""


@dataclass(frozen=True, slots=True)
class JobTimes:
    """How long jobs of a type may run and are kept.

    Parameters
    ----------
    seconds, max_seconds
        Limit of the execution when the user says nothing, and at most; 0 is no limit.
    lifetime, max_lifetime
        From creation to destruction when the user says nothing, and from now to
        destruction at most.
    """

    seconds: int
    max_seconds: int
    lifetime: timedelta
    max_lifetime: timedelta

    def duration(self, wanted: int) -> int:
        """Return an executionDuration within the limits, in seconds."""
        most = self.max_seconds or _MOST
        return most if self.max_seconds and not wanted else min(wanted, most)

    def destruction(self, wanted: datetime, now: datetime) -> datetime:
        """Return a time of destruction within the limits."""
        return min(wanted, now + self.max_lifetime)


class JobType(Protocol):
    """A kind of job."""

    @property
    def name(self) -> str:
        """Its name, kept with each job; it never changes."""

    @property
    def parameters(self) -> frozenset[str]:
        """Names in upper case of the parameters that it reads.

        Others are ignored, as DALI demands; files are kept under any name.
        """

    @property
    def cumulative(self) -> frozenset[str]:
        """Those whose later values are added to the earlier ones.

        Of the others the later values replace the earlier.
        """

    @property
    def times(self) -> JobTimes:
        """Limits of the execution and of the time that jobs are kept."""

    def check(self, parameters: Sequence[JobParameter]) -> None:
        """Look at the parameters when the user says RUN; may block for a moment.

        Raises
        ------
        UsageError
            The job cannot be run with them: it goes to ERROR with this text.
        """

    async def run(self, job: Job, folder: JobFolder) -> tuple[JobResult, ...]:
        """Do the work; write results to ``folder.outputs``, which is empty.

        It runs on the server's event loop and must not block it. When it is cancelled
        (the job was aborted or deleted, its time is up, or the server stops) it stops
        its work and ends. It may be run once more from the start, if the server was
        killed meanwhile.

        Returns
        -------
        The results, the principal one first.

        Raises
        ------
        GammavoError
            The job failed: it goes to ERROR with this text.
        """
        ...
