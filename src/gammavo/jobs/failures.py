"""From an exception to what the user reads of it."""

from __future__ import annotations

import errno
import logging
from typing import Final
from uuid import uuid4

from gammavo.jobs.states import Job, JobError
from gammavo.model.errors import ConflictError, GammavoError, UnavailableError

__all__ = [
    "ABORTED",
    "STOPPED_TWICE",
    "WITHDRAWN",
    "is_disk_full",
    "job_error",
    "out_of_time",
]

_log = logging.getLogger(__name__)

ABORTED: Final = JobError("The job was aborted on request.", transient=True)

STOPPED_TWICE: Final = JobError(
    "The server was stopped twice while this job ran, so it is not tried again. "
    "It may need more than the server has: narrow it before you run it in a new job.",
)

WITHDRAWN: Final = JobError("This service no longer offers jobs of this kind.")

_DISK_FULL: Final = JobError(
    "The disk of the service is full, the results could not be written. "
    "Try again later or ask for less.",
    transient=True,
)


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error says that the disk, or our part of it, is full."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def out_of_time(job: Job) -> JobError:
    """Return the error of a job that reached its executionDuration.

    UWS 1.1 section 2.2.1.2 says that such a job is aborted. It goes to ERROR here:
    clients take ABORTED for the user's own doing and show no reason (pyvo's ``wait``
    raises "Job is not active").
    """
    return JobError(
        f"The job was stopped: it ran longer than its executionDuration of "
        f"{job.execution_duration} s. Narrow it, or set a larger executionDuration in a "
        "new job; it can be changed until the job ends."
    )


def job_error(job: Job, error: BaseException) -> JobError:
    """Return what the user reads of an exception; faults of ours are logged."""
    if isinstance(error, GammavoError):
        transient = isinstance(error, UnavailableError | ConflictError)
        # PostgreSQL cannot keep a NUL.
        return JobError(str(error).replace("\0", "\ufffd"), transient=transient)
    if is_disk_full(error):
        _log.error("job %s: %s", job.id, error)
        return _DISK_FULL
    incident = uuid4().hex[:12]
    _log.error("incident %s: job %s (%s)", incident, job.id, job.type, exc_info=error)
    return JobError(
        f"The job failed by a fault of the service (incident {incident}). "
        "Please report this number to the service."
    )
