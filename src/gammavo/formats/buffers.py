"""Looking into the memory of Arrow arrays, which may be slices of larger ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "bytes_of",
    "has_byte",
    "lengths_of",
    "list_parts",
    "nulls_of",
    "offsets",
    "rows_with_byte",
    "surrounded",
    "text_scalar",
]


def _bounds(array: pa.Array) -> npt.NDArray[np.int32]:
    """Return where each value of a string or binary array starts, and the last ends."""
    limits = np.frombuffer(array.buffers()[1], dtype=np.int32)
    return limits[array.offset : array.offset + len(array) + 1]


def bytes_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the bytes of all values of a string or binary array, end to end."""
    data = array.buffers()[2]
    if data is None or len(array) == 0:
        return np.empty(0, dtype=np.uint8)
    limits = _bounds(array)
    return np.frombuffer(data, dtype=np.uint8)[limits[0] : limits[-1]]


def lengths_of(array: pa.Array) -> npt.NDArray[np.int32]:
    """Return how many bytes each value of a string array has; NULLs have none."""
    if len(array) == 0:
        return np.empty(0, dtype=np.int32)
    limits = _bounds(array)
    return limits[1:] - limits[:-1]


def has_byte(array: pa.Array, listed: bytes) -> bool:
    """Whether any value of a string array has one of the listed ASCII characters."""
    data = bytes_of(array).tobytes()
    return any(byte in data for byte in listed)


def rows_with_byte(array: pa.Array, listed: bytes) -> npt.NDArray[np.bool_]:
    """Return for each value of a string array if it has one of the ASCII characters."""
    data = bytes_of(array)
    places = np.concatenate([np.flatnonzero(data == byte) for byte in listed])
    found = np.zeros(len(array), dtype=np.bool_)
    if len(places):
        limits = _bounds(array)
        found[np.searchsorted(limits[1:], places + limits[0], side="right")] = True
    return found


def offsets(lengths: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Return where each of the values starts and the last one ends."""
    bounds = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=bounds[1:])
    return bounds


def nulls_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return 1 for each NULL among the values of an array, else 0.

    Arrow's ``is_null`` takes ten times longer for the few rows of a small result.
    """
    validity = array.buffers()[0]
    if validity is None:
        return np.zeros(len(array), dtype=np.uint8)
    first, bit = divmod(array.offset, 8)
    bits = np.frombuffer(validity, dtype=np.uint8)[first:]
    valid = np.unpackbits(bits, count=bit + len(array), bitorder="little")[bit:]
    return valid ^ np.uint8(1)


def list_parts(array: pa.Array) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return the length of each list (0 for NULL) and all elements, end to end."""
    lengths = pc.fill_null(pc.list_value_length(array), 0)
    return lengths.to_numpy(zero_copy_only=False), array.flatten()


@lru_cache(256)
def text_scalar(text: str) -> pa.Scalar:
    """Return a text for Arrow's functions, which convert it anew in every call else."""
    return pa.scalar(text, pa.string())


def surrounded(array: pa.Array, before: str, after: str) -> pa.Array:
    """Return the texts of an array between two others; NULL stays NULL."""
    return pc.binary_join_element_wise(
        text_scalar(before), array, text_scalar(after), text_scalar("")
    )
