"""Geometry functions, and CAST to a shape, with their arguments checked."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from gammavo.adql import tree
from gammavo.adql.binder.checks import (
    require_number,
    require_point,
    require_shape,
    what,
)
from gammavo.adql.bound import (
    Cast,
    Distance,
    GeometryTest,
    GeometryValue,
    Literal,
    Value,
)
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.regions import (
    RegionText,
    RegionTextError,
    is_icrs,
    parse_numbers,
    parse_region,
)
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.astrometry import turned_to_icrs
from gammavo.adql.user_functions.frames import FRAMES
from gammavo.adql.user_functions.time_coverage import (
    coverages_meet,
    is_time_coverage,
)
from gammavo.model.columns import Datatype

__all__ = ["GEOMETRY", "bound_geometry", "cast_to_shape"]

_RESULTS: Final = MappingProxyType(
    {
        "AREA": Datatype.DOUBLE,
        "BOX": Datatype.POLYGON,
        "CENTROID": Datatype.POINT,
        "CIRCLE": Datatype.CIRCLE,
        "CONTAINS": Datatype.INTEGER,
        "COORD1": Datatype.DOUBLE,
        "COORD2": Datatype.DOUBLE,
        "COORDSYS": Datatype.VARCHAR,
        "DISTANCE": Datatype.DOUBLE,
        "INTERSECTS": Datatype.INTEGER,
        "POINT": Datatype.POINT,
        "POLYGON": Datatype.POLYGON,
        "REGION": Datatype.REGION,
    }
)
GEOMETRY: Final = frozenset(_RESULTS)
"""The geometry functions of ADQL 2.1."""

_ICRS: Final = "ICRS"

_NUMBERS: Final = MappingProxyType({"POINT": 2, "CIRCLE": 3, "BOX": 4})
"""Numbers of a shape that is given by numbers alone."""

_EXAMPLES: Final = MappingProxyType(
    {
        Datatype.POINT: "83.6 22.0",
        Datatype.CIRCLE: "83.6 22.0 2.5",
        Datatype.POLYGON: "83.6 22.0 84.6 22.0 84.1 23.0",
        Datatype.REGION: "CIRCLE ICRS 83.6 22.0 2.5",
    }
)


def bound_geometry(call: tree.Call, arguments: tuple[Value, ...]) -> Value:
    """Return the call of a geometry function.

    Raises
    ------
    AdqlError
        An argument has the wrong type, a coordinate system is not ICRS, or the text of a
        region is none.
    """
    name, nodes = call.name, call.arguments
    match name:
        case "REGION":
            return _region(nodes[0], call.at)
        case "CONTAINS" | "INTERSECTS":
            for argument, node in zip(arguments, nodes, strict=True):
                require_shape(argument, node, name)
            first, second = arguments
            if name == "INTERSECTS" and any(map(is_time_coverage, arguments)):
                return coverages_meet(first, second, call.at)
            return GeometryTest(Datatype.INTEGER, name, first, second, call.at)
        case "DISTANCE":
            return _distance(call, arguments)
        case "AREA" | "CENTROID" | "COORDSYS":
            require_shape(arguments[0], nodes[0], name)
            return GeometryValue(_RESULTS[name], name, arguments, call.at)
        case "COORD1" | "COORD2":
            require_point(arguments[0], nodes[0], name)
            return GeometryValue(_RESULTS[name], name, arguments, call.at)
        case _:
            return _shape(call, arguments)


def _shape(call: tree.Call, arguments: tuple[Value, ...]) -> Value:
    """Return POINT, CIRCLE, BOX or POLYGON, all of which begin with points or numbers."""
    name, nodes = call.name, call.arguments
    frame = _ICRS
    if arguments and isinstance(nodes[0], tree.Text):
        frame = _frame(nodes[0])
        arguments, nodes = arguments[1:], nodes[1:]
    points = _leading_points(name, arguments)
    for index, (argument, node) in enumerate(zip(arguments, nodes, strict=True)):
        if index < points:
            require_point(argument, node, name)
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
    shape = GeometryValue(_RESULTS[name], name, arguments, call.at)
    return shape if frame == _ICRS else turned_to_icrs(frame, shape, call.at)


def _leading_points(name: str, arguments: Sequence[Value]) -> int:
    """Return how many arguments at the beginning are points by their form."""
    if not arguments or arguments[0].datatype is not Datatype.POINT:
        return 0
    return len(arguments) if name == "POLYGON" else 1


def _check_number(call: tree.Call, arguments: Sequence[Value]) -> None:
    wanted = _NUMBERS.get(call.name, len(arguments) + 1) - 1
    if len(arguments) != wanted:
        raise AdqlError(f"{call.name} has wrong arguments", call.at)


def _with_points(
    name: str, arguments: tuple[Value, ...], call: tree.Call
) -> tuple[Value, ...]:
    """Return the arguments with longitudes and latitudes joined to points."""
    if len(arguments) != _NUMBERS.get(name, len(arguments)):
        raise AdqlError(
            f"{name} has wrong arguments", call.at, "the first one is not a point"
        )
    if name == "POINT":
        return arguments
    pairs = len(arguments) // 2 if name == "POLYGON" else 1
    return (
        *(
            _point(arguments[2 * i], arguments[2 * i + 1], call.at)
            for i in range(pairs)
        ),
        *arguments[2 * pairs :],
    )


def _point(longitude: Value, latitude: Value, at: Token) -> GeometryValue:
    return GeometryValue(Datatype.POINT, "POINT", (longitude, latitude), at)


def _distance(call: tree.Call, arguments: Sequence[Value]) -> Distance:
    if len(arguments) == 2:
        first, second = arguments
        for argument, node in zip(arguments, call.arguments, strict=True):
            require_point(argument, node, "DISTANCE")
    else:
        for argument, node in zip(arguments, call.arguments, strict=True):
            require_number(argument, node, "DISTANCE(...)")
        first = _point(arguments[0], arguments[1], call.at)
        second = _point(arguments[2], arguments[3], call.at)
    return Distance(Datatype.DOUBLE, first, second, call.at)


def _frame(node: tree.Text) -> str:
    """Return the frame that a coordinate system of ADQL 2.0 has."""
    words = node.value.upper().split()
    others = [word for word in words if word in FRAMES and word != _ICRS]
    rest = [word for word in words if word not in others]
    if len(others) > 1 or not is_icrs(" ".join(rest)):
        raise AdqlError(
            f"the coordinate system {node.value!r} is not supported",
            node.at,
            f"leave it out for ICRS; others are {', '.join(FRAMES[1:])}",
        )
    return others[0] if others else _ICRS


def cast_to_shape(node: tree.Cast, operand: Value) -> Value:
    """Return a CAST to POINT, CIRCLE or POLYGON.

    Texts are arrays of numbers as DALI writes them (ADQL 2.1 section 4.8.1), or regions as
    REGION takes them if they are constant. Regions can be cast to the shape that they are.

    Raises
    ------
    AdqlError
        The operand has another type, or a constant text is no such shape.
    """
    target = Datatype(node.target)
    if isinstance(node.operand, tree.Text):
        return _constant_shape(node.operand, target)
    if isinstance(operand, Literal) and operand.value is None:
        return Cast(target, operand)
    source = operand.datatype
    region = source is Datatype.REGION and target is not Datatype.POINT
    if source is None or not (source.is_text or source is target or region):
        raise AdqlError(f"{what(operand)} cannot be cast to {node.target}", node.at)
    return GeometryValue(target, "CAST", (operand,), node.at)


def _constant_shape(node: tree.Expression, target: Datatype) -> GeometryValue:
    text = _text(node)
    try:
        if text.strip()[:1].isalpha():
            region = parse_region(text)
        else:
            region = RegionText(target.value, 0, parse_numbers(text, target.value))
    except RegionTextError as error:
        raise _fault(error, node, _EXAMPLES[target]) from None
    shape = _of_text(region, node)
    if shape.datatype is not target:
        raise AdqlError(f"this text is no {target}", node.at, f"it is a {region.kind}")
    return shape


def _region(node: tree.Expression, at: Token) -> GeometryValue:
    """Return REGION as the shape that its text describes."""
    try:
        region = parse_region(_text(node))
    except RegionTextError as error:
        raise _fault(error, node, _EXAMPLES[Datatype.REGION]) from None
    return GeometryValue(Datatype.REGION, "REGION", (_of_text(region, node),), at)


def _text(node: tree.Expression) -> str:
    if not isinstance(node, tree.Text):
        raise TypeError("the grammar has a text here")
    return node.value


def _of_text(region: RegionText, node: tree.Expression) -> GeometryValue:
    at = _place(node, region.offset)
    if region.parts:
        parts = tuple(_of_text(part, node) for part in region.parts)
        return GeometryValue(Datatype.REGION, "UNION", parts, at)
    values: tuple[Value, ...] = tuple(
        Literal(Datatype.DOUBLE, number) for number in region.numbers
    )
    if region.kind == "POINT":
        return GeometryValue(Datatype.POINT, "POINT", values, at)
    pairs = len(values) if region.kind == "POLYGON" else 2
    points = (_point(values[i], values[i + 1], at) for i in range(0, pairs, 2))
    arguments = (*points, *values[pairs:])
    return GeometryValue(_RESULTS[region.kind], region.kind, arguments, at)


def _fault(error: RegionTextError, node: tree.Expression, example: str) -> AdqlError:
    at = _place(node, error.offset)
    if error.unsupported:
        hint = "POSITION, CIRCLE, BOX, POLYGON and UNION in ICRS are supported"
        return NotSupportedError(str(error), at, hint)
    return AdqlError(str(error), at, f"for example '{example}'")


def _place(node: tree.Expression, offset: int) -> Token:
    """Return the token of a text with the place of one of its characters."""
    token = node.at
    # A quote, a line end, or the gap of a text in two pieces would spoil the count.
    if len(token.text) != len(_text(node)) + 2 or "\n" in token.text:
        return token
    return token._replace(column=token.column + 1 + offset)
