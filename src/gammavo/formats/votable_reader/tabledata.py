"""TABLEDATA: rows as XML (VOTable 1.4 section 5.1), cut at their tags.

Rows are nearly always written without attributes, comments and CDATA sections. Such rows
are cut with numpy, a block at a time, so that no Python runs for a cell. What is not that
simple is left to :mod:`gammavo.formats.votable_reader.tabledata_events`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.buffers import has_byte
from gammavo.formats.votable_reader.arrays import Numbers, runs_in_turns
from gammavo.formats.votable_reader.document import line_at
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.limits import UploadLimits, readable_size
from gammavo.formats.votable_reader.refusals import BlockOfRows, cell_refusal
from gammavo.formats.votable_reader.texts import parse_cells

__all__ = ["NotSimpleError", "read_simple_rows"]

_BLOCK_BYTES: Final = 2**21
# Blanks between two tags of usual documents, even of those that indent.
_SHORT_GAP: Final = 16


def _word(tag: bytes) -> int:
    return int.from_bytes(tag, "little")


# What follows the "<" of a tag; four bytes at most are looked at.
_ROW, _CELL = _word(b"TR>"), _word(b"TD>")
_ROW_END, _CELL_END = _word(b"/TR>"), _word(b"/TD>")
_NO_CELL, _NO_CELL_SPACED = _word(b"TD/>"), _word(b"TD /")
_THREE_BYTES: Final = 2**24 - 1

_REFERENCE: Final = re.compile("&([^;&]*)(;?)")
_CHARACTERS: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Forbidden in XML. Looking for the rare first byte of each is 30 times as fast.
_FORBIDDEN: Final = (b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class NotSimpleError(Exception):
    """Rows have more than bare tags and text, or are not well-formed."""


def read_simple_rows(
    document: bytes,
    start: int,
    stop: int,
    fields: Sequence[Field],
    limits: UploadLimits,
) -> Iterator[list[pa.Array]]:
    """Yield the columns of some rows at a time.

    Parameters
    ----------
    document
        All of it, in UTF-8.
    start, stop
        Where the content of TABLEDATA is.
    fields
        The columns.
    limits
        Bound the length of cells.

    Raises
    ------
    NotSimpleError
        A parser of XML has to read this.
    UsageError
        A cell is too long or cannot be read.
    """
    rows = 0
    memory = pa.py_buffer(document)
    while start < stop:
        end = _block_end(document, start, stop)
        for forbidden in _FORBIDDEN:
            found = document.find(forbidden[:1], start, end)
            if found >= 0 and document.find(forbidden, found, end) >= 0:
                raise NotSimpleError
        first_tags, starts, stops = _cells(document, start, end, len(fields))
        if len(starts):
            block = BlockOfRows(rows, _Lines(document, first_tags))
            _check_sizes(starts, stops, fields, block, limits)
            cells = runs_in_turns(memory, starts.ravel(), stops.ravel(), pa.string())
            yield [
                parse_cells(_column(cells, stops > starts, number), field, block)
                for number, field in enumerate(fields)
            ]
            rows += len(starts)
        start = end


class _Lines:
    """The lines where the rows of a block begin."""

    def __init__(self, document: bytes, places: Numbers) -> None:
        self._document = document
        self._places = places

    def __call__(self, row: int) -> int:
        return line_at(self._document, int(self._places[row]))


def _block_end(document: bytes, start: int, stop: int) -> int:
    """Return the end of the last row that ends within a block's size, else of the next."""
    limit = start + _BLOCK_BYTES
    if limit >= stop:
        return stop
    found = document.rfind(b"</TR>", start, limit)
    if found < 0:
        found = document.find(b"</TR>", limit - 4, stop)
    return stop if found < 0 else found + 5


