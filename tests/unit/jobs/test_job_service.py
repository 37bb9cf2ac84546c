"""What the faces may do with jobs: create, change, wait, and be refused."""

from __future__ import annotations

import asyncio
import errno
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gammavo.jobs import (
    Job,
    JobFolder,
    JobInput,
    JobParameter,
    JobService,
    JobTimes,
    JobWishes,
    Phase,
    StorageLimits,
)
from gammavo.jobs.store import JobStore
from gammavo.model.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from tests.support.job_site import Jobs, TestJob, make_service, serving

NOW = datetime.now(UTC)


def create(service: JobService, *inputs: JobInput, **options) -> Job:
    wishes = options.pop("wishes", JobWishes())
    chosen = {"session": "session", "owner": "owner", **options}
    return service.create("test", inputs, wishes, **chosen)


def test_a_new_job(tmp_path: Path):
    service = make_service(tmp_path)
    job = create(service, JobInput("text", "a"), JobInput("Junk", "b"))
    assert job == service.find("test", job.id)
    assert job.phase is Phase.PENDING
    assert job.parameters == (JobParameter("TEXT", "a"),)
    assert job.execution_duration == 60
    assert job.destruction == job.created + timedelta(days=1)
    assert job.created.microsecond % 1000 == 0
    assert abs(job.created - datetime.now(UTC)) < timedelta(seconds=5)


def test_ids_cannot_be_guessed(tmp_path: Path):
    service = make_service(tmp_path)
    ids = {create(service).id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(bytes.fromhex(job_id)) * 8 >= 128 for job_id in ids)


@pytest.mark.parametrize("job_id", ["", "0" * 32, "x" * 32, "A" * 32, "\0", "../x"])
def test_a_job_that_is_not_there(tmp_path: Path, job_id: str):
    with pytest.raises(NotFoundError):
        make_service(tmp_path).find("test", job_id)


def test_a_job_of_another_type_is_not_there(tmp_path: Path):
    service = make_service(tmp_path, TestJob(), TestJob(name="other"))
    job = create(service)
    with pytest.raises(NotFoundError):
        service.find("other", job.id)
    with pytest.raises(NotFoundError):
        service.delete("other", job.id)


@pytest.mark.parametrize(
    ("most", "wanted", "kept"),
    [(600, 5, 5), (600, 601, 600), (600, 0, 600), (0, 0, 0), (0, 2**40, 2**31 - 1)],
)
def test_execution_duration_is_brought_within_the_limits(
    tmp_path: Path, most: int, wanted: int, kept: int
):
    times = JobTimes(60, most, timedelta(days=1), timedelta(days=7))
    service = make_service(tmp_path, TestJob(times=times))
    job = create(service, wishes=JobWishes(execution_duration=wanted))
    assert job.execution_duration == kept
    other = create(service)
    changed = service.set_execution_duration("test", other.id, wanted)
    assert changed.execution_duration == kept


def test_destruction_is_brought_within_the_limits(tmp_path: Path):
    service = make_service(tmp_path)
    soon = NOW + timedelta(hours=1)
    assert create(service, wishes=JobWishes(destruction=soon)).destruction == soon
    job = create(service)
    far = service.set_destruction("test", job.id, NOW + timedelta(days=4000))
    week = datetime.now(UTC) + timedelta(days=7)
    assert abs(far.destruction - week) < timedelta(seconds=5)


def test_parameters_replace_and_some_add_up(tmp_path: Path):
    service = make_service(tmp_path)
    job = create(
        service, JobInput("QUERY", "a"), JobInput("UPLOAD", "t,u"), JobInput("TEXT", "")
    )
    changed = service.add_parameters(
        "test",
        job.id,
        [JobInput("query", "b"), JobInput("upload", "v,w"), JobInput("SECONDS", "1")],
        run_id="mine",
    )
    assert [(p.name, p.value) for p in changed.parameters] == [
        ("UPLOAD", "t,u"),
        ("TEXT", ""),
        ("QUERY", "b"),
        ("UPLOAD", "v,w"),
        ("SECONDS", "1"),
    ]
    assert changed.run_id == "mine"
    assert service.find("test", job.id) == changed


def sent(folder: Path, name: str, text: str) -> JobInput:
    path = folder / f"sent-{name}"
    path.write_text(text)
    return JobInput(name, file=path)


def read(service: JobService, job: Job) -> dict[str, str]:
    folder = service.folder(job)
    return {
        parameter.name: folder.input(parameter).read_text()
        for parameter in job.parameters
        if parameter.file is not None
    }


def test_files_move_into_the_jobs_folder_and_go_when_replaced(tmp_path: Path):
    service = make_service(tmp_path / "jobs")
    job = create(service, sent(tmp_path, "t1", "one"), sent(tmp_path, "t2", "two"))
    assert not (tmp_path / "sent-t1").exists()
    assert read(service, job) == {"T1": "one", "T2": "two"}
    changed = service.add_parameters("test", job.id, [sent(tmp_path, "T1", "three")])
    assert read(service, changed) == {"T1": "three", "T2": "two"}
    assert len(list((tmp_path / "jobs" / job.id / "inputs").iterdir())) == 2
    service.delete("test", job.id)
    assert not (tmp_path / "jobs" / job.id).exists()


