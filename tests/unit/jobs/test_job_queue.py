"""The queue on an event loop: outcomes, limits of time and number, abort, delete."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from gammavo.jobs import Job, JobWishes, Phase, QueueLimits
from gammavo.jobs.store import JobStore
from gammavo.model.errors import ConflictError, NotFoundError, UnavailableError
from tests.support.job_site import TestJob, rows, serving


def outputs(folder: Path, job: Job) -> set[str]:
    # The folder may go away between two looks.
    with suppress(FileNotFoundError):
        return {path.name for path in (folder / job.id / "outputs").iterdir()}
    return set()


def test_a_job_completes_with_its_results(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.ended(await jobs.run(TEXT="hello"))
            assert job.phase is Phase.COMPLETED
            assert [(r.id, r.size) for r in job.results] == [("result", 5), ("log", 4)]
            folder = jobs.service.folder(job)
            assert folder.result(job.results[0]).read_text() == "hello"
            assert job.created <= job.queued <= job.started <= job.ended
            assert job.attempts == 1

    asyncio.run(body())


@pytest.mark.parametrize(
    ("kind", "message", "transient"),
    [
        ("usage", "Too wide. Narrow it.", False),
        ("memory", "It needs too much memory.", True),
        ("disk", "disk of the service is full", True),
        ("internal", "A worker died.", False),
        ("nul", "The text is 'a\ufffdb'.", False),
        ("fault", "fault of the service (incident ", False),
        ("cancel", "fault of the service (incident ", False),
        ("missing", "fault of the service (incident ", False),
    ],
)
def test_a_failure_is_an_error_with_its_text(
    tmp_path: Path,
    kind: str,
    message: str,
    transient: bool,
    caplog: pytest.LogCaptureFixture,
):
    async def body() -> Job:
        async with serving(tmp_path) as jobs:
            return await jobs.ended(await jobs.run(FAIL=kind))

    with caplog.at_level(logging.ERROR):
        job = asyncio.run(body())
    assert job.phase is Phase.ERROR
    assert message in job.error.message
    assert job.error.transient is transient
    assert "secret" not in job.error.message
    assert outputs(tmp_path, job) == set()
    if "incident" in message:
        incident = job.error.message.split("incident ")[1][:12]
        assert incident in caplog.text


def test_execution_duration_is_enforced(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            begin = time.monotonic()
            wishes = JobWishes(execution_duration=1)
            job = await jobs.ended(await jobs.run(SECONDS="60", wishes=wishes))
            assert 0.9 < time.monotonic() - begin < 6
            assert job.phase is Phase.ERROR
            assert "longer than its executionDuration of 1 s" in job.error.message
            assert outputs(tmp_path, job) == set()

    asyncio.run(body())


def test_execution_duration_can_change_while_it_runs(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            short = await jobs.run(SECONDS="60")
            long = await jobs.run(SECONDS="1.5", wishes=JobWishes(execution_duration=1))
            await jobs.until(short, Phase.EXECUTING)
            await jobs.until(long, Phase.EXECUTING)
            begin = time.monotonic()
            await jobs.call("set_execution_duration", short, 1)
            await jobs.call("set_execution_duration", long, 30)
            ended = await jobs.ended(short)
            assert time.monotonic() - begin < 6
            assert "executionDuration of 1 s" in ended.error.message
            assert (await jobs.ended(long)).phase is Phase.COMPLETED

    asyncio.run(body())


def test_abort_ends_the_work_at_once(tmp_path: Path):
    async def body() -> None:
        kind = TestJob()
        async with serving(tmp_path, kind) as jobs:
            job = await jobs.run(SECONDS="60")
            # The phase changes a moment before the work begins.
            await jobs.becomes(lambda: job.id in kind.begun)
            begin = time.monotonic()
            aborted = await jobs.call("abort", job)
            assert aborted.phase is Phase.ABORTED
            assert "aborted on request" in aborted.error.message
            await jobs.becomes(lambda: kind.cancelled and not outputs(tmp_path, job))
            assert time.monotonic() - begin < 5
            assert (await jobs.now(job)).phase is Phase.ABORTED

    asyncio.run(body())


def test_an_aborted_job_in_the_queue_never_runs(tmp_path: Path):
    async def body() -> None:
        kind = TestJob()
        async with serving(tmp_path, kind, queue=QueueLimits(1, 1)) as jobs:
            first = await jobs.run(SECONDS="0.2")
            second = await jobs.run()
            await jobs.call("abort", second)
            third = await jobs.run()
            await jobs.ended(first)
            assert (await jobs.ended(third)).phase is Phase.COMPLETED
            assert (await jobs.now(second)).phase is Phase.ABORTED
            assert kind.begun == [first.id, third.id]

    asyncio.run(body())


@pytest.mark.parametrize("seconds", ["0", "60"])
def test_delete_leaves_nothing(tmp_path: Path, seconds: str):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.run(SECONDS=seconds)
            await jobs.until(job, Phase.EXECUTING, Phase.COMPLETED)
            await jobs.call("delete", job)
            assert not (tmp_path / job.id).exists()
            with pytest.raises(NotFoundError):
                await jobs.now(job)

    asyncio.run(body())


def test_jobs_wait_for_room_and_owners_do_not_block_each_other(tmp_path: Path):
    class Counting(TestJob):
        running = 0
        most = 0

        async def run(self, job, folder):
            Counting.running += 1
            Counting.most = max(Counting.most, Counting.running)
            try:
                return await super().run(job, folder)
            finally:
                Counting.running -= 1

    async def body() -> None:
        kind = Counting()
        async with serving(tmp_path, kind, queue=QueueLimits(3, 2)) as jobs:
            greedy = [await jobs.run(SECONDS="0.3", owner="a") for _ in range(6)]
            modest = await jobs.run(owner="b")
            ended = await jobs.ended(modest)
            last = [await jobs.ended(job) for job in greedy]
            assert ended.ended < max(job.ended for job in last)
            assert kind.most <= 3
            # Those that start together come to their work in any order.
            assert all(a.started <= b.started for a, b in pairwise(last))

    asyncio.run(body())


def test_nobody_has_all_the_room(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path, queue=QueueLimits(3, 3)) as jobs:
            greedy = [await jobs.run(SECONDS="30", owner="a") for _ in range(5)]
            started = time.monotonic()
            assert (
                await jobs.ended(await jobs.run(owner="b"))
            ).phase is Phase.COMPLETED
            assert time.monotonic() - started < 20
            now = [(await jobs.now(job)).phase for job in greedy]
            assert now.count(Phase.EXECUTING) == 2

    asyncio.run(body())


def test_many_jobs_at_once_run_once_each(tmp_path: Path):
    async def body() -> None:
        kind = TestJob()
        async with serving(tmp_path, kind, queue=QueueLimits(8, 8)) as jobs:
            made = await asyncio.gather(
                *(jobs.run(TEXT=str(n), owner=str(n % 7)) for n in range(60))
            )
            done = await asyncio.gather(*(jobs.ended(j, seconds=60) for j in made))
            assert {job.phase for job in done} == {Phase.COMPLETED}
            for n, job in enumerate(done):
                path = jobs.service.folder(job).result(job.results[0])
                assert path.read_text() == str(n)
            assert sorted(kind.begun) == sorted(job.id for job in made)

    asyncio.run(body())


def test_waiting_and_executing_hold_no_threads(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path, queue=QueueLimits(21, 20)) as jobs:
            made = [await jobs.run(SECONDS="60") for _ in range(20)]
            for job in made:
                await jobs.until(job, Phase.EXECUTING)
            before = threading.active_count()
            waits = [
                asyncio.create_task(jobs.service.wait("test", job.id, -1, None))
                for job in made * 10
            ]
            await asyncio.sleep(0.5)
            assert threading.active_count() <= before
            assert not any(wait.done() for wait in waits)
            for job in made:
                await jobs.call("abort", job)
            for wait in waits:
                assert (await wait).phase is Phase.ABORTED

    asyncio.run(body())


def test_a_type_that_is_no_longer_offered(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            change = rows().filter(job_id=job.id).update
            await asyncio.to_thread(change, type="gone", phase="QUEUED")
            other = await jobs.run()
            await jobs.ended(other)
            await jobs.becomes(
                lambda: rows().filter(job_id=job.id, phase="ERROR").exists()
            )
            found = await asyncio.to_thread(JobStore().find, job.id)
            assert "no longer offers" in found.error.message

    asyncio.run(body())


def test_a_database_that_fails_for_a_while_loses_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gammavo.jobs.attempt.RETRY_SECONDS", 0.05)
    monkeypatch.setattr("gammavo.jobs.queue.RETRY_SECONDS", 0.05)
    failures = {"change": 3, "next_queued": 3}

    def failing(name: str):
        original = getattr(JobStore, name)

        def method(self, *arguments, **options):
            on_queue = threading.current_thread().name.startswith("gammavo-jobs")
            if on_queue and failures[name] > 0:
                failures[name] -= 1
                raise UnavailableError("The database of jobs does not answer.")
            return original(self, *arguments, **options)

        return method

    for name in failures:
        monkeypatch.setattr(JobStore, name, failing(name))

    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.ended(await jobs.run())
            assert job.phase is Phase.COMPLETED
            assert failures == {"change": 0, "next_queued": 0}

    asyncio.run(body())


def test_a_site_has_one_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gammavo.jobs.queue._LOCK_PATIENCE", 0.1)

    async def body() -> None:
        async with serving(tmp_path):
            with pytest.raises(ConflictError, match="Another server"):
                async with serving(tmp_path):
                    pass
        async with serving(tmp_path):
            pass

    asyncio.run(body())


def test_a_stop_in_order_keeps_jobs_and_does_not_count(tmp_path: Path):
    kind = TestJob()

    async def first() -> list[Job]:
        async with serving(tmp_path, kind, queue=QueueLimits(1, 1)) as jobs:
            made = [await jobs.run(SECONDS="60"), await jobs.run()]
            await jobs.until(made[0], Phase.EXECUTING)
            return made

    async def again() -> None:
        async with serving(tmp_path, kind, queue=QueueLimits(1, 1)) as jobs:
            for job in made:
                done = await jobs.ended(job)
                assert done.phase is Phase.COMPLETED
                assert done.attempts == 1

    made = asyncio.run(first())
    stored = [JobStore().find(job.id) for job in made]
    assert [(job.phase, job.attempts) for job in stored] == [(Phase.QUEUED, 0)] * 2
    row = rows().get(job_id=made[0].id)
    for entry in row.parameters:
        entry["value"] = "0"
    row.save()
    asyncio.run(again())


def test_results_reach_the_disk_before_the_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    order: list[str] = []
    fsync, change = os.fsync, JobStore.change

    def synced(descriptor: int) -> None:
        order.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def changed(self, job_id, step):
        done = change(self, job_id, step)
        order.append(str(done.phase))
        return done

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(JobStore, "change", changed)

    async def body() -> None:
        async with serving(tmp_path) as jobs:
            await jobs.ended(await jobs.run())

    asyncio.run(body())
    seal = next(n for n, name in enumerate(order) if name.startswith(".sealed.json"))
    assert order.index("result.txt") < seal < order.index("COMPLETED")
