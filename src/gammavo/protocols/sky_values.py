"""``POS``: an area on the sky, as SIA 2.0 section 2.1.1 writes it, in ADQL."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from gammavo.adql import number_literal
from gammavo.model.errors import UsageError
from gammavo.protocols.numbers import read_numbers

__all__ = ["area_condition"]

_THIN: Final = 1e-6
"""Degrees that the polygon of an edge is wide, a few milliarcseconds."""

_EDGE: Final = 60.0
"""Degrees of latitude of such a polygon at most: it must lie within a hemisphere."""

_ADVICE: Final = (
    "Write CIRCLE ra dec radius, RANGE ra1 ra2 dec1 dec2 or POLYGON ra dec ra dec ra dec, "
    "in degrees (ICRS)."
)


def area_condition(value: str, *, column: str) -> str:
    """Return the ADQL condition that a region meets an area.

    Parameters
    ----------
    value
        ``CIRCLE``, ``RANGE`` or ``POLYGON`` with its numbers, degrees, ICRS.
    column
        Name of the column with the region.

    Raises
    ------
    UsageError
        The value is no such area.
    """
    kind, _, rest = value.strip().partition(" ")
    numbers = read_numbers(rest, name="POS", infinite=kind.upper() == "RANGE")
    match kind.upper(), len(numbers):
        case "CIRCLE", 3:
            return _circle(numbers, column)
        case "RANGE", 4:
            return _range(numbers, column)
        case "POLYGON", count if count >= 6 and count % 2 == 0:
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            return _meets(column, _polygon([_checked(*point) for point in points]))
    raise UsageError(f"POS is {value[:80]!r}.", advice=_ADVICE)


def _circle(numbers: list[float], column: str) -> str:
    lon, lat = _checked(numbers[0], numbers[1])
    radius = numbers[2]
    if not 0 <= radius <= 180:
        raise UsageError(
            f"The radius in POS is {radius:g}.", advice="It is 0 to 180 degrees."
        )
    point = f"{number_literal(lon)}, {number_literal(lat)}"
    if radius == 0:
        return f"CONTAINS(POINT({point}), {column}) = 1"
    return _meets(column, f"CIRCLE({point}, {number_literal(radius)})")


def _range(numbers: list[float], column: str) -> str:
    lon1, lon2 = max(numbers[0], 0.0), min(numbers[1], 360.0)
    lat1, lat2 = max(numbers[2], -90.0), min(numbers[3], 90.0)
    if lon1 > lon2 or lat1 > lat2:
        raise UsageError(
            "The range in POS ends before it begins, or lies outside of the sky.",
            advice="ra is 0 to 360, dec is -90 to 90. Give POS twice for a range across "
            "ra 0.",
        )
    # A pole by itself has no edges: it gets a little of its surroundings.
    lat1, lat2 = min(lat1, 90 - 10 * _THIN), max(lat2, -90 + 10 * _THIN)
    caps = list(_caps(lat1, lat2, column)) or [f"{column} IS NOT NULL"]
    if lon2 - lon1 == 360:
        return f"({' AND '.join(caps)})"
    # A circle meets the range if it reaches the latitudes and has its centre between the
    # meridians, or if it meets one of the two edges, which are great circles.
    west, east = number_literal(lon1), number_literal(lon2)
    inside = " AND ".join([f"s_ra BETWEEN {west} AND {east}", *caps])
    edges = (
        _meets(column, _polygon(_strip(lon, south, north)))
        for lon in (lon1, lon2 - _THIN)
        for south, north in _parts(lat1, max(lat2, lat1 + _THIN))
    )
    return f"(({inside}) OR {' OR '.join(edges)})"


def _caps(south: float, north: float, column: str) -> Iterator[str]:
    """Yield conditions that a region reaches north of one and south of another parallel."""
    for pole, radius in ((90, 90 - south), (-90, 90 + north)):
        if radius < 180:
            size = number_literal(max(radius, _THIN))
            yield _meets(column, f"CIRCLE(0, {pole}, {size})")


def _parts(low: float, high: float) -> Iterator[tuple[float, float]]:
    """Yield an interval in equal parts of at most the size of an edge's polygon."""
    count = math.ceil((high - low) / _EDGE)
    width = (high - low) / count
    for number in range(count):
        yield low + number * width, low + (number + 1) * width


def _strip(west: float, south: float, north: float) -> list[tuple[float, float]]:
    """Return the vertices of a polygon along a meridian; at a pole it has a point."""
    lon, east = west % 360, (west + _THIN) % 360
    if north >= 90 - _THIN:
        return [(lon, south), (east, south), (lon, 90.0)]
    if south <= -90 + _THIN:
        return [(lon, -90.0), (east, north), (lon, north)]
    return [(lon, south), (east, south), (east, north), (lon, north)]


def _polygon(points: list[tuple[float, float]]) -> str:
    numbers = (number_literal(value) for point in points for value in point)
    return f"POLYGON({', '.join(numbers)})"


def _meets(column: str, shape: str) -> str:
    return f"INTERSECTS({column}, {shape}) = 1"


def _checked(lon: float, lat: float) -> tuple[float, float]:
    """Return a position with its longitude from 0 to 360."""
    if not -360 <= lon <= 360 or not -90 <= lat <= 90:
        raise UsageError(
            f"POS has the position {lon:g} {lat:g}, which is not on the sky.",
            advice="ra is 0 to 360 degrees, dec is -90 to 90.",
        )
    return lon % 360, lat
