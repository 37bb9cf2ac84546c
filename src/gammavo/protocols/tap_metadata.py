"""What a TAP service says of itself: tables, availability, examples.

Programs get the XML of the standards, browsers a page at the same address.
"""

from __future__ import annotations

from typing import Final

from gammavo.archive import published_examples
from gammavo.formats import (
    availability,
    examples_document,
    table_document,
    tableset,
)
from gammavo.formats.service_pages import availability_page
from gammavo.formats.tables_json import table_json, tableset_json
from gammavo.formats.tables_page import table_page, tables_page
from gammavo.model.columns import find_table
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import Form, described, wanted_form

__all__ = [
    "tap_availability",
    "tap_examples",
    "tap_table",
    "tap_tables",
]

_ALL_FORMS: Final = tuple(Form)


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
    snapshot = context.queries.snapshot()
    form = wanted_form(request, offered=_ALL_FORMS)
    match form:
        case Form.XML:
            content = tableset(snapshot.schemas, detail=detail)
        case Form.JSON:
            content = tableset_json(
                snapshot.schemas, statistics=snapshot.statistics, detail=detail
            )
        case Form.PAGE:
            content = tables_page(snapshot.schemas, tap_url=context.tap_url)
    return described(form, content)


def tap_table(request: Request, context: Context, *, name: str) -> Response:
    """Describe one table.

    Raises
    ------
    NotFoundError
        There is none of that name.
    """
    snapshot = context.queries.snapshot()
    table = find_table(snapshot.schemas, name)
    if table is None:
        raise NotFoundError(
            f"There is no table {name!r}.", advice="/tap/tables lists them all."
        )
    statistics = snapshot.statistics.get(table.name, {})
    form = wanted_form(request, offered=_ALL_FORMS)
    match form:
        case Form.XML:
            content = table_document(table)
        case Form.JSON:
            content = table_json(table, statistics=statistics)
        case Form.PAGE:
            content = table_page(
                table,
                schemas=snapshot.schemas,
                statistics=statistics,
                tap_url=context.tap_url,
            )
    return described(form, content)


def tap_availability(request: Request, context: Context) -> Response:
    """Say whether queries are answered (VOSI 1.1 section 2.2): asks the catalogue."""
    releases = context.queries.snapshot().releases
    note = f"{len(releases)} release{'s' * (len(releases) != 1)} in force"
    if context.queries.fault:
        note += "; a newer catalogue cannot be opened, see the log"
    form = wanted_form(request, offered=(Form.XML, Form.PAGE))
    if form is Form.PAGE:
        content = availability_page(
            True, up_since=context.started, note=note, tap_url=context.tap_url
        )
    else:
        content = availability(True, up_since=context.started, note=note)
    return described(form, content)


def tap_examples(request: Request, context: Context) -> Response:
    """Give example queries (DALI 1.1 section 2.3): XHTML is for all."""
    examples = published_examples(context.queries.snapshot().releases)
    document = examples_document("Example queries", examples, tap_url=context.tap_url)
    return Response(200, {"Content-Type": "application/xhtml+xml"}, document)
