"""The thread in which the event loop has the database asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connections

__all__ = ["DatabaseThread"]

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


class DatabaseThread:
    """One thread with one connection: what the queue asks is short and in order."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "gammavo-jobs")

    async def call(
        self,
        function: Callable[_Arguments, _Answer],
        *arguments: _Arguments.args,
        **options: _Arguments.kwargs,
    ) -> _Answer:
        """Call a function in the thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, partial(function, *arguments, **options)
        )

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self.call(connections.close_all)
        self._executor.shutdown()
