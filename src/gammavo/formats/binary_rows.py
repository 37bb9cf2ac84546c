"""Big-endian rows, as VOTable's binary serializations and FITS have them.

Neighbouring parts of fixed width are packed into one Arrow binary array with numpy, parts
of variable width are arrays of their own, and Arrow joins the parts of each row: no
Python runs per row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.buffers import bytes_of, lengths_of, list_parts, offsets
from gammavo.formats.votable_header import null_value
from gammavo.model.columns import Column, Datatype

__all__ = ["BinaryRows", "big_endian", "fixed_lists"]

_BIG_ENDIAN: Final = {
    Datatype.BOOLEAN: "S1",
    Datatype.SMALLINT: ">i2",
    Datatype.INTEGER: ">i4",
    Datatype.BIGINT: ">i8",
    Datatype.REAL: ">f4",
}


class BinaryRows:
    """The parts of every row, gathered from left to right."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._fixed: list[npt.NDArray[Any]] = []
        self._parts: list[pa.Array] = []

    def add_fixed(self, values: npt.NDArray[Any]) -> None:
        """Append one element (or a row of them, if 2-D) per row."""
        self._fixed.append(values)

    def add_variable(self, lengths: npt.NDArray[Any], data: bytes) -> None:
        """Append values of ``lengths`` bytes each, which ``data`` has end to end."""
        self._pack()
        self._parts.append(_binary_array(offsets(lengths), data))

    def add_texts(self, array: pa.Array) -> None:
        """Append the bytes of a string array without NULLs."""
        lengths = lengths_of(array)
        # Identifiers and addresses often have one length: then they are as quick as
        # numbers, and a tenth of what joining takes.
        if self._rows and lengths[0] and (lengths == lengths[0]).all():
            self.add_fixed(bytes_of(array).view(f"V{lengths[0]}"))
            return
        self._pack()
        buffers = [None, *array.buffers()[1:]]
        self._parts.append(
            pa.Array.from_buffers(pa.binary(), self._rows, buffers, offset=array.offset)
        )

    def encode(self) -> memoryview:
        """Return the rows, end to end, where Arrow put them."""
        self._pack()
        if len(self._parts) == 1:
            return bytes_of(self._parts[0]).data
        return bytes_of(pc.binary_join_element_wise(*self._parts, b"")).data

    def _pack(self) -> None:
        """Turn the pending parts of fixed width into one binary array."""
        if not self._fixed:
            return
        if len(self._fixed) == 1:
            packed = np.ascontiguousarray(self._fixed[0])
            width = packed.nbytes // max(self._rows, 1)
        else:
            layout = _layout(tuple((v.dtype, v.shape[1:]) for v in self._fixed))
            packed = np.empty(self._rows, dtype=layout)
            for name, values in zip(layout.names or (), self._fixed, strict=True):
                packed[name] = values
            width = layout.itemsize
        bounds = np.arange(self._rows + 1, dtype=np.int32) * np.int32(width)
        self._parts.append(_binary_array(bounds, packed))
        self._fixed = []


@lru_cache(1024)
def _layout(parts: tuple[tuple[Any, tuple[int, ...]], ...]) -> np.dtype[Any]:
    """Return the type of rows of parts, which are named by their number."""
    return np.dtype([(f"f{i}", *part) for i, part in enumerate(parts)])


def _binary_array(
    bounds: npt.NDArray[np.int32], data: bytes | npt.NDArray[Any]
) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, buffers)


def big_endian(
    array: pa.Array, column: Column, unknown: bytes = b"?"
) -> npt.NDArray[Any]:
    """Return numbers or booleans in their big-endian type.

    NULL is NaN, the number of :func:`~gammavo.formats.votable_header.null_value`, or
    the byte ``unknown`` among ``T`` and ``F``.
    """
    dtype = _BIG_ENDIAN.get(column.datatype, ">f8")
    if column.datatype is Datatype.BOOLEAN:
        letters = pc.if_else(array, ord("T"), ord("F"))
        codes = pc.fill_null(letters, ord(unknown)).to_numpy(zero_copy_only=False)
        flags: npt.NDArray[Any] = codes.astype(np.uint8).view(dtype)
        return flags
    if array.null_count:
        null = null_value(column)
        value = float("nan") if null is None else null
        if array.null_count == len(array):
            return np.full(len(array), value, dtype)
        array = pc.fill_null(array, pa.scalar(value, array.type))
    values = array.to_numpy(zero_copy_only=False)
    encoded: npt.NDArray[Any] = values.astype(dtype)
    return encoded


def fixed_lists(
    array: pa.Array, column: Column, size: int, unknown: bytes = b"?"
) -> npt.NDArray[Any]:
    """Return lists of one length as a table with a row for each; NULL: all are NULL."""
    _, elements = list_parts(array)
    values = big_endian(elements, column, unknown)
    if not array.null_count:
        return values.reshape(-1, size)
    absent = big_endian(pa.nulls(1, elements.type), column, unknown)
    table = np.repeat(absent, len(array) * size).reshape(-1, size)
    table[array.is_valid().to_numpy(zero_copy_only=False)] = values.reshape(-1, size)
    return table
