"""``TAP_SCHEMA`` as table declarations (TAP 1.1 section 4); it describes itself."""

from __future__ import annotations

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
    "Schemas of this service",
    (
        _text("schema_name", "Name of the schema", required=True),
        _text("utype", "Data model of the schema"),
        _text("description", "What the schema holds"),
        _number("schema_index", "Recommended order"),
    ),
)
_TABLES = Table(
    "tap_schema.tables",
    "Tables of this service",
    (
        _text("schema_name", "Schema of the table", required=True),
        _text("table_name", "Qualified name of the table", required=True),
        _text("table_type", "table or view", required=True),
        _text("utype", "Data model of the table"),
        _text("description", "What the table holds"),
        _number("table_index", "Recommended order"),
    ),
    foreign_keys=(ForeignKey("tap_schema.schemas", (("schema_name", "schema_name"),)),),
)
_COLUMNS = Table(
    "tap_schema.columns",
    "Columns of the tables of this service",
    (
        _text("table_name", "Qualified name of the table", required=True),
        _text("column_name", "Name of the column", required=True),
        _text("datatype", "VOTable datatype", required=True),
        _text("arraysize", "VOTable arraysize"),
        _text("xtype", "DALI xtype"),
        _number("size", "Deprecated: length of a variable-length column"),
        _text("description", "What the column holds"),
        _text("utype", "Data model path"),
        _text("unit", "Unit, as VOUnits"),
        _text("ucd", "UCD1+"),
        _number("indexed", "1 if searches on the column are fast", required=True),
        _number("principal", "1 if the column is a core part", required=True),
        _number("std", "1 if a standard defines the column", required=True),
        _number("column_index", "Recommended order"),
    ),
    foreign_keys=(ForeignKey("tap_schema.tables", (("table_name", "table_name"),)),),
)
_KEYS = Table(
    "tap_schema.keys",
    "Foreign keys between tables",
    (
        _text("key_id", "Identifier of the key", required=True),
        _text("from_table", "Table with the reference", required=True),
        _text("target_table", "Table referred to", required=True),
        _text("description", "What the key means"),
        _text("utype", "Data model path"),
    ),
    foreign_keys=(
        ForeignKey("tap_schema.tables", (("from_table", "table_name"),)),
        ForeignKey("tap_schema.tables", (("target_table", "table_name"),)),
    ),
)
_KEY_COLUMNS = Table(
    "tap_schema.key_columns",
    "Columns of the foreign keys",
    (
        _text("key_id", "Identifier of the key", required=True),
        _text("from_column", "Column of the referring table", required=True),
        _text("target_column", "Column of the table referred to", required=True),
    ),
    foreign_keys=(ForeignKey("tap_schema.keys", (("key_id", "key_id"),)),),
)

TAP_SCHEMA: Final = Schema(
    "tap_schema",
    "What this service holds: schemas, tables, columns and foreign keys",
    (_SCHEMAS, _TABLES, _COLUMNS, _KEYS, _KEY_COLUMNS),
)
