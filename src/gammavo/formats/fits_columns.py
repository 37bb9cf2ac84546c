"""What a FITS binary table needs to know of a result before its first row.

Texts are as wide as the longest one. Lists of varying length are kept in the heap behind
the table (FITS 4.0 sections 7.3.5 and 7.3.6); so are texts where one is so long that the
others would waste too much room, though few programs show such texts well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import arrow_type, fixed_size, is_list
from gammavo.formats.buffers import bytes_of, lengths_of, list_parts
from gammavo.formats.cells_text import iso_times
from gammavo.model.columns import Column, Datatype

__all__ = ["FitsColumn", "Measures", "descriptor_of", "fits_texts", "fits_type"]

_LETTERS: Final = {
    Datatype.BOOLEAN: ("L", 1),
    Datatype.SMALLINT: ("I", 2),
    Datatype.INTEGER: ("J", 4),
    Datatype.BIGINT: ("K", 8),
    Datatype.REAL: ("E", 4),
}
_DOUBLE: Final = ("D", 8)
_TEXT: Final = ("A", 1)
_WASTE: Final = 2**26
"""Bytes that a column may waste on texts that are shorter than the longest."""
_FAR: Final = 2**31
"""Places in the heap from here on need 64 bits."""


def fits_type(column: Column) -> pa.DataType:
    """Return the Arrow type of what :func:`fits_texts` makes of a column."""
    wanted = arrow_type(column)
    return pa.string() if pa.types.is_timestamp(wanted) else wanted


def fits_texts(array: pa.Array) -> pa.Array:
    """Return texts and times as FITS can hold them; other arrays as they are.

    FITS knows printable ASCII only: ``?`` stands for any other character. NULL is the
    empty text.
    """
    if pa.types.is_timestamp(array.type):
        array = iso_times(array)
    if not pa.types.is_string(array.type):
        return array
    if array.null_count:
        array = pc.fill_null(array, "")
    data = bytes_of(array)
    if data.min(initial=0x20) < 0x20 or data.max(initial=0) > 0x7E:
        array = pc.replace_substring_regex(array, "[^ -~]", "?")
    return array


class Measures:
    """How many NULLs and how large values a column has, gathered slice by slice."""

    def __init__(self) -> None:
        self.rows = 0
        self.nulls = 0
        self.longest = 0
        self.elements = 0

    def add(self, array: pa.Array) -> None:
        """Measure one more slice of the column, as :func:`fits_texts` returns it."""
        self.rows += len(array)
        self.nulls += array.null_count
        if pa.types.is_string(array.type):
            lengths = lengths_of(array)
        elif pa.types.is_list(array.type):
            lengths, elements = list_parts(array)
            self.nulls += elements.null_count
        else:
            return
        self.longest = max(self.longest, int(lengths.max(initial=0)))
        self.elements += int(lengths.sum())


@dataclass(frozen=True, slots=True)
class FitsColumn:
    """How a column is written.

    Parameters
    ----------
    column
        The column itself.
    letter, width
        Type code of an element, and its size in bytes.
    count
        How many elements each value has; None: they vary and are in the heap.
    nullable
        Whether there are NULLs.
    longest, elements
        Elements of the longest value, and of all values.
    """

    column: Column
    letter: str
    width: int
    count: int | None
    nullable: bool
    longest: int
    elements: int

    @classmethod
    def of(cls, column: Column, measures: Measures) -> FitsColumn:
        """Return how to write a column of these measures."""
        longest, elements = measures.longest, measures.elements
        count: int | None
        if is_list(column):
            letter, width = _LETTERS.get(column.datatype, _DOUBLE)
            count = fixed_size(column)
        elif pa.types.is_string(fits_type(column)):
            letter, width = _TEXT
            waste = longest * measures.rows - elements
            count = None if waste > _WASTE else max(longest, 1)
        else:
            letter, width = _LETTERS.get(column.datatype, _DOUBLE)
            count = 1
        return cls(column, letter, width, count, measures.nulls > 0, longest, elements)

    @property
    def heap_bytes(self) -> int:
        """Size of all values in the heap."""
        return self.elements * self.width if self.count is None else 0

    def form(self, descriptor: str) -> str:
        """Return TFORM; ``descriptor`` is P or Q."""
        if self.count is None:
            return f"1{descriptor}{self.letter}({self.longest})"
        return f"{self.count}{self.letter}"

    def bytes_per_row(self, descriptor_bytes: int) -> int:
        """Return the size of the cell in the table itself."""
        return descriptor_bytes if self.count is None else self.count * self.width


def descriptor_of(columns: Sequence[FitsColumn]) -> tuple[str, int]:
    """Return the type code of places in the heap, and its size in bytes."""
    far = sum(column.heap_bytes for column in columns) >= _FAR
    return ("Q", 16) if far else ("P", 8)
