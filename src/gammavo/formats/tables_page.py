"""The tables of a service as pages for people: the same content as VOSI tables.

They also show the statistics of columns, for which VODataService 1.2 has no place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add
from gammavo.formats.pages import (
    add_navigation,
    add_row,
    add_table,
    html_document,
    page,
    query_url,
)
from gammavo.model.columns import Column, Datatype, ForeignKey, Schema, Table
from gammavo.model.reserved import delimited
from gammavo.model.statistics import ColumnStatistics, TableStatistics

__all__ = ["table_page", "tables_page"]

_FEW: Final = 6
"""So many values of a vocabulary are shown at once, more on request."""

_OTHER_FORMS: Final = ("xml", "json")
_TABLE_HEADS: Final = ("Table", "Rows", "Columns", "Description")
_COLUMN_HEADS: Final = (
    "Column",
    "Type",
    "Unit",
    "Description",
    "UCD and utype",
    "Marks",
    "Values",
)


def tables_page(schemas: Sequence[Schema], *, tap_url: str) -> bytes:
    """Return the page with all schemas and their tables.

    Parameters
    ----------
    schemas
        What is published.
    tap_url
        Base URL of the TAP service.
    """
    top, body = page("Tables")
    add_navigation(body, tap_url, other_forms=_OTHER_FORMS, path="/tables")
    main = add(body, "main")
    add(main, "h1", "Tables")
    add(
        main,
        "p",
        "Every table of this service, for queries in ADQL. Each name leads to the columns, "
        "with units and values.",
    )
    for schema in schemas:
        section = add(main, "section")
        add(section, "h2", schema.name, {"id": schema.name})
        if schema.description:
            add(section, "p", schema.description)
        rows = add_table(section, f"Tables of {schema.name}", _TABLE_HEADS)
        for table in schema:
            cells = add_row(rows, _TABLE_HEADS)
            _link(cells["Table"], table.name, tap_url)
            if table.rows is not None:
                cells["Rows"].text = _grouped(table.rows)
            cells["Columns"].text = str(len(table.public_columns))
            add(cells["Description"], "span", table.description)
    return html_document(top)


def table_page(
    table: Table,
    *,
    schemas: Sequence[Schema],
    statistics: TableStatistics,
    tap_url: str,
) -> bytes:
    """Return the page of one table.

    Parameters
    ----------
    table
        The table.
    schemas
        What is published, to tell which tables refer to this one.
    statistics
        Of its columns; empty if there are none.
    tap_url
        Base URL of the TAP service.
    """
    top, body = page(f"Table {table.name}")
    path = f"/tables/{quote(table.name)}"
    add_navigation(body, tap_url, other_forms=_OTHER_FORMS, path=path)
    main = add(body, "main")
    add(main, "h1", f"Table {table.name}")
    if table.description:
        add(main, "p", table.description)
    _add_facts(main, table, tap_url)
    rows = add_table(main, f"Columns of {table.name}", _COLUMN_HEADS)
    for column in table.public_columns:
        cells = add_row(rows, _COLUMN_HEADS, anchor=_anchor(column.name))
        _fill_row(cells, column, statistics.get(column.name))
    _add_joins(main, table, schemas, tap_url)
    return html_document(top)


def _add_facts(main: ET.Element, table: Table, tap_url: str) -> None:
    query = f"SELECT TOP 10 * FROM {table.name}"  # noqa: S608 - shown, not run here
    line = add(main, "p")
    add(line, "a", "Try it: the first 10 rows", {"href": query_url(tap_url, query)})
    add(main, "pre", query)
    facts = add(main, "dl")
    for name, text in (
        ("Rows", None if table.rows is None else _grouped(table.rows)),
        ("Columns", str(len(table.public_columns))),
        ("Utype", table.utype),
    ):
        if text:
            add(facts, "dt", name)
            add(facts, "dd", text)


def _fill_row(
    cells: Mapping[str, ET.Element], column: Column, facts: ColumnStatistics | None
) -> None:
    """Fill the cells of a column's row."""
    add(cells["Column"], "code", delimited(column.name))
    cells["Type"].text = column.datatype.value
    for remark in _remarks(column):
        add(cells["Type"], "small", remark)
    if column.unit:
        add(cells["Unit"], "code", column.unit)
    cells["Description"].text = column.description or None
    if column.ucd:
        add(cells["UCD and utype"], "code", column.ucd)
    if column.utype:
        add(add(cells["UCD and utype"], "small"), "code", column.utype)
    cells["Marks"].text = ", ".join(_marks(column)) or None
    if facts is not None:
        _add_statistics(cells["Values"], column, facts)


