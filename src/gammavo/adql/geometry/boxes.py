"""Boxes: their four corners.

The sides of a box are great circles at right angles with the arms of a cross, which extend
from the centre along the circles of longitude and latitude (ADQL 2.1 section 4.2.9). On
the plane that touches the sphere at the centre, a box is a rectangle.
"""

from __future__ import annotations

import math
from typing import Final

from gammavo.adql.bound import And, Case, Comparison, Value
from gammavo.adql.geometry.arithmetic import Vector, added, number, times
from gammavo.adql.geometry.arrays import directions, function, in_radians
from gammavo.adql.geometry.sphere import normalized, scaled_sum
from gammavo.model.columns import Datatype
from gammavo.model.regions import Vector as FixedVector
from gammavo.model.regions import unit_vector

__all__ = ["box_array", "box_corners"]

_CORNERS: Final = ((1, 1), (1, -1), (-1, -1), (-1, 1))
"""East and north, counter-clockwise as seen in the sky, which DALI wants of polygons."""


def box_corners(
    longitude: float, latitude: float, width: float, height: float
) -> tuple[FixedVector, ...]:
    """Return the corners of a constant box, given in degrees, as unit vectors.

    Raises
    ------
    ValueError
        Width or height is not between 0° and 180°.
    """
    if not (0 < width < 180 and 0 < height < 180):
        raise ValueError("width and height of a box are between 0 and 180 degrees")
    lon, lat = math.radians(longitude), math.radians(latitude)
    east = -math.sin(lon), math.cos(lon), 0.0
    north = (
        -math.sin(lat) * math.cos(lon),
        -math.sin(lat) * math.sin(lon),
        math.cos(lat),
    )
    reach = math.tan(math.radians(width) / 2), math.tan(math.radians(height) / 2)
    centre = unit_vector(longitude, latitude)
    return tuple(
        normalized(
            scaled_sum(scaled_sum(centre, east, a * reach[0]), north, b * reach[1])
        )
        for a, b in _CORNERS
    )


def box_array(longitude: Value, latitude: Value, width: Value, height: Value) -> Value:
    """Return the box of a row as the array of a polygon, NULL if it is none."""
    lon, lat = in_radians(longitude), in_radians(latitude)
    cos_lon, sin_lon = function("cos", lon), function("sin", lon)
    cos_lat, sin_lat = function("cos", lat), function("sin", lat)
    centre = times(cos_lat, cos_lon), times(cos_lat, sin_lon), sin_lat
    east = times(number(-1), sin_lon), cos_lon, number(0)
    down = times(sin_lat, cos_lon), times(sin_lat, sin_lon), times(number(-1), cos_lat)
    half_width, half_height = (
        function("tan", in_radians(times(size, number(0.5))))
        for size in (width, height)
    )
    corners = [
        _moved(
            _moved(centre, east, times(number(a), half_width)),
            down,
            times(number(-b), half_height),
        )
        for a, b in _CORNERS
    ]
    box = directions(Datatype.POLYGON, corners)
    limits = (
        Comparison(operator, size, number(limit))
        for size in (width, height)
        for operator, limit in ((">", 0), ("<", 180))
    )
    return Case(Datatype.POLYGON, (And(tuple(limits)),), (box,))


def _moved(vector: Vector, along: Vector, length: Value) -> Vector:
    x, y, z = (
        added(start, times(length, step))
        for start, step in zip(vector, along, strict=True)
    )
    return x, y, z
