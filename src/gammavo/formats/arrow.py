"""Columns as Arrow types, and record batches brought to exactly those types.

Engines answer with whatever Arrow type their expression has (``large_string``,
``decimal128`` of a sum, ``int32`` of a ``SMALLINT`` calculation). Writers see none of it:
:func:`conform` casts every batch to :func:`arrow_schema`, by position.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import InternalError, UsageError

__all__ = ["arrow_schema", "arrow_type", "conform", "fixed_size", "is_list"]

_SCALARS: Final = {
    Datatype.BOOLEAN: pa.bool_(),
    Datatype.SMALLINT: pa.int16(),
    Datatype.INTEGER: pa.int32(),
    Datatype.BIGINT: pa.int64(),
    Datatype.REAL: pa.float32(),
    Datatype.DOUBLE: pa.float64(),
    Datatype.VARCHAR: pa.string(),
    Datatype.UNICODE: pa.string(),
    Datatype.TIMESTAMP: pa.timestamp("us"),
    Datatype.REGION: pa.string(),
}
_LISTS: Final = {datatype: pa.list_(scalar) for datatype, scalar in _SCALARS.items()}
_LISTS_OF_DOUBLE: Final = frozenset({Datatype.POINT, Datatype.CIRCLE, Datatype.POLYGON})


def is_list(column: Column) -> bool:
    """Whether the values of a column are lists of numbers or of booleans."""
    if column.datatype in _LISTS_OF_DOUBLE:
        return True
    countable = column.datatype.is_numeric or column.datatype is Datatype.BOOLEAN
    return countable and column.votable[1] is not None


def fixed_size(column: Column) -> int | None:
    """Return how many elements every value has, None if that varies or is one.

    Times vary always: they have a fraction of a second where there is one.
    """
    if column.datatype is Datatype.TIMESTAMP:
        return None
    return _product(column.votable[1])


@lru_cache(256)
def _product(arraysize: str | None) -> int | None:
    """Return how many elements an arraysize like ``2x3`` means, None if they vary."""
    if arraysize is None or arraysize.endswith("*"):
        return None
    return math.prod(int(factor) for factor in arraysize.split("x"))


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type of a column's values.

    Text and REGION are ``string``, times ``timestamp[us]`` without zone; positions,
    areas and numeric columns with an ``arraysize`` are lists.
    """
    if column.datatype in _LISTS_OF_DOUBLE:
        return _LISTS[Datatype.DOUBLE]
    return (_LISTS if is_list(column) else _SCALARS)[column.datatype]


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Return the schema of a table; fields carry unit, UCD and description."""
    return pa.schema([_field(column) for column in columns])


def _field(column: Column) -> pa.Field:
    metadata = {
        key: value
        for key, value in (
            ("description", column.description),
            ("unit", column.unit),
            ("ucd", column.ucd),
            ("utype", column.utype),
        )
        if value
    }
    return pa.field(
        column.name,
        arrow_type(column),
        nullable=not column.required,
        metadata=metadata or None,
    )


def conform(batch: pa.RecordBatch, columns: Sequence[Column]) -> list[pa.Array]:
    """Return the arrays of a batch, cast to the types that the columns declare.

    Raises
    ------
    InternalError
        The batch has another number of columns.
    UsageError
        A value does not fit the declared type or fixed size.
    """
    if batch.num_columns != len(columns):
        raise InternalError(
            f"A result has {batch.num_columns} columns where {len(columns)} are declared."
        )
    return [
        _cast(array, column)
        for array, column in zip(batch.columns, columns, strict=True)
    ]


def _cast(array: pa.Array, column: Column) -> pa.Array:
    wanted = arrow_type(column)
    if array.type != wanted:
        # A time finer than a microsecond loses digits; a number may not.
        safe = column.datatype is not Datatype.TIMESTAMP
        try:
            array = array.cast(wanted, safe=safe)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise UsageError(
                f"A value of column {column.name} does not fit {column.datatype}: "
                f"{error}.",
                advice="CAST the expression to a wider type.",
            ) from error
    size = fixed_size(column)
    if size is not None:
        _check_size(array, column, size)
    return array


def _check_size(array: pa.Array, column: Column, size: int) -> None:
    """Refuse lists of another length, and texts that are longer."""
    if is_list(column):
        wrong = pc.not_equal(pc.list_value_length(array), size)
    elif column.datatype is Datatype.UNICODE:
        pairs = pc.count_substring_regex(array, "[\U00010000-\U0010ffff]")
        wrong = pc.greater(pc.add(pc.utf8_length(array), pairs), size)
    else:
        wrong = pc.greater(pc.utf8_length(array), size)
    if pc.any(wrong).as_py():
        raise UsageError(
            f"A value of column {column.name} has not the size that its arraysize "
            f"{column.votable[1]} declares."
        )
