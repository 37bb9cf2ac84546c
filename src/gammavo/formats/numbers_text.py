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

__all__ = ["number_texts"]

_COMMA: Final = ord(",")
_MINUS: Final = ord("-")
_POINT: Final = ord(".")
_ZERO: Final = ord("0")
_END_OF_NULL: Final = ord("l")


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
    text = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    data = np.frombuffer(text, dtype=np.uint8)
    commas = np.flatnonzero(data == _COMMA)
    # Arrow wants texts end to end. What is between them is a text, too, but not taken.
    size = 2 * len(values)
    bounds = np.empty(size + 1, dtype=np.int32)
    bounds[0] = 1
    bounds[1:-2:2] = commas
    bounds[2:-1:2] = commas
    bounds[2:-1:2] += 1
    bounds[-2:] = len(data) - 1
    stops = bounds[1::2]
    last = data[stops - 1]
    ends = stops[last == _ZERO]
    if len(ends):
        whole = data[ends - 2] == _POINT
        # "-0" would read as the whole number 0, which has no sign.
        whole &= (data[ends - 4] != _MINUS) | (data[ends - 3] != _ZERO)
        stops[last == _ZERO] -= 2 * whole
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    pieces = pa.Array.from_buffers(pa.string(), size, buffers)
    wanted = pa.array(np.arange(0, size, 2, dtype=np.int32))
    texts = pc.take(pieces, wanted, boundscheck=False)
    return texts, not (last == _END_OF_NULL).any()


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
