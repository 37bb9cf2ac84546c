"""Who waits for the change of which job: without a thread and without asking again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ChangeHub"]


class ChangeHub:
    """Brings the news of changed jobs to those who wait on the event loop.

    Nothing is missed by a waiter that first watches and then reads the job: a change is
    published after it is in the database, so it is either seen by that reading or it
    sets the event.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the service ends: nobody shall wait any more."""
        return self._closed

    @contextmanager
    def watch(self, job_id: str) -> Iterator[asyncio.Event]:
        """Give an event that each change of a job sets; on the event loop only."""
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._waiting.setdefault(job_id, set()).add(event)
        try:
            yield event
        finally:
            waiting = self._waiting[job_id]
            waiting.remove(event)
            if not waiting:
                del self._waiting[job_id]

    def publish(self, job_id: str) -> None:
        """Say that a job has changed or is gone; from any thread."""
        if job_id in self._waiting and self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake, job_id)

    def close(self) -> None:
        """Release everybody; on the event loop only."""
        self._closed = True
        for job_id in list(self._waiting):
            self._wake(job_id)

    def _wake(self, job_id: str) -> None:
        for event in self._waiting.get(job_id, ()):
            event.set()
