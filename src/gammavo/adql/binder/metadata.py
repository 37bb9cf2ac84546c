"""What is known of a calculated value: its unit, its UCD, its description.

UCDs are built by the rules of UCD1+ 1.6, where ``stat.max``, ``stat.mean``, ``stat.min``
and ``arith.diff`` may only follow another word: the mean of ``em.energy`` is
``em.energy;stat.mean``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gammavo.adql import units
from gammavo.adql.bound import (
    Aggregate,
    Arithmetic,
    Call,
    Cast,
    ColumnReference,
    Converted,
    Distance,
    GeometryValue,
    Literal,
    ScalarQuery,
    UserCall,
    Value,
)
from gammavo.adql.datatypes import holds_lists
from gammavo.model.columns import Column, Datatype

__all__ = ["described", "unit_of"]

_SAME_UNIT = frozenset(
    {"abs", "ceiling", "floor", "round", "truncate", "mod", "negate"}
)
_RADIANS = frozenset({"asin", "acos", "atan", "atan2", "radians"})
_STATISTICS: Final = MappingProxyType(
    {"avg": "stat.mean", "max": "stat.max", "min": "stat.min"}
)
_REGION: Final = Datatype.REGION
_GEOMETRY_UNITS: Final[Mapping[str, str | None]] = MappingProxyType(
    {"AREA": "deg**2", "COORDSYS": None}
)
_GEOMETRY_UCDS: Final = MappingProxyType(
    {
        Datatype.DOUBLE: "phys.angArea",
        Datatype.VARCHAR: "pos.frame",
        Datatype.POINT: "pos.eq",
        Datatype.CIRCLE: "pos.outline",
        Datatype.POLYGON: "pos.outline",
        Datatype.REGION: "pos.outline",
    }
)
"""UCDs of shapes, of AREA (a number) and of COORDSYS (a text)."""
_LONGEST_DESCRIPTION = 200


def described(value: Value, name: str, text: str) -> Column:
    """Return the description of an output column.

    Parameters
    ----------
    value
        What the column holds.
    name
        Its name.
    text
        How the query writes the value, which describes calculated values.
    """
    if isinstance(value, ColumnReference):
        return value.column.renamed(name)
    datatype = value.datatype or Datatype.VARCHAR
    if isinstance(value, ScalarQuery):
        return value.query.outputs[0].column.renamed(name)
    if isinstance(value, Aggregate) and value.function in {"min", "max"}:
        argument = described(value.arguments[0], name, text)
        return replace(
            argument,
            description=_shortened(text),
            ucd=ucd_of(value),
            principal=False,
            std=False,
            indexed=False,
            utype=None,
            synonyms=None,
        )
    return Column(
        name,
        datatype,
        _shortened(text),
        unit=unit_of(value) if datatype.is_numeric or datatype.is_geometry else None,
        ucd=ucd_of(value),
        frame=_frame_of(value) if datatype.is_geometry else None,
        arraysize="*" if holds_lists(value) else None,
    )


def _frame_of(value: Value) -> str:
    """Return the frame of a shape: ICRS unless a function turns it into another one."""
    if isinstance(value, UserCall) and value.function == "ivo_geom_transform":
        target = value.arguments[1]
        if isinstance(target, Literal):
            return str(target.value)
    return "ICRS"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    return f"{text[: _LONGEST_DESCRIPTION - 1]}…"


def unit_of(value: Value) -> str | None:
    """Return the unit of a value as VOUnit, None for none or if it cannot be told."""
    match value:
        case ColumnReference():
            return value.column.unit
        case Converted():
            return value.unit
        case Arithmetic():
            return _unit_of_arithmetic(value)
        case Aggregate(function=function, arguments=(argument, *_)):
            return unit_of(argument) if function != "count" else None
        case Cast():
            return unit_of(value.operand)
        case Distance() | UserCall(datatype=Datatype.POINT | Datatype.CIRCLE):
            return "deg"
        case GeometryValue(function=function, datatype=datatype):
            # Numbers in texts, as regions are, have no unit of the column.
            return _GEOMETRY_UNITS.get(function, None if datatype is _REGION else "deg")
        case ScalarQuery():
            return value.query.outputs[0].column.unit
        case Call():
            return _unit_of_call(value)
        case _:
            return None


def _unit_of_arithmetic(value: Arithmetic) -> str | None:
    left, right = unit_of(value.left), unit_of(value.right)
    if value.operator in {"+", "-"}:
        if left == right:
            return left
        # A bare number is taken to be in the unit of the other operand (ADQL 2.1,
        # section 4.8.1: IN_UNIT(ra + 10, 'rad') is good).
        if left is None and isinstance(value.left, Literal):
            return right
        if right is None and isinstance(value.right, Literal):
            return left
        return None
    if right is None:
        return left
    if value.operator == "/":
        return units.quotient(left, right)
    return right if left is None else units.product(left, right)


def _unit_of_call(value: Call) -> str | None:
    function, arguments = value.function, value.arguments
    if function in _RADIANS:
        return "rad"
    if function == "degrees":
        return "deg"
    if not arguments:
        return None
    unit = unit_of(arguments[0])
    if unit is None or function in _SAME_UNIT:
        return unit
    if function == "sqrt":
        return units.power(unit, 0.5)
    if function == "power":
        exponent = arguments[1]
        if isinstance(exponent, Literal) and isinstance(exponent.value, int | float):
            return units.power(unit, exponent.value)
    if function == "coalesce" and all(
        isinstance(other, Literal) or unit_of(other) == unit for other in arguments
    ):
        return unit
    return None


def ucd_of(value: Value) -> str | None:
    """Return the UCD of a value, None if it cannot be told."""
    match value:
        case ColumnReference():
            return value.column.ucd
        case Converted() | Cast():
            return ucd_of(value.operand)
        case Aggregate():
            return _ucd_of_aggregate(value)
        case Arithmetic(operator="-"):
            left, right = (_plain(ucd_of(side)) for side in (value.left, value.right))
            return f"{left};arith.diff" if left and left == right else None
        case Distance():
            return "pos.angDistance"
        case GeometryValue():
            return _ucd_of_geometry(value)
        case ScalarQuery():
            return value.query.outputs[0].column.ucd
        case Call(function=function) if function in _SAME_UNIT | {"coalesce"}:
            return ucd_of(value.arguments[0])
        case _:
            return None


def _ucd_of_aggregate(value: Aggregate) -> str | None:
    if value.function == "count":
        return "meta.number"
    ucd = ucd_of(value.arguments[0])
    if ucd is None or value.function not in _STATISTICS:
        return ucd
    word = _STATISTICS[value.function]
    return f"{_plain(ucd)};{word}"


def _ucd_of_geometry(value: GeometryValue) -> str | None:
    if value.function not in {"COORD1", "COORD2"}:
        return _GEOMETRY_UCDS.get(value.datatype or _REGION)
    point = value.arguments[0]
    if isinstance(point, GeometryValue) and point.function == "POINT":
        return ucd_of(point.arguments[int(value.function == "COORD2")])
    return None


def _plain(ucd: str | None) -> str | None:
    """Return a UCD without the words that say which of several values it is."""
    if ucd is None:
        return None
    left_out = {"meta.main", *_STATISTICS.values()}
    return ";".join(word for word in ucd.split(";") if word not in left_out) or ucd
