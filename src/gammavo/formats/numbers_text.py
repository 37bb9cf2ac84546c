"""Numbers as the shortest text that reads back as the same number.

Such text is what limits the speed of every text format. orjson writes whole numpy arrays
as JSON, three times as fast as Arrow casts to strings; commas tell where each number ends,
so nothing runs per number in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["joined_numbers", "number_texts"]

_COMMA: Final = ord(",")
_MINUS: Final = ord("-")
_POINT: Final = ord(".")
_ZERO: Final = ord("0")
_END_OF_NULL: Final = ord("l")


def joined_numbers(arrays: Sequence[pa.Array], separator: str) -> pa.Array | None:
    """Return one text for each row: its numbers with a separator between them.

    Parameters
    ----------
    arrays
        Neighbouring columns of one floating-point type.
    separator
        What stands between two numbers.

    Returns
    -------
    Array or None
        None if a number needs a look by itself: NULL, not finite, or zero with a sign.
    """
    table = np.column_stack([array.to_numpy(zero_copy_only=False) for array in arrays])
    if not len(table) or not np.isfinite(table).all():
        return None
    # A table with rows would take twice the time of one long row.
    data, stops = _written(table.reshape(-1))
    whole, signed = _whole_numbers(data, stops)
    if signed.any():
        return None
    if whole.any():
        data, stops = _without_fractions(data, stops, whole)
    if len(separator) > 1:
        data = np.frombuffer(data.tobytes().replace(b",", separator.encode()), np.uint8)
        stops = stops + (len(separator) - 1) * np.arange(len(stops))
    elif separator != ",":
        data = data.copy()
        data[stops[:-1]] = ord(separator)
    width = len(arrays)
    bounds = np.empty(2 * len(table) + 1, dtype=np.int32)
    bounds[0], bounds[-1] = 1, len(data)
    bounds[1::2] = stops[width - 1 :: width]
    bounds[2:-1:2] = bounds[1:-2:2] + len(separator)
    return _every_second(bounds, data)


def _written(
    values: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return ``[1.5,2.0]`` for numbers, and where the text of each of them stops."""
    text = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    data = np.frombuffer(text, dtype=np.uint8)
    return data, np.append(np.flatnonzero(data == _COMMA), len(data) - 1)


def _whole_numbers(
    data: npt.NDArray[np.uint8], stops: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which numbers end with ".0" that nobody needs, and which are "-0.0".

    "-0" would read as the whole number 0, which has no sign.
    """
    whole = data[stops - 1] == _ZERO
    at = np.flatnonzero(whole)
    whole[at] = data[stops[at] - 2] == _POINT
    signed = np.zeros_like(whole)
    at = np.flatnonzero(whole)
    signed[at] = (data[stops[at] - 4] == _MINUS) & (data[stops[at] - 3] == _ZERO)
    return whole & ~signed, signed


def _without_fractions(
    data: npt.NDArray[np.uint8],
    stops: npt.NDArray[np.int64],
    whole: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the text of numbers without the ".0" of whole ones, and their stops."""
    kept = np.ones(len(data), dtype=np.bool_)
    kept[stops[whole] - 1] = kept[stops[whole] - 2] = False
    return data[kept], stops - 2 * np.cumsum(whole)


def _every_second(
    bounds: npt.NDArray[np.int32], data: npt.NDArray[np.uint8]
) -> pa.Array:
    """Return the texts between the first two bounds, the third and the fourth, and so on.

    Arrow wants texts end to end. What is between them is a text, too, but not taken.
    """
    size = len(bounds) - 1
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    pieces = pa.Array.from_buffers(pa.string(), size, buffers)
    wanted = pa.array(np.arange(0, size, 2, dtype=np.int32))
    return pc.take(pieces, wanted, boundscheck=False)


def number_texts(
    arrays: Sequence[pa.Array], not_finite: tuple[str | None, str | None, str | None]
) -> list[pa.Array]:
    """Return arrays of one floating-point type as arrays of text; NULL stays NULL.

    Parameters
    ----------
    arrays
        All that there is to write: one large conversion costs less than many small ones.
    not_finite
        The words for NaN, infinity and minus infinity; None: NULL.
    """
    parts = [array.to_numpy(zero_copy_only=False) for array in arrays]
    texts, finite = _shortest(parts[0] if len(parts) == 1 else np.concatenate(parts))
    start, cells = 0, []
    for array in arrays:
        part = texts.slice(start, len(array))
        cells.append(part if finite else _with_words(array, part, not_finite))
        start += len(array)
    return cells


def _shortest(values: npt.NDArray[Any]) -> tuple[pa.Array, bool]:
    """Return the text of numbers, and whether all are finite: others become "null"."""
    if not len(values):
        return pa.array([], pa.string()), True
    data, stops = _written(values)
    whole, _ = _whole_numbers(data, stops)
    bounds = np.empty(2 * len(values) + 1, dtype=np.int32)
    bounds[0], bounds[-1] = 1, len(data)
    bounds[1::2] = stops
    bounds[2:-1:2] = stops[:-1] + 1
    bounds[1::2] -= 2 * whole.astype(np.int32)
    return _every_second(bounds, data), not (data[stops - 1] == _END_OF_NULL).any()


def _with_words(
    array: pa.Array, texts: pa.Array, words: tuple[str | None, str | None, str | None]
) -> pa.Array:
    """Put NULL for NULL, and the words for what is not a finite number."""
    if pc.all(pc.is_finite(array)).as_py() is False:
        nan, plus, minus = (pa.scalar(word, pa.string()) for word in words)
        texts = pc.if_else(pc.is_nan(array), nan, texts)
        texts = pc.if_else(pc.equal(array, float("inf")), plus, texts)
        texts = pc.if_else(pc.equal(array, float("-inf")), minus, texts)
    if array.null_count:
        texts = pc.if_else(array.is_valid(), texts, pa.scalar(None, pa.string()))
    return texts
