"""JSON tables: ``{"metadata": […], "data": [[…], …], "overflow": false}``.

The shape is that of the ``json`` format of other TAP services: one object of metadata per
column, one list per row. What JSON cannot write (NaN, infinities) is ``null``. Rows that
broke off are followed by ``"error"`` with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.buffers import bytes_of, surrounded
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.results import ResultStream, Rows
from gammavo.model.columns import Column

__all__ = ["write_json"]


def _quote(array: pa.Array, column: Column) -> pa.Array:
    """Return texts as JSON strings (RFC 8259 section 7)."""
    del column
    data = bytes_of(array)
    if data.min(initial=0xFF) < 0x20:
        return _quote_controls(array)
    found = data.tobytes()
    for character in ("\\", '"'):
        if character.encode() in found:
            array = pc.replace_substring(array, character, f"\\{character}")
    return surrounded(array, '"', '"')


def _quote_controls(array: pa.Array) -> pa.Array:
    # Control characters are rare enough for a slice that has them to go through Python.
    texts = [
        None if text is None else json.dumps(text, ensure_ascii=False)
        for text in array.to_pylist()
    ]
    return pa.array(texts, pa.string())


def _null_element(column: Column) -> str:
    del column
    return "null"


_JSON: Final = Dialect(
    row_start=",\n[",
    cell_separator=",",
    row_end="]",
    null="null",
    booleans=("false", "true"),
    not_finite=(None, None, None),
    text=_quote,
    list_start="[",
    list_separator=",",
    list_end="]",
    null_element=_null_element,
)


def write_json(stream: ResultStream) -> Iterator[bytes]:
    """Yield a JSON document."""
    rows = Rows(stream, keep_error=True)
    metadata = ",\n".join(json.dumps(_metadata(column)) for column in stream.columns)
    yield f'{{"metadata":[\n{metadata}\n],\n"data":['.encode()
    first = True
    for data in encoded_ahead(
        rows, lambda arrays: encode_text_rows(arrays, stream.columns, _JSON)
    ):
        yield data[1:] if first else data
        first = False
    end: dict[str, object] = {"overflow": rows.overflow}
    if rows.error is not None:
        end["error"] = str(rows.error)
    yield f"\n],\n{json.dumps(end)[1:]}\n".encode()


def _metadata(column: Column) -> dict[str, str | None]:
    datatype, arraysize, xtype = column.votable
    return {
        "name": column.name,
        "datatype": datatype,
        "arraysize": arraysize,
        "xtype": xtype,
        "unit": column.unit,
        "ucd": column.ucd,
        "utype": column.utype,
        "description": column.description,
    }
