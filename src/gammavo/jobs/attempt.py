"""One attempt to execute a job: from its row to its row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gammavo.jobs.changes import ChangeHub
from gammavo.jobs.clock import utc_now
from gammavo.jobs.execution import Execution, StoppedError, TimeIsUpError
from gammavo.jobs.failures import WITHDRAWN, job_error, out_of_time
from gammavo.jobs.folders import JobFolders
from gammavo.jobs.states import Job, JobError, Phase
from gammavo.jobs.store import JobStore
from gammavo.jobs.threads import DatabaseThread
from gammavo.jobs.types import JobType
from gammavo.model.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)

__all__ = ["RETRY_SECONDS", "Attempt", "Tools", "tidy"]

_log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 1.0
"""Until a database that does not answer is asked again."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What attempts work with.

    Parameters
    ----------
    store, folders
        Where jobs and their files are.
    types
        What can be executed, by name.
    changes
        Who is told of changes.
    database
        Where the store may be called.
    """

    store: JobStore
    folders: JobFolders
    types: Mapping[str, JobType]
    changes: ChangeHub
    database: DatabaseThread


class Attempt:
    """An attempt; whatever happens, the row does not stay EXECUTING when it is over.

    Parameters
    ----------
    job_id
        The job, which is queued.
    owner
        Who is charged for it.
    tools
        What it works with.
    """

    def __init__(self, job_id: str, owner: str, tools: Tools) -> None:
        self.owner = owner
        self._job_id = job_id
        self._tools = tools
        self._execution = Execution()
        self._gives_up = False
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> asyncio.Task[None]:
        """Begin; return the task, which ends when the attempt is over."""
        self._task = asyncio.create_task(self._perform())
        return self._task

    def limit(self, seconds: int) -> None:
        """Change the limit of time."""
        self._execution.limit(seconds)

    def stop(self, *, give_up: bool = False) -> None:
        """End the execution; the row is the business of the caller.

        Parameters
        ----------
        give_up
            Whether to leave the row if the database does not answer.
        """
        self._gives_up = self._gives_up or give_up
        self._execution.stop()

    async def over(self) -> None:
        """Wait until it is over."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _perform(self) -> None:
        job = await self._step(lambda job: job.to_executing(utc_now()))
        if job is None:
            return
        job_type = self._tools.types.get(job.type)
        if job_type is None:
            await self._fail(lambda _job: WITHDRAWN)
            return
        folder = self._tools.folders.of(job.id)
        try:
            await asyncio.to_thread(folder.begin)
            work = job_type.run(job, folder)
            results = await self._execution.run(work, job.execution_duration)
            results = await asyncio.to_thread(folder.seal, results)
        except StoppedError:
            await tidy(self._job_id, self._tools)
        except TimeIsUpError:
            await self._fail(out_of_time)
        except Exception as error:  # noqa: BLE001 - the outermost edge: each has its text
            reason = job_error(job, error)
            await self._fail(lambda _job: reason)
        else:
            done = await self._step(lambda job: job.to_completed(utc_now(), results))
            if done is None:
                await tidy(self._job_id, self._tools, is_sealed=True)

    async def _fail(self, reason: Callable[[Job], JobError]) -> None:
        # First the files: the disk may be full, and the row needs a little of it.
        await tidy(self._job_id, self._tools)
        await self._step(lambda job: job.to_error(utc_now(), reason(job)))

    async def _step(self, step: Callable[[Job], Job]) -> Job | None:
        """Take a step, however long the database makes us wait.

        Returns
        -------
        The job afterwards; None if somebody else ended or deleted it before.
        """
        while not self._gives_up:
            try:
                job = await self._tools.database.call(
                    self._tools.store.change, self._job_id, step
                )
            except (NotAllowedError, NotFoundError):
                return None
            except (UnavailableError, ConflictError) as error:
                _log.warning("job %s waits for the database: %s", self._job_id, error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self._tools.changes.publish(self._job_id)
                return job
        return None


async def tidy(job_id: str, tools: Tools, *, is_sealed: bool = False) -> None:
    """Remove what of a job's files does not count: everything if it was deleted.

    Parameters
    ----------
    job_id
        The job, which does not execute.
    tools
        Where it is.
    is_sealed
        Whether its results are complete: they stay unless it is sure that they do not
        count.
    """
    folder = tools.folders.of(job_id)
    remove = folder.clear
    try:
        job = await tools.database.call(tools.store.find, job_id)
    except NotFoundError:
        remove = folder.remove
    except UnavailableError:
        if is_sealed:
            return
    else:
        if job.phase is Phase.COMPLETED:
            return
    try:
        await asyncio.to_thread(remove)
    except OSError as error:
        _log.warning("job %s: its files stay for now: %s", job_id, error)
