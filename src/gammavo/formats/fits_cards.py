"""Header cards of FITS 4.0 (section 4): 80 ASCII characters each, in blocks of 2880.

Texts that are too long for a card go on in CONTINUE cards (section 4.2.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["BLOCK", "header", "keyword", "padding", "plain", "remark"]

BLOCK: Final = 2880
"""Bytes of a block, which headers and data are multiples of."""

_NOT_PLAIN: Final = re.compile(r"[^ -~]")
_ROOM: Final = 67
"""Characters of a text that one card holds beside the quotes and the ampersand."""


def plain(text: str) -> str:
    """Return text with ``?`` for each character that FITS cannot hold."""
    return _NOT_PLAIN.sub("?", text)


def keyword(name: str, value: str | float | bool, comment: str = "") -> str:
    """Return the cards of a keyword; a number must be finite."""
    if isinstance(value, str):
        first, *more = _pieces(plain(value).replace("'", "''"))
        card = f"{name:8}= '{first:8}'"
        if more:
            return "".join(f"{part:80}" for part in (card, *_continued(more)))
    else:
        number = ("T" if value else "F") if isinstance(value, bool) else repr(value)
        number = number.upper()
        card = f"{name:8}= {number:>20}"
    if comment and len(card) + 3 + len(comment) <= 80:
        card = f"{card:30} / {comment}"[:80]
    return f"{card:80}"


def _pieces(escaped: str) -> list[str]:
    """Cut a text so that all parts but the last end with an ampersand."""
    if len(escaped) <= _ROOM + 1:
        return [escaped]
    pieces = []
    while len(escaped) > _ROOM:
        end = _ROOM
        # A doubled quote is one character: it may not be torn apart.
        quotes = len(escaped[:end]) - len(escaped[:end].rstrip("'"))
        end -= quotes % 2
        pieces.append(f"{escaped[:end]}&")
        escaped = escaped[end:]
    return [*pieces, escaped]


def _continued(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield f"CONTINUE  '{piece}'"


def remark(text: str) -> str:
    """Return the COMMENT cards of a text."""
    text = plain(text)
    parts = (text[i : i + 72] for i in range(0, len(text), 72))
    return "".join(f"COMMENT {part:72}" for part in parts)


def header(cards: Iterable[str]) -> bytes:
    """Return a header: the cards, END, and blanks up to the end of the block."""
    text = f"{''.join(cards)}{'END':80}"
    return text.encode("ascii") + b" " * padding(len(text))


def padding(size: int) -> int:
    """Return how many bytes are missing to the end of a block."""
    return -size % BLOCK
