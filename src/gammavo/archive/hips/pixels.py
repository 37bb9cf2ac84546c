"""Events by HEALPix pixel: a sparse map of the sky that a release exposed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from cdshealpix.nested import neighbours
from mocpy import MOC

__all__ = ["PixelMap", "chosen_order", "counts_map", "halved", "smoothed"]

_ORDERS: Final = (10, 13)
_MOST_PIXELS: Final = 6_000_000
_PIXELS_PER_EVENT: Final = 8
_PIXEL_ARCSEC: Final = 3600 * 58.6323
"""Width of a HEALPix pixel of order 0, the square root of its area."""

_MOC_ORDER: Final = 29
_PASSES: Final = 6
_CENTRE: Final = 4.0
_EDGE: Final = 2.0
_CORNER: Final = 1.0
# Columns of cdshealpix: S, SE, E, SW, C, NE, W, NW, N; edges are SE, SW, NE, NW.
_WEIGHTS: Final = (
    *(_CORNER, _EDGE, _CORNER, _EDGE, _CENTRE),
    *(_EDGE, _CORNER, _EDGE, _CORNER),
)

Integers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PixelMap:
    """Values of some pixels of the sky.

    Parameters
    ----------
    order
        HEALPix order.
    pixels
        NESTED indices, sorted.
    values
        A value for each; others have none.
    """

    order: int
    pixels: Integers
    values: Doubles


def chosen_order(resolution: float | None, sky_fraction: float, events: int) -> int:
    """Return the HEALPix order of the pixels of a map.

    Pixels are at most a quarter as wide as the point spread function, unless they would
    be too many: for the events that they show, or at all.

    Parameters
    ----------
    resolution
        FWHM of the point spread function in arc seconds, None if unknown.
    sky_fraction
        How much of the sky is exposed.
    events
        How many events there are.
    """
    lowest, highest = _ORDERS
    wanted = 0.25 * (resolution or 720.0)
    order = lowest
    while order < highest and _PIXEL_ARCSEC / 2**order > wanted:
        order += 1
    most = min(_MOST_PIXELS, _PIXELS_PER_EVENT * events)
    while order > lowest and sky_fraction * 12 * 4**order > most:
        order -= 1
    return order


def counts_map(events: Path, exposed: MOC, order: int) -> PixelMap:
    """Return the events in each exposed pixel, 0 where there are none.

    Parameters
    ----------
    events
        ``events.parquet`` of the release.
    exposed
        S-MOC of what was observed.
    order
        HEALPix order of the pixels.
    """
    shift = 2 * (_MOC_ORDER - order)
    ranges = exposed.to_depth29_ranges.astype(np.int64)
    starts, stops = ranges[:, 0] >> shift, ((ranges[:, 1] - 1) >> shift) + 1
    parts = [np.arange(a, b) for a, b in zip(starts, stops, strict=True)]
    pixels = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
    values = np.zeros(len(pixels))
    if len(pixels):
        with pq.ParquetFile(events) as file:
            for batch in file.iter_batches(columns=["hpx29"]):
                found, number = np.unique(
                    np.asarray(batch.column(0)) >> shift, return_counts=True
                )
                places = np.minimum(np.searchsorted(pixels, found), len(pixels) - 1)
                inside = pixels[places] == found
                values[places[inside]] += number[inside]
    return PixelMap(order, pixels, values)


def smoothed(counts: PixelMap, passes: int = _PASSES) -> PixelMap:
    """Return a map smoothed with a small kernel, within the exposed pixels.

    Each two passes of the kernel (1 2 1) add the variance of one pixel: six of them are
    nearly a Gaussian of 1.7 pixels, less than half of the point spread function.
    """
    if not len(counts.pixels):
        return counts
    around = neighbours(counts.pixels.astype(np.uint64), counts.order)
    places, weights = [], []
    for column, weight in zip(around.T, _WEIGHTS, strict=True):
        place = np.searchsorted(counts.pixels, column)
        place = np.minimum(place, len(counts.pixels) - 1)
        places.append(place)
        weights.append(np.where(counts.pixels[place] == column, weight, 0.0))
    total: Any = sum(weights)
    values = counts.values
    for _ in range(passes):
        terms = (w * values[p] for w, p in zip(weights, places, strict=True))
        values = sum(terms, start=np.zeros(len(values))) / total
    return PixelMap(counts.order, counts.pixels, values)


def halved(finer: PixelMap) -> PixelMap:
    """Return the map of the next lower order: each pixel is the mean of its four.

    Those of the four that were not exposed count as 0, so that the sum over all pixels,
    times four for each order, stays the number of events.
    """
    pixels, first = np.unique(finer.pixels >> 2, return_index=True)
    values = np.add.reduceat(finer.values, first) / 4 if len(pixels) else finer.values
    return PixelMap(finer.order - 1, pixels, values)
