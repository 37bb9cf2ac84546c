"""Values that are stored as bytes, big-endian: in BINARY, BINARY2 and FITS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import arrow_type
from gammavo.formats.votable_reader.arrays import (
    Numbers,
    Truths,
    byte_runs,
    list_array,
    with_nulls,
    without_null_number,
)
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.refusals import BlockOfRows, cell_refusal
from gammavo.formats.votable_reader.texts import parse_times
from gammavo.model.columns import Datatype

__all__ = ["Stored", "decode"]

_FALSE, _TRUE, _UNKNOWN, _STRANGE = range(4)


def _boolean_codes() -> npt.NDArray[np.uint8]:
    codes = np.full(256, _STRANGE, dtype=np.uint8)
    for letters, code in ((b"Tt1", _TRUE), (b"Ff0", _FALSE), (b"? \0", _UNKNOWN)):
        codes[list(letters)] = code
    return codes


_BOOLEANS: Final = _boolean_codes()


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of a column in some rows.

    Parameters
    ----------
    data
        Values end to end, one after the other.
    lengths
        Elements (pairs, if complex) of each value.
    nulls
        Which values are NULL as a mask tells; None if there is no mask, so that an empty
        value means NULL.
    """

    data: npt.NDArray[np.uint8]
    lengths: Numbers
    nulls: Truths | None


def decode(stored: Stored, field: Field, block: BlockOfRows) -> pa.Array:
    """Return stored values as values of the type of their column.

    Raises
    ------
    UsageError
        A value is none of the FIELD's datatype, or an array has a wrong size.
    """
    if field.primitive.is_text:
        return _texts(stored, field, block)
    lengths = stored.lengths * field.primitive.parts
    values = _elements(stored, field, block)
    if not field.is_list:
        values = with_nulls(values, stored.nulls)
        return with_nulls(values, values.is_null(nan_is_null=True))
    nulls = lengths == 0 if stored.nulls is None else stored.nulls
    if stored.nulls is not None:
        values = values.filter(pa.array(np.repeat(~nulls, lengths)))
        lengths = np.where(nulls, 0, lengths)
    return list_array(lengths, values, nulls, field, block)


def _elements(stored: Stored, field: Field, block: BlockOfRows) -> pa.Array:
    """Return all elements of all values, end to end."""
    primitive = field.primitive
    if primitive.is_bit:
        return pa.array(_bits(stored, is_list=field.is_list))
    if primitive.datatype is Datatype.BOOLEAN:
        codes = _BOOLEANS[stored.data]
        strange = codes == _STRANGE
        if strange.any():
            place = int(np.argmax(strange))
            row = int(np.searchsorted(np.cumsum(stored.lengths), place, side="right"))
            raise cell_refusal(
                field,
                block,
                row,
                f"the byte {stored.data[place]} is not a truth value",
                advice="Write T, F, or ? for NULL.",
            )
        return pa.array(codes == _TRUE, mask=codes == _UNKNOWN)
    wanted = arrow_type(field.column)
    if field.is_list:
        wanted = wanted.value_type
    numbers = stored.data.view(primitive.dtype).astype(wanted.to_pandas_dtype())
    return without_null_number(pa.array(numbers, wanted), field)


def _bits(stored: Stored, *, is_list: bool) -> Truths:
    """Return bits, the highest of each byte first; each value begins a new byte."""
    if not is_list:
        # Programs disagree on which bit of the byte a single one is.
        single: Truths = stored.data != 0
        return single
    sizes = (stored.lengths + 7) // 8
    bits = np.unpackbits(stored.data)
    padded = np.repeat(sizes * 8 - stored.lengths, stored.lengths)
    shift = np.repeat(np.cumsum(sizes * 8 - stored.lengths), stored.lengths) - padded
    chosen: Truths = bits[np.arange(len(shift)) + shift] == 1
    return chosen


def _texts(stored: Stored, field: Field, block: BlockOfRows) -> pa.Array:
    if field.primitive.datatype is Datatype.UNICODE:
        texts = _utf16(stored.data, stored.lengths)
    else:
        texts = _bytes_as_text(stored.data, stored.lengths)
    nulls = stored.nulls
    if nulls is None:
        nulls = pc.equal(pc.binary_length(texts), 0)
    texts = with_nulls(texts, nulls)
    if field.column.datatype is Datatype.TIMESTAMP:
        return parse_times(texts, field, block)
    return texts


def _bytes_as_text(data: npt.NDArray[np.uint8], lengths: Numbers) -> pa.Array:
    """Return texts up to their first NUL, of UTF-8 or else of Latin-1."""
    stops = np.cumsum(lengths)
    starts = stops - lengths
    if not data.all():
        ends = np.append(np.flatnonzero(data == 0), len(data))
        stops = np.minimum(stops, ends[np.searchsorted(ends, starts)])
    if data.max(initial=0) < 0x80:
        return byte_runs(data, starts, stops, pa.string())
    raw = byte_runs(data, starts, stops, pa.binary())
    try:
        return raw.cast(pa.string())
    except pa.ArrowInvalid:
        texts = [value.as_py().decode("latin-1") for value in raw]
        return pa.array(texts, pa.string())


def _utf16(data: npt.NDArray[np.uint8], lengths: Numbers) -> pa.Array:
    """Return texts of UTF-16 (or UCS-2), big-endian, up to their first NUL."""
    units = data.view(">u2")
    if units.max(initial=0) < 0x80:
        return _bytes_as_text(units.astype(np.uint8), lengths)
    stops = np.cumsum(lengths) * 2
    raw = byte_runs(data, stops - lengths * 2, stops, pa.binary())
    texts = [value.as_py().decode("utf-16-be", "replace") for value in raw]
    return pa.array([text.partition("\0")[0] for text in texts], pa.string())
