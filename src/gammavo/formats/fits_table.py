"""FITS: a binary table (FITS 4.0 section 7.3) behind a VOTable with all metadata.

The primary HDU holds the VOTable header as bytes, as TOPCAT and STILTS write and read it
("fits-plus"); readers that do not know it see a plain table. A table must tell its number
of rows and the width of its texts first: rows are kept aside until all are known, so that
an error is raised before the first byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.binary_rows import BinaryRows, big_endian, fixed_lists
from gammavo.formats.buffers import bytes_of, lengths_of, list_parts
from gammavo.formats.fits_cards import header, keyword, padding, remark
from gammavo.formats.fits_columns import (
    FitsColumn,
    Measures,
    descriptor_of,
    fits_texts,
    fits_type,
)
from gammavo.formats.results import Info, ResultStream, Rows
from gammavo.formats.spool import Spool
from gammavo.formats.votable_header import description, null_value
from gammavo.model.columns import Datatype
from gammavo.model.errors import UsageError

__all__ = ["write_fits"]

_MOST_COLUMNS: Final = 999
_UNKNOWN: Final = b"\0"
"""A boolean that is NULL."""


def write_fits(stream: ResultStream) -> Iterator[bytes]:
    """Yield a FITS file.

    Raises
    ------
    UsageError
        There are more columns than a FITS table can have.
    UnavailableError
        The disk is full.
    """
    if len(stream.columns) > _MOST_COLUMNS:
        raise UsageError(
            f"A FITS table has at most {_MOST_COLUMNS} columns, the result has "
            f"{len(stream.columns)}.",
            advice="Select fewer columns, or ask for a VOTable.",
        )
    spool = Spool([fits_type(column) for column in stream.columns])
    try:
        yield from _write(stream, spool)
    finally:
        spool.close()


def _write(stream: ResultStream, spool: Spool) -> Iterator[bytes]:
    measures = [Measures() for _ in stream.columns]
    rows = Rows(stream, keep_error=False)
    count = 0
    for arrays in rows:
        kept = [fits_texts(array) for array in arrays]
        for measure, array in zip(measures, kept, strict=True):
            measure.add(array)
        count += len(kept[0])
        spool.append(kept)
    spool.seal()
    columns = [
        FitsColumn.of(column, measure)
        for column, measure in zip(stream.columns, measures, strict=True)
    ]
    status = "OVERFLOW" if rows.overflow else "OK"
    yield _primary(stream, status)
    yield _table_header(columns, stream.infos, count, status)
    size = 0
    for rows_block in encoded_ahead(
        _placed(spool, columns), lambda slice_: _encode_rows(*slice_, columns)
    ):
        size += len(rows_block)
        yield bytes(rows_block)
    if any(column.count is None for column in columns):
        for arrays in spool:
            heap_block = _heap(arrays, columns)
            size += len(heap_block)
            yield heap_block
    yield bytes(padding(size))


def _primary(stream: ResultStream, status: str) -> bytes:
    """Return the primary HDU: the VOTable without data, as bytes."""
    after = (Info("QUERY_STATUS", status),) if status != "OK" else ()
    data = description(stream.columns, stream.infos, after).encode()
    cards = (
        keyword("SIMPLE", True, "Standard FITS"),
        keyword("BITPIX", 8, "Bytes of a VOTable"),
        keyword("NAXIS", 1),
        keyword("NAXIS1", len(data), "Number of bytes"),
        keyword("VOTMETA", True, "Table metadata in VOTable format"),
        keyword("EXTEND", True, "There are extensions"),
        keyword("NTABLE", 1, "Number of following BINTABLE HDUs"),
        remark("The VOTable in this HDU describes the table in the next one."),
    )
    return header(cards) + data + bytes(padding(len(data)))


def _table_header(
    columns: Sequence[FitsColumn], infos: Sequence[Info], rows: int, status: str
) -> bytes:
    descriptor, descriptor_bytes = descriptor_of(columns)
    cards = [
        keyword("XTENSION", "BINTABLE", "Binary table"),
        keyword("BITPIX", 8),
        keyword("NAXIS", 2),
        keyword("NAXIS1", sum(c.bytes_per_row(descriptor_bytes) for c in columns)),
        keyword("NAXIS2", rows, "Number of rows"),
        keyword("PCOUNT", sum(c.heap_bytes for c in columns), "Bytes of the heap"),
        keyword("GCOUNT", 1),
        keyword("TFIELDS", len(columns), "Number of columns"),
        keyword("EXTNAME", "RESULT"),
        keyword("QSTATUS", status, "QUERY_STATUS of DALI"),
        keyword("LONGSTRN", "OGIP 1.0", "Long texts go on in CONTINUE"),
    ]
    for number, column in enumerate(columns, 1):
        cards += _column_cards(column, number, descriptor)
    if status == "OVERFLOW":
        cards.append(remark("The result was cut at a limit: rows are missing."))
    if any(c.column.datatype is Datatype.UNICODE for c in columns):
        cards.append(remark("Texts have ? for characters that FITS cannot hold."))
    cards += [remark(f"{i.name}: {i.value} {i.text}".rstrip()) for i in infos]
    return header(cards)


def _column_cards(described: FitsColumn, number: int, descriptor: str) -> list[str]:
    column = described.column
    cards = [
        keyword(f"TTYPE{number}", column.name),
        keyword(f"TFORM{number}", described.form(descriptor)),
    ]
    null = null_value(column)
    if null is not None and described.nullable:
        cards.append(keyword(f"TNULL{number}", null))
    arraysize = column.votable[1] or ""
    if "x" in arraysize and described.count is not None:
        cards.append(keyword(f"TDIM{number}", f"({arraysize.replace('x', ',')})"))
    texts = {
        "TUNIT": column.unit,
        "TCOMM": column.description,
        "TUCD": column.ucd,
        "TUTYP": column.utype,
        "TXTYP": column.votable[2],
    }
    cards += [keyword(f"{key}{number}", text) for key, text in texts.items() if text]
    return cards


def _placed(
    spool: Spool, columns: Sequence[FitsColumn]
) -> Iterator[tuple[list[pa.Array], list[int]]]:
    """Yield slices, and where in the heap the values of each column start."""
    end = 0
    for arrays in spool:
        places = []
        for array, column in zip(arrays, columns, strict=True):
            places.append(end)
            if column.count is None:
                end += int(_lengths(array).sum()) * column.width
        yield arrays, places


def _encode_rows(
    arrays: Sequence[pa.Array], places: Sequence[int], columns: Sequence[FitsColumn]
) -> memoryview:
    _, descriptor_bytes = descriptor_of(columns)
    row = BinaryRows(len(arrays[0]))
    for array, place, column in zip(arrays, places, columns, strict=True):
        if column.count is None:
            row.add_fixed(_descriptors(array, place, column, descriptor_bytes))
        elif pa.types.is_string(array.type):
            padded = pc.ascii_rpad(array, column.count, padding="\0")
            row.add_fixed(bytes_of(padded).view(f"V{column.count}"))
        elif pa.types.is_list(array.type):
            table = fixed_lists(array, column.column, column.count, _UNKNOWN)
            row.add_fixed(table)
        else:
            row.add_fixed(big_endian(array, column.column, _UNKNOWN))
    return row.encode()


def _lengths(array: pa.Array) -> npt.NDArray[np.int32]:
    """Return the number of elements of each text or list."""
    return list_parts(array)[0] if pa.types.is_list(array.type) else lengths_of(array)


def _descriptors(
    array: pa.Array, place: int, column: FitsColumn, size: int
) -> npt.NDArray[Any]:
    """Return number of elements and place in the heap of each value."""
    lengths = _lengths(array).astype(np.int64)
    pairs = np.empty((len(array), 2), dtype=f">i{size // 2}")
    pairs[:, 0] = lengths
    pairs[:, 1] = place + (np.cumsum(lengths) - lengths) * column.width
    return pairs


def _heap(arrays: Sequence[pa.Array], columns: Sequence[FitsColumn]) -> bytes:
    """Return what a slice of rows has in the heap."""
    parts = []
    for array, column in zip(arrays, columns, strict=True):
        if column.count is not None:
            continue
        if pa.types.is_list(array.type):
            _, elements = list_parts(array)
            parts.append(big_endian(elements, column.column, _UNKNOWN).tobytes())
        else:
            parts.append(bytes_of(array).tobytes())
    return b"".join(parts)
