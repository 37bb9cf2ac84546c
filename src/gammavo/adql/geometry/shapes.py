"""Points, circles and polygons of a query as vectors and radii."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gammavo.adql.bound import (
    Aggregate,
    Call,
    ColumnReference,
    GeometryValue,
    Role,
    RoleKind,
    Value,
)
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.arithmetic import Vector, constant, number, times
from gammavo.adql.geometry.polygon import Polygon, make_polygon
from gammavo.adql.tokens import Token
from gammavo.model.columns import Column, Datatype
from gammavo.model.regions import Vector as FixedVector
from gammavo.model.regions import unit_vector

__all__ = ["Cap", "ColumnPolygon", "ConstantPolygon", "Shape", "Shapes"]


@dataclass(frozen=True, slots=True)
class Cap:
    """A circle with its inside; a point is one of radius 0.

    Parameters
    ----------
    centre
        Unit vector, constant or of columns.
    radius
        Radians.
    place
        The centre as numbers if it is constant.
    healpix
        Column with the HEALPix index of the centre, if there is one.
    """

    centre: Vector
    radius: Value
    place: FixedVector | None = None
    healpix: ColumnReference | None = None

    @property
    def is_point(self) -> bool:
        """Whether this is a point."""
        return constant(self.radius) == 0


@dataclass(frozen=True, slots=True)
class ConstantPolygon:
    """A polygon that is the same for all rows."""

    polygon: Polygon


@dataclass(frozen=True, slots=True)
class ColumnPolygon:
    """A polygon with vertices of its own in each row."""

    vertices: tuple[Vector, ...]
    at: Token


Shape = Cap | ConstantPolygon | ColumnPolygon


class _Place(NamedTuple):
    """A point before it becomes a cap."""

    vector: Vector
    fixed: FixedVector | None
    healpix: ColumnReference | None


class Shapes:
    """Makes shapes of bound values.

    Parameters
    ----------
    roles
        Hidden columns of all relations, by the engine's names.
    lowered
        Turns a value into one without geometry.

    Attributes
    ----------
    grouped
        Relations whose rows have become groups at the place of the shape: hidden columns
        of their rows are gone there.
    """

    def __init__(
        self,
        roles: Mapping[str, tuple[Role, ...]],
        lowered: Callable[[Value], Value],
    ) -> None:
        self._roles = roles
        self._lowered = lowered
        self.grouped: frozenset[str] = frozenset()

    def shape(self, value: Value, at: Token) -> Shape:
        """Return the shape that a bound value of a geometry type is.

        Raises
        ------
        AdqlError
            Its numbers are out of range, or it is of a kind that is not supported.
        """
        if value.datatype is Datatype.POINT:
            place = self._place(value, at)
            return Cap(place.vector, number(0), place.fixed, place.healpix)
        if isinstance(value, GeometryValue) and value.function == "CIRCLE":
            return self._circle(value)
        if isinstance(value, GeometryValue) and value.function == "POLYGON":
            return self._polygon(value)
        if isinstance(value, ColumnReference):
            return self._region_column(value)
        raise _refusal(value, at)

    def point(self, value: Value, at: Token) -> Cap:
        """Return the point that a bound value of type POINT is."""
        place = self._place(value, at)
        return Cap(place.vector, number(0), place.fixed, place.healpix)

    def _place(self, value: Value, at: Token) -> _Place:
        if isinstance(value, ColumnReference):
            longitude, latitude = (_element(value, index) for index in (1, 2))
            return _Place(_trigonometric(longitude, latitude), None, None)
        if not isinstance(value, GeometryValue) or value.function != "POINT":
            raise _refusal(value, at)
        longitude, latitude = value.arguments
        fixed = _fixed(longitude, latitude, value.at)
        if fixed is not None:
            return _Place(_constant_vector(fixed), fixed, None)
        indexed = self._indexed(longitude, latitude)
        if indexed is not None:
            return indexed
        pair = self._lowered(longitude), self._lowered(latitude)
        return _Place(_trigonometric(*pair), None, None)

    def _indexed(self, longitude: Value, latitude: Value) -> _Place | None:
        """Return the hidden vector of two columns that are a position of their table."""
        if (
            not isinstance(longitude, ColumnReference)
            or not isinstance(latitude, ColumnReference)
            or longitude.relation != latitude.relation
            or longitude.relation in self.grouped
        ):
            return None
        for role in self._roles.get(longitude.relation, ()):
            if role.kind is not RoleKind.POSITION:
                continue
            if role.public == (longitude.name, latitude.name):
                healpix, x, y, z = (
                    _hidden(longitude, name, index)
                    for index, name in enumerate(role.hidden)
                )
                return _Place((x, y, z), None, healpix)
        return None

    def _circle(self, value: GeometryValue) -> Cap:
        centre, radius = value.arguments
        place = self._place(centre, value.at)
        degrees = constant(radius)
        if degrees is not None and degrees < 0:
            raise AdqlError(f"the radius {degrees:g} is negative", value.at)
        angle = _in_radians(self._lowered(radius))
        return Cap(place.vector, angle, place.fixed, place.healpix)

    def _polygon(self, value: GeometryValue) -> Shape:
        places = [self._place(vertex, value.at) for vertex in value.arguments]
        fixed = tuple(place.fixed for place in places if place.fixed is not None)
        if len(fixed) < len(places):
            return ColumnPolygon(tuple(place.vector for place in places), value.at)
        try:
            return ConstantPolygon(_cached_polygon(fixed))
        except ValueError as error:
            raise AdqlError(str(error), value.at) from None

    def _region_column(self, column: ColumnReference) -> Cap:
        if column.datatype is Datatype.CIRCLE:
            longitude, latitude, radius = (_element(column, i) for i in (1, 2, 3))
            vector = _trigonometric(longitude, latitude)
            return Cap(vector, _in_radians(radius))
        for role in self._roles.get(column.relation, ()):
            if role.kind is RoleKind.REGION and role.public == (column.name,):
                x, y, z, radius = (
                    self._of_group(_hidden(column, name, 1)) for name in role.hidden
                )
                return Cap((x, y, z), radius)
        raise NotSupportedError(
            f'regions of the column "{column.column.name}" cannot be searched here',
            column.at,
            "use the region column of a table directly, without DISTINCT or UNION",
        )

    def _of_group(self, column: ColumnReference) -> Value:
        """Return the one value in a group of a hidden column of a GROUP BY key."""
        if column.relation not in self.grouped:
            return column
        return Aggregate(column.datatype, "min", (column,))


@lru_cache(maxsize=64)
def _cached_polygon(vertices: tuple[FixedVector, ...]) -> Polygon:
    return make_polygon(vertices)


def _refusal(value: Value, at: Token) -> NotSupportedError:
    if isinstance(value, GeometryValue):
        return NotSupportedError(
            f"{value.function} is not supported by this service yet",
            value.at,
            "POINT, CIRCLE and POLYGON are",
        )
    return NotSupportedError(
        "a shape that is calculated this way is not supported",
        at,
        "use POINT, CIRCLE, POLYGON or a region column",
    )


def _hidden(reference: ColumnReference, name: str, index: int) -> ColumnReference:
    datatype = Datatype.DOUBLE if index else Datatype.BIGINT
    column = Column(name, datatype, "Serves the engine", hidden=True)
    return ColumnReference(datatype, reference.relation, name, column, reference.at)


def _element(value: Value, index: int) -> Value:
    return Call(Datatype.DOUBLE, "element", (value, number(index)))


def _fixed(longitude: Value, latitude: Value, at: Token) -> FixedVector | None:
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


def _constant_vector(vector: Sequence[float]) -> Vector:
    x, y, z = (number(component) for component in vector)
    return x, y, z


def _in_radians(degrees: Value) -> Value:
    known = constant(degrees)
    if known is not None:
        return number(math.radians(known))
    return Call(Datatype.DOUBLE, "radians", (degrees,))


def _trigonometric(longitude: Value, latitude: Value) -> Vector:
    """Return the unit vector of coordinates that only the rows know."""
    lon, lat = _in_radians(longitude), _in_radians(latitude)
    across = _function("cos", lat)
    return (
        times(across, _function("cos", lon)),
        times(across, _function("sin", lon)),
        _function("sin", lat),
    )


def _function(name: str, angle: Value) -> Value:
    known = constant(angle)
    if known is not None:
        return number(math.cos(known) if name == "cos" else math.sin(known))
    return Call(Datatype.DOUBLE, name, (angle,))
