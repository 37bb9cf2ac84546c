"""TAP 1.1 ``/tap/sync``: one query, one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from gammavo import __version__
from gammavo.archive import Manifest, QueryResult
from gammavo.formats import Info, ResultStream, find_format
from gammavo.model.errors import UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Parameters, Request, Response

__all__ = ["LANGUAGES", "sync_query"]

LANGUAGES: Final = ("ADQL", "ADQL-2.0", "ADQL-2.1")
"""Values of LANG that are understood, compared without case."""


def sync_query(request: Request, context: Context) -> Response:
    """Run the query of a request and stream its result (TAP 1.1 section 2.7.1).

    Raises
    ------
    UsageError
        A parameter is missing or wrong, or the query is not correct ADQL.
    UnavailableError
        The query takes too long or too much memory.
    """
    parameters = request.parameters
    adql = _checked_query(parameters)
    output = find_format(parameters.one("RESPONSEFORMAT", "FORMAT"))
    result = context.queries.query(
        adql,
        max_rows=_row_limit(parameters, context),
        seconds=context.limits.seconds,
        on_start=request.cancellation.register,
    )
    stream = ResultStream(
        columns=result.columns,
        batches=_batches(result),
        infos=tuple(_infos(adql, result.releases, context)),
        overflow=lambda: result.overflow,
    )
    headers = {
        "Content-Type": output.media_type,
        "Content-Disposition": f'inline; filename="result.{output.extension}"',
    }
    return Response(200, headers, output.write(stream))


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
    if any(upload.strip() for upload in parameters.all("UPLOAD")):
        raise UsageError("This service does not take table uploads yet.")
    adql = parameters.one("QUERY")
    if adql is None or not adql.strip():
        raise UsageError(
            "The parameter QUERY is missing.",
            advice="For example QUERY=SELECT TOP 5 * FROM ivoa.obscore",
        )
    return adql


def _row_limit(parameters: Parameters, context: Context) -> int:
    """Return MAXREC within the limits of the service (DALI 1.1 section 3.4.4)."""
    wanted = parameters.whole_number("MAXREC")
    if wanted is None:
        wanted = context.limits.default_rows
    return min(wanted, context.limits.max_rows)


def _batches(result: QueryResult) -> Iterator[pa.RecordBatch]:
    """Yield the rows; stop the engine if they are not read to the end."""
    try:
        yield from result.batches()
    finally:
        result.cancel()


def _infos(adql: str, releases: Sequence[Manifest], context: Context) -> Iterator[Info]:
    """Say where the data come from (IVOA Note Data Origin 1.2)."""
    yield Info("query", adql)
    yield Info("server_software", f"gammavo/{__version__}")
    yield Info("service_protocol", "ivo://ivoa.net/std/TAP")
    yield Info("request_date", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    if context.publisher:
        yield Info("publisher", context.publisher)
    if context.contact:
        yield Info("contact", context.contact)
    for release in releases:
        description = release.description
        facts = {
            "data_ivoid": f"ivo://{release.authority}/{release.name}",
            "citation": description.doi or description.bib_reference,
            "reference_url": description.reference_url,
            "rights_uri": description.licence_url,
            "resource_version": str(release.version),
            "publication_date": release.created[:10],
        }
        for name, value in facts.items():
            if value:
                yield Info(name, value)
        for creator in description.creators:
            yield Info("creator", creator)
        if description.terms:
            yield Info("rights", " ".join(description.terms.split()))
