"""TABLEDATA of any form that XML allows, tag by tag.

Slower than :mod:`gammavo.formats.votable_reader.tabledata`, which reads what is simple;
and the place where the faults of rows are found and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from gammavo.formats.votable_reader.fields import Field
from gammavo.formats.votable_reader.limits import UploadLimits, readable_size
from gammavo.formats.votable_reader.refusals import BlockOfRows
from gammavo.formats.votable_reader.texts import parse_cells
from gammavo.formats.votable_reader.xml_reader import XmlReader
from gammavo.model.errors import UsageError

__all__ = ["read_any_rows"]

_PIECE_BYTES: Final = 2**19
_AFTER_TABLE, _IN_TABLE, _IN_ROW, _IN_CELL = range(4)
_ELEMENTS: Final = ("", "TABLEDATA", "TR", "TD")


def read_any_rows(
    document: bytes, start: int, fields: Sequence[Field], limits: UploadLimits
) -> Iterator[list[pa.Array]]:
    """Yield the columns of some rows at a time, and read the document to its end.

    Parameters
    ----------
    document
        All of it, in UTF-8.
    start
        Where the content of TABLEDATA begins.
    fields
        The columns.
    limits
        Bound the length of cells.

    Raises
    ------
    UsageError
        The document is not well-formed, a row has not one cell for each FIELD, or a cell
        is too long or cannot be read.
    """
    reader = XmlReader(document, limits.depth)
    reader.read(start)
    rows = _Rows(reader, fields, limits)
    reader.listen(rows.start, rows.end, rows.text)
    for place in range(start, len(document), _PIECE_BYTES):
        reader.read(min(place + _PIECE_BYTES, len(document)))
        if rows.complete:
            yield rows.take()
    reader.finish()


class _Rows:
    """Gathers rows while the content of TABLEDATA is parsed."""

    def __init__(
        self, reader: XmlReader, fields: Sequence[Field], limits: UploadLimits
    ) -> None:
        self._reader = reader
        self._fields = fields
        self._limits = limits
        self._depth = _IN_TABLE
        self._taken = 0
        self._row: list[str | None] = []
        self._cell: list[str] = []
        self._cell_size = 0
        self._row_line = 0
        self._lines: list[int] = []
        self.complete: list[list[str | None]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take notice of a start tag."""
        if self._depth == _IN_ROW and name == "TD":
            self._cell.clear()
            self._cell_size = 0
            if attributes.get("encoding", "none") != "none":
                raise self._refusal("a TD is encoded", "Write its value as text.")
        elif self._depth == _IN_TABLE and name == "TR":
            self._row = []
            self._row_line = self._reader.line
        elif self._depth != _AFTER_TABLE:
            raise self._refusal(
                f"{name or 'an element of another standard'} is within "
                f"{_ELEMENTS[self._depth]}",
                "Within TABLEDATA are TR, within TR are TD, and TD has text.",
            )
        else:
            return
        self._depth += 1

    def text(self, text: str) -> None:
        """Take notice of text between tags."""
        if self._depth == _IN_CELL:
            self._cell.append(text)
            self._cell_size += len(text.encode())
            if self._cell_size > self._limits.cell_bytes:
                limit = readable_size(self._limits.cell_bytes)
                raise self._refusal("a cell is too long", f"A cell may have {limit}.")
        elif self._depth != _AFTER_TABLE and not text.isspace():
            raise self._refusal(
                f"there is text in {_ELEMENTS[self._depth]}",
                "Put it into a TD, or remove it.",
            )

    def end(self, _name: str) -> None:
        """Take notice of an end tag."""
        if self._depth == _AFTER_TABLE:
            return
        if self._depth == _IN_CELL:
            if len(self._row) == len(self._fields):
                raise self._wrong_count("more")
            self._row.append("".join(self._cell) or None)
        elif self._depth == _IN_ROW:
            if len(self._row) < len(self._fields):
                raise self._wrong_count(str(len(self._row)))
            self.complete.append(self._row)
            self._lines.append(self._row_line)
        self._depth -= 1

    def take(self) -> list[pa.Array]:
        """Return the columns of the complete rows, and forget these."""
        rows, lines = self.complete, self._lines
        block = BlockOfRows(self._taken, lambda row: lines[row])
        self.complete, self._lines = [], []
        self._taken += len(rows)
        return [
            parse_cells(pa.array([row[i] for row in rows], pa.string()), field, block)
            for i, field in enumerate(self._fields)
        ]

    def _wrong_count(self, cells: str) -> UsageError:
        return self._refusal(
            f"there are {cells} cells than FIELDs"
            if cells == "more"
            else f"there are {cells} cells for {len(self._fields)} FIELDs",
            "Write one TD for each FIELD in every TR; an empty TD is NULL.",
        )

    def _refusal(self, problem: str, advice: str) -> UsageError:
        row = self._taken + len(self.complete) + 1
        return UsageError(
            f"In row {row} (line {self._reader.line}) of the uploaded table: {problem}.",
            advice=advice,
        )
