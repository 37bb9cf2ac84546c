"""Small VOTable documents for tests of the reader."""

from __future__ import annotations

import base64
import struct
from io import BytesIO
from typing import Any

from gammavo.formats.votable_reader import UploadedTable, UploadLimits, read_votable

NAMESPACE = 'xmlns="http://www.ivoa.net/xml/VOTable/v1.3"'


def read(document: bytes | str, **limits: int) -> UploadedTable:
    """Return the table of a document, within other limits than usual if there are."""
    data = document.encode() if isinstance(document, str) else document
    return read_votable(BytesIO(data), limits=UploadLimits(**limits))


def rows(table: UploadedTable) -> list[list[Any]]:
    """Return the rows as Python; a column may be called like another one."""
    columns = [column.to_pylist() for column in table.rows.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def votable(fields: str, data: str, *, root: str = f'version="1.4" {NAMESPACE}') -> str:
    """Return a document with FIELDs and the content of DATA."""
    return (
        f'<?xml version="1.0"?>\n<VOTABLE {root}>\n<RESOURCE>\n<TABLE>\n{fields}\n'
        f"<DATA>{data}</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"
    )


def tabledata(fields: str, *table_rows: tuple[str, ...]) -> str:
    """Return a document with rows of TABLEDATA; cells are XML."""
    lines = [
        "<TR>" + "".join(f"<TD>{cell}</TD>" for cell in row) + "</TR>\n"
        for row in table_rows
    ]
    return votable(fields, f"<TABLEDATA>\n{''.join(lines)}</TABLEDATA>")


def stream(
    fields: str, content: bytes, element: str = "BINARY", attributes: str = ""
) -> str:
    """Return a document with the content of a stream, in base64."""
    text = base64.encodebytes(content).decode()
    encoding = attributes or 'encoding="base64"'
    return votable(
        fields, f"<{element}><STREAM {encoding}>\n{text}</STREAM></{element}>"
    )


def packed(form: str, *values: Any) -> bytes:
    """Return values as big-endian bytes, as :func:`struct.pack` does."""
    return struct.pack(f">{form}", *values)
