"""A list of jobs at its addresses, without a server."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gammavo.jobs import JobService
from gammavo.protocols import (
    Parameters,
    Request,
    Response,
    Route,
    SentFile,
    answer_async,
)
from gammavo.protocols import answer as answer_in_thread
from gammavo.protocols.uws import job_routes
from gammavo.site.routing import Router
from tests.support.job_site import Jobs, empty_database, make_service

BASE = "https://vo.example/archive"
LIST = "/tap/async"
ROUTES = tuple(Route(*entry) for entry in job_routes("tap/async", "test"))


@dataclass
class Answer:
    """A response, with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as a text."""
        return self.body.decode()

    @property
    def path(self) -> str:
        """Where it sends the client, below the base URL."""
        assert self.status == 303, (self.status, self.text)
        assert self.headers["Location"].startswith(BASE)
        return self.headers["Location"].removeprefix(BASE)


@dataclass
class Site:
    """What handlers know of a site, and a client of it."""

    jobs: JobService
    base_url: str = BASE
    cookie: str = ""
    client: str = "192.0.2.1"
    router: Router = field(default_factory=lambda: Router(ROUTES))

    @property
    def handle(self) -> Jobs:
        """Helpers for the jobs behind the site."""
        return Jobs(self.jobs)

    async def send(
        self,
        method: str,
        path: str,
        *pairs: tuple[str, str],
        files: Mapping[str, Path] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Answer:
        """Send a request as the one adapter would."""
        found = self.router.find(path)
        if found is None:
            return Answer(404, {}, b"no route")
        route, arguments = found
        if method not in route.methods:
            return Answer(405, {}, b"")
        sent = {"cookie": self.cookie} if self.cookie else {}
        request = Request(
            method,
            Parameters([*pairs, *((k, str(v)) for k, v in parameters.items())]),
            {**sent, **(headers or {})},
            path=path,
            client=self.client,
            files=tuple(
                SentFile(name, file, file.stat().st_size)
                for name, file in (files or {}).items()
            ),
        )
        context: Any = self
        if inspect.iscoroutinefunction(route.handler):
            response = await answer_async(route, request, context, arguments)
        else:
            response = await asyncio.to_thread(
                answer_in_thread, route, request, context, arguments
            )
        answer = Answer(response.status, response.headers, _whole(response))
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return answer

    async def get(
        self, path: str, *pairs: tuple[str, str], **parameters: Any
    ) -> Answer:
        """Read."""
        return await self.send("GET", path, *pairs, **parameters)

    async def post(self, path: str, **parameters: Any) -> Answer:
        """Change."""
        return await self.send("POST", path, **parameters)

    async def create(self, **parameters: Any) -> str:
        """Make a job; return its path."""
        return (await self.post(LIST, **parameters)).path

    async def phase(self, job: str) -> str:
        """Return the phase of a job."""
        return (await self.get(f"{job}/phase")).text

    async def ended(self, job: str) -> str:
        """Return the phase of a job when it has ended."""
        for phase in ("PENDING", "QUEUED", "EXECUTING"):
            await self.get(job, WAIT=20, PHASE=phase)
        return await self.phase(job)

    def stranger(self, **changes: Any) -> Site:
        """Return another client."""
        return Site(self.jobs, self.base_url, **changes)


def _whole(response: Response) -> bytes:
    body: Any = response.body
    return body if isinstance(body, bytes) else b"".join(body)


@asynccontextmanager
async def site(folder: Path, *types: Any, **options: Any) -> AsyncIterator[Site]:
    """Serve jobs below a base URL."""
    await asyncio.to_thread(empty_database)
    base_url = options.pop("base_url", BASE)
    service = make_service(folder, *types, **options)
    await service.start()
    try:
        yield Site(service, base_url)
    finally:
        await service.stop()
