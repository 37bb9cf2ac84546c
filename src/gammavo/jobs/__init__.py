"""Jobs: what takes longer than a request, after the UWS 1.1 pattern.

A kind of job is a :class:`JobType`; the :class:`JobService` creates jobs of it, executes
them some at a time, and keeps them and their files until their destruction. Rows are in the
database, files in a folder per job; whatever happens to the server, each job goes on from
there. What a face of the service needs is here; ``gammavo.jobs.database`` has the settings
of the database. Django has to be set up with the app ``gammavo.jobs``.
"""

from gammavo.jobs.folders import JobFolder
from gammavo.jobs.inputs import JobInput
from gammavo.jobs.queue import QueueLimits
from gammavo.jobs.service import JobService, JobWishes, StorageLimits
from gammavo.jobs.states import Job, JobError, JobParameter, JobResult, Phase
from gammavo.jobs.store import JobFilter, JobReference
from gammavo.jobs.types import JobTimes, JobType

__all__ = [
    "Job",
    "JobError",
    "JobFilter",
    "JobFolder",
    "JobInput",
    "JobParameter",
    "JobReference",
    "JobResult",
    "JobService",
    "JobTimes",
    "JobType",
    "JobWishes",
    "Phase",
    "QueueLimits",
    "StorageLimits",
]
