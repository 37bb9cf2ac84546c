"""Rows of BINARY and BINARY2 (VOTable 1.4 sections 5.3 and 5.4).

Rows of one size are viewed by numpy as they are. Where sizes vary, one pass over the rows
finds where each value is, and everything else is done a column at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gammavo.formats.buffers import bytes_of
from gammavo.formats.votable_reader.arrays import Numbers, Truths, byte_runs
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.limits import UploadLimits, readable_size
from gammavo.formats.votable_reader.refusals import BlockOfRows, cell_refusal
from gammavo.formats.votable_reader.stored import Stored, decode
from gammavo.model.errors import UsageError

__all__ = ["FixedPart", "fixed_columns", "read_binary_rows"]

_BLOCK_VALUES: Final = 2**15
_BLOCK_BYTES: Final = 2**23
_COUNT: Final = struct.Struct(">I")
_Data: TypeAlias = bytes | bytearray
_Bytes: TypeAlias = npt.NDArray[np.uint8]
_Places: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FixedPart:
    """Neighbouring columns of fixed size.

    Parameters
    ----------
    fields
        The columns, with their numbers in the table.
    skipped
        Bytes before the first of them.
    width
        Size in bytes, with those that are skipped.
    """

    fields: tuple[tuple[int, Field], ...]
    skipped: int
    width: int


@dataclass(frozen=True, slots=True)
class _VariableColumn:
    """A column of varying size; each value begins with the number of its elements."""

    number: int
    field: Field

    @property
    def bytes_each(self) -> int:
        """Size of an element; 0 for bits, which are 8 to a byte."""
        return (
            0 if self.field.primitive.is_bit else self.field.primitive.stored_bytes(1)
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a row is made up: fixed parts with one column of varying size between them."""

    columns: int
    has_mask: bool
    fixed: tuple[FixedPart, ...]
    variable: tuple[_VariableColumn, ...]

    def null_flags(self, rows: _Bytes) -> Truths | None:
        """Return which values are NULL from the bytes of the first fixed part."""
        if not self.has_mask:
            return None
        mask = rows[:, : self.fixed[0].skipped]
        flags: Truths = np.unpackbits(mask, axis=1)[:, : self.columns] == 1
        return flags


def read_binary_rows(
    data: _Data,
    fields: Sequence[Field],
    limits: UploadLimits,
    *,
    has_mask: bool,
) -> Iterator[list[pa.Array]]:
    """Yield the columns of some rows at a time.

    Parameters
    ----------
    data
        The content of the stream, decoded.
    fields
        The columns.
    limits
        Bound the size of values.
    has_mask
        Whether each row begins with a mask that tells of NULLs, as in BINARY2.

    Raises
    ------
    UsageError
        The data end within a row, or a value is too long or is none of its datatype.
    """
    layout = _layout(fields, has_mask=has_mask)
    if not layout.variable:
        yield from _equal_rows(data, layout)
        return
    place = row = 0
    while place < len(data):
        places = _find_values(data, place, row, layout)
        yield _unequal_rows(data, places, layout, BlockOfRows(row), limits)
        row += len(places)
        place = int(places[-1, -1]) + layout.fixed[-1].width


def _layout(fields: Sequence[Field], *, has_mask: bool) -> _Layout:
    fixed: list[FixedPart] = []
    variable: list[_VariableColumn] = []
    part: list[tuple[int, Field]] = []
    skipped = width = (len(fields) + 7) // 8 if has_mask else 0
    for number, field in enumerate(fields):
        if field.fixed_bytes is None:
            fixed.append(FixedPart(tuple(part), skipped, width))
            variable.append(_VariableColumn(number, field))
            part, skipped, width = [], 0, 0
        else:
            part.append((number, field))
            width += field.fixed_bytes
    fixed.append(FixedPart(tuple(part), skipped, width))
    return _Layout(len(fields), has_mask, tuple(fixed), tuple(variable))


def _cut_off(row: int) -> UsageError:
    return UsageError(
        f"The data of the uploaded table end within row {row + 1}.",
        advice="Check that the FIELDs describe the rows, or send the table again.",
    )


