"""VOTable documents as tables: the one function that other rooms call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from gammavo.formats.votable_reader.binary import read_binary_rows
from gammavo.formats.votable_reader.document import load_document
from gammavo.formats.votable_reader.fits_table import read_fits_rows
from gammavo.formats.votable_reader.header import DataElement, Header, read_header
from gammavo.formats.votable_reader.limits import UploadLimits
from gammavo.formats.votable_reader.stream import read_stream
from gammavo.formats.votable_reader.tabledata import NotSimpleError, read_simple_rows
from gammavo.formats.votable_reader.tabledata_events import read_any_rows
from gammavo.formats.votable_reader.uploaded import RowGatherer, UploadedTable
from gammavo.formats.votable_reader.xml_reader import XmlReader

__all__ = ["read_votable"]


def read_votable(source: Path | BinaryIO, *, limits: UploadLimits) -> UploadedTable:
    """Return the first table of a VOTable document.

    VOTable 1.0 to 1.5 are read, in UTF-8 or another usual encoding, packed with gzip or
    not, with their rows in TABLEDATA, BINARY, BINARY2 or FITS. No link is followed and no
    entity expanded.

    What columns become (``unsignedByte`` and ``bit`` have no type in ADQL):

    - ``boolean`` and ``bit`` BOOLEAN, ``unsignedByte`` and ``short`` SMALLINT, ``int``
      INTEGER, ``long`` BIGINT, ``float`` REAL, ``double`` DOUBLE, ``char`` VARCHAR,
      ``unicodeChar`` UNICODE; complex numbers two REAL or DOUBLE each.
    - Texts of the xtype ``timestamp`` are TIMESTAMP; ``point``, ``circle`` and ``polygon``
      of ``float`` or ``double`` POINT, CIRCLE and POLYGON; texts of ``adql:REGION``
      REGION. Other xtypes are kept and change nothing.
    - NULL is NaN, an array of fixed size of nothing but NaN, the number of ``VALUES null``,
      what the mask of BINARY2 says, and without such a mask an empty value. NaN, because
      that is how VOTable and most programs write a number that is not there, also in
      BINARY2; and because SQL, unlike people, takes NaN for larger than any number.

    Parameters
    ----------
    source
        The document.
    limits
        How large it may be.

    Raises
    ------
    UsageError
        The document is no such VOTable, exceeds a limit, or a value in it is none of its
        column; the text says where and what to do.
    """
    document = load_document(source, limits)
    header = read_header(document, limits)
    try:
        return _gather(header, limits, _rows(document, header, limits))
    except NotSimpleError:
        start = header.data.start if header.data else 0
        rows = read_any_rows(document, start, header.fields, limits)
        return _gather(header, limits, rows)


def _gather(
    header: Header, limits: UploadLimits, rows: Iterator[list[pa.Array]]
) -> UploadedTable:
    gatherer = RowGatherer(header.fields, limits)
    for arrays in rows:
        gatherer.add(arrays)
    return gatherer.table()


def _rows(
    document: bytes, header: Header, limits: UploadLimits
) -> Iterator[list[pa.Array]]:
    data = header.data
    if data is None:
        XmlReader(document, limits.depth).finish()
    elif data.serialization == "TABLEDATA":
        yield from _tabledata(document, data, header, limits)
    else:
        content = read_stream(document, data, limits)
        if data.serialization == "FITS":
            yield from read_fits_rows(content, data.extension, header.fields)
        else:
            has_mask = data.serialization == "BINARY2"
            yield from read_binary_rows(
                content, header.fields, limits, has_mask=has_mask
            )


def _tabledata(
    document: bytes, data: DataElement, header: Header, limits: UploadLimits
) -> Iterator[list[pa.Array]]:
    reader = XmlReader(document, limits.depth)
    reader.read(data.start)
    if not data.empty:
        stop = document.find(b"</" + data.tag, data.start)
        if stop < 0:
            raise NotSimpleError
        yield from read_simple_rows(document, data.start, stop, header.fields, limits)
        reader.skip(stop)
    reader.finish()
