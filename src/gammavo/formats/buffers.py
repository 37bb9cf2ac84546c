"""Looking into the memory of Arrow arrays, which may be slices of larger ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["bytes_of", "has_byte", "has_control", "list_parts", "offsets"]


def bytes_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the bytes of all values of a string or binary array, end to end."""
    _, bounds, data = array.buffers()
    if data is None or len(array) == 0:
        return np.empty(0, dtype=np.uint8)
    limits = np.frombuffer(bounds, dtype=np.int32)
    start, stop = limits[array.offset], limits[array.offset + len(array)]
    return np.frombuffer(data, dtype=np.uint8)[start:stop]


def has_byte(array: pa.Array, listed: bytes) -> bool:
    """Whether any value of a string array has one of the listed ASCII characters."""
    data = bytes_of(array).tobytes()
    return any(byte in data for byte in listed)


def has_control(array: pa.Array) -> bool:
    """Whether any value of a string array has a control character below U+0020."""
    return bool(bytes_of(array).min(initial=0xFF) < 0x20)


def offsets(lengths: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Return where each of the values starts and the last one ends."""
    bounds = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=bounds[1:])
    return bounds


def list_parts(array: pa.Array) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return the length of each list (0 for NULL) and all elements, end to end."""
    lengths = pc.fill_null(pc.list_value_length(array), 0)
    return lengths.to_numpy(zero_copy_only=False), array.flatten()
