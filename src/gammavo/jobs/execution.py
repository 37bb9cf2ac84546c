"""Work on the event loop with a limit of time that can be stopped at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from gammavo.jobs.states import JobResult

__all__ = ["Execution", "StoppedError", "TimeIsUpError"]

_Results = tuple[JobResult, ...]


class StoppedError(Exception):
    """The execution was stopped from outside; whoever did that has said why."""


class TimeIsUpError(Exception):
    """The execution reached its limit of time."""


class Execution:
    """The execution of a job; all methods are for the event loop only."""

    def __init__(self) -> None:
        self._is_stopped = False
        self._is_late = False
        self._started = 0.0
        self._seconds: int | None = None
        self._task: asyncio.Task[_Results] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """End it, or keep it from beginning; the second time does nothing."""
        if not self._is_stopped:
            self._is_stopped = True
            if self._task is not None:
                self._task.cancel()

    def limit(self, seconds: int) -> None:
        """Set the seconds that it may take since its start; 0 for no limit."""
        self._seconds = seconds
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self._task is not None and not self._task.done() and seconds:
            self._deadline = self._task.get_loop().call_at(
                self._started + seconds, self._end_late
            )

    async def run(self, work: Coroutine[Any, Any, _Results], seconds: int) -> _Results:
        """Do the work.

        Raises
        ------
        StoppedError, TimeIsUpError
            It was ended early.
        Exception
            What the work raised.
        """
        if self._is_stopped:
            work.close()
            raise StoppedError
        self._task = asyncio.create_task(work)
        self._started = asyncio.get_running_loop().time()
        # A limit that was set while the job was about to begin is the newer one.
        self.limit(seconds if self._seconds is None else self._seconds)
        await asyncio.wait({self._task})
        self.limit(0)
        return self._outcome(self._task)

    def _end_late(self) -> None:
        self._is_late = True
        if self._task is not None:
            self._task.cancel()

    def _outcome(self, task: asyncio.Task[_Results]) -> _Results:
        error = None if task.cancelled() else task.exception()
        if self._is_stopped:
            raise StoppedError from error
        if not task.cancelled() and error is None:
            return task.result()
        if self._is_late:
            raise TimeIsUpError from error
        if error is None:
            raise RuntimeError("The job cancelled itself.")
        raise error
