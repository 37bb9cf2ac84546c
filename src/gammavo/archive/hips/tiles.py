"""Tiles of a HiPS: from sparse maps to PNG and FITS files (HiPS 1.0 section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from PIL import Image

from gammavo.archive.hips.pixels import PixelMap
from gammavo.formats.figures import COLOUR_MAP

__all__ = ["Stretch", "tiles", "write_allsky", "write_fits", "write_png"]

_ALLSKY_ORDER: Final = 3
_ALLSKY_COLUMNS: Final = 27
_ALLSKY_WIDTH: Final = 64
_BEND: Final = 12.0

Floats = npt.NDArray[np.float32]


class Stretch:
    """From values to the 255 colours of PNG tiles; colour 0 is transparent.

    Parameters
    ----------
    high
        Value of the lightest colour. Colours follow the inverse hyperbolic sine, which
        shows faint and bright sources at the same time.
    """

    def __init__(self, high: float) -> None:
        self._high = max(high, 1e-9)
        self.palette = bytes([0, 0, 0]) + COLOUR_MAP[1:].tobytes()

    def indices(self, values: Floats) -> npt.NDArray[np.uint8]:
        """Return the colours of values; NaN is transparent."""
        known = np.isfinite(values)
        share = np.clip(np.where(known, values, 0.0) / self._high, 0.0, 1.0)
        bent = np.arcsinh(_BEND * share) / np.arcsinh(_BEND)
        index: npt.NDArray[np.uint8] = np.where(known, 1 + np.round(254 * bent), 0)
        return index.astype(np.uint8)


def tiles(values: PixelMap, order: int) -> Iterator[tuple[int, Floats]]:
    """Yield the tiles of an order that have a value, with their pixels.

    Parameters
    ----------
    values
        The map at the order of its pixels.
    order
        Order of the tiles.

    Yields
    ------
    tuple
        Number of the tile, and its pixels as an image of shape (width, width), the top row
        first, as PNG has them; NaN where there is no value.
    """
    depth = values.order - order
    rows, columns = _layout(depth)
    numbers = values.pixels >> (2 * depth)
    bounds = np.flatnonzero(np.diff(numbers)) + 1
    starts = [0, *bounds.tolist()] if len(numbers) else []
    for start, stop in zip(starts, [*bounds.tolist(), len(numbers)], strict=False):
        image = np.full((1 << depth, 1 << depth), np.nan, dtype=np.float32)
        inside = values.pixels[start:stop] - (numbers[start] << (2 * depth))
        image[rows[inside], columns[inside]] = values.values[start:stop]
        yield int(numbers[start]), image


@lru_cache(maxsize=16)
def _layout(depth: int) -> tuple[Any, Any]:
    """Return row and column of each pixel of a tile in NESTED order.

    Even bits of the index run along the rows downwards, odd bits along the columns, so that
    the image is the sky as seen from inside.
    """
    index = np.arange(4**depth)
    even, odd = np.zeros_like(index), np.zeros_like(index)
    for bit in range(depth):
        even |= (index >> (2 * bit) & 1) << bit
        odd |= (index >> (2 * bit + 1) & 1) << bit
    return even, odd


def write_png(path: Path, image: Floats, stretch: Stretch) -> None:
    """Write a tile or several side by side as PNG with a palette."""
    picture = Image.fromarray(stretch.indices(image), mode="P")
    picture.putpalette(stretch.palette)
    picture.save(path, "png", transparency=0, compress_level=6)


def write_fits(path: Path, image: Floats, order: int, number: int) -> None:
    """Write a tile as FITS, whose first row is the lowest."""
    hdu = fits.PrimaryHDU(image[::-1].astype(">f4"))
    hdu.header["ORDER"] = (order, "HiPS tile order")
    hdu.header["NPIX"] = (number, "HiPS tile number (NESTED)")
    hdu.header["BUNIT"] = ("count", "mean of the pixels below")
    hdu.header["COLORMOD"] = ("Grayscale", "HiPS tiles of numbers")
    hdu.writeto(path)


def write_allsky(path: Path, values: PixelMap, stretch: Stretch) -> None:
    """Write Allsky: the tiles of order 3 as thumbnails in rows of 27.

    Parameters
    ----------
    path
        The file.
    values
        Map of the order whose tiles of order 3 are 64 pixels wide.
    stretch
        The colours.
    """
    count = 12 * 4**_ALLSKY_ORDER
    rows = -(-count // _ALLSKY_COLUMNS)
    size = _ALLSKY_WIDTH
    sheet = np.full((rows * size, _ALLSKY_COLUMNS * size), np.nan, dtype=np.float32)
    for number, image in tiles(values, _ALLSKY_ORDER):
        row, column = divmod(number, _ALLSKY_COLUMNS)
        sheet[row * size :, column * size :][:size, :size] = image
    write_png(path, sheet, stretch)
