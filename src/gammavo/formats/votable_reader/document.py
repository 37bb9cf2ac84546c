"""The document in UTF-8, whatever it was sent in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO, Final

from gammavo.formats.votable_reader.limits import (
    GZIP_MAGIC,
    UploadLimits,
    gunzip,
    read_all,
)
from gammavo.model.errors import UsageError

__all__ = ["line_at", "load_document"]

_DECLARATION: Final = re.compile(
    rb"""<\?xml\s[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_ENCODINGS: Final = re.compile(
    r"utf-?16(-?[lb]e)?|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d"
)
_AS_IT_IS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_BYTE_ORDER_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OTHER_FORMATS: Final = (
    (b"SIMPLE  =", "a FITS file"),
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"{", "JSON"),
)


def load_document(source: Path | BinaryIO, limits: UploadLimits) -> bytes:
    """Return a VOTable document as UTF-8, unpacked if it comes as gzip.

    Raises
    ------
    UsageError
        It is too long, empty, of another format, or in an unknown encoding.
    """
    limit = limits.document_bytes
    if isinstance(source, Path):
        with source.open("rb") as file:
            document = read_all(file, limit, piece=max(1, source.stat().st_size))
    else:
        document = read_all(source, limit)
    if document.startswith(GZIP_MAGIC):
        document = gunzip(document, limit, "The uploaded table")
    _check_format(document)
    return _utf8(document)


def _check_format(document: bytes) -> None:
    start = document[:256].lstrip()
    if not start:
        raise UsageError("The uploaded table is empty.", advice="Send a VOTable.")
    for beginning, name in _OTHER_FORMATS:
        if start.startswith(beginning):
            raise UsageError(
                f"The uploaded table is {name}, not a VOTable.",
                advice="Convert it, for example with STILTS: stilts tcopy ofmt=votable.",
            )


def _utf8(document: bytes) -> bytes:
    declared = _DECLARATION.match(document[:400].removeprefix(b"\xef\xbb\xbf"))
    encoding = _BYTE_ORDER_MARKS.get(document[:2]) or (
        declared[1].decode().lower() if declared else "utf-8"
    )
    if encoding not in _AS_IT_IS and not _ENCODINGS.fullmatch(encoding):
        raise UsageError(
            f"The uploaded table is in the encoding {encoding!r}, which is not read.",
            advice="Write it in UTF-8.",
        )
    try:
        if encoding in _AS_IT_IS:
            if not document.isascii():
                document.decode("utf-8")
            return document
        return document.decode(encoding).encode("utf-8")
    except (UnicodeError, LookupError) as error:
        place = getattr(error, "start", 0)
        raise UsageError(
            f"Line {line_at(document, place)} of the uploaded table is not in the "
            f"encoding {encoding}.",
            advice="Write the table in UTF-8 and declare that in its first line.",
        ) from error


def line_at(document: bytes, place: int) -> int:
    """Return the number, from 1, of the line that has the byte at a place."""
    return document.count(b"\n", 0, place) + 1
