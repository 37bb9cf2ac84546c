"""Calls of functions, with their arguments checked and their results typed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gammavo.adql import tree, units
from gammavo.adql.binder.checks import require_number, require_text, what
from gammavo.adql.binder.metadata import unit_of
from gammavo.adql.binder.shapes import GEOMETRY, bound_geometry
from gammavo.adql.bound import (
    Aggregate,
    Call,
    Converted,
    Literal,
    Value,
)
from gammavo.adql.datatypes import coerced, common_type, holds_lists, noun
from gammavo.adql.errors import AdqlError
from gammavo.model.columns import Datatype

__all__ = [
    "bound_aggregate",
    "bound_call",
    "finite",
    "literal",
]

_KEEPS_WHOLE = frozenset({"ABS", "MOD"})


def bound_call(call: tree.Call, arguments: tuple[Value, ...]) -> Value:
    """Return the call of a function of ADQL.

    Raises
    ------
    AdqlError
        An argument has the wrong type or unit.
    """
    name = call.name
    if name in GEOMETRY:
        return bound_geometry(call, arguments)
    if name == "COALESCE":
        return _coalesce(call, arguments)
    if name == "IN_UNIT":
        return _in_unit(call, arguments)
    if name in {"LOWER", "UPPER"}:
        require_text(arguments[0], call.arguments[0], f"{name}(...)")
        return Call(Datatype.VARCHAR, name.lower(), arguments)
    for argument, node in zip(arguments, call.arguments, strict=True):
        require_number(argument, node, f"{name}(...)")
    whole = all(a.datatype is not None and a.datatype.is_integer for a in arguments)
    if name in _KEEPS_WHOLE and whole:
        return Call(Datatype.BIGINT, name.lower(), arguments)
    if name in {"ROUND", "TRUNCATE"}:
        digits = arguments[1:]
        number = coerced(arguments[0], Datatype.DOUBLE)
        return Call(Datatype.DOUBLE, name.lower(), (number, *digits))
    numbers = tuple(coerced(argument, Datatype.DOUBLE) for argument in arguments)
    return Call(Datatype.DOUBLE, name.lower(), numbers)


def bound_aggregate(node: tree.Aggregate, argument: Value | None) -> Aggregate:
    """Return a set function.

    Raises
    ------
    AdqlError
        Its argument has the wrong type.
    """
    name = node.name
    function = name.lower()
    if argument is None or node.argument is None:
        return Aggregate(Datatype.BIGINT, function, ())
    if name == "COUNT":
        return Aggregate(Datatype.BIGINT, function, (argument,), node.distinct)
    if name in {"MIN", "MAX"}:
        datatype = argument.datatype
        if holds_lists(argument) or (datatype is not None and datatype.is_geometry):
            raise AdqlError(f"{name} of {what(argument)} has no meaning", node.at)
        return Aggregate(datatype, function, (argument,), node.distinct)
    require_number(argument, node.argument, f"{name}(...)")
    whole = argument.datatype is not None and argument.datatype.is_integer
    if name == "SUM" and whole:
        return Aggregate(Datatype.BIGINT, function, (argument,), node.distinct)
    number = coerced(argument, Datatype.DOUBLE)
    return Aggregate(Datatype.DOUBLE, function, (number,), node.distinct)


def _coalesce(call: tree.Call, arguments: Sequence[Value]) -> Call:
    datatype: Datatype | None = None
    for argument, node in zip(arguments, call.arguments, strict=True):
        if holds_lists(argument):
            raise AdqlError("COALESCE takes no lists of numbers", node.at)
        try:
            datatype = common_type(datatype, argument.datatype)
        except ValueError:
            raise AdqlError(
                f"COALESCE has {noun(datatype)} and {noun(argument.datatype)}",
                node.at,
                "use CAST to make them one type",
            ) from None
    same = tuple(coerced(argument, datatype) for argument in arguments)
    return Call(datatype, "coalesce", same)


def _in_unit(call: tree.Call, arguments: Sequence[Value]) -> Converted:
    number, target = arguments
    require_number(number, call.arguments[0], "IN_UNIT(...)")
    if not isinstance(call.arguments[1], tree.Text):
        raise AdqlError(
            "IN_UNIT takes the unit as a text in quotes",
            call.arguments[1].at,
            "for example IN_UNIT(s_ra, 'rad')",
        )
    unit = unit_of(number)
    if unit is None:
        raise AdqlError("this value has no unit to convert from", call.arguments[0].at)
    wanted = str(getattr(target, "value", ""))
    try:
        factor = units.conversion_factor(unit, wanted)
    except ValueError as error:
        raise AdqlError(str(error), call.arguments[1].at) from None
    return Converted(Datatype.DOUBLE, coerced(number, Datatype.DOUBLE), factor, wanted)


def finite(text: str, node: tree.Node) -> int | float:
    """Return the value of a number as written.

    Raises
    ------
    AdqlError
        It is larger than any number of the engine.
    """
    if text.isdigit():
        value = int(text) if len(text) < 40 else 1 << 63
        if value < 1 << 63:
            return value
    real = float(text)
    if not math.isfinite(real):
        raise AdqlError("the number is too large", node.at)
    return real


def literal(value: int | float | str | None) -> Literal:
    """Return a constant with the smallest type that holds it."""
    if isinstance(value, str):
        datatype = Datatype.VARCHAR if value.isascii() else Datatype.UNICODE
        return Literal(datatype, value)
    if isinstance(value, int):
        small = value < 1 << 31
        return Literal(Datatype.INTEGER if small else Datatype.BIGINT, value)
    return Literal(None if value is None else Datatype.DOUBLE, value)
