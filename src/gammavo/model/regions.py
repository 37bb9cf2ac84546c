"""Positions and areas on the sky, as values and as text.

All coordinates are degrees, ICRS. The text form is the STC-S subset that ObsCore clients
draw (``CIRCLE ICRS ra dec radius``); DALI 1.1 section 3.3 gives the array forms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gammavo.model.errors import UsageError

__all__ = [
    "Circle",
    "Point",
    "Vector",
    "separation",
    "surrounding_polygon",
    "unit_vector",
]

_LARGEST_SURROUNDED = 80.0
"""Radius in degrees beyond which the polygon around a circle is no smaller area."""

Vector = tuple[float, float, float]


def unit_vector(longitude: float, latitude: float) -> Vector:
    """Return the unit vector of a direction given in degrees."""
    lon, lat = math.radians(longitude), math.radians(latitude)
    return (
        math.cos(lat) * math.cos(lon),
        math.cos(lat) * math.sin(lon),
        math.sin(lat),
    )


def separation(a: Vector, b: Vector) -> float:
    """Return the angle between two unit vectors in degrees.

    Uses twice the arc tangent of difference over sum, which is exact to rounding at
    every angle (W. Kahan).
    """
    return math.degrees(
        2 * math.atan2(math.dist(a, b), math.hypot(*map(sum, zip(a, b, strict=True))))
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A direction: longitude and latitude in degrees, ICRS."""

    longitude: float
    latitude: float

    @property
    def vector(self) -> Vector:
        """The unit vector of this direction."""
        return unit_vector(self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class Circle:
    """A cap on the sky: centre and radius in degrees, ICRS; the rim belongs to it."""

    longitude: float
    latitude: float
    radius: float

    def __post_init__(self) -> None:
        """Refuse what is not a circle on the sphere."""
        values = (self.longitude, self.latitude, self.radius)
        if not all(math.isfinite(value) for value in values):
            raise UsageError(f"A circle needs finite numbers, not {values}.")
        if abs(self.latitude) > 90 or not 0 <= self.radius <= 180:
            raise UsageError(
                f"Latitude {self.latitude}, radius {self.radius} is no circle on the sky.",
                advice="Latitudes are within ±90 and radii within 0–180 degrees.",
            )

    @property
    def vector(self) -> Vector:
        """The unit vector of the centre."""
        return unit_vector(self.longitude, self.latitude)

    def to_stcs(self) -> str:
        """Return ``CIRCLE ICRS ra dec radius`` with 6 decimals (3.6 mas)."""
        return f"CIRCLE ICRS {self.longitude:.6f} {self.latitude:.6f} {self.radius:.7g}"


def surrounding_polygon(
    circle: Circle, corners: int
) -> tuple[tuple[float, float], ...]:
    """Return a regular polygon around a circle, none around one that is very large.

    Parameters
    ----------
    circle
        The circle.
    corners
        How many vertices the polygon has.

    Returns
    -------
    tuple
        Longitude and latitude of each vertex in degrees, eastwards from north (counter-
        clockwise as seen from inside the sphere).
    """
    if circle.radius > _LARGEST_SURROUNDED:
        return ()
    # Half an edge, half the opening angle at the centre and the radius make a
    # rectangular triangle.
    reach = math.atan(
        math.tan(math.radians(circle.radius)) / math.cos(math.pi / corners)
    )
    lon, lat = math.radians(circle.longitude), math.radians(circle.latitude)
    east = (-math.sin(lon), math.cos(lon), 0.0)
    north = (
        -math.sin(lat) * math.cos(lon),
        -math.sin(lat) * math.sin(lon),
        math.cos(lat),
    )
    vertices = []
    for number in range(corners):
        bearing = 2 * math.pi * number / corners
        x, y, z = (
            math.cos(reach) * c
            + math.sin(reach) * (math.cos(bearing) * n + math.sin(bearing) * e)
            for c, n, e in zip(circle.vector, north, east, strict=True)
        )
        longitude = math.degrees(math.atan2(y, x)) % 360
        vertices.append((longitude, math.degrees(math.atan2(z, math.hypot(x, y)))))
    return tuple(vertices)
