"""Arrow arrays made of runs of bytes or of elements, without a loop over rows."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.buffers import offsets
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.refusals import BlockOfRows, cell_refusal

__all__ = [
    "Numbers",
    "Truths",
    "byte_runs",
    "list_array",
    "runs_in_turns",
    "with_nulls",
    "without_null_number",
]

Numbers: TypeAlias = npt.NDArray[Any]
Truths: TypeAlias = npt.NDArray[np.bool_]


def runs_in_turns(
    data: bytes | bytearray | Numbers,
    starts: Numbers,
    stops: Numbers,
    kind: pa.DataType,
) -> pa.Array:
    """Return an array on the given memory, with what is from each start to its stop.

    Its values number 0, 2, 4 ... are those runs; the others are what lies between.

    Parameters
    ----------
    data
        Less than 2 GiB.
    starts, stops
        Each run begins where the one before it stops, or later.
    kind
        ``pa.binary()`` or ``pa.string()``.
    """
    if not len(starts):
        return pa.array([], kind)
    bounds = np.empty(2 * len(starts), dtype=np.int32)
    bounds[0::2] = starts
    bounds[1::2] = stops
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    return pa.Array.from_buffers(kind, len(bounds) - 1, buffers)


def byte_runs(
    data: bytes | bytearray | Numbers,
    starts: Numbers,
    stops: Numbers,
    kind: pa.DataType,
) -> pa.Array:
    """Return what is from each start to its stop, end to end in new memory."""
    wanted = np.arange(len(starts), dtype=np.int32) * 2
    return runs_in_turns(data, starts, stops, kind).take(pa.array(wanted))


def with_nulls(array: pa.Array, nulls: Truths | pa.Array | None) -> pa.Array:
    """Return the array with NULL where ``nulls`` is true."""
    if nulls is None:
        return array
    mask = nulls if isinstance(nulls, pa.Array) else pa.array(nulls)
    if not pc.any(mask).as_py():
        return array
    return pc.if_else(mask, pa.scalar(None, array.type), array)


def without_null_number(values: pa.Array, field: Field) -> pa.Array:
    """Return numbers with NULL for the number that the FIELD declares to mean it."""
    if field.null is None:
        return values
    return with_nulls(values, pc.equal(values, pa.scalar(field.null, values.type)))


def list_array(
    lengths: Numbers,
    elements: pa.Array,
    nulls: Truths | None,
    field: Field,
    block: BlockOfRows,
) -> pa.Array:
    """Return lists of elements that are stored end to end.

    A list of fixed size is NULL also if it has nothing but NULL and NaN.

    Parameters
    ----------
    lengths
        Elements of each list; 0 where it is NULL.
    elements
        Numbers or booleans.
    nulls
        Which lists are NULL, None if none is.
    field, block
        What the lists are.

    Raises
    ------
    UsageError
        A list has not the length that the FIELD's arraysize declares.
    """
    _check_lengths(lengths, nulls, field, block)
    if nulls is None:
        nulls = np.zeros(len(lengths), dtype=bool)
    if field.size is not None:
        lengths, elements, nulls = _without_blank(lengths, elements, nulls)
    mask = pa.array(nulls) if nulls.any() else None
    return pa.ListArray.from_arrays(pa.array(offsets(lengths)), elements, mask=mask)


def _without_blank(
    lengths: Numbers, elements: pa.Array, nulls: Truths
) -> tuple[Numbers, pa.Array, Truths]:
    """Make lists NULL that have nothing but NULL and NaN; all have one length."""
    missing = elements.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    present = np.flatnonzero(~nulls)
    if not missing.any() or not len(present):
        return lengths, elements, nulls
    blank = missing.reshape(len(present), -1).all(axis=1)
    if blank.any():
        nulls = nulls.copy()
        nulls[present[blank]] = True
        size = len(missing) // len(present)
        elements = elements.filter(pa.array(np.repeat(~blank, size)))
        lengths = np.where(nulls, 0, lengths)
    return lengths, elements, nulls


def _check_lengths(
    lengths: Numbers, nulls: Truths | None, field: Field, block: BlockOfRows
) -> None:
    parts = field.primitive.parts
    if field.size is not None:
        wrong = lengths != field.size * parts
        wanted = f"{field.size * parts}"
    else:
        wrong = lengths % (field.multiple * parts) != 0
        wanted = f"a multiple of {field.multiple * parts}"
        if field.most is not None:
            wrong |= lengths > field.most * parts
            wanted += f", {field.most * parts} at most"
    if nulls is not None:
        wrong &= ~nulls
    if wrong.any():
        row = int(np.argmax(wrong))
        raise cell_refusal(
            field,
            block,
            row,
            f"an array has {int(lengths[row])} elements, its arraysize wants {wanted}",
            advice="Correct the array, or the arraysize of its FIELD.",
        )
