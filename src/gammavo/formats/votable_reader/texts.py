"""Values that are written as text: cells of TABLEDATA, and times in any serialization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import arrow_type
from gammavo.formats.buffers import bytes_of, has_byte
from gammavo.formats.votable_reader.arrays import (
    list_array,
    with_nulls,
    without_null_number,
)
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.refusals import BlockOfRows, cell_refusal, shown
from gammavo.model.columns import Datatype
from gammavo.model.errors import UsageError

__all__ = ["parse_cells", "parse_times"]

_TRUE: Final = pa.array(["T", "t", "1", "true", "True", "TRUE"])
_FALSE: Final = pa.array(["F", "f", "0", "false", "False", "FALSE"])
_UNKNOWN: Final = pa.array(["?"])
_BLANKS: Final = " \t\r\n"


def parse_cells(cells: pa.Array, field: Field, block: BlockOfRows) -> pa.Array:
    """Return the cells of a TABLEDATA column as values of the type of its column.

    NULL is an empty cell, NaN, an array of fixed size of nothing but NaN, and the number
    that the FIELD declares for it.

    Parameters
    ----------
    cells
        Texts, NULL where a cell is empty.
    field, block
        What they are.

    Raises
    ------
    UsageError
        A cell cannot be read as such a value.
    """
    if field.column.datatype is Datatype.TIMESTAMP:
        return parse_times(cells, field, block)
    if field.primitive.is_text:
        return cells
    cells = _trimmed(cells)
    if field.is_list:
        return _parse_lists(cells, field, block)
    values = _parse_words(cells, field, block, lambda word: word)
    return with_nulls(values, values.is_null(nan_is_null=True))


def _trimmed(cells: pa.Array) -> pa.Array:
    """Return texts without blanks around them, NULL where nothing is left."""
    if bytes_of(cells).min(initial=0xFF) <= 0x20:
        cells = pc.utf8_trim(cells, _BLANKS)
    return with_nulls(cells, pc.equal(pc.binary_length(cells), 0))


def _parse_lists(cells: pa.Array, field: Field, block: BlockOfRows) -> pa.Array:
    nulls = cells.is_null().to_numpy(zero_copy_only=False)
    if field.primitive.is_bit:
        # The digits of bit arrays may stand with or without blanks between them.
        cells = _trimmed(pc.replace_substring_regex(cells, "([01])", r"\1 "))
    words = pc.ascii_split_whitespace(cells)
    lengths = pc.fill_null(pc.list_value_length(words), 0).to_numpy()
    ends = np.cumsum(lengths)
    values = _parse_words(
        words.flatten(),
        field,
        block,
        lambda word: int(np.searchsorted(ends, word, side="right")),
    )
    return list_array(lengths, values, nulls, field, block)


def _parse_words(
    words: pa.Array, field: Field, block: BlockOfRows, row_of: Callable[[int], int]
) -> pa.Array:
    """Return words as numbers or booleans; ``row_of`` tells the row of a word."""

    def refuse(word: int, wanted: str) -> UsageError:
        return cell_refusal(
            field,
            block,
            row_of(word),
            f"{shown(words[word].as_py())} is not {wanted}",
            advice=f"The datatype of the FIELD is {field.primitive.name}.",
        )

    if field.column.datatype is Datatype.BOOLEAN:
        return _truths(words, refuse)
    wanted = arrow_type(field.column)
    if field.is_list:
        wanted = wanted.value_type
    if pa.types.is_integer(wanted) and has_byte(words, b"+"):
        words = pc.replace_substring_regex(words, r"^\+(\d)", r"\1")
    try:
        values = words.cast(wanted)
    except pa.ArrowInvalid as error:
        noun = "a whole number" if pa.types.is_integer(wanted) else "a number"
        raise refuse(_first_fault(words, wanted), f"{noun} of this size") from error
    values = without_null_number(values, field)
    if field.primitive.name == "unsignedByte":
        strange = pc.or_(pc.less(values, 0), pc.greater(values, 255))
        if pc.any(strange).as_py():
            raise refuse(strange.index(True).as_py(), "a whole number from 0 to 255")
    return values


def _truths(words: pa.Array, refuse: Callable[[int, str], UsageError]) -> pa.Array:
    true = pc.is_in(words, value_set=_TRUE)
    known = pc.or_(true, pc.is_in(words, value_set=_FALSE))
    strange = pc.invert(pc.or_(known, pc.is_in(words, value_set=_UNKNOWN)))
    strange = pc.and_(strange, words.is_valid())
    if pc.any(strange).as_py():
        raise refuse(strange.index(True).as_py(), "a truth value")
    return pc.if_else(known, true, pa.scalar(None, pa.bool_()))


def _first_fault(words: pa.Array, wanted: pa.DataType) -> int:
    """Return which word is the first that cannot be cast, by halving."""
    good, bad = 0, len(words)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            words.slice(good, middle - good).cast(wanted)
            good = middle
        except pa.ArrowInvalid:
            bad = middle
    return good


def parse_times(texts: pa.Array, field: Field, block: BlockOfRows) -> pa.Array:
    """Return times of DALI 1.1 section 3.3.3 as ``timestamp[us]``; "" is NULL.

    What is finer than a microsecond is cut off; a final Z is allowed.

    Raises
    ------
    UsageError
        A text is no such time.
    """
    wanted = pa.timestamp("us")
    times = _trimmed(texts)
    try:
        return times.cast(wanted)
    except pa.ArrowInvalid:
        times = pc.replace_substring_regex(times, r"Z$", "")
        times = pc.replace_substring_regex(times, r"(\.\d{6})\d+$", r"\1")
    try:
        return times.cast(wanted)
    except pa.ArrowInvalid as error:
        row = _first_fault(times, wanted)
        raise cell_refusal(
            field,
            block,
            row,
            f"{shown(texts[row].as_py())} is not a time",
            advice="Write YYYY-MM-DDThh:mm:ss, or leave out the xtype of the FIELD.",
        ) from error
