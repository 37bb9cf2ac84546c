"""Query workers: answers, errors, cancellation, death, fairness, slow clients."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gammavo.archive import Archive, EngineLimits, ServiceOptions
from gammavo.archive.publish import PublishOptions, publish
from gammavo.archive.workers import (
    PoolLimits,
    QueryError,
    QueryRequest,
    WorkerOptions,
    WorkerPool,
)
from gammavo.archive.workers import pool as pool_module
from gammavo.model.errors import UnavailableError, UsageError

SHORT = "SELECT TOP 3 obs_id FROM ivoa.obscore ORDER BY obs_id"
LONG = (
    "SELECT COUNT(*) FROM simulated_dl3.events a, simulated_dl3.events b, "
    "simulated_dl3.events c WHERE a.energy * b.energy > c.energy"
)
LARGE = "SELECT a.ra, b.ra AS r FROM simulated_dl3.events a, simulated_dl3.events b"


@pytest.fixture(scope="module")
def archive(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workers") / "archive"
    publish(Archive(root), simulated, PublishOptions("example.org", processes=1))
    return root


@asynccontextmanager
async def _pool(
    archive: Path,
    *,
    workers: int = 2,
    ready: int | None = None,
    memory: int = 0,
    output_bytes: int = 0,
    **limits: int,
) -> AsyncIterator[WorkerPool]:
    temporary = archive.parent / "temporary"
    options = WorkerOptions(
        archive,
        ServiceOptions("http://h", EngineLimits("4GB", 1, temporary)),
        memory=memory,
        output_bytes=output_bytes,
    )
    settings = {"waiting": 10, "per_client": workers, **limits}
    pool = WorkerPool(
        options, PoolLimits(workers, ready or workers, spool=temporary, **settings)
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def _request(adql: str, **changes: object) -> QueryRequest:
    return replace(QueryRequest(adql, "csv", 10_000_000, 60.0), **changes)  # type: ignore[arg-type]


async def _text(pool: WorkerPool, request: QueryRequest, client: str = "a") -> str:
    answer = await pool.ask(request, client=client)
    return b"".join([block async for block in answer.blocks()]).decode()


def _in_loop(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 120))  # type: ignore[arg-type]


def test_answers_and_errors(archive: Path):
    async def work() -> None:
        async with _pool(archive) as pool:
            assert (await _text(pool, _request(SHORT))).splitlines()[0] == "obs_id"
            answer = await pool.ask(_request(SHORT, format="votable/td"), client="a")
            assert answer.head.extension == "vot"
            with pytest.raises(QueryError, match="Line 1, column 15") as caught:
                await _text(pool, _request("SELECT 1 FORM x"))
            assert (caught.value.place.line, caught.value.place.column) == (1, 15)
            with pytest.raises(UsageError, match="no format"):
                await _text(pool, _request(SHORT, format="docx"))

    _in_loop(work)


def test_a_result_goes_to_a_file_whole_or_not_at_all(archive: Path, tmp_path: Path):
    async def work() -> None:
        async with _pool(archive) as pool:
            target = tmp_path / "result"
            direct = await _text(pool, _request(SHORT))
            await _text(pool, _request(SHORT, output=str(target)))
            assert target.read_bytes() == direct.encode()
            missing = tmp_path / "none" / "result"
            with pytest.raises(UnavailableError, match="cannot be written"):
                await _text(pool, _request(SHORT, output=str(missing)))
            with pytest.raises(UnavailableError, match=r"longer than 0\.2"):
                await _text(
                    pool, _request(LONG, output=str(tmp_path / "x"), seconds=0.2)
                )

    _in_loop(work)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_result_that_is_too_large_for_its_file_leaves_none(
    archive: Path, tmp_path: Path
):
    async def work() -> None:
        async with _pool(archive, output_bytes=10**6) as pool:
            with pytest.raises(UsageError, match="more than 1 MB"):
                await _text(pool, _request(LARGE, output=str(tmp_path / "large")))
            await _text(pool, _request(SHORT, output=str(tmp_path / "short")))

    _in_loop(work)
    assert [path.name for path in tmp_path.iterdir()] == ["short"]


def test_cancelling_frees_the_worker(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1) as pool:
            (pid,) = pool.pids
            task = asyncio.create_task(_text(pool, _request(LONG)))
            await asyncio.sleep(0.3)
            task.cancel()
            started = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            await _text(pool, _request(SHORT))
            assert time.monotonic() - started < 5
            assert pool.pids == (pid,), "the engine stops by itself, without a kill"

    _in_loop(work)


def test_a_slow_client_does_not_hold_the_worker(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1) as pool:
            slow = await pool.ask(_request(LARGE, max_rows=4_000_000), client="slow")
            blocks = slow.blocks()
            size = len(await anext(blocks))
            assert (await _text(pool, _request(SHORT))).startswith("obs_id")
            async for block in blocks:
                size += len(block)
            assert size > 40_000_000

    _in_loop(work)


def test_an_abandoned_result_leaves_nothing_on_disk(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1) as pool:
            answer = await pool.ask(_request(LARGE), client="slow")
            await asyncio.sleep(0.5)
            answer.abandon()
            await _text(pool, _request(SHORT))
            await asyncio.sleep(0.1)
            assert _open_spools() == 0

    _in_loop(work)


def test_a_killed_worker_costs_its_query_only(archive: Path):
    async def work() -> None:
        async with _pool(archive) as pool:
            await _until(lambda: len(pool.pids) == 2)
            task = asyncio.create_task(_text(pool, _request(LONG)))
            await asyncio.sleep(0.3)
            for pid in pool.pids:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(UnavailableError, match="worker process"):
                await task
            # The idle one died as well: nobody notices.
            assert (await _text(pool, _request(SHORT))).startswith("obs_id")

    _in_loop(work)


def test_more_workers_come_when_queries_wait_and_go_when_they_are_idle(
    archive: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pool_module, "_IDLE", 0.5)

    async def work() -> None:
        async with _pool(archive, workers=3, ready=1) as pool:
            await _text(pool, _request(SHORT))
            assert len(pool.pids) == 1
            long = asyncio.create_task(_text(pool, _request(LONG, seconds=3.0)))
            await asyncio.sleep(0.1)
            # It waits for the long one only until a second worker is there.
            assert (await _text(pool, _request(SHORT))).startswith("obs_id")
            assert not long.done()
            assert len(pool.pids) == 2
            with pytest.raises(UnavailableError):
                await long
            # The fresh one is none of those that worked.
            worked = set(pool.pids)
            await _until(lambda: len(pool.pids) == 1 and not worked & set(pool.pids))
            assert (await _text(pool, _request(SHORT))).startswith("obs_id")

    _in_loop(work)


def test_a_query_cannot_take_more_memory_than_its_process_may(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1, memory=1_500_000_000) as pool:
            hungry = (
                "SELECT TOP 5 * FROM (SELECT a.*, b.ra AS r1, b.dec AS d1 FROM "
                "simulated_dl3.events a, simulated_dl3.events b) AS t "
                "ORDER BY r1 * energy"
            )
            with pytest.raises(UnavailableError, match="memory"):
                await _text(
                    pool,
                    _request(hungry.replace("TOP 5", "TOP 9000000")),
                )
            assert (await _text(pool, _request(SHORT))).startswith("obs_id")

    _in_loop(work)


def test_workers_are_shared_among_clients(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1, per_client=1) as pool:
            order: list[str] = []

            async def ask(client: str) -> None:
                await _text(pool, _request(SHORT), client)
                order.append(client)

            first = asyncio.create_task(_text(pool, _request(LONG, seconds=1.0), "a"))
            await asyncio.sleep(0.1)
            tasks = [asyncio.create_task(ask(c)) for c in "aaaab"]
            with pytest.raises(UnavailableError):
                await first
            await asyncio.gather(*tasks)
            assert order.index("b") <= 1, "a newcomer is not at the end of the queue"

    _in_loop(work)


def test_too_many_queries_are_refused(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1, waiting=2) as pool:
            tasks = [
                asyncio.create_task(_text(pool, _request(LONG, seconds=1.0)))
                for _ in range(4)
            ]
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert sum("limit of queries" in str(r) for r in results) == 1

    _in_loop(work)


def test_the_client_with_most_queries_makes_room(archive: Path):
    async def work() -> None:
        async with _pool(archive, workers=1, waiting=3) as pool:
            running = asyncio.create_task(_text(pool, _request(LONG)))
            await asyncio.sleep(0.05)
            crowd = [
                asyncio.create_task(_text(pool, _request(SHORT), "a")) for _ in range(3)
            ]
            await asyncio.sleep(0.05)
            other = asyncio.create_task(_text(pool, _request(SHORT), "b"))
            with pytest.raises(UnavailableError, match="limit of queries"):
                await crowd[2]
            # Two against one: nobody has to make room for the next.
            third = asyncio.create_task(_text(pool, _request(SHORT), "b"))
            with pytest.raises(UnavailableError, match="limit of queries"):
                await third
            crowd[1].cancel()
            running.cancel()
            assert (await crowd[0]).count("\n") == (await other).count("\n") == 4

    _in_loop(work)


def test_a_publish_is_seen_without_a_failed_query(archive: Path, simulated: Path):
    async def work() -> None:
        async with _pool(archive) as pool:
            versions = (
                "SELECT TOP 1 access_url FROM ivoa.obscore "
                "WHERE obs_collection IS NOT NULL"
            )
            before = await _text(pool, _request(versions))
            publishing = asyncio.create_task(
                asyncio.to_thread(
                    publish,
                    Archive(archive),
                    simulated,
                    PublishOptions("example.org", processes=1),
                )
            )
            while not publishing.done():
                assert "/files/" in await _text(pool, _request(versions))
            await publishing

            async def is_new() -> bool:
                return await _text(pool, _request(versions)) != before

            for _ in range(50):
                if await is_new():
                    break
                await asyncio.sleep(0.1)
            assert await is_new()

    _in_loop(work)


def _open_spools() -> int:
    links = (os.path.realpath(path) for path in Path("/proc/self/fd").iterdir())
    return sum("spool-" in link for link in links)


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to pass within 10 seconds")
