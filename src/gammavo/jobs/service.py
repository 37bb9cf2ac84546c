"""The jobs of a site: what its faces may do with them.

Methods without ``async`` block for a moment and are for any thread but the event loop's.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from gammavo.jobs.attempt import Tools
from gammavo.jobs.changes import ChangeHub
from gammavo.jobs.clock import utc_now
from gammavo.jobs.failures import ABORTED, job_error
from gammavo.jobs.folders import JobFolder, JobFolders
from gammavo.jobs.inputs import JobInput, check_run_id, files_of, merge, take
from gammavo.jobs.queue import JobQueue, QueueLimits
from gammavo.jobs.states import ACTIVE, Job, JobParameter, Phase
from gammavo.jobs.store import JobFilter, JobReference, JobStore
from gammavo.jobs.sweeper import Sweeper
from gammavo.jobs.threads import DatabaseThread
from gammavo.jobs.types import JobType
from gammavo.model.errors import (
    ConflictError,
    GammavoError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)

__all__ = ["JobService", "JobWishes", "StorageLimits"]

_JOB_ID: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST_WAIT: Final = 30.0
"""Seconds: proxies end requests that take a minute."""


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """How much is kept.

    Parameters
    ----------
    per_owner, total
        Jobs of one owner, and in all.
    input_bytes
        Bytes of the files that one job has as parameters.
    """

    per_owner: int
    total: int
    input_bytes: int = 2**40


@dataclass(frozen=True, slots=True)
class JobWishes:
    """What a user may say about a job besides its parameters; None for nothing."""

    run_id: str | None = None
    execution_duration: int | None = None
    destruction: datetime | None = None


class JobService:
    """The jobs of a site.

    Parameters
    ----------
    folder
        For their files.
    types
        What can be executed.
    queue
        How many execute at a time.
    storage
        How many are kept.
    """

    def __init__(
        self,
        folder: Path,
        types: Iterable[JobType],
        *,
        queue: QueueLimits,
        storage: StorageLimits,
    ) -> None:
        self._types = {job_type.name: job_type for job_type in types}
        self._storage = storage
        self._store = JobStore()
        self._folders = JobFolders(folder)
        self._changes = ChangeHub()
        self._database = DatabaseThread()
        tools = Tools(
            self._store, self._folders, self._types, self._changes, self._database
        )
        self._queue = JobQueue(tools, queue)
        self._sweeper = Sweeper(tools, self._queue)

    async def start(self) -> None:
        """Begin to execute jobs; in the server's event loop, before requests come.

        Raises
        ------
        ConflictError
            Another server executes the jobs of this site.
        """
        await self._queue.start()
        self._sweeper.start()

    async def stop(self) -> None:
        """End in order: jobs that execute are queued again for the next start."""
        self.release()
        await self._sweeper.stop()
        await self._queue.stop()
        await self._database.close()

    def release(self) -> None:
        """End all waiting for jobs, as the server is about to stop; on the event loop."""
        self._changes.close()

    def create(
        self,
        job_type: str,
        inputs: Sequence[JobInput],
        wishes: JobWishes,
        *,
        session: str,
        owner: str,
    ) -> Job:
        """Make a pending job.

        Parameters
        ----------
        job_type
            Name of its type.
        inputs
            Its parameters; those that the type does not read are left out.
        wishes
            Limits and mark; limits are brought within those of the type.
        session
            Hash of the session whose list shows the job.
        owner
            Hash of whom it is charged to.

        Raises
        ------
        UsageError
            A wish or a parameter cannot be kept.
        NotAllowedError
            The owner has too many jobs.
        UnavailableError
            The service has too many jobs, or no room on the disk.
        """
        self._check_storage(owner)
        job = self._new_job(job_type, wishes, session=session, owner=owner)
        folder = self._folders.of(job.id)
        try:
            job = replace(job, parameters=self._taken(job, inputs))
            self._store.add(job)
        except (OSError, GammavoError):
            folder.remove()
            raise
        self._sweeper.expect(job.destruction)
        return job

    def parameter_names(self, job_type: str) -> frozenset[str]:
        """Return the names of the parameters that jobs of a type read."""
        return self._types[job_type].parameters

    def find(self, job_type: str, job_id: str) -> Job:
        """Return a job.

        Raises
        ------
        NotFoundError
            There is no such job of this type.
        """
        if not _JOB_ID.fullmatch(job_id):
            raise NotFoundError(f"{job_id[:64]!r} is not the name of a job.")
        job = self._store.find(job_id)
        if job.type != job_type:
            raise NotFoundError("There is no such job here.")
        return job

    def folder(self, job: Job) -> JobFolder:
        """Return the files of a job."""
        return self._folders.of(job.id)

    def references(
        self, job_type: str, session: str, wanted: JobFilter
    ) -> list[JobReference]:
        """Return the jobs of a session, the newest first."""
        return self._store.references(job_type=job_type, session=session, wanted=wanted)

    async def wait(
        self, job_type: str, job_id: str, seconds: float, phase: Phase | None
    ) -> Job:
        """Return a job when its phase changes, or when the time is up (UWS 1.1 2.2.1.1).

        It holds no thread while it waits. Any coroutine may call it, with 0 seconds to
        read a job.

        Parameters
        ----------
        job_type, job_id
            The job.
        seconds
            To wait at most, 30 whatever is given; negative for the maximum.
        phase
            To wait only while it is in this phase; None for the phase it is in now.

        Raises
        ------
        NotFoundError
            There is no such job of this type, or it was deleted meanwhile.
        """
        loop = asyncio.get_running_loop()
        capped = _LONGEST_WAIT if seconds < 0 else min(seconds, _LONGEST_WAIT)
        until = loop.time() + capped
        with self._changes.watch(job_id) as changed:
            while True:
                changed.clear()
                job = await self._database.call(self.find, job_type, job_id)
                phase = phase or job.phase
                left = until - loop.time()
                if job.phase not in ACTIVE or job.phase is not phase or left <= 0:
                    return job
                if self._changes.closed:
                    return job
                try:
                    async with asyncio.timeout(left):
                        await changed.wait()
                except TimeoutError:
                    return job

    def run(self, job_type: str, job_id: str) -> Job:
        """Queue a pending job; with wrong parameters it goes to ERROR instead.

        Raises
        ------
        NotAllowedError
            It is not pending.
        """
        job = self.find(job_type, job_id)
        job.to_queued(utc_now())
        try:
            self._types[job_type].check(job.parameters)
        except GammavoError as error:
            reason = job_error(job, error)
            now = utc_now()
            return self._change(job, lambda j: j.to_queued(now).to_error(now, reason))
        checked = job.parameters

        def step(job: Job) -> Job:
            if job.parameters != checked:
                raise ConflictError("Parameters came while the job was to be run.")
            return job.to_queued(utc_now())

        queued = self._change(job, step)
        self._queue.wake()
        return queued

    def abort(self, job_type: str, job_id: str) -> Job:
        """End a job; nothing happens to one that was aborted before.

        Raises
        ------
        NotAllowedError
            It is completed or failed.
        """
        job = self.find(job_type, job_id)
        aborted = self._change(job, lambda j: j.to_aborted(utc_now(), ABORTED))
        self._queue.stop_job(job_id)
        return aborted

    def delete(self, job_type: str, job_id: str) -> None:
        """End a job and remove everything of it."""
        job = self.find(job_type, job_id)
        self._store.remove(job.id)
        self._changes.publish(job.id)
        self._queue.discard_soon(job.id)

    def add_parameters(
        self,
        job_type: str,
        job_id: str,
        inputs: Sequence[JobInput],
        *,
        run_id: str | None = None,
    ) -> Job:
        """Give a pending job parameters; they replace those of the same name.

        Parameters
        ----------
        job_type, job_id
            The job.
        inputs
            Its parameters.
        run_id
            The user's own mark, None to leave it.

        Raises
        ------
        NotAllowedError
            It is not pending.
        UsageError, UnavailableError
            A parameter cannot be kept.
        """
        job = self.find(job_type, job_id)
        job.with_parameters(())
        if run_id is not None:
            check_run_id(run_id)
        cumulative = self._types[job_type].cumulative
        new = self._taken(job, inputs)

        def step(job: Job) -> Job:
            merged = merge(job.parameters, new, cumulative=cumulative)
            mark = job.run_id if run_id is None else run_id
            return replace(job.with_parameters(merged), run_id=mark)

        try:
            changed = self._change(job, step)
        except GammavoError:
            self.folder(job).drop(files_of(new))
            raise
        self.folder(job).drop(files_of(job.parameters) - files_of(changed.parameters))
        return changed

    def set_execution_duration(self, job_type: str, job_id: str, seconds: int) -> Job:
        """Set how long a job may execute, within the limits of its type.

        It also holds for a job that executes already.

        Raises
        ------
        NotAllowedError
            The job has ended.
        """
        job = self.find(job_type, job_id)
        kept = self._types[job_type].times.duration(seconds)
        changed = self._change(job, lambda j: j.with_execution_duration(kept))
        self._queue.limit_job(job_id, kept)
        return changed

    def set_destruction(self, job_type: str, job_id: str, wanted: datetime) -> Job:
        """Set when a job will be deleted, within the limits of its type."""
        job = self.find(job_type, job_id)
        kept = self._types[job_type].times.destruction(wanted, utc_now())
        changed = self._change(job, lambda j: replace(j, destruction=kept))
        self._sweeper.expect(kept)
        return changed

    def _change(self, job: Job, step: Callable[[Job], Job]) -> Job:
        changed = self._store.change(job.id, step)
        self._changes.publish(job.id)
        return changed

    def _new_job(
        self, job_type: str, wishes: JobWishes, *, session: str, owner: str
    ) -> Job:
        times, now = self._types[job_type].times, utc_now()
        seconds, destruction = wishes.execution_duration, wishes.destruction
        return Job(
            id=secrets.token_hex(16),
            type=job_type,
            session=session,
            owner=owner,
            created=now,
            destruction=times.destruction(destruction or now + times.lifetime, now),
            execution_duration=times.duration(
                times.seconds if seconds is None else seconds
            ),
            run_id=check_run_id(wishes.run_id or ""),
        )

    def _check_storage(self, owner: str) -> None:
        if self._store.count(owner) >= self._storage.per_owner:
            raise NotAllowedError(
                f"You have {self._storage.per_owner} jobs here, which is the limit.",
                advice="Delete those that you no longer need.",
            )
        if self._store.count() >= self._storage.total:
            raise UnavailableError(
                "The service keeps as many jobs as it can.", advice="Try again later."
            )

    def _taken(self, job: Job, inputs: Sequence[JobInput]) -> tuple[JobParameter, ...]:
        names = self._types[job.type].parameters
        sent = sum(i.file.stat().st_size for i in inputs if i.file is not None)
        if sent and self.folder(job).input_bytes() + sent > self._storage.input_bytes:
            most = self._storage.input_bytes // 10**6
            raise UsageError(
                f"The files of a job can have {most} MB in all.",
                advice="Send smaller tables, or fewer.",
            )
        return take(inputs, self.folder(job), names=names)