@pytest.mark.parametrize(
    "inputs",
    [
        [JobInput("TEXT", "a\0b")],
        [JobInput("../x", file=Path("/dev/null"))],
        [JobInput("a b", file=Path("/dev/null"))],
        [JobInput("x" * 65, file=Path("/dev/null"))],
        [JobInput("t", file=Path("/dev/null")), JobInput("T", file=Path("/dev/null"))],
    ],
)
def test_parameters_that_cannot_be_kept(tmp_path: Path, inputs: list[JobInput]):
    service = make_service(tmp_path)
    with pytest.raises(UsageError):
        create(service, *inputs)
    assert JobStore().count() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run_id", ["x" * 65, "a\0"])
def test_a_run_id_that_cannot_be_kept(tmp_path: Path, run_id: str):
    service = make_service(tmp_path)
    with pytest.raises(UsageError, match="64 characters"):
        create(service, wishes=JobWishes(run_id=run_id))
    job = create(service, wishes=JobWishes(run_id="x" * 64))
    with pytest.raises(UsageError, match="64 characters"):
        service.add_parameters("test", job.id, [], run_id=run_id)


def test_a_full_disk_leaves_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    service = make_service(tmp_path / "jobs")
    monkeypatch.setattr("gammavo.jobs.folders.shutil.move", full)
    with pytest.raises(UnavailableError, match="disk of the service is full"):
        create(service, sent(tmp_path, "t", "x"))
    assert JobStore().count() == 0
    assert list((tmp_path / "jobs").iterdir()) == []


def test_limits_of_what_is_kept(tmp_path: Path):
    service = make_service(tmp_path, storage=StorageLimits(per_owner=2, total=3))
    jobs = [create(service, owner="a") for _ in range(2)]
    with pytest.raises(NotAllowedError, match="2 jobs here, which is the limit"):
        create(service, owner="a")
    create(service, owner="b")
    with pytest.raises(UnavailableError, match="as many jobs as it can"):
        create(service, owner="c")
    service.delete("test", jobs[0].id)
    create(service, owner="a")


def test_files_of_a_job_are_limited_together(tmp_path: Path):
    service = make_service(tmp_path, storage=StorageLimits(2, 3, input_bytes=10))
    job = create(service, sent(tmp_path, "t", "123456"))
    service.add_parameters("test", job.id, [sent(tmp_path, "u", "1234")])
    with pytest.raises(UsageError, match="files of a job"):
        service.add_parameters("test", job.id, [sent(tmp_path, "v", "1")])
    with pytest.raises(UsageError, match="files of a job"):
        create(service, sent(tmp_path, "w", "12345678901"))
    assert JobStore().count() == 1


def test_run_checks_the_parameters(tmp_path: Path):
    service = make_service(tmp_path)
    job = create(service, JobInput("TEXT", "bad"))
    failed = service.run("test", job.id)
    assert failed.phase is Phase.ERROR
    assert failed.error.message == "The text is bad. Send a good one."
    assert failed.ended is not None
    with pytest.raises(NotAllowedError, match="cannot be run"):
        service.run("test", job.id)


def test_parameters_that_come_during_the_check_are_not_run(tmp_path: Path):
    class Slow(TestJob):
        def check(self, parameters):
            service.add_parameters("test", job.id, [JobInput("TEXT", "later")])

    service = make_service(tmp_path, Slow())
    job = create(service, JobInput("TEXT", "first"))
    with pytest.raises(ConflictError):
        service.run("test", job.id)
    assert service.find("test", job.id).phase is Phase.PENDING


def test_abort_before_run(tmp_path: Path):
    service = make_service(tmp_path)
    job = create(service)
    assert service.abort("test", job.id).phase is Phase.ABORTED
    assert service.abort("test", job.id).phase is Phase.ABORTED
    with pytest.raises(NotAllowedError):
        service.run("test", job.id)
    with pytest.raises(NotAllowedError):
        service.add_parameters("test", job.id, [JobInput("TEXT", "x")])


def timed(seconds: float, *, at_least: float = 0.0):
    class Timer:
        def __enter__(self):
            self.begin = time.monotonic()

        def __exit__(self, *_: object):
            assert at_least <= time.monotonic() - self.begin < seconds

    return Timer()


