"""From any outcome of a handler to a response."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import uuid4

from gammavo import __version__
from gammavo.archive.workers import Answer
from gammavo.model.errors import GammavoError, InternalError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.routes import Route

__all__ = [
    "COMMON_HEADERS",
    "answer",
    "answer_async",
    "options_response",
]

_log = logging.getLogger(__name__)

_WHOLE: Final = 2**18
"""A body up to this many bytes is sent in one piece with its Content-Length."""

COMMON_HEADERS: Final = {
    "Server": f"gammavo/{__version__}",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, Content-Disposition, Content-Range, "
    "ETag, Repr-Digest, WWW-Authenticate",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
}
"""Sent with every response of a protocol; public data are for every origin, but no page is
shown within another site's. The rest of a page's policy is in the page."""


def answer(
    route: Route, request: Request, context: Context, arguments: Mapping[str, str]
) -> Response:
    """Run a handler that blocks; whatever happens, return a response that says so.

    A streamed body is begun here, while an error in it can still become a status; one
    that ends soon becomes a whole one.
    """
    try:
        response: Response = route.handler(request, context, **arguments)
        if isinstance(response.body, Iterator):
            if request.method == "HEAD":
                request.cancellation.cancel()
                return replace(response, body=b"")
            return replace(response, body=_begun(response.body))
    except Exception as error:  # noqa: BLE001 - the outermost edge: each has its answer
        return _failed(route, context, error)
    else:
        return response


async def answer_async(
    route: Route, request: Request, context: Context, arguments: Mapping[str, str]
) -> Response:
    """Do what :func:`answer` does, for a handler that is a coroutine function."""
    try:
        response: Response = await route.handler(request, context, **arguments)
        if isinstance(response.body, Answer) and request.method == "HEAD":
            request.cancellation.cancel()
            return replace(response, body=b"")
        if isinstance(response.body, AsyncGenerator):
            if request.method == "HEAD":
                await response.body.aclose()
                return replace(response, body=b"")
            return replace(response, body=await _begun_async(response.body))
    except Exception as error:  # noqa: BLE001 - the outermost edge: each has its answer
        return _failed(route, context, error)
    else:
        return response


def _failed(route: Route, context: Context, error: Exception) -> Response:
    """Return the response for what a handler raised."""
    if isinstance(error, InternalError) and "incident" in error.message:
        return route.refuse(error, context)
    if isinstance(error, GammavoError) and not isinstance(error, InternalError):
        return route.refuse(error, context)
    return route.refuse(_incident(route), context)


def _incident(route: Route) -> InternalError:
    """Log the error that is being handled; return one without its details."""
    incident = uuid4().hex[:12]
    _log.exception("incident %s: %s", incident, route.path)
    return InternalError(
        f"The service failed (incident {incident}).",
        advice="Please report the request and this number to the service.",
    )


def _begun(body: Iterator[bytes]) -> bytes | Iterator[bytes]:
    """Return a short body as a whole, a long one with its first part made."""
    blocks, size = [], 0
    for block in body:
        blocks.append(block)
        size += len(block)
        if size > _WHOLE:
            return _resumed(b"".join(blocks), body)
    return b"".join(blocks)


def _resumed(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


async def _begun_async(
    body: AsyncGenerator[bytes | bytearray, None],
) -> bytes | AsyncIterator[bytes | bytearray]:
    """Do what :func:`_begun` does."""
    blocks, size = [], 0
    async for block in body:
        blocks.append(block)
        size += len(block)
        if size > _WHOLE:
            return _resumed_async(b"".join(blocks), body)
    return b"".join(blocks)


async def _resumed_async(
    first: bytes, rest: AsyncGenerator[bytes | bytearray, None]
) -> AsyncIterator[bytes | bytearray]:
    try:
        yield first
        async for block in rest:
            yield block
    finally:
        await rest.aclose()


def options_response(methods: tuple[str, ...]) -> Response:
    """Answer OPTIONS, which browsers ask before a request to another origin."""
    allowed = ", ".join((*methods, "OPTIONS"))
    return Response(
        204,
        {
            "Allow": allowed,
            "Access-Control-Allow-Methods": allowed,
            "Access-Control-Allow-Headers": "Range, Content-Type",
            "Access-Control-Max-Age": "86400",
        },
    )
