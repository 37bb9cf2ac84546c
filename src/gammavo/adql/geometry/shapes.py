"""Points, circles and polygons of a query as vectors and radii."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gammavo.adql.bound import (
    Aggregate,
    ColumnReference,
    GeometryValue,
    Role,
    RoleKind,
    UserCall,
    Value,
)
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.arithmetic import constant, number
from gammavo.adql.geometry.arrays import coordinates_of, element, polygon_array
from gammavo.adql.geometry.boxes import box_array, box_corners
from gammavo.adql.geometry.caps import (
    circle_about,
    circle_of_array,
    constant_point,
    constant_polygon,
    fixed_place,
    hidden_column,
    place_in_degrees,
    row_point,
)
from gammavo.adql.geometry.kinds import (
    Cap,
    ConstantPolygon,
    RowPolygon,
    Shape,
    Union,
)
from gammavo.adql.geometry.measures import constant_centroid, row_centroid
from gammavo.adql.geometry.polygon import MOST_VERTICES
from gammavo.adql.tokens import Token
from gammavo.model.columns import Datatype

__all__ = ["Shapes"]

_INDEX_TYPES: Final = (
    Datatype.BIGINT,
    Datatype.DOUBLE,
    Datatype.DOUBLE,
    Datatype.DOUBLE,
)
"""Types of the hidden columns of a position: HEALPix index, x, y, z."""


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
        if isinstance(value, UserCall) and value.expand is not None:
            expanded = value.expand(tuple(map(self._lowered, value.arguments)))
            return self.shape(expanded, at)
        if value.datatype is Datatype.POINT:
            return self.point(value, at)
        if isinstance(value, GeometryValue):
            made = self._made(value)
            if made is not None:
                return made
        if value.datatype is Datatype.CIRCLE:
            return circle_of_array(self._lowered(value))
        if value.datatype is Datatype.POLYGON:
            return RowPolygon(self._lowered(value))
        if isinstance(value, ColumnReference):
            return self._region_column(value)
        raise NotSupportedError(
            "a region that is calculated this way is not supported",
            at,
            "use POINT, CIRCLE, POLYGON or a region column",
        )

    def _made(self, value: GeometryValue) -> Shape | None:
        """Return the shape that a geometry function makes; None if it takes the engine."""
        match value.function:
            case "CIRCLE":
                return self._circle(value)
            case "POLYGON":
                return self._polygon(value)
            case "BOX":
                return self._box(value)
            case "UNION":
                return self._union(value)
            case "REGION":
                return self.shape(value.arguments[0], value.at)
            case "CAST" if _is_geometry(value.arguments[0]):
                return self._cast(value)
            case _:
                return None

    def point(self, value: Value, at: Token) -> Cap:
        """Return the point that a bound value of type POINT is; errors as above."""
        if isinstance(value, UserCall) and value.expand is not None:
            expanded = value.expand(tuple(map(self._lowered, value.arguments)))
            return self.point(expanded, at)
        if isinstance(value, GeometryValue):
            if value.function == "POINT":
                return self._point(value)
            if value.function == "CENTROID":
                return self.centroid(self.shape(value.arguments[0], value.at))
            if value.function == "CAST" and _is_geometry(value.arguments[0]):
                return self.point(value.arguments[0], at)
        array = self._lowered(value)
        return row_point(element(array, 1), element(array, 2))

    def _point(self, value: GeometryValue) -> Cap:
        longitude, latitude = value.arguments
        fixed = fixed_place(longitude, latitude, value.at)
        if fixed is not None:
            return constant_point(fixed, (longitude, latitude))
        indexed = self._indexed(longitude, latitude)
        if indexed is not None:
            return indexed
        return row_point(self._lowered(longitude), self._lowered(latitude))

    def _indexed(self, longitude: Value, latitude: Value) -> Cap | None:
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
                    hidden_column(longitude, name, datatype)
                    for name, datatype in zip(role.hidden, _INDEX_TYPES, strict=True)
                )
                pair = longitude, latitude
                return Cap((x, y, z), number(0), healpix=healpix, coordinates=pair)
        return None

    def _circle(self, value: GeometryValue) -> Cap:
        centre = self.point(value.arguments[0], value.at)
        radius = value.arguments[1]
        degrees = constant(radius)
        if degrees is not None and degrees < 0:
            raise AdqlError(f"the radius {degrees:g} is negative", value.at)
        size = self._lowered(radius) if degrees is None else number(degrees)
        return circle_about(centre, size)

    def _polygon(self, value: GeometryValue) -> Shape:
        caps = [self.point(vertex, value.at) for vertex in value.arguments]
        fixed = tuple(cap.place for cap in caps if cap.place is not None)
        pairs = [coordinates_of(cap) for cap in caps]
        if len(fixed) < len(caps):
            return RowPolygon(polygon_array(pairs))
        places = tuple(
            (constant(lon) or 0.0, constant(lat) or 0.0) for lon, lat in pairs
        )
        return constant_polygon(fixed, places, value.at)

    def _box(self, value: GeometryValue) -> Shape:
        centre = self.point(value.arguments[0], value.at)
        longitude, latitude = coordinates_of(centre)
        sizes = [self._lowered(argument) for argument in value.arguments[1:]]
        numbers = [constant(v) for v in (longitude, latitude, *sizes)]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return RowPolygon(box_array(longitude, latitude, *sizes))
        try:
            corners = box_corners(*known)
        except ValueError as error:
            raise AdqlError(str(error), value.at) from None
        return constant_polygon(
            corners, tuple(map(place_in_degrees, corners)), value.at
        )

    def _union(self, value: GeometryValue) -> Union:
        parts = []
        edges = 0
        for argument in value.arguments:
            part = self.shape(argument, value.at)
            if not isinstance(part, Cap | ConstantPolygon):
                raise TypeError("parts of a region are constant circles and polygons")
            edges += 1 if isinstance(part, Cap) else len(part.coordinates)
            parts.append(part)
        if edges > MOST_VERTICES:
            raise AdqlError(
                f"a region has at most {MOST_VERTICES} circles and vertices", value.at
            )
        return Union(tuple(parts), value.at)

    def _cast(self, value: GeometryValue) -> Shape:
        """Return a shape as the kind that CAST wants, which it must be already."""
        shape = self.shape(value.arguments[0], value.at)
        circle = isinstance(shape, Cap) and not shape.is_point
        if circle if value.datatype is Datatype.CIRCLE else not isinstance(shape, Cap):
            return shape
        raise AdqlError(f"this shape is no {value.datatype}", value.at)

    @staticmethod
    def centroid(shape: Shape) -> Cap:
        """Return the centroid of a shape as a point.

        Raises
        ------
        AdqlError
            It has none, or it is a union of parts that meet.
        """
        match shape:
            case Cap():
                return Cap(
                    shape.centre,
                    number(0),
                    shape.place,
                    shape.healpix,
                    shape.coordinates,
                )
            case RowPolygon():
                array = row_centroid(shape)
                return row_point(element(array, 1), element(array, 2))
            case _:
                return constant_point(constant_centroid(shape))

    def _region_column(self, column: ColumnReference) -> Cap:
        for role in self._roles.get(column.relation, ()):
            if role.kind is RoleKind.REGION and role.public == (column.name,):
                x, y, z, radius = (
                    self._of_group(hidden_column(column, name, Datatype.DOUBLE))
                    for name in role.hidden
                )
                return Cap((x, y, z), radius, largest=role.largest)
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


def _is_geometry(value: Value) -> bool:
    return value.datatype is not None and value.datatype.is_geometry
