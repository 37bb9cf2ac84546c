"""Rows in the binary layout of VOTable 1.4 sections 5.3 (BINARY) and 5.4 (BINARY2).

All numbers are big-endian. A value of variable size is preceded by the number of its
elements (4 bytes). BINARY2 puts a mask before each row, the highest bit of the first byte
for the first column, set where the value is NULL.

Neighbouring parts of fixed width are packed into one Arrow binary array with numpy, parts
of variable width are arrays of their own, and Arrow joins the parts of each row: no
Python runs per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import fixed_size, is_list
from gammavo.formats.buffers import bytes_of, list_parts, offsets
from gammavo.formats.cells_text import iso_times
from gammavo.formats.votable_header import null_value
from gammavo.model.columns import Column, Datatype

__all__ = ["encode_binary_rows"]

_BIG_ENDIAN = {
    Datatype.BOOLEAN: "S1",
    Datatype.SMALLINT: ">i2",
    Datatype.INTEGER: ">i4",
    Datatype.BIGINT: ">i8",
    Datatype.REAL: ">f4",
}

# UTF-16 code units that each byte of UTF-8 begins: 2 for characters outside the BMP.
_UTF16_UNITS = np.ones(256, dtype=np.int32)
_UTF16_UNITS[0x80:0xC0] = 0
_UTF16_UNITS[0xF0:] = 2


def encode_binary_rows(
    arrays: Sequence[pa.Array], columns: Sequence[Column], *, mask: bool
) -> memoryview:
    """Return the rows of conformed arrays, as BINARY2 (with ``mask``) or BINARY."""
    row = _Row(len(arrays[0]))
    if mask:
        row.add_fixed(_null_mask(arrays))
    for array, column in zip(arrays, columns, strict=True):
        if is_list(column):
            _add_list(row, array, column)
        elif pa.types.is_string(array.type) or pa.types.is_timestamp(array.type):
            _add_text(row, array, column)
        else:
            row.add_fixed(_numbers(array, column))
    return row.encode()


class _Row:
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
        names = [f"f{number}" for number in range(len(self._fixed))]
        packed = np.empty(
            self._rows,
            dtype=[
                (name, values.dtype, values.shape[1:])
                for name, values in zip(names, self._fixed, strict=True)
            ],
        )
        for name, values in zip(names, self._fixed, strict=True):
            packed[name] = values
        width = packed.dtype.itemsize
        bounds = np.arange(self._rows + 1, dtype=np.int32) * np.int32(width)
        self._parts.append(_binary_array(bounds, packed))
        self._fixed = []


def _binary_array(
    bounds: npt.NDArray[np.int32], data: bytes | npt.NDArray[Any]
) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, buffers)


def _null_mask(arrays: Sequence[pa.Array]) -> npt.NDArray[np.uint8]:
    nulls = np.zeros((len(arrays[0]), len(arrays)), dtype=bool)
    for number, array in enumerate(arrays):
        if array.null_count:
            nulls[:, number] = array.is_null().to_numpy(zero_copy_only=False)
    return np.packbits(nulls, axis=1)


def _numbers(array: pa.Array, column: Column) -> npt.NDArray[Any]:
    """Return numbers or booleans in their big-endian type, NULLs as their stand-in."""
    dtype = _BIG_ENDIAN.get(column.datatype, ">f8")
    if column.datatype is Datatype.BOOLEAN:
        letters = pc.if_else(array, ord("T"), ord("F"))
        codes = pc.fill_null(letters, ord("?")).to_numpy(zero_copy_only=False)
        flags: npt.NDArray[Any] = codes.astype(np.uint8).view(dtype)
        return flags
    if array.null_count:
        null = null_value(column)
        array = pc.fill_null(
            array, pa.scalar(float("nan") if null is None else null, array.type)
        )
    values = array.to_numpy(zero_copy_only=False)
    encoded: npt.NDArray[Any] = values.astype(dtype)
    return encoded


def _add_list(row: _Row, array: pa.Array, column: Column) -> None:
    lengths, elements = list_parts(array)
    values = _numbers(elements, column)
    size = fixed_size(column)
    if size is None:
        row.add_fixed(lengths.astype(">i4"))
        row.add_variable(lengths * values.itemsize, values.tobytes())
        return
    if not array.null_count:
        row.add_fixed(values.reshape(-1, size))
        return
    absent = pa.nulls(1, elements.type)
    table = np.repeat(_numbers(absent, column), len(array) * size).reshape(-1, size)
    table[array.is_valid().to_numpy(zero_copy_only=False)] = values.reshape(-1, size)
    row.add_fixed(table)


def _add_text(row: _Row, array: pa.Array, column: Column) -> None:
    if pa.types.is_timestamp(array.type):
        array = iso_times(array)
    if array.null_count:
        array = pc.fill_null(array, "")
    wide = column.datatype is Datatype.UNICODE
    units, data = _utf16(array) if wide else _ascii(array)
    size = fixed_size(column)
    if size is None:
        row.add_fixed(units.astype(">i4"))
    row.add_variable(units * 2 if wide else units, data)
    if size is not None:
        padding = (size - units) * (2 if wide else 1)
        row.add_variable(padding, bytes(int(padding.sum())))


def _ascii(array: pa.Array) -> tuple[npt.NDArray[np.int32], bytes]:
    """Return texts in ASCII: number of bytes of each, and the bytes.

    ``char`` is ASCII in VOTable 1.4: astropy refuses a document with other bytes, STILTS
    takes them for Latin-1. Columns that need other characters are ``unicodeChar``.
    """
    if bytes_of(array).max(initial=0) >= 0x80:
        array = pc.replace_substring_regex(array, r"[^\x00-\x7F]", "?")
    return _byte_lengths(array), bytes_of(array).tobytes()


def _byte_lengths(array: pa.Array) -> npt.NDArray[np.int32]:
    lengths: npt.NDArray[np.int32] = pc.binary_length(array).to_numpy()
    return lengths


def _utf16(array: pa.Array) -> tuple[npt.NDArray[np.int32], bytes]:
    """Return texts as big-endian UTF-16: number of units of each, and the bytes."""
    lengths = _byte_lengths(array)
    data = bytes_of(array)
    if data.max(initial=0) < 0x80:
        return lengths, data.astype(">u2").tobytes()
    units_before = np.concatenate(([0], np.cumsum(_UTF16_UNITS[data])))
    bounds = units_before[offsets(lengths)]
    encoded = data.tobytes().decode("utf-8").encode("utf-16-be")
    return np.diff(bounds).astype(np.int32), encoded
