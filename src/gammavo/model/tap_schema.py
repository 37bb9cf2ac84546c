"""``TAP_SCHEMA`` as table declarations (TAP 1.1 section 4); it describes itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gammavo.model.columns import Column, Datatype, ForeignKey, Schema, Table

__all__ = ["TAP_SCHEMA"]


def _text(name: str, description: str, *, required: bool = False) -> Column:
    return Column(
        name,
        Datatype.VARCHAR,
        description,
        std=True,
        principal=True,
        required=required,
    )


def _prose(description: str) -> Column:
    # Titles and names of people are not always ASCII.
    return replace(_text("description", description), datatype=Datatype.UNICODE)


def _number(name: str, description: str, *, required: bool = False) -> Column:
    return Column(
        name,
        Datatype.INTEGER,
        description,
        std=True,
        principal=True,
        required=required,
    )


_SCHEMAS = Table(
    "tap_schema.schemas",
    "The schemas of this service: groups of tables. A row is one schema",
    (
        _text("schema_name", "Name of the schema", required=True),
        _text("utype", "Data model of the schema"),
        _prose("What the schema holds"),
        _number("schema_index", "Recommended order"),
    ),
)
_TABLES = Table(
    "tap_schema.tables",
    "The tables of this service, with what each holds. A row is one table",
    (
        _text("schema_name", "Schema of the table", required=True),
        _text("table_name", "Qualified name of the table", required=True),
        _text("table_type", "table or view", required=True),
        _text("utype", "Data model of the table"),
        _prose("What the table holds"),
        _number("table_index", "Recommended order"),
    ),
    foreign_keys=(
        ForeignKey(
            "tap_schema.schemas",
            (("schema_name", "schema_name"),),
            "The schema of the table",
        ),
    ),
)
_COLUMNS = Table(
    "tap_schema.columns",
    "The columns of all tables: type, unit, UCD and meaning. A row is one column of one "
    "table",
    (
        _text("table_name", "Qualified name of the table", required=True),
        _text("column_name", "Name of the column", required=True),
        _text("datatype", "VOTable datatype", required=True),
        _text("arraysize", "VOTable arraysize"),
        _text("xtype", "DALI xtype"),
        _number("size", "Deprecated: length of a variable-length column"),
        _prose("What the column holds"),
        _text("utype", "Data model path"),
        _text("unit", "Unit, as VOUnits"),
        _text("ucd", "UCD1+"),
        _number("indexed", "1 if searches on the column are fast", required=True),
        _number("principal", "1 if the column is a core part", required=True),
        _number("std", "1 if a standard defines the column", required=True),
        _number("column_index", "Recommended order"),
    ),
    foreign_keys=(
        ForeignKey(
            "tap_schema.tables",
            (("table_name", "table_name"),),
            "The table of the column",
        ),
    ),
)
_KEYS = Table(
    "tap_schema.keys",
    "Joins that make sense. A row is one foreign key from one table to another; "
    "tap_schema.key_columns has its columns",
    (
        _text("key_id", "Identifier of the key", required=True),
        _text("from_table", "Table with the reference", required=True),
        _text("target_table", "Table referred to", required=True),
        _prose("What the key means"),
        _text("utype", "Data model path"),
    ),
    foreign_keys=(
        ForeignKey(
            "tap_schema.tables",
            (("from_table", "table_name"),),
            "The table that refers",
        ),
        ForeignKey(
            "tap_schema.tables",
            (("target_table", "table_name"),),
            "The table referred to",
        ),
    ),
)
_KEY_COLUMNS = Table(
    "tap_schema.key_columns",
    "Columns that a join compares. A row is one pair of columns of one foreign key",
    (
        _text("key_id", "Identifier of the key", required=True),
        _text("from_column", "Column of the referring table", required=True),
        _text("target_column", "Column of the table referred to", required=True),
    ),
    foreign_keys=(
        ForeignKey(
            "tap_schema.keys",
            (("key_id", "key_id"),),
            "The key that the pair is part of",
        ),
    ),
)

TAP_SCHEMA: Final = Schema(
    "tap_schema",
    "What this service holds: schemas, tables, columns and foreign keys",
    (_SCHEMAS, _TABLES, _COLUMNS, _KEYS, _KEY_COLUMNS),
)
