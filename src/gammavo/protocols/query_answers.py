"""What the services that answer with a table have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from gammavo import __version__
from gammavo.archive.workers import Answer, QueryRequest
from gammavo.protocols.context import Context, TapLimits, TapSettings
from gammavo.protocols.http import Parameters, Request, Response

__all__ = ["ask_workers", "request_infos", "row_limit", "table_response"]


def row_limit(parameters: Parameters, limits: TapLimits) -> int:
    """Return MAXREC within the limits of the service (DALI 1.1 section 3.4.4)."""
    wanted = parameters.whole_number("MAXREC")
    if wanted is None:
        wanted = limits.default_rows
    return min(wanted, limits.max_rows)


def request_infos(
    settings: TapSettings, *, query: str, protocol: str
) -> Iterator[tuple[str, str]]:
    """Say which service answers what (IVOA Note Data Origin 1.2).

    Parameters
    ----------
    settings
        Who publishes.
    query
        What was asked.
    protocol
        IVOA identifier of the standard that the service follows.
    """
    yield "query", query
    yield "server_software", f"gammavo/{__version__}"
    yield "service_protocol", protocol
    yield "request_date", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if settings.publisher:
        yield "publisher", settings.publisher
    if settings.contact:
        yield "contact", settings.contact


async def ask_workers(
    query: QueryRequest, request: Request, context: Context
) -> Response:
    """Have a worker answer a query, and stream what it says.

    Raises
    ------
    UsageError
        The query is wrong.
    UnavailableError
        It takes too long or too much memory, or too many others wait.
    """
    answer = await context.workers.ask(query, client=request.client)
    return table_response(answer, request)


def table_response(answer: Answer, request: Request) -> Response:
    """Return the response that streams an answer; it stops when the client leaves."""
    request.cancellation.register(answer.abandon)
    headers = {
        "Content-Type": answer.head.media_type,
        "Content-Disposition": f'inline; filename="result.{answer.head.extension}"',
    }
    return Response(200, headers, answer.body)
