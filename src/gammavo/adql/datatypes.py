"""Rules on datatypes: what fits together, and what comes out (ADQL 2.1 section 3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gammavo.adql.bound import Call, Cast, ColumnReference, Literal, Value
from gammavo.model.columns import Datatype

__all__ = [
    "LIST_FUNCTIONS",
    "arithmetic_type",
    "coerced",
    "common_type",
    "holds_lists",
    "noun",
]

LIST_FUNCTIONS: Final = frozenset({"histogram_list"})
"""Functions of the plan whose values are lists of numbers of their datatype."""

_RANKS = (Datatype.SMALLINT, Datatype.INTEGER, Datatype.BIGINT, Datatype.DOUBLE)


def common_type(first: Datatype | None, second: Datatype | None) -> Datatype | None:
    """Return the type that holds values of both types.

    Raises
    ------
    ValueError
        There is none.
    """
    if first is second or second is None:
        return first
    if first is None:
        return second
    if first.is_numeric and second.is_numeric:
        if Datatype.REAL in {first, second}:
            small = Datatype.SMALLINT in {first, second}
            return Datatype.REAL if small else Datatype.DOUBLE
        return max(first, second, key=_RANKS.index)
    if first.is_text and second.is_text:
        return Datatype.UNICODE
    raise ValueError(f"{first} and {second} do not fit together")


def arithmetic_type(first: Datatype | None, second: Datatype | None) -> Datatype:
    """Return the type of + - * /: BIGINT of whole numbers, else DOUBLE."""
    whole = all(datatype is None or datatype.is_integer for datatype in (first, second))
    return Datatype.BIGINT if whole else Datatype.DOUBLE


def coerced(value: Value, datatype: Datatype | None) -> Value:
    """Return the value as one of another type that it fits into."""
    if datatype is None or value.datatype is datatype:
        return value
    if value.datatype is not None and value.datatype.is_text and datatype.is_text:
        return value
    if isinstance(value, Literal):
        if value.value is None or datatype.is_integer:
            return replace(value, datatype=datatype)
        if datatype is Datatype.DOUBLE and isinstance(value.value, int):
            return Literal(datatype, float(value.value))
    return Cast(datatype, value)


def holds_lists(value: Value) -> bool:
    """Tell whether a value has several numbers in each row."""
    if isinstance(value, Call):
        return value.function in LIST_FUNCTIONS
    return (
        isinstance(value, ColumnReference)
        and value.column.arraysize not in {None, "1"}
        and value.column.datatype.is_numeric
    )


def noun(datatype: Datatype | None) -> str:
    """Return what people call values of this type."""
    if datatype is None:
        return "NULL"
    if datatype.is_numeric:
        return "a number"
    if datatype.is_text:
        return "a text"
    if datatype.is_geometry:
        return f"a {datatype.value.lower()}"
    return {Datatype.TIMESTAMP: "a time", Datatype.BOOLEAN: "a truth value"}[datatype]
