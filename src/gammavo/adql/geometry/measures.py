"""Areas and centroids."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from itertools import pairwise
from typing import Final

from gammavo.adql.bound import Between, Call, Case, IsNull, Value
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.arithmetic import (
    absolute,
    all_of,
    compared,
    constant,
    negated,
    number,
    square,
    squared_distance,
    times,
)
from gammavo.adql.geometry.arrays import coordinates_of, directions, function
from gammavo.adql.geometry.edges import END, NORMAL, START, edge_sum
from gammavo.adql.geometry.kinds import (
    Cap,
    ConstantPolygon,
    RowPolygon,
    Shape,
    Union,
)
from gammavo.adql.geometry.polygon import Polygon
from gammavo.adql.geometry.predicates import parts_meet
from gammavo.adql.geometry.rows import orientation, turning
from gammavo.adql.geometry.sphere import edge_moment, excess, normalized, scaled_sum
from gammavo.model.columns import Datatype
from gammavo.model.regions import Vector as FixedVector

__all__ = ["area", "constant_centroid", "row_centroid"]

_SQUARE_DEGREES: Final = math.degrees(1) ** 2
"""Square degrees in a steradian."""


def area(shape: Shape) -> Value:
    """Return the area of a shape in square degrees.

    Raises
    ------
    NotSupportedError
        It is a union of parts that meet.
    """
    match shape:
        case Cap():
            return _where_it_is(shape, _area_of_cap(shape.radius))
        case ConstantPolygon(polygon):
            return number(_area_of_polygon(polygon) * _SQUARE_DEGREES)
        case RowPolygon():
            return times(absolute(turning(shape)), number(_SQUARE_DEGREES))
        case Union(parts=parts):
            _require_apart(shape)
            total_area = number(0)
            for part in parts:
                total_area = number(_known(total_area) + _known(area(part)))
            return total_area


def _known(value: Value) -> float:
    known = constant(value)
    if known is None:
        raise TypeError("parts of a union are constant")
    return known


def _area_of_cap(radius: Value) -> Value:
    known = constant(radius)
    if known is not None:
        sine = math.sin(min(known, math.pi) / 2)
        return number(4 * math.pi * sine * sine * _SQUARE_DEGREES)
    sine_of_half = function("sin", times(radius, number(0.5)))
    within = Between(radius, number(0), number(math.pi))
    sky = number(4 * math.pi * _SQUARE_DEGREES)
    return Case(
        Datatype.DOUBLE,
        (within, compared(radius, ">", number(math.pi))),
        (times(sky, square(sine_of_half)), sky),
    )


def _where_it_is(cap: Cap, value: Value) -> Value:
    """Return a value of a circle, NULL where its centre is."""
    if cap.place is not None:
        return value
    components = cap.centre if cap.coordinates is None else coordinates_of(cap)
    given = all_of([negated(IsNull(component)) for component in components])
    return Case(Datatype.DOUBLE, (given,), (value,))


def _area_of_polygon(polygon: Polygon) -> float:
    first, *others = polygon.vertices
    return abs(sum(excess(first, a, b) for a, b in pairwise(others)))


def constant_centroid(shape: Cap | ConstantPolygon | Union) -> FixedVector:
    """Return the centroid of a constant shape as a unit vector.

    It is the direction of the mean of the unit vectors in the shape.

    Raises
    ------
    AdqlError
        The shape surrounds the sky evenly.
    NotSupportedError
        It is a union of parts that meet.
    """
    if isinstance(shape, Union):
        _require_apart(shape)
        moment = _sum(_moment(part) for part in shape.parts)
        if math.hypot(*moment) < 1e-12:
            raise AdqlError("this union has no centroid", shape.at)
        return normalized(moment)
    if isinstance(shape, Cap):
        x, y, z = (_known(component) for component in shape.centre)
        return x, y, z
    return normalized(_moment(shape))


def _moment(shape: Cap | ConstantPolygon) -> FixedVector:
    """Return the integral of the unit vectors in a shape."""
    if isinstance(shape, ConstantPolygon):
        return _sum(edge_moment(a, b) for a, b in shape.polygon.edges)
    x, y, z = (_known(component) for component in shape.centre)
    weight = math.pi * math.sin(min(_known(shape.radius), math.pi)) ** 2
    return weight * x, weight * y, weight * z


def _sum(vectors: Iterable[FixedVector]) -> FixedVector:
    total: FixedVector = (0.0, 0.0, 0.0)
    for vector in vectors:
        total = scaled_sum(total, vector, 1.0)
    return total


def row_centroid(polygon: RowPolygon) -> Value:
    """Return the centroid of a polygon of each row as the array of a point."""
    chord = Call(Datatype.DOUBLE, "root", (squared_distance(START, END),))
    length = Call(Datatype.DOUBLE, "asin", (times(chord, number(0.5)),))
    sign = orientation(polygon)
    x, y, z = (
        times(sign, edge_sum(polygon.array, (), partial(_as_term, length, component)))
        for component in NORMAL
    )
    return directions(Datatype.POINT, [(x, y, z)])


def _as_term(factor: Value, component: Value, _: tuple[Value, ...]) -> Value:
    return times(factor, component)


def _require_apart(union: Union) -> None:
    if parts_meet(union):
        raise NotSupportedError(
            "area and centroid of a union whose parts meet are not supported",
            union.at,
            "leave out what other parts have",
        )
