"""Deletes jobs when their time of destruction has come."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from gammavo.jobs.attempt import Tools
from gammavo.jobs.clock import utc_now
from gammavo.jobs.queue import JobQueue

__all__ = ["Sweeper"]

_log = logging.getLogger(__name__)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_AT_LEAST: Final = 3600.0
"""Seconds: how often it looks, if no destruction is due before."""

_RETRY: Final = 60.0
"""Seconds until it tries again after a failure."""

_END_PATIENCE: Final = 10.0
"""Seconds that it waits for the end of an execution."""

_SHORTEST: Final = 0.05
"""Seconds between two looks."""


class Sweeper:
    """Deletes jobs; methods without ``async`` are for any thread.

    Parameters
    ----------
    tools
        Where jobs and their files are.
    queue
        Ends the execution of jobs that are deleted.
    """

    def __init__(self, tools: Tools, queue: JobQueue) -> None:
        self._tools = tools
        self._queue = queue
        self._wake = asyncio.Event()
        self._next = _NEVER
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """End."""
        self._loop = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def expect(self, destruction: datetime) -> None:
        """Take note of a time of destruction."""
        if destruction < self._next and self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _sweep(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self._delete_expired()
            except Exception:  # noqa: BLE001 - it has to try again later
                _log.exception("expired jobs cannot be deleted")
                pause = _RETRY
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _delete_expired(self) -> float:
        """Delete what has expired; return the seconds until there is more."""
        store, database = self._tools.store, self._tools.database
        # Whatever is expected during this look is looked at once more.
        self._next = _NEVER
        for job_id in await database.call(store.expired, utc_now()):
            await database.call(store.remove, job_id)
            self._tools.changes.publish(job_id)
            # Files of a job that does not end in time go when it has ended.
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_PATIENCE):
                    await self._queue.discard(job_id)
        folders = self._tools.folders.orphans(
            await database.call(store.ids), any_age=False
        )
        for folder in folders:
            await asyncio.to_thread(folder.remove)
        following = await database.call(store.next_destruction)
        if following is None:
            return _AT_LEAST
        self._next = following
        seconds = (following - utc_now()).total_seconds()
        return min(max(seconds, _SHORTEST), _AT_LEAST)
