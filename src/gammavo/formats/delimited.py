"""CSV (RFC 4180, with a header line) and TSV (IANA ``text/tab-separated-values``).

NULL is an empty cell; an empty text is ``""`` in CSV and an empty cell in TSV. Lists are
numbers separated by blanks. Neither format can report an error after the first row, so
an error breaks the stream off instead of letting a part pass for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.buffers import has_byte
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.results import ResultStream, Rows
from gammavo.model.columns import Column, Datatype

__all__ = ["write_csv", "write_tsv"]

_QUOTED: Final = b'",\r\n'
_QUOTED_PATTERN: Final = '[",\r\n]|^$'
_BREAKING: Final = b"\t\r\n"
_BREAKING_PATTERN: Final = "\r\n|[\t\r\n]"


def _quote(array: pa.Array) -> pa.Array:
    """Put quotes around empty texts and those that need it (RFC 4180 section 2)."""
    if not has_byte(array, _QUOTED) and pc.any(pc.equal(array, "")).as_py() is not True:
        return array
    quoted = pc.binary_join_element_wise(
        '"', pc.replace_substring(array, '"', '""'), '"', ""
    )
    return pc.if_else(pc.match_substring_regex(array, _QUOTED_PATTERN), quoted, array)


def _unbroken(array: pa.Array) -> pa.Array:
    """Put blanks for tabs and line ends, which TSV cannot hold."""
    if not has_byte(array, _BREAKING):
        return array
    return pc.replace_substring_regex(array, _BREAKING_PATTERN, " ")


def _null_element(column: Column) -> str:
    return "NaN" if column.datatype in {Datatype.REAL, Datatype.DOUBLE} else "null"


def _dialect(
    separator: str, line_end: str, text: Callable[[pa.Array], pa.Array]
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
    return _write(stream, _CSV)


def write_tsv(stream: ResultStream) -> Iterator[bytes]:
    """Yield tab-separated values, the names of the columns first."""
    return _write(stream, _TSV)


def _write(stream: ResultStream, dialect: Dialect) -> Iterator[bytes]:
    rows = Rows(stream, keep_error=False)
    names = dialect.text(pa.array([c.name for c in stream.columns], pa.string()))
    header = dialect.cell_separator.join(names.to_pylist()) + dialect.row_end
    yield header.encode()
    yield from encoded_ahead(
        rows, lambda arrays: encode_text_rows(arrays, stream.columns, dialect)
    )
