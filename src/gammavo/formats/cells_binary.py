"""Rows in the binary layout of VOTable 1.4 sections 5.3 (BINARY) and 5.4 (BINARY2).

All numbers are big-endian. A value of variable size is preceded by the number of its
elements (4 bytes). BINARY2 puts a mask before each row, the highest bit of the first byte
for the first column, set where the value is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import fixed_size
from gammavo.formats.binary_rows import BinaryRows, big_endian, fixed_lists
from gammavo.formats.buffers import (
    bytes_of,
    lengths_of,
    list_parts,
    nulls_of,
    offsets,
)
from gammavo.formats.cells_text import iso_times
from gammavo.model.columns import Column, Datatype

__all__ = ["encode_binary_rows"]

# UTF-16 code units that each byte of UTF-8 begins: 2 for characters outside the BMP.
_UTF16_UNITS = np.ones(256, dtype=np.int32)
_UTF16_UNITS[0x80:0xC0] = 0
_UTF16_UNITS[0xF0:] = 2


def encode_binary_rows(
    arrays: Sequence[pa.Array], columns: Sequence[Column], *, mask: bool
) -> memoryview:
    """Return the rows of conformed arrays, as BINARY2 (with ``mask``) or BINARY."""
    row = BinaryRows(len(arrays[0]))
    if mask:
        row.add_fixed(_null_mask(arrays))
    for array, column in zip(arrays, columns, strict=True):
        if pa.types.is_list(array.type):
            _add_list(row, array, column)
        elif pa.types.is_string(array.type) or pa.types.is_timestamp(array.type):
            _add_text(row, array, column)
        else:
            row.add_fixed(big_endian(array, column))
    return row.encode()


def _null_mask(arrays: Sequence[pa.Array]) -> npt.NDArray[np.uint8]:
    rows = len(arrays[0])
    mask = np.zeros((rows, (len(arrays) + 7) // 8), np.uint8)
    for number, array in enumerate(arrays):
        byte, bit = divmod(number, 8)
        if array.null_count == rows:  # many columns of ObsCore are empty
            mask[:, byte] |= np.uint8(0x80 >> bit)
        elif array.null_count:
            mask[:, byte] |= nulls_of(array) * np.uint8(0x80 >> bit)
    return mask


def _add_list(row: BinaryRows, array: pa.Array, column: Column) -> None:
    size = fixed_size(column)
    if size is not None:
        row.add_fixed(fixed_lists(array, column, size))
        return
    lengths, elements = list_parts(array)
    values = big_endian(elements, column)
    row.add_fixed(lengths.astype(">i4"))
    row.add_variable(lengths * values.itemsize, values.tobytes())


def _add_text(row: BinaryRows, array: pa.Array, column: Column) -> None:
    size = fixed_size(column)
    if size is None and array.null_count == len(array):
        # ObsCore has many columns that a query finds no value in.
        row.add_fixed(np.zeros(len(array), ">i4"))
        return
    if pa.types.is_timestamp(array.type):
        array = iso_times(array)
    if array.null_count:
        array = pc.fill_null(array, "")
    wide = column.datatype is Datatype.UNICODE
    if wide:
        units, data = _utf16(array)
    else:
        array = _ascii(array)
        units = lengths_of(array)
    if size is None:
        row.add_fixed(units.astype(">i4"))
    if wide:
        row.add_variable(units * 2, data)
    else:
        row.add_texts(array)
    if size is not None:
        padding = (size - units) * (2 if wide else 1)
        row.add_variable(padding, bytes(int(padding.sum())))


def _ascii(array: pa.Array) -> pa.Array:
    """Return texts in ASCII.

    ``char`` is ASCII in VOTable 1.4: astropy refuses a document with other bytes, STILTS
    takes them for Latin-1. Columns that need other characters are ``unicodeChar``.
    """
    if bytes_of(array).max(initial=0) < 0x80:
        return array
    return pc.replace_substring_regex(array, r"[^\x00-\x7F]", "?")


def _utf16(array: pa.Array) -> tuple[npt.NDArray[np.int32], bytes]:
    """Return texts as big-endian UTF-16: number of units of each, and the bytes."""
    lengths = lengths_of(array)
    data = bytes_of(array)
    if data.max(initial=0) < 0x80:
        return lengths, data.astype(">u2").tobytes()
    units_before = np.concatenate(([0], np.cumsum(_UTF16_UNITS[data])))
    bounds = units_before[offsets(lengths)]
    encoded = data.tobytes().decode("utf-8").encode("utf-16-be")
    return np.diff(bounds).astype(np.int32), encoded
