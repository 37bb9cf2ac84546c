"""The JSON twin of VOSI tables: the same names, and the statistics of columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from gammavo.model.columns import Column, ForeignKey, Schema, Table
from gammavo.model.reserved import delimited
from gammavo.model.statistics import ColumnStatistics, TableStatistics

__all__ = ["table_json", "tableset_json"]


def tableset_json(
    schemas: Sequence[Schema],
    *,
    statistics: Mapping[str, TableStatistics],
    detail: str,
) -> bytes:
    """Return all schemas with their tables.

    Parameters
    ----------
    schemas
        What is published.
    statistics
        Of the columns, by the name of the table.
    detail
        ``min`` leaves columns and foreign keys out, ``max`` has all.
    """
    return _text(
        {
            "schemas": [
                {
                    "name": schema.name,
                    "description": schema.description or None,
                    "utype": schema.utype,
                    "tables": [
                        _table(table, statistics.get(table.name, {}), detail)
                        for table in schema
                    ],
                }
                for schema in schemas
            ]
        }
    )


def table_json(table: Table, *, statistics: TableStatistics) -> bytes:
    """Return one table with its columns."""
    return _text(_table(table, statistics, "max"))


def _table(table: Table, statistics: TableStatistics, detail: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": table.name,
        "description": table.description or None,
        "utype": table.utype,
        "nrows": table.rows,
    }
    if detail == "max":
        shown["columns"] = [
            _column(column, statistics.get(column.name))
            for column in table.public_columns
        ]
        shown["foreignKeys"] = [_key(key) for key in table.foreign_keys]
    return shown


def _column(column: Column, facts: ColumnStatistics | None) -> dict[str, Any]:
    datatype, arraysize, xtype = column.votable
    return {
        "name": delimited(column.name),
        "description": column.description or None,
        "unit": column.unit,
        "ucd": column.ucd,
        "utype": column.utype,
        "datatype": datatype,
        "arraysize": arraysize,
        "xtype": xtype,
        "std": column.std,
        "principal": column.principal,
        "indexed": column.indexed,
        "nullable": not column.required,
        "statistics": None if facts is None else asdict(facts),
    }


def _key(key: ForeignKey) -> dict[str, Any]:
    return {
        "targetTable": key.target,
        "columns": [
            {"fromColumn": delimited(here), "targetColumn": delimited(there)}
            for here, there in key.columns
        ],
        "description": key.description or None,
    }


def _text(content: dict[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()