def _cells(
    document: bytes, start: int, end: int, columns: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Return where rows begin, and where cells start and stop, one row each row."""
    view = np.frombuffer(document, np.uint8, end - start, start)
    tags = np.flatnonzero(view == ord("<"))
    if not len(tags):
        _check_blank(view, np.zeros(1, int), np.array([len(view)]))
        return tags, *np.empty((2, 0, columns), dtype=int)
    if tags[-1] + 5 > len(view):
        raise NotSimpleError
    words = np.ndarray((len(view) - 3,), "<u4", document, start, (1,))[tags + 1]
    short = words & _THREE_BYTES
    is_short = (short == _ROW) | (short == _CELL)
    ends = tags + 5 - is_short
    words = np.where(is_short, short, words)
    spaced = words == _NO_CELL_SPACED
    if spaced.any():
        if spaced[-1] or (view[tags[spaced] + 5] != ord(">")).any():
            raise NotSimpleError
        ends += spaced
        words[spaced] = _NO_CELL
    begins, ends, words = _with_pairs(tags, ends, words)
    pattern = [_ROW, *[_CELL, _CELL_END] * columns, _ROW_END]
    if len(words) % len(pattern):
        raise NotSimpleError
    if (words.reshape(-1, len(pattern)) != np.array(pattern, np.uint32)).any():
        raise NotSimpleError
    begins, ends = begins.reshape(-1, len(pattern)), ends.reshape(-1, len(pattern))
    _check_blank(
        view,
        np.concatenate(([0], ends[:, 0::2].ravel(), ends[:, -1])),
        np.concatenate(
            (begins[:1, 0], begins[:, 1::2].ravel(), begins[1:, 0], [len(view)])
        ),
    )
    return begins[:, 0] + start, ends[:, 1:-1:2] + start, begins[:, 2::2] + start


def _with_pairs(
    begins: Numbers, ends: Numbers, words: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Replace each ``<TD/>`` by a start and an end without anything between them."""
    single = np.flatnonzero(words == _NO_CELL)
    if not len(single):
        return begins, ends, words
    times = np.ones(len(words), dtype=int)
    times[single] = 2
    origin = np.repeat(np.arange(len(words)), times)
    begins, ends, words = begins[origin], ends[origin], words[origin]
    closing = single + np.arange(1, len(single) + 1)
    words[closing - 1] = _CELL
    words[closing] = _CELL_END
    begins[closing] = ends[closing]
    return begins, ends, words


def _check_blank(view: npt.NDArray[Any], starts: Numbers, stops: Numbers) -> None:
    """Make sure that XML's blanks only are between tags, and no control characters."""
    low = np.count_nonzero(view < 0x20)
    if low and low != sum(np.count_nonzero(view == code) for code in b"\t\n\r"):
        raise NotSimpleError
    widths = stops - starts
    if widths.max() > _SHORT_GAP:
        visible_before = np.zeros(len(view) + 1, dtype=np.int32)
        np.cumsum(view > 0x20, out=visible_before[1:])
        if (visible_before[starts] != visible_before[stops]).any():
            raise NotSimpleError
        return
    starts, widths = starts[widths > 0], widths[widths > 0]
    while len(starts):
        if (view[starts] > 0x20).any():
            raise NotSimpleError
        wider = widths > 1
        starts, widths = starts[wider] + 1, widths[wider] - 1


def _check_sizes(
    starts: Numbers,
    stops: Numbers,
    fields: Sequence[Field],
    block: BlockOfRows,
    limits: UploadLimits,
) -> None:
    sizes = stops - starts
    if sizes.max() > limits.cell_bytes:
        row, column = np.unravel_index(int(sizes.argmax()), sizes.shape)
        raise cell_refusal(
            fields[int(column)],
            block,
            int(row),
            f"a cell has {readable_size(int(sizes.max()))}",
            advice=f"A cell may have {readable_size(limits.cell_bytes)}.",
        )


def _column(cells: pa.Array, filled: npt.NDArray[np.bool_], number: int) -> pa.Array:
    """Return the cells of a column, NULL where they are empty."""
    rows, columns = filled.shape
    wanted = (np.arange(rows) * columns + number) * 2
    present = filled[:, number]
    texts = cells.take(pa.array(wanted, mask=None if present.all() else ~present))
    return _resolved(texts) if has_byte(texts, b"&\r") else texts


def _resolved(texts: pa.Array) -> pa.Array:
    """Replace references to characters, and the ends of lines as XML 1.0 wants it."""
    marked = pc.match_substring_regex(texts, "[&\r]")
    marked = pc.fill_null(marked, False)
    resolved = [_resolve(text) for text in texts.filter(marked).to_pylist()]
    return pc.replace_with_mask(texts, marked, pa.array(resolved, pa.string()))


def _resolve(text: str) -> str:
    return _REFERENCE.sub(_character, text.replace("\r\n", "\n").replace("\r", "\n"))


def _character(reference: re.Match[str]) -> str:
    name, end = reference.groups()
    if end and name in _CHARACTERS:
        return _CHARACTERS[name]
    digits = re.fullmatch("#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}))", name)
    if not end or digits is None:
        raise NotSimpleError
    code = int(digits[1], 16) if digits[1] else int(digits[2])
    if code > 0x10FFFF or _NOT_XML.match(chr(code)):
        raise NotSimpleError
    return chr(code)
