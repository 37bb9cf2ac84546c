"""Jobs without a server: a database, job types for tests, a service that runs."""

from __future__ import annotations

import asyncio
import atexit
import errno
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from gammavo.jobs import (
    Job,
    JobFolder,
    JobInput,
    JobParameter,
    JobResult,
    JobService,
    JobTimes,
    JobWishes,
    Phase,
    QueueLimits,
    StorageLimits,
)
from gammavo.jobs.database import database_settings
from gammavo.model.errors import InternalError, UnavailableError, UsageError

TIMES = JobTimes(60, 600, timedelta(days=1), timedelta(days=7))
ENDED = {Phase.COMPLETED, Phase.ERROR, Phase.ABORTED}


def empty_database() -> None:
    """Set Django up once a process; leave no job in the database."""
    if not settings.configured:
        folder = tempfile.mkdtemp(prefix="gammavo-jobs-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        configure_django(Path(folder) / "jobs.sqlite")
    rows().all().delete()


def configure_django(place: Path | str) -> None:
    """Set Django up with a database."""
    settings.configure(
        DATABASES={"default": database_settings(place)},
        INSTALLED_APPS=["gammavo.jobs"],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def rows() -> Any:
    """Return the table of jobs, for what no interface may do."""
    return apps.get_model("jobs", "JobRow").objects


@dataclass
class TestJob:
    """A job that does what its parameters say, and remembers who ran."""

    __test__ = False

    name: str = "test"
    parameters: frozenset[str] = frozenset(
        {"TEXT", "SECONDS", "FAIL", "QUERY", "UPLOAD", "RESPONSEFORMAT"}
    )
    cumulative: frozenset[str] = frozenset({"UPLOAD"})
    times: JobTimes = TIMES
    begun: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def check(self, parameters: Sequence[JobParameter]) -> None:
        """Refuse a bad text."""
        if any(p.value == "bad" for p in parameters):
            raise UsageError("The text is bad.", advice="Send a good one.")

    async def run(self, job: Job, folder: JobFolder) -> tuple[JobResult, ...]:
        """Sleep SECONDS, FAIL in some way, or write TEXT."""
        given = {p.name: p.value for p in job.parameters}
        self.begun.append(job.id)
        (folder.outputs / "half").write_bytes(b"half")
        try:
            await asyncio.sleep(float(given.get("SECONDS", "0")))
        except asyncio.CancelledError:
            self.cancelled.append(job.id)
            raise
        failures: dict[str, Exception] = {
            "usage": UsageError("Too wide.", advice="Narrow it."),
            "memory": UnavailableError("It needs too much memory."),
            "fault": ZeroDivisionError("secret detail"),
            "disk": OSError(errno.ENOSPC, "No space left on device"),
            "internal": InternalError("A worker died."),
            "nul": UsageError("The text is 'a\0b'."),
        }
        if failure := failures.get(given.get("FAIL", "")):
            raise failure
        if given.get("FAIL") == "cancel":
            raise asyncio.CancelledError
        (folder.outputs / "result.txt").write_text(given.get("TEXT", ""))
        (folder.outputs / "log.txt").write_text("done")
        if given.get("FAIL") == "missing":
            (folder.outputs / "log.txt").unlink()
        return (
            JobResult("result", "result.txt", "text/plain"),
            JobResult("log", "log.txt", "text/plain"),
        )


def make_service(folder: Path, *types: Any, **options: Any) -> JobService:
    """Return a service that is not started."""
    return JobService(
        folder,
        types or (TestJob(),),
        queue=options.get("queue", QueueLimits(4, 4)),
        storage=options.get("storage", StorageLimits(1000, 2000)),
    )


@asynccontextmanager
async def serving(folder: Path, *types: Any, **options: Any) -> AsyncIterator[Jobs]:
    """Run a service; stop it in order."""
    service = make_service(folder, *types, **options)
    await service.start()
    try:
        yield Jobs(service)
    finally:
        await service.stop()


@dataclass
class Jobs:
    """Handles a service from the event loop."""

    service: JobService
    type: str = "test"

    async def create(self, **parameters: str) -> Job:
        """Make a pending job; ``wishes``, ``session`` and ``owner`` are not its own."""
        return await asyncio.to_thread(self._create, parameters)

    def _create(self, parameters: dict[str, Any]) -> Job:
        wishes = parameters.pop("wishes", JobWishes())
        session = parameters.pop("session", "session")
        owner = parameters.pop("owner", "owner")
        return self.service.create(
            self.type,
            [JobInput(name, value) for name, value in parameters.items()],
            wishes,
            session=session,
            owner=owner,
        )

    async def run(self, **parameters: Any) -> Job:
        """Make a job and run it."""
        job = await self.create(**parameters)
        return await asyncio.to_thread(self.service.run, self.type, job.id)

    async def now(self, job: Job) -> Job:
        """Return a job as it is."""
        return await self.service.wait(self.type, job.id, 0, None)

    async def ended(self, job: Job, seconds: float = 20.0) -> Job:
        """Return a job when it has ended."""
        return await self.until(job, *ENDED, seconds=seconds)

    async def until(self, job: Job, *phases: Phase, seconds: float = 20.0) -> Job:
        """Return a job when it is in one of some phases."""
        async with asyncio.timeout(seconds):
            while (found := await self.now(job)).phase not in phases:
                await self.service.wait(self.type, job.id, 1, found.phase)
            return found

    async def becomes(self, true: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until something is true that nobody tells of."""

        def wait() -> bool:
            end = time.monotonic() + seconds
            while not (found := true()) and time.monotonic() < end:
                time.sleep(0.01)
            return bool(found)

        assert await asyncio.to_thread(wait)

    async def call(self, name: str, job: Job, *arguments: Any) -> Any:
        """Call a blocking method of the service for a job."""
        method = getattr(self.service, name)
        return await asyncio.to_thread(method, self.type, job.id, *arguments)
