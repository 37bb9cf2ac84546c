"""TAP 1.1 ``/tap/sync``: one query, one answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gammavo.archive.workers import Answer, QueryRequest
from gammavo.formats import find_format
from gammavo.model.errors import UsageError
from gammavo.protocols.context import Context, TapSettings
from gammavo.protocols.http import Parameters, Request, Response
from gammavo.protocols.query_answers import (
    request_infos,
    row_limit,
    table_response,
)
from gammavo.protocols.uploads import named_uploads, table_uploads

__all__ = ["LANGUAGES", "query_request", "sync_query"]

LANGUAGES: Final = ("ADQL", "ADQL-2.0", "ADQL-2.1")
"""Values of LANG that are understood, compared without case."""


async def sync_query(request: Request, context: Context) -> Response:
    """Run the query of a request and stream its result (TAP 1.1 section 2.7.1).

    Raises
    ------
    UsageError
        A parameter is missing or wrong, or the query is not correct ADQL.
    UnavailableError
        The query takes too long or too much memory.
    """
    seconds = context.tap.limits.sync_seconds
    query = query_request(request.parameters, context.tap, seconds=seconds)
    return table_response(await _asked(query, request, context), request)


async def _asked(query: QueryRequest, request: Request, context: Context) -> Answer:
    """Ask a worker, with the tables that the request brings along."""
    named = request.parameters.all("UPLOAD")
    if not any(value.strip() for value in named):
        return await context.workers.ask(query, client=request.client)
    parts = {file.name: file.path for file in request.files}
    uploads = context.tap.uploads
    # The worker has read the tables when it answers; only then may they go.
    with TemporaryDirectory(dir=uploads.folder) as folder:
        tables = await table_uploads(
            named_uploads(named), parts, folder=Path(folder), limits=uploads.fetch
        )
        query = replace(query, uploads=tables)
        return await context.workers.ask(query, client=request.client)


def query_request(
    parameters: Parameters, settings: TapSettings, *, seconds: float
) -> QueryRequest:
    """Return what a TAP request asks of a query worker.

    Raises
    ------
    UsageError
        A parameter is missing or wrong; the query itself is not looked at.
    """
    adql = _checked_query(parameters)
    wanted = parameters.one("RESPONSEFORMAT", "FORMAT") or ""
    find_format(wanted)
    return QueryRequest(
        adql=adql,
        format=wanted,
        max_rows=row_limit(parameters, settings.limits),
        seconds=seconds,
        infos=tuple(
            request_infos(settings, query=adql, protocol="ivo://ivoa.net/std/TAP")
        ),
    )


def _checked_query(parameters: Parameters) -> str:
    """Return the query after a look at the parameters around it."""
    wanted = parameters.one("REQUEST")
    if wanted is not None and wanted != "doQuery":
        raise UsageError(f"REQUEST is {wanted!r}.", advice="It can only be doQuery.")
    language = parameters.one("LANG")
    if language is None:
        raise UsageError(
            "The parameter LANG is missing.", advice="Send LANG=ADQL with the query."
        )
    if language.upper() not in LANGUAGES:
        raise UsageError(
            f"This service does not speak LANG={language}.",
            advice=f"It speaks {', '.join(LANGUAGES)}.",
        )
    adql = parameters.one("QUERY")
    if adql is None or not adql.strip():
        raise UsageError(
            "The parameter QUERY is missing.",
            advice="For example QUERY=SELECT TOP 5 * FROM ivoa.obscore",
        )
    return adql
