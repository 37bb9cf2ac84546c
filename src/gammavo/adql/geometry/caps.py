"""Making circles and polygons of numbers, of columns, and of arrays."""

from __future__ import annotations

import math
from functools import lru_cache

from gammavo.adql.bound import Case, ColumnReference, Value
from gammavo.adql.errors import AdqlError
from gammavo.adql.geometry.arithmetic import compared, constant, number, times
from gammavo.adql.geometry.arrays import element, function, in_radians
from gammavo.adql.geometry.kinds import Cap, ConstantPolygon
from gammavo.adql.geometry.polygon import Polygon, make_polygon
from gammavo.adql.tokens import Token
from gammavo.model.columns import Column, Datatype
from gammavo.model.regions import Vector as FixedVector
from gammavo.model.regions import unit_vector

__all__ = [
    "circle_about",
    "circle_of_array",
    "constant_point",
    "constant_polygon",
    "fixed_place",
    "hidden_column",
    "place_in_degrees",
    "row_point",
]


def fixed_place(longitude: Value, latitude: Value, at: Token) -> FixedVector | None:
    """Return the unit vector of coordinates that are constant, else None.

    Raises
    ------
    AdqlError
        The latitude is out of range.
    """
    lon, lat = constant(longitude), constant(latitude)
    if lat is not None and abs(lat) > 90:
        raise AdqlError(
            f"the latitude {lat:g} is out of range",
            at,
            "positions are longitude and latitude in degrees, latitudes within ±90",
        )
    if lon is None or lat is None:
        return None
    return unit_vector(lon % 360, lat)


def place_in_degrees(place: FixedVector) -> tuple[float, float]:
    """Return longitude and latitude of a unit vector."""
    x, y, z = place
    return (
        math.degrees(math.atan2(y, x)) % 360,
        math.degrees(math.atan2(z, math.hypot(x, y))),
    )


def constant_point(
    place: FixedVector, coordinates: tuple[Value, Value] | None = None
) -> Cap:
    """Return a constant point; coordinates are given if the query has them."""
    x, y, z = (number(component) for component in place)
    if coordinates is None:
        longitude, latitude = place_in_degrees(place)
        coordinates = number(longitude), number(latitude)
    return Cap((x, y, z), number(0), place, coordinates=coordinates)


def row_point(longitude: Value, latitude: Value) -> Cap:
    """Return the point of coordinates that only the rows know."""
    lon, lat = in_radians(longitude), in_radians(latitude)
    across = function("cos", lat)
    vector = (
        times(across, function("cos", lon)),
        times(across, function("sin", lon)),
        function("sin", lat),
    )
    return Cap(vector, number(0), coordinates=(longitude, latitude))


def circle_about(point: Cap, degrees: Value) -> Cap:
    """Return the circle about a point; NULL where the radius of a row is negative."""
    if constant(degrees) is None:
        is_radius = compared(degrees, ">=", number(0))
        degrees = Case(Datatype.DOUBLE, (is_radius,), (degrees,))
    return Cap(
        point.centre,
        in_radians(degrees),
        point.place,
        point.healpix,
        point.coordinates,
        degrees,
    )


def circle_of_array(array: Value) -> Cap:
    """Return the circle of a DALI array."""
    centre = row_point(element(array, 1), element(array, 2))
    return circle_about(centre, element(array, 3))


def constant_polygon(
    vertices: tuple[FixedVector, ...],
    coordinates: tuple[tuple[float, float], ...],
    at: Token,
) -> ConstantPolygon:
    """Return a constant polygon.

    Raises
    ------
    AdqlError
        It is none: its edges cross, it has no area, or it is too large.
    """
    try:
        return ConstantPolygon(_cached_polygon(vertices), coordinates)
    except ValueError as error:
        raise AdqlError(str(error), at) from None


@lru_cache(maxsize=64)
def _cached_polygon(vertices: tuple[FixedVector, ...]) -> Polygon:
    return make_polygon(vertices)


def hidden_column(
    reference: ColumnReference, name: str, datatype: Datatype
) -> ColumnReference:
    """Return a hidden column of the relation of another one."""
    column = Column(name, datatype, "Serves the engine", hidden=True)
    return ColumnReference(datatype, reference.relation, name, column, reference.at)
