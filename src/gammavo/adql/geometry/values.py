"""Geometry functions as values: DALI arrays, numbers, texts."""

from __future__ import annotations

from collections.abc import Callable

from gammavo.adql.bound import (
    Call,
    Case,
    ColumnReference,
    GeometryValue,
    IsNull,
    Literal,
    Not,
    Value,
)
from gammavo.adql.datatypes import coerced
from gammavo.adql.geometry.arithmetic import constant
from gammavo.adql.geometry.arrays import (
    circle_array,
    constant_polygon_array,
    coordinates_of,
    point_array,
)
from gammavo.adql.geometry.healpix import healpix_index
from gammavo.adql.geometry.kinds import Cap, ConstantPolygon, RowPolygon, Shape, Union
from gammavo.adql.geometry.measures import area, row_centroid
from gammavo.adql.geometry.shapes import Shapes
from gammavo.model.columns import Datatype

__all__ = ["geometry_value"]

_FRAME = "ICRS"
"""The coordinate system of everything that has no other one."""


def geometry_value(
    node: GeometryValue, shapes: Shapes, lowered: Callable[[Value], Value]
) -> Value:
    """Return the value of a geometry function, without geometry.

    Shapes are arrays of numbers as DALI 1.1 section 3.3 has them, those of REGION texts.

    Raises
    ------
    AdqlError
        Numbers are out of range, or the shape is of a kind that is not supported.
    """
    (first, *_) = node.arguments
    match node.function:
        case "AREA":
            return area(shapes.shape(first, node.at))
        case "COORD1" | "COORD2":
            longitude, latitude = coordinates_of(shapes.point(first, node.at))
            return _real(longitude if node.function == "COORD1" else latitude)
        case "HEALPIX":
            point = shapes.point(node.arguments[1], node.at)
            return healpix_index(lowered(first), point)
        case "COORDSYS":
            return _system(node, shapes)
        case "CENTROID":
            shape = shapes.shape(first, node.at)
            if isinstance(shape, RowPolygon):
                return row_centroid(shape)
            return point_array(shapes.centroid(shape))
        case "CAST" if first.datatype is not None and not first.datatype.is_geometry:
            return Call(node.datatype, "shape_of_text", (lowered(first),))
        case _:
            return _array(shapes.shape(node, node.at), node.datatype)


def _array(shape: Shape, datatype: Datatype | None) -> Value:
    if datatype is Datatype.REGION and not isinstance(shape, RowPolygon):
        return Literal(datatype, _text(shape))
    match shape:
        case Cap():
            return (
                point_array(shape)
                if datatype is Datatype.POINT
                else circle_array(shape)
            )
        case ConstantPolygon():
            return constant_polygon_array(shape)
        case RowPolygon(array=array):
            return array
        case Union():
            raise TypeError("a union is a region")


def _real(value: Value) -> Value:
    """Return a coordinate as DOUBLE, whatever the type of its column."""
    return coerced(value, Datatype.DOUBLE)


def _system(node: GeometryValue, shapes: Shapes) -> Value:
    """Return the name of the coordinate system, NULL for a shape that is NULL."""
    (argument,) = node.arguments
    frame = Literal(Datatype.VARCHAR, _FRAME)
    value: Value = argument
    if isinstance(argument, ColumnReference):
        frame = Literal(Datatype.VARCHAR, argument.column.frame or _FRAME)
    else:
        value = _array(shapes.shape(argument, node.at), argument.datatype)
    if isinstance(value, Literal) or _is_constant_array(value):
        return frame
    return Case(Datatype.VARCHAR, (Not(IsNull(value)),), (frame,))


def _is_constant_array(value: Value) -> bool:
    return isinstance(value, Call) and all(
        constant(element) is not None for element in value.arguments
    )


def _text(shape: Cap | ConstantPolygon | Union) -> str:
    """Return a constant shape in STC-S, in the form that ObsCore clients draw."""
    if isinstance(shape, Union):
        parts = " ".join(_text(part).replace(" ICRS", "", 1) for part in shape.parts)
        return f"UNION ICRS ({parts})"
    if isinstance(shape, ConstantPolygon):
        word = "POLYGON"
        numbers = [number for vertex in shape.coordinates for number in vertex]
    else:
        word = "POSITION" if shape.is_point else "CIRCLE"
        values = [*coordinates_of(shape)]
        if not shape.is_point and shape.degrees is not None:
            values.append(shape.degrees)
        numbers = [
            number for value in values if (number := constant(value)) is not None
        ]
    texts = [repr(number).removesuffix(".0") for number in numbers]
    return " ".join((word, "ICRS", *texts))
