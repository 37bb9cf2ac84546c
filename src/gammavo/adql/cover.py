"""Ranges of HEALPix cells that cover a circle on the sky.

cdshealpix is imported when the first cover is made: queries without positions do not need
it, nor the numerical libraries behind it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

__all__ = ["LARGEST_RADIUS", "MOST_RANGES", "ORDER", "Ranges", "cone", "union"]

ORDER: Final = 29
"""HEALPix order of the index columns: cells of 0.4 milli-arcseconds."""

MOST_RANGES: Final = 4
"""Ranges in a cover. Each costs DuckDB 0.3 ms to plan; with four of them a small cone
read no more blocks of rows than with sixteen (measured with 1e6 and 1e7 rows)."""

LARGEST_RADIUS: Final = math.radians(60)
"""Radians: above a quarter of the sky, skipping blocks of rows gains nothing."""

Ranges = tuple[tuple[int, int], ...]
"""First and last index of each range, in order, without overlap."""

_DEEPEST = 20
_CELL_WIDTH = math.radians(58.6)
"""Width of a cell of order 0; each order halves it."""

_MARGIN = 1e-8
"""Radians by which circles are widened, so that no rounding in the cover loses a row."""


@lru_cache(maxsize=256)
def cone(longitude: float, latitude: float, radius: float) -> Ranges:
    """Return ranges of order 29 that hold every cell touching a circle.

    Parameters
    ----------
    longitude, latitude
        Centre in degrees, ICRS.
    radius
        Radians, from 0 to :data:`LARGEST_RADIUS`.
    """
    from astropy.coordinates import Latitude, Longitude  # noqa: PLC0415 - late: see above
    from astropy.units import Quantity  # noqa: PLC0415 - late: see above
    from cdshealpix import cone_search  # noqa: PLC0415 - late: see above

    radius += _MARGIN
    order = min(_DEEPEST, max(0, math.ceil(math.log2(2 * _CELL_WIDTH / radius))))
    cells, orders, _ = cone_search(
        Longitude(longitude, "deg"),
        Latitude(latitude, "deg"),
        Quantity(radius, "rad"),
        depth=order,
        depth_delta=2,
    )
    shifts = 2 * (ORDER - orders.astype("uint64"))
    first = cells.astype("uint64") << shifts
    last = first + (1 << shifts) - 1
    return _merged(zip(first.tolist(), last.tolist(), strict=True))


def union(covers: Iterable[Ranges]) -> Ranges:
    """Return ranges that hold all cells of several covers."""
    return _merged(piece for cover in covers for piece in cover)


def _merged(pieces: Iterable[tuple[int, int]]) -> Ranges:
    """Join neighbours, then close the smallest gaps until few enough ranges are left."""
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(pieces):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(last, ranges[-1][1])
        else:
            ranges.append((first, last))
    gaps = sorted(b[0] - a[1] for a, b in pairwise(ranges))
    surplus = len(ranges) - MOST_RANGES
    if surplus <= 0:
        return tuple(ranges)
    widest_closed = gaps[surplus - 1]
    joined = [ranges[0]]
    for first, last in ranges[1:]:
        if first - joined[-1][1] <= widest_closed:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return tuple(joined)