def _equal_rows(data: _Data, layout: _Layout) -> Iterator[list[pa.Array]]:
    (part,) = layout.fixed
    if not part.width:
        if data:
            raise UsageError(
                "The rows of the uploaded table have no bytes, but there are data.",
                advice="Declare the arraysize of the columns.",
            )
        return
    rows, rest = divmod(len(data), part.width)
    if rest:
        raise _cut_off(rows)
    table = np.frombuffer(data, np.uint8).reshape(rows, part.width)
    step = max(1, _BLOCK_BYTES // part.width)
    for first in range(0, rows, step):
        some = table[first : first + step]
        nulls = layout.null_flags(some)
        columns = fixed_columns(some, part, nulls, BlockOfRows(first))
        yield [columns[number] for number in range(layout.columns)]


def fixed_columns(
    rows: _Bytes, part: FixedPart, nulls: Truths | None, block: BlockOfRows
) -> dict[int, pa.Array]:
    """Return the columns of a fixed part by their number.

    Parameters
    ----------
    rows
        The bytes of the part, one row each row.
    part
        Which columns there are.
    nulls
        Which values are NULL, one row each row and all columns of the table; None if
        there is no mask.
    block
        Which rows these are.
    """
    columns = {}
    place = part.skipped
    for number, field in part.fields:
        size = field.fixed_bytes or 0
        data = np.ascontiguousarray(rows[:, place : place + size]).reshape(-1)
        lengths = np.full(len(rows), field.size)
        flags = None if nulls is None else nulls[:, number]
        columns[number] = decode(Stored(data, lengths, flags), field, block)
        place += size
    return columns


def _find_values(data: _Data, place: int, row: int, layout: _Layout) -> _Places:
    """Return where the values of varying size are in the rows from a place on.

    The result has a row for each row, and two columns for each column of varying size:
    where the elements start and stop.
    """
    widths = [part.width for part in layout.fixed]
    after = [*widths[1:-1], widths[-1] + widths[0]]
    steps = [
        (column.bytes_each, _COUNT.size + width)
        for column, width in zip(layout.variable, after, strict=True)
    ]
    count_at = _COUNT.unpack_from
    counts: list[int] = []
    add = counts.append
    at = place + widths[0]
    stop = min(len(data), place + _BLOCK_BYTES) + widths[0]
    complete = True
    try:
        while at < stop and len(counts) < _BLOCK_VALUES:
            for bytes_each, step in steps:
                (count,) = count_at(data, at)
                add(count)
                at += (count * bytes_each if bytes_each else (count + 7) // 8) + step
    except struct.error:
        complete = False
    places = _places(counts, place + widths[0], steps)
    if not complete or at - widths[0] > len(data):
        last = int(np.searchsorted(places.reshape(-1), len(data), side="right"))
        full = min(last // 2, len(counts) - complete)
        raise _cut_off(row + full // len(steps))
    return places.reshape(-1, 2 * len(steps))


def _places(
    counts: Sequence[int], first: int, steps: Sequence[tuple[int, int]]
) -> _Places:
    """Return where each value starts and stops, from the counts before them."""
    values = np.array(counts, dtype=np.int64)
    columns = np.arange(len(values)) % len(steps)
    each, step = np.array(steps)[columns].T
    sizes = np.where(each == 0, (values + 7) // 8, values * each)
    # A step leads from the end of a value over what follows it to the end of a count.
    stops = np.cumsum(sizes + step) - step + first + _COUNT.size
    return np.stack((stops - sizes, stops), axis=1)


def _unequal_rows(
    data: _Data,
    places: _Places,
    layout: _Layout,
    block: BlockOfRows,
    limits: UploadLimits,
) -> list[pa.Array]:
    columns: dict[int, pa.Array] = {}
    nulls: Truths | None = None
    for index, part in enumerate(layout.fixed):
        if index < len(layout.variable):
            stops = places[:, 2 * index] - _COUNT.size
            starts = stops - part.width
        else:
            starts = places[:, -1]
            stops = starts + part.width
        rows = bytes_of(byte_runs(data, starts, stops, pa.binary()))
        rows = rows.reshape(len(places), part.width)
        if index == 0:
            nulls = layout.null_flags(rows)
        columns |= fixed_columns(rows, part, nulls, block)
    for index, column in enumerate(layout.variable):
        starts, stops = places[:, 2 * index], places[:, 2 * index + 1]
        _check_sizes(stops - starts, column.field, block, limits)
        counts = byte_runs(data, starts - _COUNT.size, starts, pa.binary())
        stored = Stored(
            data=bytes_of(byte_runs(data, starts, stops, pa.binary())),
            lengths=bytes_of(counts).view(">u4").astype(np.int64),
            nulls=None if nulls is None else nulls[:, column.number],
        )
        columns[column.number] = decode(stored, column.field, block)
    return [columns[number] for number in range(layout.columns)]


def _check_sizes(
    sizes: Numbers, field: Field, block: BlockOfRows, limits: UploadLimits
) -> None:
    row = int(sizes.argmax())
    if sizes[row] > limits.cell_bytes:
        raise cell_refusal(
            field,
            block,
            row,
            f"a value has {readable_size(int(sizes[row]))}",
            advice=f"A value may have {readable_size(limits.cell_bytes)}.",
        )
