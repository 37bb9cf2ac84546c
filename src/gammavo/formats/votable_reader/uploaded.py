"""The table that comes out: its columns, and its rows as Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import arrow_schema, arrow_type, fixed_size
from gammavo.formats.buffers import bytes_of
from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.limits import UploadLimits, readable_size
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UsageError

__all__ = ["RowGatherer", "UploadedTable"]

_SMALLER = "Upload fewer rows or columns, or split the table."


@dataclass(frozen=True, slots=True)
class UploadedTable:
    """A table that a user sent.

    Parameters
    ----------
    columns
        In their order. Names are as they were sent: of any characters, and several may
        differ in case only or be the same.
    rows
        Their values, of the types of :func:`~gammavo.formats.arrow_schema`; columns are
        told apart by position.
    """

    columns: tuple[Column, ...]
    rows: pa.Table


class RowGatherer:
    """Collects the rows that a serialization yields, within the limits.

    Parameters
    ----------
    fields
        The columns.
    limits
        Bound the number and size of rows.
    """

    def __init__(self, fields: Sequence[Field], limits: UploadLimits) -> None:
        self._fields = fields
        self._limits = limits
        self._chunks: list[list[pa.Array]] = [[] for _ in fields]
        self._rows = 0
        self._bytes = 0
        # What a NULL takes once it is written in its fixed size again.
        self._row_bytes = sum(field.fixed_bytes or 0 for field in fields)

    def add(self, arrays: Sequence[pa.Array]) -> None:
        """Append rows.

        Raises
        ------
        UsageError
            There are too many now.
        """
        rows = len(arrays[0])
        self._rows += rows
        if self._rows > self._limits.rows:
            raise UsageError(
                f"The uploaded table has more than {self._limits.rows:,} rows.",
                advice=_SMALLER,
            )
        size = sum(array.nbytes for array in arrays)
        self._bytes += max(size, rows * self._row_bytes)
        if self._bytes > self._limits.table_bytes:
            raise UsageError(
                "The rows of the uploaded table have more than "
                f"{readable_size(self._limits.table_bytes)}.",
                advice=_SMALLER,
            )
        for chunks, array in zip(self._chunks, arrays, strict=True):
            chunks.append(array)

    def table(self) -> UploadedTable:
        """Return what was collected."""
        columns = _with_names(
            [
                _fitting(field.column, chunks)
                for field, chunks in zip(self._fields, self._chunks, strict=True)
            ]
        )
        data = [
            pa.chunked_array(chunks, arrow_type(column))
            for column, chunks in zip(columns, self._chunks, strict=True)
        ]
        return UploadedTable(
            tuple(columns), pa.Table.from_arrays(data, schema=arrow_schema(columns))
        )


def _with_names(columns: list[Column]) -> list[Column]:
    """Give those columns a name that have none, one that no other column has."""
    taken = {column.name.lower() for column in columns}
    named = []
    for number, column in enumerate(columns, start=1):
        name = column.name
        if not name:
            name = f"column_{number}"
            while name in taken:
                name += "_"
            taken.add(name)
        named.append(replace(column, name=name))
    return named


def _fitting(column: Column, chunks: Sequence[pa.Array]) -> Column:
    """Return a column that can hold the texts which were sent.

    ``char`` with other characters than ASCII becomes ``unicodeChar``, and an arraysize
    that some text is longer than is dropped: the values are worth more than what is said
    of them.
    """
    if column.datatype is Datatype.VARCHAR and any(
        bytes_of(chunk).max(initial=0) >= 0x80 for chunk in chunks
    ):
        # The arraysize counted bytes, now it counts characters.
        return replace(column, datatype=Datatype.UNICODE, arraysize=None)
    if not column.datatype.is_text and column.datatype is not Datatype.REGION:
        return column
    size = fixed_size(column)
    if size is not None and any(_longest(chunk) > size for chunk in chunks):
        return replace(column, arraysize=None)
    return column


def _longest(texts: pa.Array) -> int:
    """Return the length of the longest text, in units of UTF-16."""
    beyond = pc.count_substring_regex(texts, "[\U00010000-\U0010ffff]")
    longest = pc.max(pc.add(pc.utf8_length(texts), beyond)).as_py()
    return longest or 0
