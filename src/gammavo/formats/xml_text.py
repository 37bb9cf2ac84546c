"""Text made safe for XML 1.0, one string or a whole Arrow array at a time.

XML has no way to write most control characters, U+FFFE and U+FFFF: each becomes U+FFFD,
the replacement character. A carriage return is written as a character reference, because
a parser would turn it into a line feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.buffers import bytes_of

__all__ = ["attributes", "escape", "escape_array", "legal"]

_ILLEGAL: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_ILLEGAL_CHARACTER: Final = re.compile(_ILLEGAL[:-1] + "\ud800-\udfff]")
_IN_CONTENT: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"))
_IN_ATTRIBUTE: Final = (
    *_IN_CONTENT,
    ('"', "&quot;"),
    ("\t", "&#9;"),
    ("\n", "&#10;"),
)


def legal(text: str) -> str:
    """Return text with U+FFFD for each character that XML cannot hold."""
    if text.isprintable():
        return text
    return _ILLEGAL_CHARACTER.sub("\ufffd", text)


def escape(text: str) -> str:
    """Return text as the content of an XML element."""
    text = legal(text)
    for character, reference in _IN_CONTENT:
        text = text.replace(character, reference)
    return text


def attributes(pairs: Iterable[tuple[str, str | None]]) -> str:
    """Return ``' name="value"'`` for each pair that has a value."""
    parts = []
    for name, value in pairs:
        if value is None:
            continue
        text = legal(value)
        for character, reference in _IN_ATTRIBUTE:
            text = text.replace(character, reference)
        parts.append(f' {name}="{text}"')
    return "".join(parts)


def escape_array(array: pa.Array) -> pa.Array:
    """Return a string array as contents of XML elements; NULL stays NULL."""
    data = bytes_of(array)
    found = data.tobytes()
    # U+FFFE and U+FFFF begin with the byte 0xEF in UTF-8.
    if data.min(initial=0xFF) < 0x20 or b"\xef" in found:
        array = pc.replace_substring_regex(array, _ILLEGAL, "\ufffd")
    for character, reference in _IN_CONTENT:
        if character.encode() in found:
            array = pc.replace_substring(array, character, reference)
    return array
