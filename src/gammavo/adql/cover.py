"""Ranges of HEALPix cells that cover a circle on the sky.

cdshealpix is imported when the first cover is made: queries without positions do not need
it, nor the numerical libraries behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib import import_module
from itertools import accumulate, pairwise
from typing import Any, Final

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

_FINER = 2
"""Orders by which the cells at the rim may be finer than asked."""

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
    radius += _MARGIN
    order = min(_DEEPEST, max(0, math.ceil(math.log2(2 * _CELL_WIDTH / radius))))
    cells, orders = _cone_search()(longitude, latitude, radius, order)
    shifts = 2 * (ORDER - orders.astype("uint64"))
    first = cells.astype("uint64") << shifts
    last = first + (1 << shifts) - 1
    return _merged(zip(first.tolist(), last.tolist(), strict=True))


@cache
def _cone_search() -> Callable[[float, float, float, int], tuple[Any, Any]]:
    """Return the function that covers a cone: degrees, radians, order of the cells.

    Making the Longitude, Latitude and Quantity that cdshealpix asks for takes ten times
    longer than the cover, and is half of the time in which a cone is compiled. The
    function below them takes numbers; should it change, the public one is used.
    """
    import numpy as np  # noqa: PLC0415 - late: see above
    from cdshealpix import cone_search  # noqa: PLC0415 - late: see above

    def public(ra: float, dec: float, radius: float, order: int) -> tuple[Any, Any]:
        from astropy.coordinates import Latitude, Longitude  # noqa: PLC0415 - late
        from astropy.units import Quantity  # noqa: PLC0415 - late

        position = Longitude(ra, "deg"), Latitude(dec, "deg")
        found = cone_search(*position, Quantity(radius, "rad"), order, _FINER)
        return found[0], found[1]

    def direct(ra: float, dec: float, radius: float, order: int) -> tuple[Any, Any]:
        found = compiled.cone_search(
            order, _FINER, math.radians(ra), math.radians(dec), radius, False
        )
        return found[0], found[1]

    compiled: Any = getattr(import_module("cdshealpix"), "cdshealpix", None)
    sample = (83.6, 22.0, 0.02, 5)
    try:
        same = all(map(np.array_equal, direct(*sample), public(*sample)))
    except (AttributeError, TypeError, ValueError):
        return public
    return direct if same else public


def union(covers: Iterable[Ranges]) -> Ranges:
    """Return ranges that hold all cells of several covers."""
    return _merged(piece for cover in covers for piece in cover)


def _merged(pieces: Iterable[tuple[int, int]]) -> Ranges:
    """Join neighbours, then close the smallest gaps until few enough ranges are left.

    Gaps that are together no wider than what they divide are closed as well: a range
    fewer to plan saves more time than reading that much more costs.
    """
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(pieces):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(last, ranges[-1][1])
        else:
            ranges.append((first, last))
    gaps = sorted(b[0] - a[1] for a, b in pairwise(ranges))
    width = sum(last - first for first, last in ranges)
    narrow = sum(total <= width for total in accumulate(gaps))
    closed = max(narrow, len(ranges) - MOST_RANGES)
    if closed <= 0:
        return tuple(ranges)
    widest_closed = gaps[closed - 1]
    joined = [ranges[0]]
    for first, last in ranges[1:]:
        if first - joined[-1][1] <= widest_closed:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return tuple(joined)