def _remarks(column: Column) -> Iterator[str]:
    """Say what the type alone does not."""
    _, arraysize, xtype = column.votable
    if column.arraysize is not None:
        yield f"list [{arraysize}]"
    if xtype:
        yield f"xtype {xtype}"
    if column.frame:
        yield column.frame
    if column.time:
        origin = "MJD " if column.time.timeorigin == "MJD-origin" else ""
        yield f"{origin}{column.time.timescale}, {column.time.refposition}"


def _marks(column: Column) -> Iterator[str]:
    """Say what the flags of ``TAP_SCHEMA.columns`` and of VODataService say."""
    for is_set, word in (
        (column.principal, "principal"),
        (column.indexed, "indexed"),
        (column.std, "standard"),
        (column.required, "never empty"),
    ):
        if is_set:
            yield word


def _add_statistics(cell: ET.Element, column: Column, facts: ColumnStatistics) -> None:
    if facts.values:
        ordered = sorted(facts.values.items(), key=lambda item: (-item[1], item[0]))
        texts = [f"{value} ({_grouped(count)})" for value, count in ordered]
        place = cell
        if len(texts) > _FEW:
            place = add(cell, "details")
            add(place, "summary", f"{len(texts)} different values")
        listed = add(place, "ul")
        for text in texts:
            add(listed, "li", text)
    elif facts.minimum is not None and facts.maximum is not None:
        low, high = (_number(n, column) for n in (facts.minimum, facts.maximum))
        add(cell, "span", low if low == high else f"{low} to {high}")
    if facts.nulls:
        add(cell, "small", f"{_grouped(facts.nulls)} empty")


def _add_joins(
    main: ET.Element, table: Table, schemas: Sequence[Schema], tap_url: str
) -> None:
    """Append the foreign keys from and to a table."""
    to_here = [
        (other, key)
        for schema in schemas
        for other in schema
        for key in other.foreign_keys
        if key.target == table.name
    ]
    if not table.foreign_keys and not to_here:
        return
    section = add(main, "section")
    add(section, "h2", "Joins")
    listed = add(section, "ul")
    for key in table.foreign_keys:
        _add_join(listed, table, key, key.target, tap_url)
    for other, key in to_here:
        _add_join(listed, other, key, other.name, tap_url)


def _add_join(
    listed: ET.Element, table: Table, key: ForeignKey, linked: str, tap_url: str
) -> None:
    entry = add(listed, "li")
    _link(entry, linked, tap_url)
    on = " AND ".join(
        f"{table.name}.{delimited(here)} = {key.target}.{delimited(there)}"
        for here, there in key.columns
    )
    add(entry, "span", f": {key.description}. " if key.description else ": ")
    add(entry, "code", on)


def _link(parent: ET.Element, name: str, tap_url: str) -> None:
    link = add(parent, "a", attributes={"href": f"{tap_url}/tables/{quote(name)}"})
    add(link, "code", name)


def _anchor(name: str) -> str:
    return f"column-{''.join(name.split())}"


def _grouped(number: int) -> str:
    """Return a number with its digits in groups of three."""
    # A no-break space, so that the groups stay in one line.
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _number(value: float, column: Column) -> str:
    if column.datatype.is_integer:
        return _grouped(int(value))
    return f"{value:.{6 if column.datatype is Datatype.REAL else 10}g}"
