"""Text for people: columns aligned, numbers to the right.

Columns are as wide as their widest cell, thus cells are kept aside until all are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.arrow import is_list
from gammavo.formats.buffers import bytes_of
from gammavo.formats.cells_text import Dialect, join_cells, text_cells
from gammavo.formats.results import ResultStream, Rows
from gammavo.formats.spool import Spool
from gammavo.model.columns import Column, Datatype

__all__ = ["write_text"]

_WIDEST: Final = 100
"""Longer cells push the rest of their line to the right."""
_BREAKING: Final = "[\x00-\x1f\x7f-\x9f\u2028\u2029]"


def _in_one_line(array: pa.Array, column: Column) -> pa.Array:
    """Put blanks for line ends and all that could steer a terminal."""
    del column
    data = bytes_of(array)
    if data.min(initial=0x20) >= 0x20 and data.max(initial=0) < 0x7F:
        return array
    return pc.replace_substring_regex(array, _BREAKING, " ")


def _null_element(column: Column) -> str:
    return "NaN" if column.datatype in {Datatype.REAL, Datatype.DOUBLE} else "null"


_TEXT: Final = Dialect(
    row_start="",
    cell_separator="  ",
    row_end="\n",
    null="",
    booleans=("false", "true"),
    not_finite=("NaN", "Infinity", "-Infinity"),
    text=_in_one_line,
    list_start="",
    list_separator=" ",
    list_end="",
    null_element=_null_element,
)


def write_text(stream: ResultStream) -> Iterator[bytes]:
    """Yield a text with a line per row, and how many there are at the end.

    Raises
    ------
    UnavailableError
        The disk is full.
    """
    columns = stream.columns
    heads = _heads(columns)
    widths = [max(map(len, head)) for head in heads]
    spool = Spool([pa.string()] * len(columns))
    try:
        rows = Rows(stream, keep_error=False)
        count = 0
        for arrays in rows:
            cells = text_cells(arrays, columns, _TEXT)
            widths = [
                max(width, min(_WIDEST, pc.max(pc.utf8_length(cell)).as_py() or 0))
                for width, cell in zip(widths, cells, strict=True)
            ]
            count += len(cells[0])
            spool.append(cells)
        spool.seal()
        yield _start(heads, columns, widths)
        yield from encoded_ahead(spool, lambda cells: _lines(cells, columns, widths))
        yield f"\n{count} row{'' if count == 1 else 's'}\n".encode()
        if rows.overflow:
            yield b"The result was cut at a limit: rows are missing.\n"
    finally:
        spool.close()


def _heads(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Return name and unit of each column."""
    names = pa.array([column.name for column in columns], pa.string())
    units = pa.array([column.unit or "" for column in columns], pa.string())
    texts = [_in_one_line(each, columns[0]).to_pylist() for each in (names, units)]
    return list(zip(*texts, strict=True))


def _start(
    heads: Sequence[tuple[str, str]], columns: Sequence[Column], widths: Sequence[int]
) -> bytes:
    lines = [[name for name, _ in heads], [unit for _, unit in heads]]
    if not any(lines[1]):
        del lines[1]
    lines.append(["-" * width for width in widths])
    cells = [pa.array(cell, pa.string()) for cell in zip(*lines, strict=True)]
    return _lines(cells, columns, widths)


def _lines(
    cells: Sequence[pa.Array], columns: Sequence[Column], widths: Sequence[int]
) -> bytes:
    padded = []
    for place, (cell, column, width) in enumerate(
        zip(cells, columns, widths, strict=True)
    ):
        filled = pc.fill_null(cell, "")
        if column.datatype.is_numeric and not is_list(column):
            filled = pc.utf8_lpad(filled, width)
        elif place + 1 < len(columns):
            filled = pc.utf8_rpad(filled, width)
        padded.append(filled)
    return join_cells(padded, _TEXT)