def test_wait_ends_with_the_change_of_the_phase(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.run(SECONDS="0.5")
            await jobs.until(job, Phase.EXECUTING)
            with timed(6.0):
                found = await jobs.service.wait("test", job.id, -1, None)
            assert found.phase is Phase.COMPLETED
            with timed(4.0):
                assert await jobs.service.wait("test", job.id, 20, None) == found

    asyncio.run(body())


def test_wait_ends_with_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            with timed(6.0, at_least=1.0):
                found = await jobs.service.wait("test", job.id, 1, None)
            assert found.phase is Phase.PENDING
            monkeypatch.setattr("gammavo.jobs.service._LONGEST_WAIT", 0.3)
            for wanted in (-1, -5, 1000):
                with timed(5.0, at_least=0.3):
                    await jobs.service.wait("test", job.id, wanted, None)

    asyncio.run(body())


def test_wait_for_another_phase_than_it_is_in_does_not_wait(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            with timed(4.0):
                for phase in set(Phase) - {Phase.PENDING}:
                    await jobs.service.wait("test", job.id, 20, phase)
            waiting = asyncio.create_task(
                jobs.service.wait("test", job.id, 20, Phase.PENDING)
            )
            await asyncio.sleep(0.2)
            assert not waiting.done()
            await jobs.call("run", job)
            with timed(4.0):
                assert (await waiting).phase is not Phase.PENDING

    asyncio.run(body())


def test_a_change_that_is_no_change_of_phase_does_not_end_a_wait(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            waiting = asyncio.create_task(jobs.service.wait("test", job.id, 20, None))
            await asyncio.sleep(0.1)
            await jobs.call("set_execution_duration", job, 7)
            await asyncio.sleep(0.2)
            assert not waiting.done()
            await jobs.call("abort", job)
            assert (await waiting).phase is Phase.ABORTED

    asyncio.run(body())


def test_a_wait_ends_when_the_job_is_deleted(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            waiting = asyncio.create_task(jobs.service.wait("test", job.id, 20, None))
            await asyncio.sleep(0.1)
            await jobs.call("delete", job)
            with timed(4.0), pytest.raises(NotFoundError):
                await waiting

    asyncio.run(body())


def test_a_wait_ends_when_the_service_does(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            job = await jobs.create()
            waiting = asyncio.create_task(jobs.service.wait("test", job.id, 20, None))
            await asyncio.sleep(0.1)
            jobs.service.release()
            with timed(4.0):
                assert (await waiting).phase is Phase.PENDING

    asyncio.run(body())


def test_no_change_is_missed_between_reading_and_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The change comes right after the job was read, before the wait begins."""
    service = make_service(tmp_path)
    job = create(service)
    find = service.find
    changed = []

    def find_then_change(job_type: str, job_id: str) -> Job:
        found = find(job_type, job_id)
        if not changed:
            changed.append(JobStore().change(job_id, lambda j: j.to_queued(NOW)))
            service._changes.publish(job_id)
        return found

    monkeypatch.setattr(service, "find", find_then_change)

    async def body() -> None:
        with timed(4.0):
            found = await service.wait("test", job.id, 20, None)
        assert found.phase is Phase.QUEUED
        await service._database.close()

    asyncio.run(body())


def test_every_waiter_of_many_races_sees_the_end(tmp_path: Path):
    async def body() -> None:
        async with serving(tmp_path) as jobs:
            made = [await jobs.run(SECONDS="0.01") for _ in range(40)]
            with timed(15.0):
                for job in await asyncio.gather(*(jobs.ended(job) for job in made * 3)):
                    assert job.phase is Phase.COMPLETED

    asyncio.run(body())


def test_destruction_deletes_the_row_and_the_files(tmp_path: Path):
    async def body() -> None:
        kind = TestJob()
        async with serving(tmp_path, kind) as jobs:
            keep = await jobs.ended(await jobs.run())
            done = await jobs.ended(await jobs.run())
            runs = await jobs.run(SECONDS="60")
            born_dead = await jobs.create(
                wishes=JobWishes(destruction=datetime.now(UTC) + timedelta(seconds=0.3))
            )
            await jobs.becomes(lambda: runs.id in kind.begun)
            for job in (done, runs):
                soon = datetime.now(UTC) + timedelta(seconds=0.3)
                await jobs.call("set_destruction", job, soon)
            gone = (done, runs, born_dead)
            await jobs.becomes(
                lambda: not any((tmp_path / job.id).exists() for job in gone), 5
            )
            for job in gone:
                with pytest.raises(NotFoundError):
                    await jobs.now(job)
            assert kind.cancelled == [runs.id]
            assert (tmp_path / keep.id / "outputs" / "result.txt").exists()
            assert await jobs.now(keep) == keep

    asyncio.run(body())


def test_what_expired_while_the_server_was_down_is_deleted(tmp_path: Path):
    service = make_service(tmp_path)
    job = create(service, wishes=JobWishes(destruction=NOW - timedelta(days=1)))

    async def body() -> None:
        async with serving(tmp_path) as jobs:
            await jobs.becomes(lambda: JobStore().count() == 0, 5)
            with pytest.raises(NotFoundError):
                await Jobs(jobs.service).now(job)

    asyncio.run(body())


def test_a_parameter_that_is_no_file_has_no_file(tmp_path: Path):
    with pytest.raises(Exception, match="is no file"):
        JobFolder(tmp_path).input(JobParameter("TEXT", "x"))
