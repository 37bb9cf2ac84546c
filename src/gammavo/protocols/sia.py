"""SIA 2.0 ``/sia/query``: ObsCore without a query language."""

from __future__ import annotations

from gammavo.archive.workers import QueryRequest
from gammavo.formats import find_format
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.query_answers import ask_workers, request_infos, row_limit
from gammavo.protocols.service_entries import SIA_STANDARD, sia_entries
from gammavo.protocols.sia_conditions import obscore_conditions
from gammavo.protocols.vosi import available, described_capabilities

__all__ = ["sia_availability", "sia_capabilities", "sia_query"]


async def sia_query(request: Request, context: Context) -> Response:
    """Return the ObsCore rows that fit the parameters (SIA 2.0 section 2).

    Raises
    ------
    UsageError
        A parameter has a wrong value.
    UnavailableError
        The query takes too long, or too many others wait.
    """
    wanted = request.parameters.one("RESPONSEFORMAT") or ""
    find_format(wanted)
    conditions = obscore_conditions(request.parameters)
    adql = "SELECT * FROM ivoa.obscore"
    if conditions:
        adql += f" WHERE {' AND '.join(conditions)}"
    query = QueryRequest(
        adql=adql,
        format=wanted,
        max_rows=row_limit(request.parameters, context.tap.limits),
        seconds=context.tap.limits.sync_seconds,
        infos=tuple(request_infos(context.tap, query=adql, protocol=SIA_STANDARD)),
    )
    return await ask_workers(query, request, context)


def sia_capabilities(request: Request, context: Context) -> Response:
    """Describe the service (VOSI 1.1 section 2.1)."""
    return described_capabilities(sia_entries(context.base_url))


def sia_availability(request: Request, context: Context) -> Response:
    """Say whether the service answers (VOSI 1.1 section 2.2)."""
    return available(context)
