"""What becomes of jobs that were executing when the server stopped."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from gammavo.jobs.clock import utc_now
from gammavo.jobs.failures import STOPPED_TWICE
from gammavo.jobs.folders import JobFolders
from gammavo.jobs.states import Job, JobResult
from gammavo.jobs.store import JobStore

__all__ = ["recover", "stop_in_order"]

_log = logging.getLogger(__name__)

_ATTEMPTS: Final = 2
"""A job that was executing as often as this when the server was killed may be why."""


def recover(store: JobStore, folders: JobFolders) -> None:
    """Bring jobs of a killed server on their way; remove files that no job has.

    A job whose results are complete is done; another is queued again, but not for ever.
    To be called while nothing is executed.
    """
    for job_id in store.executing():
        folder = folders.of(job_id)
        results = folder.sealed()
        job = store.change(job_id, partial(_after_kill, results))
        if results is None:
            folder.clear()
        _log.warning("job %s was executing, is %s now", job_id, job.phase)
    for folder in folders.orphans(store.ids(), any_age=True):
        folder.remove()


def stop_in_order(store: JobStore) -> None:
    """Queue again what was executing; to be called when nothing executes any more."""
    for job_id in store.executing():
        store.change(job_id, lambda job: job.to_queued_again(counted=False))


def _after_kill(results: tuple[JobResult, ...] | None, job: Job) -> Job:
    if results is not None:
        return job.to_completed(utc_now(), results)
    if job.attempts >= _ATTEMPTS:
        return job.to_error(utc_now(), STOPPED_TWICE)
    return job.to_queued_again(counted=True)
