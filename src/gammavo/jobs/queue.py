"""The queue: executes jobs on the event loop of the server, some at a time.

The database is the truth. The queue only takes what is QUEUED there, and what it holds in
memory can be lost at any moment: at the next start each job goes on from its row and its
folder. One process has the queue of a site; a lock file says which.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYetError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from filelock import FileLock, Timeout

from gammavo.jobs.attempt import RETRY_SECONDS, Attempt, Tools, tidy
from gammavo.jobs.recovery import recover, stop_in_order
from gammavo.model.errors import ConflictError, GammavoError

__all__ = ["JobQueue", "QueueLimits"]

_log = logging.getLogger(__name__)

_LOCK_PATIENCE: Final = 10.0
"""Seconds that a server waits for its predecessor to be gone."""

_END_PATIENCE: Final = 5.0
"""Seconds that a deletion waits for the end of the execution."""


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How many jobs execute at the same time: in all, and of one owner."""

    concurrent: int
    concurrent_per_owner: int


class JobQueue:
    """Executes jobs; methods without ``async`` are for any thread.

    Parameters
    ----------
    tools
        What it works with.
    limits
        How many jobs at a time.
    """

    def __init__(self, tools: Tools, limits: QueueLimits) -> None:
        self._tools = tools
        self._limits = limits
        self._lock = FileLock(tools.folders.root / "queue.lock", thread_local=False)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._attempts: dict[str, Attempt] = {}
        self._dispatcher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lock, bring jobs of a killed server on their way, and begin.

        Raises
        ------
        ConflictError
            Another server executes the jobs of this site.
        """
        tools = self._tools
        tools.folders.root.mkdir(parents=True, exist_ok=True)
        try:
            await asyncio.to_thread(self._lock.acquire, timeout=_LOCK_PATIENCE)
        except Timeout as error:
            raise ConflictError(
                f"Another server executes the jobs in {tools.folders.root}.",
                advice="Stop it first: a site has one server.",
            ) from error
        await tools.database.call(recover, tools.store, tools.folders)
        self._loop = asyncio.get_running_loop()
        self._dispatcher = asyncio.create_task(self._dispatch())

    async def stop(self) -> None:
        """Stop in order: what executes is queued again and goes on at the next start."""
        if self._loop is None or self._dispatcher is None:
            return
        self._dispatcher.cancel()
        await asyncio.wait({self._dispatcher})
        attempts = list(self._attempts.values())
        for attempt in attempts:
            attempt.stop(give_up=True)
        for attempt in attempts:
            await attempt.over()
        with suppress(GammavoError):  # then the next start finds them EXECUTING
            await self._tools.database.call(stop_in_order, self._tools.store)
        self._loop = None
        self._lock.release()

    async def discard(self, job_id: str) -> None:
        """End the execution of a job that is deleted; remove its files."""
        attempt = self._attempts.get(job_id)
        if attempt is not None:
            attempt.stop()
            await attempt.over()
        await tidy(job_id, self._tools)

    def discard_soon(self, job_id: str) -> None:
        """Do what :meth:`discard` does, and wait for it if it does not take long."""
        if self._loop is None:
            self._tools.folders.of(job_id).remove()
            return
        done = asyncio.run_coroutine_threadsafe(self.discard(job_id), self._loop)
        with suppress(NotYetError):
            done.result(_END_PATIENCE)

    def wake(self) -> None:
        """Say that there is something to execute."""
        self._call(self._wake.set)

    def stop_job(self, job_id: str) -> None:
        """End the execution of a job whose row says already that it has ended."""
        self._with_attempt(job_id, Attempt.stop)

    def limit_job(self, job_id: str, seconds: int) -> None:
        """Set the limit of time of a job that may be executing."""
        self._with_attempt(job_id, lambda attempt: attempt.limit(seconds))

    def _with_attempt(self, job_id: str, function: Callable[[Attempt], None]) -> None:
        def call() -> None:
            attempt = self._attempts.get(job_id)
            if attempt is not None:
                function(attempt)

        self._call(call)

    def _call(self, function: Callable[[], None]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(function)

    async def _dispatch(self) -> None:
        """Begin jobs while there are jobs and room; never end."""
        while True:
            self._wake.clear()
            try:
                while await self._begin_next():
                    pass
            except Exception:  # noqa: BLE001 - a queue that ends has all jobs stuck
                _log.exception("the queue cannot look for jobs")
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await self._wake.wait()

    async def _begin_next(self) -> bool:
        """Begin a job; return whether to look for another.

        It is the job that has waited longest, of an owner who has none executing, if
        there is one.
        """
        if len(self._attempts) >= self._limits.concurrent:
            return False
        found = await self._next_queued(1) or await self._next_queued(self._most())
        if found is None:
            return False
        job_id, owner = found
        attempt = self._attempts[job_id] = Attempt(job_id, owner, self._tools)
        attempt.begin().add_done_callback(partial(self._end, job_id))
        return True

    def _end(self, job_id: str, task: asyncio.Task[None]) -> None:
        del self._attempts[job_id]
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("job %s is lost", job_id, exc_info=task.exception())

    async def _next_queued(self, most: int) -> tuple[str, str] | None:
        """Return the next job and its owner, who has less than so many executing."""
        running = Counter(attempt.owner for attempt in self._attempts.values())
        found: tuple[str, str] | None = await self._tools.database.call(
            self._tools.store.next_queued,
            busy_owners=[owner for owner, count in running.items() if count >= most],
            taken=list(self._attempts),
        )
        return found

    def _most(self) -> int:
        """Return how many jobs an owner may have executing: never all there may be."""
        limits = self._limits
        return min(limits.concurrent_per_owner, max(1, limits.concurrent - 1))
