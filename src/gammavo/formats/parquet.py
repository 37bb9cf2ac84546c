"""Parquet with the VOTable header in its metadata (IVOA Note VOParquet 1.0).

Row groups leave as soon as they are full. Metadata are at the end of a Parquet file, thus
the VOTable in them can tell that rows were cut off or broke off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gammavo.formats.arrow import arrow_schema
from gammavo.formats.distinct import distinct_names
from gammavo.formats.results import Info, ResultStream, Rows
from gammavo.formats.votable_header import description

__all__ = ["write_parquet"]

_GROUP_ROWS: Final = 131_072
_GROUP_BYTES: Final = 2**25
_KEY: Final = "IVOA.VOTable-Parquet"


class _Sink:
    """A file that only keeps what was not taken yet."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Do nothing: what is written can be taken at once."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def write_parquet(stream: ResultStream) -> Iterator[bytes]:
    """Yield a Parquet file."""
    rows = Rows(stream, keep_error=True)
    schema = _schema(stream)
    sink = _Sink()
    with pq.ParquetWriter(pa.PythonFile(sink, "w"), schema) as writer:
        for group in _groups(rows, schema):
            writer.write_table(group, row_group_size=len(group))
            yield sink.take()
        content = description(stream.columns, stream.infos, _status(rows))
        writer.add_key_value_metadata(
            {f"{_KEY}.version": "1.0", f"{_KEY}.content": content}
        )
    yield sink.take()


def _schema(stream: ResultStream) -> pa.Schema:
    # Joins and expressions may lack values that the table they come from requires.
    fields = arrow_schema(stream.columns)
    return pa.schema(
        field.with_name(name).with_nullable(True)
        for field, name in zip(fields, distinct_names(stream.columns), strict=True)
    )


def _groups(rows: Rows, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in tables of the size that row groups should have."""
    batches: list[pa.RecordBatch] = []
    count = size = 0
    for arrays in rows:
        batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
        batches.append(batch)
        count += len(batch)
        size += batch.nbytes
        if count >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield pa.Table.from_batches(batches)
            batches, count, size = [], 0, 0
    if batches:
        yield pa.Table.from_batches(batches)


def _status(rows: Rows) -> tuple[Info, ...]:
    """Return what stands after the table: why there are not all rows."""
    if rows.error is not None:
        return (Info("QUERY_STATUS", "ERROR", str(rows.error)),)
    return (Info("QUERY_STATUS", "OVERFLOW"),) if rows.overflow else ()
