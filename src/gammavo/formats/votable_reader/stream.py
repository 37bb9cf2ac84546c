"""The content of a STREAM as bytes (VOTable 1.4 section 5.2), base64 or base64 of gzip."""

from __future__ import annotations

import binascii
import re
from typing import Final

import pybase64

from gammavo.formats.votable_reader.header import DataElement
from gammavo.formats.votable_reader.limits import UploadLimits, gunzip, readable_size
from gammavo.formats.votable_reader.xml_reader import XmlReader
from gammavo.model.errors import UsageError

__all__ = ["read_stream"]

_BLANKS: Final = b" \t\r\n"
_PIECE_BYTES: Final = 2**20


def read_stream(
    document: bytes, data: DataElement, limits: UploadLimits
) -> bytes | bytearray:
    """Return what a STREAM holds, after reading the document to its end.

    Parameters
    ----------
    document
        All of it, in UTF-8.
    data
        The STREAM.
    limits
        Bound the size of the content.

    Raises
    ------
    UsageError
        The document is not well-formed, the stream is a link, is neither base64 nor
        base64 of gzip, is damaged or is too long.
    """
    where = f"The STREAM of the uploaded table (line {data.line})"
    link = data.attributes.get("href")
    if link:
        raise UsageError(
            f"{where} is a link to {link[:80]!r}; links are not followed.",
            advice="Put the data into the document, as base64.",
        )
    text = _text(document, data, limits)
    encoding = data.attributes.get("encoding")
    words = set(re.findall(r"\w+", (encoding or "").lower()))
    if not (words and words <= {"base64", "gzip"}):
        if not bytes(text[:_PIECE_BYTES]).strip():
            return b""
        raise UsageError(
            f"{where} has the encoding {encoding!r:.40}.",
            advice='Encode the data in base64 and write encoding="base64".',
        )
    content = _decode(text, limits.table_bytes, where)
    if content and "gzip" in words:
        return gunzip(content, limits.table_bytes, where)
    return content


def _decode(text: memoryview, limit: int, where: str) -> bytearray:
    """Decode base64 with blanks in it, a piece at a time: the text may be large."""
    content = bytearray()
    rest = b""
    for start in range(0, len(text), _PIECE_BYTES):
        piece = rest + bytes(text[start : start + _PIECE_BYTES]).translate(
            None, _BLANKS
        )
        whole = len(piece) // 4 * 4
        rest = piece[whole:]
        content += _decode_piece(piece[:whole], where)
        if len(content) > limit:
            raise UsageError(
                f"{where} has more than {readable_size(limit)}.",
                advice="Upload fewer rows or columns.",
            )
    # What is left is less than the four characters that belong together.
    content += _decode_piece(rest, where)
    return content


def _decode_piece(piece: bytes, where: str) -> bytes:
    try:
        return pybase64.b64decode(piece, validate=True)
    except binascii.Error as error:
        raise UsageError(
            f"{where} is not base64: {error}.", advice="Send it again, it is damaged."
        ) from error


def _text(document: bytes, data: DataElement, limits: UploadLimits) -> memoryview:
    """Return the text of the stream, and read everything else of the document."""
    reader = XmlReader(document, limits.depth)
    reader.read(data.start)
    if data.empty:
        reader.finish()
        return memoryview(b"")
    stop = document.find(b"<", data.start)
    plain = document.startswith(b"</" + data.tag, stop) and (
        document.find(b"&", data.start, stop) < 0
    )
    if stop >= 0 and plain:
        reader.skip(stop)
        reader.finish()
        return memoryview(document)[data.start : stop]
    listener = _StreamText()
    reader.listen(listener.start, listener.end, listener.text)
    reader.finish()
    return memoryview("".join(listener.parts).encode())


class _StreamText:
    """Gathers the text of an element that is open."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._open = 1

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        """Take notice of a start tag."""
        if self._open:
            self._open += 1

    def text(self, text: str) -> None:
        """Take notice of text between tags."""
        if self._open:
            self.parts.append(text)

    def end(self, _name: str) -> None:
        """Take notice of an end tag."""
        if self._open:
            self._open -= 1
