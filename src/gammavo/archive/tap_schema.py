"""The content of ``TAP_SCHEMA``, derived from the declarations of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from gammavo.archive.tables import to_arrow
from gammavo.model.columns import Column, Schema, Table
from gammavo.model.reserved import delimited
from gammavo.model.tap_schema import TAP_SCHEMA

__all__ = ["tap_schema_tables"]

_Rows = list[dict[str, Any]]


def tap_schema_tables(schemas: Sequence[Schema]) -> list[tuple[str, str, pa.Table]]:
    """Return schema, name and content of each table of ``TAP_SCHEMA``.

    Parameters
    ----------
    schemas
        All that is published, ``TAP_SCHEMA`` itself included.
    """
    keys, key_columns = _keys(schemas)
    content: dict[str, _Rows] = {
        "schemas": [_schema_row(s, i) for i, s in enumerate(schemas, 1)],
        "tables": [
            _table_row(schema, table, i)
            for schema in schemas
            for i, table in enumerate(schema, 1)
        ],
        "columns": [
            _column_row(table, column, i)
            for schema in schemas
            for table in schema
            for i, column in enumerate(table.public_columns, 1)
        ],
        "keys": keys,
        "key_columns": key_columns,
    }
    return [
        (TAP_SCHEMA.name, t.local_name, to_arrow(content[t.local_name], t.columns))
        for t in TAP_SCHEMA
    ]


def _schema_row(schema: Schema, index: int) -> dict[str, Any]:
    return {
        "schema_name": schema.name,
        "utype": schema.utype,
        "description": schema.description,
        "schema_index": index,
    }


def _table_row(schema: Schema, table: Table, index: int) -> dict[str, Any]:
    return {
        "schema_name": schema.name,
        "table_name": table.name,
        "table_type": "table",
        "utype": table.utype,
        "description": table.description,
        "table_index": index,
    }


def _column_row(table: Table, column: Column, index: int) -> dict[str, Any]:
    datatype, arraysize, xtype = column.votable
    return {
        "table_name": table.name,
        "column_name": delimited(column.name),
        "datatype": datatype,
        "arraysize": arraysize,
        "xtype": xtype,
        "size": None,
        "description": column.description,
        "utype": column.utype,
        "unit": column.unit,
        "ucd": column.ucd,
        "indexed": int(column.indexed),
        "principal": int(column.principal),
        "std": int(column.std),
        "column_index": index,
    }


def _keys(schemas: Sequence[Schema]) -> tuple[_Rows, _Rows]:
    keys: _Rows = []
    key_columns: _Rows = []
    for schema in schemas:
        for table in schema:
            for number, key in enumerate(table.foreign_keys, 1):
                key_id = f"{table.name}#{number}"
                keys.append(
                    {
                        "key_id": key_id,
                        "from_table": table.name,
                        "target_table": key.target,
                        "description": key.description or None,
                        "utype": None,
                    }
                )
                key_columns += [
                    {"key_id": key_id, "from_column": here, "target_column": there}
                    for here, there in key.columns
                ]
    return keys, key_columns
