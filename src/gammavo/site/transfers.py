"""Large results on their way: how many there may be, and who gives way.

A download holds a place until its client has taken it. A client that takes nothing keeps
its place only while nobody else wants it, and no client may have them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Final

from gammavo.model.errors import UnavailableError

__all__ = ["StalledError", "Transfer", "Transfers"]

_GIVES_WAY: Final = 10.0
"""Seconds without progress after which a transfer loses its place to another one."""


class StalledError(Exception):
    """The client takes nothing of what it asked for."""


class Transfer:
    """One body on its way.

    Parameters
    ----------
    client
        Who takes it.
    patience
        Seconds that the client may take nothing, if nobody needs its place.
    """

    def __init__(self, client: str, patience: float) -> None:
        self.client = client
        self._patience = patience
        self._deadline: asyncio.Timeout | None = None

    async def send(self, sending: Awaitable[None]) -> None:
        """Wait until the client has taken a block.

        Raises
        ------
        StalledError
            It has not in the time that it may take.
        """
        try:
            async with asyncio.timeout(self._patience) as self._deadline:
                await sending
        except TimeoutError as error:
            raise StalledError from error
        finally:
            self._deadline = None

    @property
    def stalled(self) -> float:
        """Seconds for which the client has taken nothing of a block that is ready."""
        ends = self._deadline.when() if self._deadline is not None else None
        if ends is None:
            return 0.0
        return self._patience - (ends - asyncio.get_running_loop().time())

    def give_way(self) -> None:
        """End the transfer, whose client waits for nothing."""
        if self._deadline is not None:
            self._deadline.reschedule(asyncio.get_running_loop().time())


class Transfers:
    """The places for large results; to be used in one event loop.

    Parameters
    ----------
    places
        How many there are.
    patience
        Seconds that a client may take nothing, if nobody needs its place.
    """

    def __init__(self, places: int, patience: float) -> None:
        self._places = places
        self._patience = patience
        # A quarter is always left for others.
        self._share = max(1, places * 3 // 4)
        self._open: set[Transfer] = set()

    @contextmanager
    def place(self, client: str) -> Iterator[Transfer]:
        """Hold a place for a client.

        Raises
        ------
        UnavailableError
            All places are taken by clients that take their results, or too many by this
            client.
        """
        transfer = Transfer(client, self._patience)
        self._make_room(client)
        self._open.add(transfer)
        try:
            yield transfer
        finally:
            self._open.discard(transfer)

    def _make_room(self, client: str) -> None:
        """Find a place; take it from the transfer that has stalled longest."""
        own = [transfer for transfer in self._open if transfer.client == client]
        if len(own) >= self._share:
            rivals, whose = own, "your address is at its limit"
        elif len(self._open) >= self._places:
            rivals, whose = list(self._open), "the service is at its limit"
        else:
            return
        slowest = max(rivals, key=lambda transfer: transfer.stalled)
        if slowest.stalled < _GIVES_WAY:
            raise UnavailableError(
                f"{len(rivals)} downloads are on their way: {whose}.",
                advice="Finish or close some of them, or try again in a moment.",
            )
        self._open.discard(slowest)
        slowest.give_way()
