"""``POS``: an area on the sky as DALI 1.1 section 3.3.6 and SIA 2.0 write it, as ADQL."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from gammavo.adql import number_literal
from gammavo.model.errors import UsageError
from gammavo.protocols.numbers import read_numbers

__all__ = ["area_condition"]

_TILE: Final = 30.0
"""Degrees of longitude, and twice as many of latitude, of the polygons of a range."""

_STEP: Final = 1.0
"""Degrees between vertices on a parallel, which a great circle then leaves by less than
4 arc seconds."""

_THIN: Final = 1e-7
"""Degrees that a range without width gets."""

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
    if lon2 - lon1 == 360 and lat2 - lat1 == 180:
        return f"{column} IS NOT NULL"
    tiles = (
        _meets(column, _polygon(_tile_outline(west, east, south, north)))
        for west, east in _parts(lon1, lon2, _TILE)
        for south, north in _parts(lat1, lat2, 2 * _TILE)
    )
    return f"({' OR '.join(tiles)})"


def _parts(low: float, high: float, size: float) -> Iterator[tuple[float, float]]:
    """Yield an interval in equal parts of at most a size."""
    high = max(high, low + _THIN)
    count = max(1, math.ceil((high - low) / size))
    width = (high - low) / count
    for number in range(count):
        yield low + number * width, low + (number + 1) * width


def _tile_outline(
    west: float, east: float, south: float, north: float
) -> list[tuple[float, float]]:
    """Return the vertices of a part of a range; at a pole its parallel is a point."""
    count = max(1, math.ceil((east - west) / _STEP))
    longitudes = [west + (east - west) * i / count for i in range(count + 1)]
    north, south = min(north, 90.0), max(south, -90.0)
    bottom = [(lon, south) for lon in longitudes] if south > -90 else [(west, -90.0)]
    top = [(lon, north) for lon in reversed(longitudes)] if north < 90 else [(east, 90.0)]
    return [*bottom, *top]


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
