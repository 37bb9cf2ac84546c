"""Positions and shapes as DALI arrays: degrees, longitude before latitude."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gammavo.adql.bound import Call, Value
from gammavo.adql.datatypes import coerced
from gammavo.adql.geometry.arithmetic import (
    Vector,
    constant,
    number,
)
from gammavo.adql.geometry.kinds import Cap, ConstantPolygon
from gammavo.model.columns import Datatype

__all__ = [
    "array",
    "circle_array",
    "constant_polygon_array",
    "coordinates_of",
    "direction",
    "directions",
    "element",
    "function",
    "in_degrees",
    "in_radians",
    "point_array",
    "polygon_array",
]


def array(datatype: Datatype, numbers: Sequence[Value]) -> Value:
    """Return an array of numbers, NULL if one of them is."""
    return Call(datatype, "array", tuple(numbers))


def element(value: Value, index: int) -> Value:
    """Return an element of an array, counted from 1."""
    return Call(Datatype.DOUBLE, "element", (value, number(index)))


def function(name: str, angle: Value) -> Value:
    """Return the sine, cosine or tangent of an angle."""
    known = constant(angle)
    if known is None:
        return Call(Datatype.DOUBLE, name, (angle,))
    return number({"cos": math.cos, "sin": math.sin, "tan": math.tan}[name](known))


def in_radians(degrees: Value) -> Value:
    """Return an angle in radians."""
    known = constant(degrees)
    if known is not None:
        return number(math.radians(known))
    return Call(Datatype.DOUBLE, "radians", (degrees,))


def in_degrees(radians: Value) -> Value:
    """Return an angle in degrees."""
    known = constant(radians)
    if known is not None:
        return number(math.degrees(known))
    return Call(Datatype.DOUBLE, "degrees", (radians,))


def coordinates_of(cap: Cap) -> tuple[Value, Value]:
    """Return longitude and latitude of a centre, within the limits of DALI.

    Positions of tables have been checked and are passed on. Other longitudes are brought
    to 0–360°; other latitudes are NULL if they are out of range.
    """
    if cap.coordinates is None:
        return direction(cap.centre)
    longitude, latitude = cap.coordinates
    if cap.healpix is not None:
        return longitude, latitude
    return _wrapped(longitude), _checked(latitude)


def direction(vector: Vector) -> tuple[Value, Value]:
    """Return longitude and latitude in degrees of a vector of any length."""
    point = directions(Datatype.POINT, [vector])
    return element(point, 1), element(point, 2)


def directions(datatype: Datatype, vectors: Sequence[Vector]) -> Value:
    """Return the array of longitudes and latitudes of vectors of any length."""
    components = tuple(component for vector in vectors for component in vector)
    return Call(datatype, "directions", components)


def point_array(cap: Cap) -> Value:
    """Return a centre as an array of two numbers."""
    if cap.coordinates is None:
        return directions(Datatype.POINT, [cap.centre])
    return array(Datatype.POINT, coordinates_of(cap))


def circle_array(cap: Cap) -> Value:
    """Return a circle as an array of three numbers."""
    degrees = in_degrees(cap.radius) if cap.degrees is None else cap.degrees
    return array(Datatype.CIRCLE, (*coordinates_of(cap), degrees))


def polygon_array(vertices: Sequence[tuple[Value, Value]]) -> Value:
    """Return a polygon as an array of longitudes and latitudes."""
    return array(Datatype.POLYGON, [value for vertex in vertices for value in vertex])


def constant_polygon_array(polygon: ConstantPolygon) -> Value:
    """Return a constant polygon as an array of longitudes and latitudes."""
    pairs = [(number(lon), number(lat)) for lon, lat in polygon.coordinates]
    return polygon_array(pairs)


def _wrapped(longitude: Value) -> Value:
    known = constant(longitude)
    if known is not None:
        return number(known if 0 <= known <= 360 else known % 360)
    return _within_limits("longitude", longitude)


def _checked(latitude: Value) -> Value:
    known = constant(latitude)
    return number(known) if known is not None else _within_limits("latitude", latitude)


def _within_limits(name: str, coordinate: Value) -> Value:
    if _is_element(coordinate):
        return coordinate
    return Call(Datatype.DOUBLE, name, (coerced(coordinate, Datatype.DOUBLE),))


def _is_element(value: Value) -> bool:
    """Tell whether a number is of an array, where it has been checked."""
    return isinstance(value, Call) and value.function == "element"
