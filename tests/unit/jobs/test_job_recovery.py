"""What a killed server leaves: no job stuck, none lost, no result twice."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gammavo.jobs import Job, JobService, Phase
from gammavo.jobs.store import JobStore
from tests.support.job_site import Jobs, TestJob, make_service, rows, serving

CHILD = """
import asyncio, sys
from pathlib import Path
from tests.support.job_site import Jobs, configure_django, make_service
from gammavo.jobs import Phase, QueueLimits

async def serve(root, seconds):
    service = make_service(root / "jobs", queue=QueueLimits(21, 20))
    await service.start()
    jobs = Jobs(service)
    if seconds:
        made = [await jobs.run(SECONDS=seconds, TEXT=str(n)) for n in range(30)]
        for job in made[:20]:
            await jobs.until(job, Phase.EXECUTING)
        print(" ".join(job.id for job in made), flush=True)
        await asyncio.sleep(60)
    made = sys.stdin.read().split()
    for job_id in made:
        while (job := await service.wait("test", job_id, 1, None)).phase != "COMPLETED":
            assert job.phase in {"QUEUED", "EXECUTING"}, job
        print(service.folder(job).result(job.results[0]).read_text(), job.attempts)
    await service.stop()

root = Path(sys.argv[1])
configure_django(root / "jobs.sqlite")
asyncio.run(serve(root, sys.argv[2]))
"""


def child(root: Path, seconds: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), seconds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_kill_9_with_running_jobs(tmp_path: Path):
    with child(tmp_path, "1") as server:
        made = server.stdout.readline()
        server.send_signal(signal.SIGKILL)
    assert len(made.split()) == 30
    with child(tmp_path, "") as server:
        output, _ = server.communicate(made, timeout=60)
    assert server.returncode == 0
    found = [line.split() for line in output.splitlines()]
    assert [text for text, _ in found] == [str(n) for n in range(30)]
    assert [attempts for _, attempts in found] == ["2"] * 20 + ["1"] * 10


def abandon(folder: Path, *names: str) -> list[Job]:
    """Leave jobs in the middle of their execution, as a kill would."""
    service = make_service(folder)

    async def body() -> list[Job]:
        await service.start()
        jobs = Jobs(service)
        made = [await jobs.run(SECONDS="60", TEXT=name) for name in names]
        for job in made:
            half = folder / job.id / "outputs" / "half"
            await jobs.becomes(half.exists)
        return made

    made = asyncio.run(body())
    let_go(service)
    return made


def let_go(service: JobService) -> None:
    """Release the lock, as the system does when a process ends."""
    service._queue._lock.release()


def test_a_job_with_complete_results_is_done_and_does_not_run_again(tmp_path: Path):
    (job,) = abandon(tmp_path, "x")
    folder = tmp_path / job.id
    (folder / "outputs" / "result.txt").write_text("from before")
    entry = {
        "id": "result",
        "file": "result.txt",
        "media_type": "text/plain",
        "size": 11,
    }
    (folder / "sealed.json").write_text(json.dumps([entry]))
    kind = TestJob()

    async def body() -> None:
        async with serving(tmp_path, kind) as jobs:
            found = await jobs.now(job)
            assert found.phase is Phase.COMPLETED
            assert [(r.id, r.size) for r in found.results] == [("result", 11)]
            path = jobs.service.folder(found).result(found.results[0])
            assert path.read_text() == "from before"

    asyncio.run(body())
    assert kind.begun == []


def test_half_written_results_do_not_count(tmp_path: Path):
    (job,) = abandon(tmp_path, "x")
    assert (tmp_path / job.id / "outputs" / "half").exists()
    (tmp_path / job.id / ".sealed.json.123").write_text("[")
    rows().filter(job_id=job.id).update(parameters=[{"name": "TEXT", "value": "new"}])

    async def body() -> None:
        async with serving(tmp_path) as jobs:
            found = await jobs.ended(job)
            assert found.phase is Phase.COMPLETED
            assert found.attempts == 2
            path = jobs.service.folder(found).result(found.results[0])
            assert path.read_text() == "new"

    asyncio.run(body())


def test_a_job_that_saw_the_server_die_twice_is_not_tried_again(tmp_path: Path):
    (job,) = abandon(tmp_path, "x")

    service = make_service(tmp_path)

    async def until_it_executes() -> None:
        await service.start()
        await Jobs(service).until(job, Phase.EXECUTING)

    asyncio.run(until_it_executes())
    let_go(service)
    assert JobStore().find(job.id).attempts == 2
    kind = TestJob()

    async def body() -> None:
        async with serving(tmp_path, kind) as jobs:
            found = await jobs.now(job)
            assert found.phase is Phase.ERROR
            assert "stopped twice while this job ran" in found.error.message
            assert not (tmp_path / job.id / "outputs").exists()

    asyncio.run(body())
    assert kind.begun == []


@pytest.mark.parametrize("name", ["0" * 32, "not a job"])
def test_folders_without_a_job_are_removed_at_the_start(tmp_path: Path, name: str):
    (tmp_path / name / "outputs").mkdir(parents=True)
    (tmp_path / name / "outputs" / "big").write_text("x")

    async def body() -> None:
        async with serving(tmp_path):
            pass

    asyncio.run(body())
    # What is no folder of a job is not ours to remove.
    assert (tmp_path / name).exists() == (name == "not a job")
