"""ECSV 1.0 (astropy APE 6): comma-separated values behind a YAML header in comments.

The header says whether rows were cut off, thus rows are kept aside until all are known.
An empty cell is NULL; readers take an empty text for NULL, too. Lists are JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.arrow import arrow_type, fixed_size, is_list
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.delimited import quoted
from gammavo.formats.distinct import distinct_names
from gammavo.formats.results import Info, ResultStream, Rows
from gammavo.formats.spool import Spool
from gammavo.model.columns import Column, Datatype

__all__ = ["write_ecsv"]

_TYPES: Final = {
    Datatype.BOOLEAN: "bool",
    Datatype.SMALLINT: "int16",
    Datatype.INTEGER: "int32",
    Datatype.BIGINT: "int64",
    Datatype.REAL: "float32",
    Datatype.DOUBLE: "float64",
    Datatype.POINT: "float64",
    Datatype.CIRCLE: "float64",
    Datatype.POLYGON: "float64",
}
_NOT_ASCII: Final = re.compile("[^ -~]")


def _quote(array: pa.Array, column: Column) -> pa.Array:
    del column
    return quoted(array)


def _null_element(column: Column) -> str:
    del column
    return "null"


def _dialect(null: str) -> Dialect:
    return Dialect(
        row_start="",
        cell_separator=",",
        row_end="\n",
        null=null,
        booleans=("False", "True"),
        not_finite=("NaN", "Infinity", "-Infinity"),
        text=_quote,
        list_start='"[',
        list_separator=",",
        list_end=']"',
        list_booleans=("false", "true"),
        null_element=_null_element,
    )


_ECSV: Final = _dialect("")
_ECSV_OF_ONE_COLUMN: Final = _dialect('""')
"""An empty line would be no row at all."""


def write_ecsv(stream: ResultStream) -> Iterator[bytes]:
    """Yield an ECSV table.

    Raises
    ------
    UnavailableError
        The disk is full.
    """
    spool = Spool([arrow_type(column) for column in stream.columns])
    dialect = _ECSV if len(stream.columns) > 1 else _ECSV_OF_ONE_COLUMN
    try:
        rows = Rows(stream, keep_error=False)
        count = 0
        for arrays in rows:
            spool.append(arrays)
            count += len(arrays[0])
        spool.seal()
        status = Info("QUERY_STATUS", "OVERFLOW" if rows.overflow else "OK")
        yield _header(stream.columns, (status, *stream.infos), count).encode()
        yield from encoded_ahead(
            spool, lambda arrays: encode_text_rows(arrays, stream.columns, dialect)
        )
    finally:
        spool.close()


def _header(columns: Sequence[Column], infos: Sequence[Info], rows: int) -> str:
    names = distinct_names(columns)
    lines = ["%ECSV 1.0", "---", "delimiter: ','", "datatype:"]
    lines += [
        f"- {_described(column, name, rows)}"
        for column, name in zip(columns, names, strict=True)
    ]
    remarks: dict[str, list[str]] = {}
    for info in infos:
        remarks.setdefault(info.name, []).append(f"{info.value} {info.text}".strip())
    lines.append("meta: !!omap")
    lines += [
        f"- {{{_yaml(name)}: {_yaml(texts[0] if len(texts) == 1 else texts)}}}"
        for name, texts in remarks.items()
    ]
    lines.append("schema: astropy-2.0")
    head = "".join(f"# {line}\n" for line in lines)
    return head + ",".join(quoted(pa.array(names)).to_pylist()) + "\n"


def _described(column: Column, name: str, rows: int) -> str:
    """Return what the header says of a column, in YAML."""
    entry: dict[str, object] = {"name": name}
    if column.unit:
        entry["unit"] = column.unit
    kind = _TYPES.get(column.datatype, "string")
    if is_list(column):
        entry["datatype"] = "string"
        # astropy cannot read lists of fixed size in a table without rows.
        size = fixed_size(column) if rows else None
        entry["subtype"] = f"{kind}[{size or 'null'}]"
    else:
        entry["datatype"] = kind
    if column.description:
        entry["description"] = column.description
    meta = {"ucd": column.ucd, "utype": column.utype, "xtype": column.votable[2]}
    entry["meta"] = {key: value for key, value in meta.items() if value}
    if not entry["meta"]:
        del entry["meta"]
    return _yaml(entry)


def _yaml(value: object) -> str:
    """Return a value in YAML, in its flow style, which is nearly that of JSON."""
    # Some readers take the file for Latin-1, in which YAML forbids half of UTF-8.
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_ASCII.sub(lambda found: f"\\U{ord(found[0]):08x}", text)
