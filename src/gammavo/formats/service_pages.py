"""What a service can do and whether it answers, as pages for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add
from gammavo.formats.pages import (
    add_navigation,
    add_row,
    add_table,
    html_document,
    page,
)
from gammavo.formats.vosi_capabilities import (
    AnyCapability,
    Capability,
    Limit,
    TableAccess,
)

__all__ = ["availability_page", "capabilities_page"]

_FORMAT_HEADS: Final = ("Format", "Content", "Media type")
_FUNCTION_HEADS: Final = ("Form", "Meaning")
_FEATURES: Final = {
    "features-adqlgeo": "Geometry",
    "features-udf": "Functions of this service",
    "features-adql-string": "Texts",
    "features-adql-sets": "Sets of rows",
    "features-adql-common-table": "Common table expressions",
    "features-adql-type": "Types",
    "features-adql-conditional": "Conditions",
    "features-adql-unit": "Units",
    "features-adql-offset": "Parts of a result",
}
"""Captions for the lists that TAPRegExt 1.0 and ADQL 2.1 name."""
_OTHER_HEADS: Final = ("Address", "Standard")


def availability_page(
    available: bool, *, up_since: datetime, note: str, tap_url: str
) -> bytes:
    """Return the page that says whether queries are answered.

    Parameters
    ----------
    available
        Whether the service can answer now.
    up_since
        When it began to, with its time zone.
    note
        For people; empty for none.
    tap_url
        Base URL of the TAP service.
    """
    top, body = page("Availability")
    add_navigation(body, tap_url, other_forms=("xml",), path="/availability")
    main = add(body, "main")
    add(main, "h1", "Availability")
    state = "The service answers" if available else "The service does not answer"
    since = f"{up_since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    add(main, "p", f"{state}. It has been up since {since}.")
    if note:
        add(main, "p", f"{note}.")
    return html_document(top)


def capabilities_page(entries: Sequence[AnyCapability], *, tap_url: str) -> bytes:
    """Return the page that says what the service can do.

    Parameters
    ----------
    entries
        The same as of the VOSI document.
    tap_url
        Base URL of the TAP service.
    """
    top, body = page("Capabilities")
    add_navigation(body, tap_url, other_forms=("xml",), path="/capabilities")
    main = add(body, "main")
    add(main, "h1", "Capabilities")
    for entry in entries:
        if isinstance(entry, TableAccess):
            _add_table_access(main, entry)
    rows = add_table(main, "Other addresses", _OTHER_HEADS)
    for entry in entries:
        if isinstance(entry, Capability):
            cells = add_row(rows, _OTHER_HEADS)
            url = entry.interface.url
            add(cells["Address"], "a", url, {"href": url})
            add(cells["Standard"], "code", entry.standard_id)
    return html_document(top)


def _add_table_access(main: ET.Element, access: TableAccess) -> None:
    section = add(main, "section")
    add(section, "h2", "Table Access Protocol (TAP 1.1)")
    add(add(section, "p", "For TOPCAT, Aladin or pyvo: "), "code", access.url)
    facts = add(section, "dl")
    for name, text in _facts(access):
        add(facts, "dt", name)
        add(facts, "dd", text)
    rows = add_table(section, "Formats of results (RESPONSEFORMAT)", _FORMAT_HEADS)
    for result in access.formats:
        cells = add_row(rows, _FORMAT_HEADS)
        add(cells["Format"], "code", result.name)
        cells["Content"].text = result.description
        add(cells["Media type"], "code", result.media_type)
    for language in access.languages:
        versions = ", ".join(version for version, _ in language.versions)
        add(section, "h2", f"{language.name} {versions}")
        add(section, "p", language.description)
        for kind, features in language.features.items():
            caption = _FEATURES.get(kind.rpartition("#")[2], kind)
            rows = add_table(section, caption, _FUNCTION_HEADS)
            for form, description in features:
                cells = add_row(rows, _FUNCTION_HEADS)
                add(cells["Form"], "code", form)
                cells["Meaning"].text = description or None


def _facts(access: TableAccess) -> Iterator[tuple[str, str]]:
    for name, limit, unit in (
        ("Rows of a result", access.output_rows, ""),
        ("Rows of an uploaded table", access.upload_rows, ""),
        ("Time of an asynchronous query", access.execution_seconds, " s"),
        ("Results are kept", access.retention_seconds, " s"),
    ):
        if text := _limit(limit, unit):
            yield name, text
    for model in access.data_models:
        yield "Data model", f"{model.name} ({model.ivo_id})"
    methods = ", ".join(m.rpartition("#")[2] for m in access.upload_methods)
    if methods:
        yield "Uploads", methods


def _limit(limit: Limit | None, unit: str) -> str:
    if limit is None:
        return ""
    words = {"by default": limit.default, "at most": limit.hard}
    if limit.default == limit.hard:
        del words["by default"]
    return "; ".join(
        f"{number:,}{unit} {word}".replace(",", "\N{NO-BREAK SPACE}")
        for word, number in words.items()
        if number is not None
    )
