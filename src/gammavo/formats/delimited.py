"""CSV (RFC 4180, with a header line) and TSV (IANA ``text/tab-separated-values``).

NULL is an empty cell, or ``""`` in a CSV of one column; an empty text is ``""`` in CSV and
an empty cell in TSV. Lists are numbers separated by blanks. Neither format can report an
error after the first row, so an error breaks the stream off instead of letting a part
pass for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.buffers import (
    has_byte,
    lengths_of,
    rows_with_byte,
    surrounded,
)
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.results import ResultStream, Rows
from gammavo.model.columns import Column, Datatype

__all__ = ["quoted", "write_csv", "write_tsv"]

_QUOTED: Final = b'",\r\n'
_BREAKING: Final = b"\t\r\n"
_BREAKING_PATTERN: Final = "\r\n|[\t\r\n]"


def _quote(array: pa.Array, column: Column) -> pa.Array:
    """Put quotes around empty texts and those that need it (RFC 4180 section 2)."""
    del column
    special = has_byte(array, _QUOTED)
    # A NULL has no bytes either: which of them are empty texts is looked at then.
    if not special and lengths_of(array).min(initial=1) > 0:
        return array
    wanted = pc.equal(pc.binary_length(array), 0)
    if special:
        wanted = pc.or_(wanted, pa.array(rows_with_byte(array, _QUOTED)))
    return pc.if_else(wanted, quoted(array), array)


def quoted(array: pa.Array) -> pa.Array:
    """Return texts in quotes, those within them doubled (RFC 4180 section 2)."""
    if has_byte(array, b'"'):
        array = pc.replace_substring(array, '"', '""')
    return surrounded(array, '"', '"')


def _unbroken(array: pa.Array, column: Column) -> pa.Array:
    """Put blanks for tabs and line ends, which TSV cannot hold."""
    del column
    if not has_byte(array, _BREAKING):
        return array
    return pc.replace_substring_regex(array, _BREAKING_PATTERN, " ")


def _null_element(column: Column) -> str:
    return "NaN" if column.datatype in {Datatype.REAL, Datatype.DOUBLE} else "null"


def _dialect(
    separator: str, line_end: str, text: Callable[[pa.Array, Column], pa.Array]
) -> Dialect:
    return Dialect(
        row_start="",
        cell_separator=separator,
        row_end=line_end,
        null="",
        booleans=("false", "true"),
        not_finite=("NaN", "Infinity", "-Infinity"),
        text=text,
        list_start="",
        list_separator=" ",
        list_end="",
        null_element=_null_element,
    )


_CSV: Final = _dialect(",", "\r\n", _quote)
_TSV: Final = _dialect("\t", "\n", _unbroken)


def write_csv(stream: ResultStream) -> Iterator[bytes]:
    """Yield comma-separated values, the names of the columns first."""
    # Readers pass over empty lines.
    only = len(stream.columns) == 1
    return _write(stream, replace(_CSV, null='""') if only else _CSV)


def write_tsv(stream: ResultStream) -> Iterator[bytes]:
    """Yield tab-separated values, the names of the columns first."""
    return _write(stream, _TSV)


def _write(stream: ResultStream, dialect: Dialect) -> Iterator[bytes]:
    rows = Rows(stream, keep_error=False)
    names = pa.array([column.name for column in stream.columns], pa.string())
    cells = dialect.text(names, stream.columns[0]).to_pylist()
    yield (dialect.cell_separator.join(cells) + dialect.row_end).encode()
    yield from encoded_ahead(
        rows, lambda arrays: encode_text_rows(arrays, stream.columns, dialect)
    )
