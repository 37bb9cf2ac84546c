"""VOSI 1.1 tables: which tables there are, as VODataService 1.2 describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, add_texts, document, root
from gammavo.model.columns import Column, ForeignKey, Schema, Table
from gammavo.model.reserved import delimited

__all__ = ["add_schemas", "table_document", "tableset"]

_NAMESPACES: Final = {
    "vosi": "http://www.ivoa.net/xml/VOSITables/v1.0",
    "vs": "http://www.ivoa.net/xml/VODataService/v1.1",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def tableset(schemas: Sequence[Schema], *, detail: str) -> bytes:
    """Return the ``vosi:tableset`` document.

    Parameters
    ----------
    schemas
        At least one; hidden columns are left out.
    detail
        ``min`` leaves columns and foreign keys out, ``max`` has all (VOSI 1.1 section 2.3).
    """
    top = root("vosi:tableset", _NAMESPACES)
    add_schemas(top, schemas, detail=detail)
    return document(top)


def add_schemas(parent: ET.Element, schemas: Sequence[Schema], *, detail: str) -> None:
    """Append a ``schema`` for each, as :func:`tableset` has them."""
    for schema in schemas:
        element = add(parent, "schema")
        add_texts(
            element,
            {
                "name": schema.name,
                "description": schema.description,
                "utype": schema.utype,
            },
        )
        for member in schema:
            _fill(add(element, "table", attributes={"type": "table"}), member, detail)


def table_document(described: Table) -> bytes:
    """Return the ``vosi:table`` document of one table, columns included."""
    top = root("vosi:table", _NAMESPACES, type="table")
    _fill(top, described, "max")
    return document(top)


def _fill(element: ET.Element, described: Table, detail: str) -> None:
    add_texts(
        element,
        {
            "name": described.name,
            "description": described.description,
            "utype": described.utype,
            "nrows": None if described.rows is None else str(described.rows),
        },
    )
    if detail == "min":
        return
    for column in described.public_columns:
        _add_column(element, column)
    for key in described.foreign_keys:
        _add_foreign_key(element, key)


def _add_column(parent: ET.Element, column: Column) -> None:
    standard = "true" if column.std else "false"
    element = add(parent, "column", attributes={"std": standard})
    add_texts(
        element,
        {
            "name": delimited(column.name),
            "description": column.description,
            "unit": column.unit,
            "ucd": column.ucd,
            "utype": column.utype,
        },
    )
    datatype, arraysize, xtype = column.votable
    add(
        element,
        "dataType",
        datatype,
        {
            "xsi:type": "vs:VOTableType",
            "arraysize": arraysize,
            "extendedType": xtype,
        },
    )
    for flag, is_set in (
        ("indexed", column.indexed),
        ("principal", column.principal),
        ("nullable", not column.required),
    ):
        if is_set:
            add(element, "flag", flag)


def _add_foreign_key(parent: ET.Element, key: ForeignKey) -> None:
    element = add(parent, "foreignKey")
    add(element, "targetTable", key.target)
    for here, there in key.columns:
        pair = add(element, "fkColumn")
        add(pair, "fromColumn", delimited(here))
        add(pair, "targetColumn", delimited(there))
    add_texts(element, {"description": key.description})
