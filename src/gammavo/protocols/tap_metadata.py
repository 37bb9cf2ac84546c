"""What a TAP service says of itself: tables, capabilities, availability, examples."""

from __future__ import annotations

from gammavo.archive import EXAMPLES
from gammavo.formats import (
    availability,
    examples_document,
    table_document,
    tableset,
)
from gammavo.model.columns import find_table
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response

__all__ = [
    "tap_availability",
    "tap_examples",
    "tap_table",
    "tap_tables",
]

_XML = {"Content-Type": "text/xml"}


def tap_tables(request: Request, context: Context) -> Response:
    """Describe all tables (VOSI 1.1 section 2.3).

    Raises
    ------
    UsageError
        ``detail`` is neither ``min`` nor ``max``.
    """
    detail = request.parameters.one("DETAIL") or "max"
    if detail not in {"min", "max"}:
        raise UsageError(f"detail is {detail!r}.", advice="It is min or max.")
    schemas = context.queries.snapshot().schemas
    return Response(200, _XML, tableset(schemas, detail=detail))


def tap_table(request: Request, context: Context, *, name: str) -> Response:
    """Describe one table.

    Raises
    ------
    NotFoundError
        There is none of that name.
    """
    table = find_table(context.queries.snapshot().schemas, name)
    if table is None:
        raise NotFoundError(
            f"There is no table {name!r}.", advice="/tap/tables lists them all."
        )
    return Response(200, _XML, table_document(table))


def tap_availability(request: Request, context: Context) -> Response:
    """Say whether queries are answered (VOSI 1.1 section 2.2): asks the catalogue."""
    releases = context.queries.snapshot().releases
    note = f"{len(releases)} release{'s' * (len(releases) != 1)} in force"
    if context.queries.fault:
        note += "; a newer catalogue cannot be opened, see the log"
    document = availability(True, up_since=context.started, note=note)
    return Response(200, _XML, document)


def tap_examples(request: Request, context: Context) -> Response:
    """Give example queries (DALI 1.1 section 2.3)."""
    document = examples_document("Examples", EXAMPLES)
    return Response(200, {"Content-Type": "application/xhtml+xml"}, document)
