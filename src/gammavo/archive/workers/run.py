"""One query in a worker: its answer, its cancellation, its end."""

from __future__ import annotations

import asyncio
import socket
from typing import Final, Protocol

from gammavo.archive.workers.messages import (
    AnswerHead,
    Kind,
    read_error,
)
from gammavo.archive.workers.process import UnheardError, WorkerDiedError, WorkerProcess
from gammavo.archive.workers.requests import WorkRequest
from gammavo.archive.workers.spool import Spool
from gammavo.model.errors import GammavoError, InternalError, UnavailableError

__all__ = ["ClientConnection", "Run"]

_OBEYS_WITHIN: Final = 1.0
"""Seconds that a cancelled worker has to stop by itself, before it is killed."""

_FOREVER: Final = 10.0**7

_TAKEN_WITHIN: Final = 0.1
"""Seconds that a worker waits for the beginning of its answer to be on its way."""

_GRACE: Final = 5.0
"""Seconds beyond a query's own limit after which its worker is taken to hang."""


class ClientConnection(Protocol):
    """The connection of a client whose response has begun."""

    async def lend(self, within: float) -> socket.socket | None:
        """Return the socket, when all that was written is on its way.

        None if that took longer than ``within`` seconds, or the connection cannot be
        lent. Whoever has it may write chunks of the response's body.
        """

    def write(self, data: bytes | bytearray) -> None:
        """Send bytes as they are, after those of whoever borrowed the socket."""


class Run:
    """A query in a worker.

    Attributes
    ----------
    head
        What the answer is, as soon as its first bytes are there; or what went wrong.
    client
        The connection that the answer goes to, known when its body is asked for.
    """

    def __init__(
        self, worker: WorkerProcess, request: WorkRequest, spool: Spool
    ) -> None:
        loop = asyncio.get_running_loop()
        self.worker = worker
        self.spool = spool
        self.head: asyncio.Future[AnswerHead] = loop.create_future()
        self.client: ClientConnection | None = None
        self._seconds = request.seconds
        self._late = False
        self._abandoned = False
        self._ended = False
        # Who has a result written to a file has a limit of his own for all of it.
        wait = request.seconds + _GRACE if not request.output else _FOREVER
        self._timer = loop.call_later(wait, self._hang)

    async def take(self) -> GammavoError | None:
        """Take the whole answer; return what it ended with.

        Raises
        ------
        WorkerDiedError
            The worker was killed.
        UnavailableError
            The answer cannot be kept: the disk is full.
        """
        while True:
            kind, payload = await self.worker.receive()
            if kind is Kind.HEAD:
                self._timer.cancel()
                head = AnswerHead.from_bytes(payload)
                if not self.head.done():
                    self.head.set_result(head)
                if head.large:
                    await self._lend()
            elif kind is Kind.REST:
                if self.client is not None:
                    self.client.write(payload)
            elif kind is Kind.BLOCK:
                await self.spool.put(payload)
            else:
                return read_error(payload)

    async def _lend(self) -> None:
        """Let the worker send by itself, if what went before is on its way."""
        lent = None
        if await self.spool.is_awaited(_TAKEN_WITHIN) and self.client is not None:
            lent = await self.client.lend(_TAKEN_WITHIN)
        self.worker.lend(lent)

    def finish(self, error: Exception | None) -> None:
        """Tell who waits for the answer that this was all of it."""
        self._ended = True
        self._timer.cancel()
        if self.head.done():
            self.spool.end(error)
            return
        self.head.set_exception(error or InternalError("A query had no answer."))
        if self._abandoned:
            self.head.exception()  # Nobody else will look at it.

    def abandon(self) -> None:
        """Stop the query if it still runs, and forget its bytes."""
        self.spool.discard()
        if not self._ended and not self._abandoned:
            self._abandoned = True
            self.worker.cancel()
            self._timer.cancel()
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_OBEYS_WITHIN, self.worker.kill)

    def death(self, how: WorkerDiedError) -> Exception:
        """Return what to say when the worker died while it had this query."""
        if self._abandoned:
            return UnavailableError("The query was cancelled.")
        if self._late:
            return UnavailableError(
                f"The query took longer than {self._seconds:g} seconds.",
                advice="Restrict it (a smaller cone, fewer columns, TOP n).",
            )
        if isinstance(how, UnheardError):
            return how
        return UnavailableError(
            "The query ended its worker process, most likely because it needed more "
            "memory than a query may use.",
            advice="Restrict it, or aggregate less at once.",
        )

    def _hang(self) -> None:
        self._late = True
        self.worker.kill()
