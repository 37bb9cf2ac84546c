"""Places for downloads: who gets one, and who has to give way."""

from __future__ import annotations

import asyncio

import pytest

from gammavo.model.errors import UnavailableError
from gammavo.site import transfers as transfers_module
from gammavo.site.transfers import StalledError, Transfers


async def _nobody_reads() -> None:
    await asyncio.Event().wait()


def test_a_client_that_takes_nothing_is_given_up():
    async def work() -> None:
        with Transfers(2, 0.05).place("a") as transfer, pytest.raises(StalledError):
            await transfer.send(_nobody_reads())

    asyncio.run(work())


def test_a_stalled_transfer_gives_its_place_to_another(monkeypatch):
    monkeypatch.setattr(transfers_module, "_GIVES_WAY", 0.05)

    async def work() -> None:
        transfers = Transfers(1, 60.0)

        async def stall() -> None:
            with transfers.place("a") as transfer:
                await transfer.send(_nobody_reads())

        stalled = asyncio.create_task(stall())
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError, match="1 downloads"), transfers.place("b"):
            pass
        await asyncio.sleep(0.1)
        with transfers.place("b") as transfer:
            await transfer.send(asyncio.sleep(0))
            with pytest.raises(StalledError):
                await stalled
            # It holds the only place, and takes what it gets.
            with pytest.raises(UnavailableError), transfers.place("c"):
                pass
        with transfers.place("c"):
            pass

    asyncio.run(work())


def test_no_client_has_all_places():
    async def work() -> None:
        transfers = Transfers(4, 60.0)
        held = [transfers.place("a") for _ in range(3)]
        for place in held:
            place.__enter__()
        with (
            pytest.raises(UnavailableError, match="your address"),
            transfers.place("a"),
        ):
            pass
        with transfers.place("b"):
            pass
        for place in held:
            place.__exit__(None, None, None)

    asyncio.run(work())
