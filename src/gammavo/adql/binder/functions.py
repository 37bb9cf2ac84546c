"""Calls of functions, with their arguments checked and their results typed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from gammavo.adql import tree, units
from gammavo.adql.binder.metadata import unit_of
from gammavo.adql.bound import (
    Aggregate,
    Call,
    Converted,
    Distance,
    GeometryTest,
    GeometryValue,
    Literal,
    UserCall,
    Value,
)
from gammavo.adql.datatypes import coerced, common_type, holds_lists, noun
from gammavo.adql.errors import AdqlError
from gammavo.adql.user_functions import UserFunction
from gammavo.model.columns import Datatype

__all__ = [
    "bound_aggregate",
    "bound_call",
    "bound_user_call",
    "require_number",
    "require_text",
]

_GEOMETRY_RESULTS: Final = MappingProxyType(
    {
        "AREA": Datatype.DOUBLE,
        "BOX": Datatype.POLYGON,
        "CENTROID": Datatype.POINT,
        "CIRCLE": Datatype.CIRCLE,
        "COORD1": Datatype.DOUBLE,
        "COORD2": Datatype.DOUBLE,
        "COORDSYS": Datatype.VARCHAR,
        "POINT": Datatype.POINT,
        "POLYGON": Datatype.POLYGON,
        "REGION": Datatype.REGION,
    }
)
_SHAPE_FUNCTIONS = frozenset({"AREA", "CENTROID", "COORDSYS"})
_POINT_FUNCTIONS = frozenset({"COORD1", "COORD2"})
_KEEPS_WHOLE = frozenset({"ABS", "MOD"})
_ICRS: Final = frozenset(
    {
        *("", "ICRS", "ICRS GEOCENTER", "ICRS BARYCENTER", "ICRS TOPOCENTER"),
        *("ICRS HELIOCENTER", "UNKNOWNFRAME"),
    }
)
"""Coordinate systems of ADQL 2.0 that need no transformation."""


def bound_call(call: tree.Call, arguments: tuple[Value, ...]) -> Value:
    """Return the call of a function of ADQL.

    Raises
    ------
    AdqlError
        An argument has the wrong type or unit.
    """
    name = call.name
    if name in _GEOMETRY_RESULTS or name in {"CONTAINS", "INTERSECTS", "DISTANCE"}:
        return _geometry(call, arguments)
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
            raise AdqlError(f"{name} of {_what(argument)} has no meaning", node.at)
        return Aggregate(datatype, function, (argument,), node.distinct)
    require_number(argument, node.argument, f"{name}(...)")
    whole = argument.datatype is not None and argument.datatype.is_integer
    if name == "SUM" and whole:
        return Aggregate(Datatype.BIGINT, function, (argument,), node.distinct)
    number = coerced(argument, Datatype.DOUBLE)
    return Aggregate(Datatype.DOUBLE, function, (number,), node.distinct)


def bound_user_call(
    call: tree.Call, function: UserFunction, arguments: tuple[Value, ...]
) -> Value:
    """Return the call of a user-defined function.

    Raises
    ------
    AdqlError
        Number or types of the arguments are wrong.
    """
    wanted = [kind for _, kind in function.parameters]
    if function.expand is None and not function.aggregate:
        # Refused later by name; until then other signatures of it are tolerated.
        return UserCall(function.result, function.name, arguments, None, call.at)
    if len(wanted) != len(arguments):
        raise AdqlError(
            f"{function.name} takes {len(wanted)} arguments, not {len(arguments)}",
            call.at,
            f"write {function.form}",
        )
    for argument, node, kind in zip(arguments, call.arguments, wanted, strict=True):
        if not _fits(argument, kind):
            raise AdqlError(
                f"{function.name} takes {noun(kind)} here, not {_what(argument)}",
                node.at,
                f"its form is {function.form}",
            )
    if function.aggregate:
        if any(not isinstance(argument, Literal) for argument in arguments[1:]):
            raise AdqlError(
                f"{function.name} takes a constant as its second argument",
                call.arguments[1].at,
                "write the delimiter in quotes",
            )
        return Aggregate(function.result, function.aggregate, arguments)
    return UserCall(function.result, function.name, arguments, function.expand, call.at)


def require_number(value: Value, node: tree.Node, where: str) -> None:
    """Raise an error unless the value is a single number (or NULL)."""
    datatype = value.datatype
    if datatype is not None and not datatype.is_numeric:
        hint = "use CAST to make a number of a text" if datatype.is_text else ""
        raise AdqlError(f"{where} takes a number, not {_what(value)}", node.at, hint)
    if holds_lists(value):
        raise AdqlError(f"{where} takes one number, not a list of numbers", node.at)


def require_text(value: Value, node: tree.Node, where: str) -> None:
    """Raise an error unless the value is a text (or NULL)."""
    if value.datatype is not None and not value.datatype.is_text:
        hint = "use CAST(x AS VARCHAR)" if value.datatype.is_numeric else ""
        raise AdqlError(f"{where} takes a text, not {_what(value)}", node.at, hint)


def _what(value: Value) -> str:
    return "a list of numbers" if holds_lists(value) else noun(value.datatype)


def _fits(value: Value, wanted: Datatype) -> bool:
    datatype = value.datatype
    if datatype is None:
        return True
    if holds_lists(value):
        return False
    if wanted.is_text:
        return datatype.is_text
    if wanted is Datatype.DOUBLE:
        return datatype.is_numeric
    if wanted.is_integer:
        return datatype.is_integer
    return datatype is wanted


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


def _geometry(call: tree.Call, arguments: tuple[Value, ...]) -> Value:
    name = call.name
    nodes = call.arguments
    if name == "REGION":
        return GeometryValue(Datatype.REGION, name, arguments, call.at)
    if name in {"CONTAINS", "INTERSECTS"}:
        for argument, node in zip(arguments, nodes, strict=True):
            _require_shape(argument, node, name)
        first, second = arguments
        return GeometryTest(Datatype.INTEGER, name, first, second, call.at)
    if name == "DISTANCE":
        return _distance(call, arguments)
    if name in _SHAPE_FUNCTIONS | _POINT_FUNCTIONS:
        _require_shape(arguments[0], nodes[0], name)
        if name in _POINT_FUNCTIONS:
            _require_point(arguments[0], nodes[0], name)
        return GeometryValue(_GEOMETRY_RESULTS[name], name, arguments, call.at)
    if arguments and isinstance(nodes[0], tree.Text):
        _check_system(nodes[0])
        arguments, nodes = arguments[1:], nodes[1:]
    points = _leading_points(name, arguments)
    for index, (argument, node) in enumerate(zip(arguments, nodes, strict=True)):
        if index < points:
            _require_point(argument, node, name)
        else:
            require_number(argument, node, f"{name}(...)")
    if not points:
        if name == "POLYGON" and (len(arguments) < 6 or len(arguments) % 2):
            raise AdqlError(
                "POLYGON takes pairs of longitude and latitude, at least three", call.at
            )
        arguments = _with_points(name, arguments, call)
    else:
        _check_number(call, arguments)
    return GeometryValue(_GEOMETRY_RESULTS[name], name, arguments, call.at)


def _leading_points(name: str, arguments: Sequence[Value]) -> int:
    """Return how many arguments at the beginning are points by their form."""
    if not arguments or arguments[0].datatype is not Datatype.POINT:
        return 0
    return len(arguments) if name == "POLYGON" else 1


def _check_number(call: tree.Call, arguments: Sequence[Value]) -> None:
    wanted = {"CIRCLE": 2, "BOX": 3}.get(call.name, len(arguments))
    if len(arguments) != wanted:
        raise AdqlError(f"{call.name} has wrong arguments", call.at)


def _with_points(
    name: str, arguments: tuple[Value, ...], call: tree.Call
) -> tuple[Value, ...]:
    """Return the arguments with longitudes and latitudes joined to points."""
    wanted = {"POINT": 2, "CIRCLE": 3, "BOX": 4}.get(name, len(arguments))
    if len(arguments) != wanted:
        raise AdqlError(
            f"{name} has wrong arguments", call.at, "the first one is not a point"
        )
    if name == "POINT":
        return arguments
    pairs = len(arguments) // 2 if name == "POLYGON" else 1
    return (
        *(_point(arguments[2 * i], arguments[2 * i + 1], call) for i in range(pairs)),
        *arguments[2 * pairs :],
    )


def _point(longitude: Value, latitude: Value, call: tree.Call) -> GeometryValue:
    return GeometryValue(Datatype.POINT, "POINT", (longitude, latitude), call.at)


def _distance(call: tree.Call, arguments: Sequence[Value]) -> Distance:
    if len(arguments) == 2:
        first, second = arguments
        for argument, node in zip(arguments, call.arguments, strict=True):
            _require_point(argument, node, "DISTANCE")
    else:
        for argument, node in zip(arguments, call.arguments, strict=True):
            require_number(argument, node, "DISTANCE(...)")
        first = _point(arguments[0], arguments[1], call)
        second = _point(arguments[2], arguments[3], call)
    return Distance(Datatype.DOUBLE, first, second, call.at)


def _require_shape(value: Value, node: tree.Node, name: str) -> None:
    if value.datatype is None or not value.datatype.is_geometry:
        raise AdqlError(
            f"{name} takes a point or shape, not {_what(value)}",
            node.at,
            "for example POINT(ra, dec), CIRCLE(ra, dec, radius) or s_region",
        )


def _require_point(value: Value, node: tree.Node, name: str) -> None:
    if value.datatype is not Datatype.POINT:
        raise AdqlError(
            f"{name} takes a point, not {_what(value)}",
            node.at,
            "for example POINT(ra, dec)",
        )


def _check_system(node: tree.Text) -> None:
    system = " ".join(node.value.upper().split())
    if system not in _ICRS:
        raise AdqlError(
            f"the coordinate system {node.value!r} is not supported",
            node.at,
            "give coordinates in ICRS degrees and leave this argument out",
        )


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
