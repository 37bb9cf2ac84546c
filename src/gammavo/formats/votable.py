"""VOTable 1.4 documents, streamed: TABLEDATA, BINARY and BINARY2.

A document has one ``RESOURCE type="results"``. ``QUERY_STATUS`` is ``OK`` before the table;
after it stands ``OVERFLOW`` if rows were cut off, or ``ERROR`` if the rows broke off
(DALI 1.1 section 4.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pybase64

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.cells_binary import encode_binary_rows
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.results import Info, ResultStream, Rows
from gammavo.formats.service_descriptors import descriptor_element
from gammavo.formats.votable_header import (
    DOCUMENT_END,
    DOCUMENT_START,
    RESULTS_END,
    VOTABLE_END,
    field_ids,
    head,
    info,
    null_value,
)
from gammavo.formats.xml_text import escape_array
from gammavo.model.columns import Column, Datatype

__all__ = ["error_document", "write_binary", "write_binary2", "write_tabledata"]


def _null_element(column: Column) -> str:
    if column.datatype is Datatype.BOOLEAN:
        return "?"
    null = null_value(column)
    return "NaN" if null is None else str(null)


def _escape(array: pa.Array, column: Column) -> pa.Array:
    del column
    return escape_array(array)


_TABLEDATA: Final = Dialect(
    row_start="<TR><TD>",
    cell_separator="</TD><TD>",
    row_end="</TD></TR>\n",
    null="",
    booleans=("F", "T"),
    not_finite=("NaN", "+Inf", "-Inf"),
    text=_escape,
    list_start="",
    list_separator=" ",
    list_end="",
    null_element=_null_element,
)


def write_tabledata(stream: ResultStream) -> Iterator[bytes]:
    """Yield a document whose rows are XML; NULL is an empty cell."""
    rows = Rows(stream, keep_error=True)
    yield _start(stream, "<DATA><TABLEDATA>\n")
    yield from encoded_ahead(
        rows, lambda arrays: encode_text_rows(arrays, stream.columns, _TABLEDATA)
    )
    yield _end(stream, rows, "</TABLEDATA></DATA>\n")


def write_binary2(stream: ResultStream) -> Iterator[bytes]:
    """Yield a document whose rows are binary, with a mask that tells of NULLs."""
    yield from _write_binary(stream, "BINARY2", mask=True)


def write_binary(stream: ResultStream) -> Iterator[bytes]:
    """Yield a document whose rows are binary as before VOTable 1.3.

    NULL is NaN, ``?``, an empty text, or the number that the FIELD declares.
    """
    yield from _write_binary(stream, "BINARY", mask=False)


def _write_binary(stream: ResultStream, element: str, *, mask: bool) -> Iterator[bytes]:
    rows = Rows(stream, keep_error=True)
    start = f'<DATA><{element}><STREAM encoding="base64">\n'
    yield _start(stream, start, number_for_null=not mask)
    remainder = b""
    for data in encoded_ahead(
        rows, lambda arrays: encode_binary_rows(arrays, stream.columns, mask=mask)
    ):
        # Base64 takes 3 bytes at a time and may be padded at its very end only. The few
        # bytes before the boundary go by themselves, so that the rest is never copied.
        start_at = -len(remainder) % 3
        head_bytes = remainder + bytes(data[:start_at])
        if len(head_bytes) % 3:
            remainder = head_bytes
            continue
        end_at = len(data) - (len(data) - start_at) % 3
        remainder = bytes(data[end_at:])
        yield pybase64.b64encode(head_bytes) + b"\n"
        yield pybase64.b64encode(data[start_at:end_at])
    tail = pybase64.b64encode(remainder).decode()
    yield _end(stream, rows, f"{tail}</STREAM></{element}></DATA>\n")


def _start(
    stream: ResultStream, opening: str, *, number_for_null: bool = False
) -> bytes:
    before = head(stream.columns, stream.infos, number_for_null=number_for_null)
    return (before + opening).encode()


def _end(stream: ResultStream, rows: Rows, closing: str) -> bytes:
    status = ""
    if rows.error is not None:
        status = info(Info("QUERY_STATUS", "ERROR", str(rows.error)))
    elif rows.overflow:
        status = info(Info("QUERY_STATUS", "OVERFLOW"))
    ending = DOCUMENT_END
    if stream.services:
        names = field_ids(stream.columns)
        services = (descriptor_element(s, names) for s in stream.services)
        # Each in a RESOURCE of its own beside the results (DataLink 1.1 section 4).
        ending = RESULTS_END + "".join(services) + VOTABLE_END
    return f"{closing}</TABLE>\n{status}{ending}".encode()


def error_document(message: str, *, infos: Sequence[Info] = ()) -> bytes:
    """Return the document that reports an error (DALI 1.1 section 4.4.2).

    Parameters
    ----------
    message
        Becomes the content of the ``QUERY_STATUS`` INFO.
    infos
        Further remarks.
    """
    status = info(Info("QUERY_STATUS", "ERROR", message))
    remarks = "".join(info(remark) for remark in infos)
    return f"{DOCUMENT_START}{status}{remarks}{DOCUMENT_END}".encode()
