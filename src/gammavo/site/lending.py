"""uvicorn's HTTP, with a thing that ASGI has no word for: to lend a client's socket.

Who has made a large body can then write it to the client, instead of having it copied by
the server.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["LENDING", "LendingProtocol"]

LENDING: Final = "gammavo.lending"
"""Name of the extension in the ASGI scope, which is a connection of the client."""

_LOOK_EVERY: Final = 0.001
"""Seconds between looks whether all is on its way."""


class LendingProtocol(HttpToolsProtocol):
    """HTTP/1.1 of one client."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._lent: socket.socket | None = None

    def on_message_begin(self) -> None:
        """Begin a request; its scope gets the extension."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {LENDING: _Connection(self, scope)}

    def connection_lost(self, exc: Exception | None) -> None:
        """Let nobody write any more."""
        super().connection_lost(exc)
        if self._lent is not None:
            # Ends the connection itself, however many have its socket.
            with self._lent as lent, suppress(OSError):
                lent.shutdown(socket.SHUT_RDWR)

    async def lend(self, scope: dict[str, Any], within: float) -> socket.socket | None:
        """Return the socket if nothing waits to be written before ``within`` seconds.

        None if that took longer, or the body of the response cannot be written by others:
        it has no chunks, is encrypted, or is not the one that is being sent.
        """
        cycle = self.cycle
        if cycle.scope is not scope or not cycle.chunked_encoding:
            return None
        if self.scheme != "http" or cycle.response_complete:
            return None
        ends = self.loop.time() + within
        while self.transport.get_write_buffer_size():
            if self.loop.time() > ends:
                return None
            await asyncio.sleep(_LOOK_EVERY)
        if self.transport.is_closing():
            return None
        number = self.transport.get_extra_info("socket").fileno()
        with suppress(OSError):  # too many files are open: it works without
            self._lent = socket.socket(fileno=os.dup(number))
        return self._lent


class _Connection:
    """The connection of a client whose response has begun."""

    def __init__(self, protocol: LendingProtocol, scope: dict[str, Any]) -> None:
        self._protocol = protocol
        self._scope = scope

    async def lend(self, within: float) -> socket.socket | None:
        """Return the socket, when all that was written is on its way.

        None if that took longer than ``within`` seconds, or it cannot be lent. Whoever
        has it may write chunks of the body; the connection ends with the response.
        """
        return await self._protocol.lend(self._scope, within)

    def write(self, data: bytes | bytearray) -> None:
        """Send bytes as they are, after those of whoever borrowed the socket."""
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write(data)
