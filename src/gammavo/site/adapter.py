"""The one adapter between protocol handlers and Django.

Handlers block; they run in threads, queries in a bounded pool of their own so that a
crowd of long queries cannot keep ``/tap/availability`` from answering. Bodies are pulled
one block ahead of what the client has taken, never more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from gammavo.model.errors import (
    GammavoError,
    NotAllowedError,
    UnavailableError,
    UsageError,
)
from gammavo.protocols import (
    COMMON_HEADERS,
    Cancellation,
    Context,
    Request,
    Response,
    Route,
    answer,
    error_response,
    options_response,
    read_parameters,
)

__all__ = ["ProtocolAdapter"]

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]

_PATIENCE = 300.0
"""Seconds that a client may take nothing of its result."""
_CROWDED = UnavailableError(
    "The service is at its limit of queries and downloads.",
    advice="Try again in a moment.",
)
_WORTHWHILE = 2**16
"""Bytes that are worth a change of threads."""


class ProtocolAdapter:
    """Makes Django views of routes.

    Parameters
    ----------
    context
        The site behind the handlers.
    concurrent
        Queries that run at the same time.
    waiting
        Queries that may wait for that; more are refused with 503.
    open_results
        Large results and files that may be on their way at the same time; more are
        refused with 503.
    """

    def __init__(
        self, context: Context, *, concurrent: int, waiting: int, open_results: int
    ) -> None:
        self._context = context
        self._most = concurrent + waiting
        self._queries = 0
        self._most_results = open_results
        self._results = 0
        self._query_threads = ThreadPoolExecutor(concurrent, "gammavo-query")
        self._other_threads = ThreadPoolExecutor(16, "gammavo-request")

    def view(self, route: Route) -> View:
        """Return the view of a route."""

        async def view(request: HttpRequest, **arguments: str) -> HttpResponseBase:
            return await self._respond(route, request, arguments)

        return view

    async def _respond(
        self, route: Route, request: HttpRequest, arguments: dict[str, str]
    ) -> HttpResponseBase:
        method = request.method or ""
        if method == "OPTIONS":
            return _plain(options_response(route.methods))
        if method not in route.methods:
            refused = NotAllowedError(
                f"{method} is not possible here.",
                advice=f"Use {' or '.join(route.methods)}.",
            )
            response = error_response(refused)
            headers = {**response.headers, "Allow": ", ".join(route.methods)}
            return _plain(Response(405, headers, response.body))
        try:
            asked = _request(request)
        except GammavoError as error:
            return _plain(error_response(error))
        if not route.is_query:
            return await self._run(self._other_threads, route, asked, arguments)
        if self._queries >= self._most:
            return _plain(error_response(_CROWDED))
        self._queries += 1
        try:
            return await self._run(self._query_threads, route, asked, arguments)
        finally:
            self._queries -= 1

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        route: Route,
        request: Request,
        arguments: dict[str, str],
    ) -> HttpResponseBase:
        loop = asyncio.get_running_loop()
        try:
            response = await loop.run_in_executor(
                threads, answer, route, request, self._context, arguments
            )
        except asyncio.CancelledError:
            request.cancellation.cancel()
            raise
        if isinstance(response.body, bytes):
            return _django(response, response.body, head=request.method == "HEAD")
        if self._results >= self._most_results:
            request.cancellation.cancel()
            return _plain(error_response(_CROWDED))
        return StreamingHttpResponse(
            self._stream(response.body, threads, request.cancellation),
            status=response.status,
            headers={**COMMON_HEADERS, **response.headers},
        )

    async def _stream(
        self,
        body: Iterator[bytes],
        threads: ThreadPoolExecutor,
        cancellation: Cancellation,
    ) -> AsyncIterator[bytes]:
        """Yield a body, one block ahead; stop the work behind it if the client leaves.

        A client that takes nothing for some minutes is taken to have left.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()

        def following() -> asyncio.Future[list[bytes]]:
            return loop.run_in_executor(threads, _next_blocks, body)

        self._results += 1
        ahead = following()
        try:
            while blocks := await ahead:
                ahead = following()
                for block in blocks:
                    stalled = loop.call_later(_PATIENCE, task.cancel) if task else None
                    yield block
                    if stalled is not None:
                        stalled.cancel()
        finally:
            self._results -= 1
            cancellation.cancel()
            # Nobody will ask for what is still being made, nor for how it failed.
            ahead.add_done_callback(lambda done: done.cancelled() or done.exception())


def _request(request: HttpRequest) -> Request:
    """Read a Django request; the body is bounded by DATA_UPLOAD_MAX_MEMORY_SIZE."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise UsageError("The request is too large.") from error
    parameters = read_parameters(
        request.META.get("QUERY_STRING", ""), headers.get("content-type", ""), body
    )
    return Request(request.method or "", parameters, headers)


def _next_blocks(body: Iterator[bytes]) -> list[bytes]:
    """Return the next blocks, enough to be worth a change of threads; none at the end."""
    blocks, size = [], 0
    for block in body:
        blocks.append(block)
        size += len(block)
        if size >= _WORTHWHILE:
            break
    return blocks


def _django(response: Response, body: bytes, *, head: bool = False) -> HttpResponse:
    """Return a response with a whole body."""
    headers = {**COMMON_HEADERS, **response.headers}
    if response.status not in {204, 304} and (body or not head):
        headers.setdefault("Content-Length", str(len(body)))
    content = b"" if head else body
    return HttpResponse(content, status=response.status, headers=headers)


def _plain(response: Response) -> HttpResponse:
    """Return a response that was made without a handler."""
    return _django(response, response.body if isinstance(response.body, bytes) else b"")
