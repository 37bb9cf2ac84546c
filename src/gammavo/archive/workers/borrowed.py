"""The client's own socket in a worker, for as long as the client keeps up.

A large answer that goes by way of the server is copied four times more, which is most of
its time. A worker is too dear to wait for a client, though: one that has kept it waiting
gets the rest from the server.
"""

from __future__ import annotations

import select
import socket
import time
from contextlib import suppress
from typing import Final, Self

from gammavo.archive.workers.messages import HEADER, Kind, read_exactly
from gammavo.model.errors import InternalError, UnavailableError

__all__ = ["BorrowedSocket"]

_PATIENCE: Final = 0.5
"""Seconds that a client may keep a worker waiting in all."""


class BorrowedSocket:
    """A connection over which a worker sends chunks of an HTTP response by itself.

    Parameters
    ----------
    client
        The socket, which is closed here; the connection does not end with that. None if
        there is none to be had.
    patience
        Seconds that the client may keep the worker waiting in all.
    """

    def __init__(
        self, client: socket.socket | None, patience: float = _PATIENCE
    ) -> None:
        self._client = client
        self._patience = patience

    @classmethod
    def from_server(cls, talk: socket.socket) -> BorrowedSocket:
        """Wait for the socket, or for the word that the server sends the answer."""
        message, descriptors, _, _ = socket.recv_fds(talk, HEADER.size, 1)
        message += read_exactly(talk, HEADER.size - len(message))
        if len(message) < HEADER.size or message[0] != Kind.LENT:
            raise ConnectionError
        return cls(socket.socket(fileno=descriptors[0]) if descriptors else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether there is a socket to send to."""
        return self._client is not None

    def send(self, block: bytes) -> bytes | None:
        """Send one chunk (RFC 9112 section 7.1).

        Returns
        -------
        bytes or None
            What the client did not take in time, to be sent by the server as it is; None
            if it took all.

        Raises
        ------
        UnavailableError
            The client has left.
        """
        ends = (b"%x\r\n" % len(block), b"\r\n")
        parts = [memoryview(ends[0]), memoryview(block), memoryview(ends[1])]
        if self._client is None:
            raise InternalError("A worker has no client to send to.")
        try:
            while parts:
                parts = _after(parts, _sent(self._client, parts))
                if parts and not self._wait(self._client):
                    return b"".join(parts)
        except OSError as error:
            raise UnavailableError("The client has left.") from error
        return None

    def _wait(self, client: socket.socket) -> bool:
        """Wait until the client takes more; tell if it did in time."""
        started = time.monotonic()
        poll = select.poll()
        poll.register(client, select.POLLOUT)
        ready = bool(poll.poll(max(0.0, 1e3 * self._patience)))
        self._patience -= time.monotonic() - started
        return ready

    def close(self) -> None:
        """Give the connection back."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _sent(client: socket.socket, parts: list[memoryview]) -> int:
    """Send what the system takes at once; return how many bytes that was."""
    with suppress(BlockingIOError):
        return client.sendmsg(parts, [], socket.MSG_DONTWAIT)
    return 0


def _after(parts: list[memoryview], sent: int) -> list[memoryview]:
    """Return what is left of the parts after so many bytes."""
    left = []
    for part in parts:
        if sent < len(part):
            left.append(part[sent:])
        sent = max(0, sent - len(part))
    return left
