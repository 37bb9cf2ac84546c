"""The kinds of shapes that conditions are made for."""

from __future__ import annotations

from dataclasses import dataclass

from gammavo.adql.bound import ColumnReference, Value
from gammavo.adql.geometry.arithmetic import Vector, constant
from gammavo.adql.geometry.polygon import Polygon
from gammavo.adql.tokens import Token
from gammavo.model.regions import Vector as FixedVector

__all__ = ["Cap", "ConstantPolygon", "RowPolygon", "Shape", "Union"]


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
    coordinates
        Longitude and latitude of the centre in degrees, if the query or a column has them.
    degrees
        The radius in degrees, likewise.
    largest
        What the radius of no row exceeds, in radians, if it is known.
    """

    centre: Vector
    radius: Value
    place: FixedVector | None = None
    healpix: ColumnReference | None = None
    coordinates: tuple[Value, Value] | None = None
    degrees: Value | None = None
    largest: float | None = None

    @property
    def is_point(self) -> bool:
        """Whether this is a point."""
        return constant(self.radius) == 0


@dataclass(frozen=True, slots=True)
class ConstantPolygon:
    """A polygon that is the same for all rows.

    ``coordinates`` are longitudes and latitudes of its vertices in degrees, in the order
    of the query.
    """

    polygon: Polygon
    coordinates: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class RowPolygon:
    """A polygon of each row.

    ``array`` has longitudes and latitudes in turn, in degrees. What is asked of it holds
    for polygons within a hemisphere whose edges do not cross, whatever their direction.
    """

    array: Value


@dataclass(frozen=True, slots=True)
class Union:
    """Several constant circles and polygons together."""

    parts: tuple[Cap | ConstantPolygon, ...]
    at: Token


Shape = Cap | ConstantPolygon | RowPolygon | Union
