"""Shapes written as text: STC-S, as REGION takes it, and DALI arrays, as CAST does.

Of STC-S (note of 2007, appendix of TAP 1.0) the spatial part is known: a word for the
shape, a frame, numbers in degrees; ``UNION ( ... )`` around several. DALI's words for its
shapes are the same, without a frame.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["RegionText", "RegionTextError", "is_icrs", "parse_numbers", "parse_region"]

_WORD = re.compile(r"[A-Za-z][\w.]*|[^\s()]+|[()]")

_COUNTS: Final = MappingProxyType({"POINT": 2, "CIRCLE": 3, "BOX": 4, "POLYGON": 6})
"""Numbers of each shape; a polygon has more."""

_SYNONYMS: Final = MappingProxyType({"POSITION": "POINT"})

_OTHER_SHAPES: Final = frozenset(
    {
        *("ELLIPSE", "SECTOR", "CONVEX", "POSITIONINTERVAL", "RANGE", "TIMEINTERVAL"),
        *("INTERSECTION", "DIFFERENCE", "NOT", "MOC", "EMPTY"),
    }
)

_ACCEPTED: Final = frozenset(
    {
        *("ICRS", "UNKNOWNFRAME", "SPHERICAL2"),
        *("BARYCENTER", "GEOCENTER", "HELIOCENTER", "TOPOCENTER", "UNKNOWNREFPOS"),
    }
)
"""Frames, reference positions and flavours that need no transformation."""


class RegionTextError(ValueError):
    """A text is no region.

    Attributes
    ----------
    offset
        Where in the text, counted from 0.
    unsupported
        Whether it is one, of a kind that is not known here.
    """

    def __init__(self, message: str, offset: int, *, unsupported: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.unsupported = unsupported


@dataclass(frozen=True, slots=True)
class RegionText:
    """A region as it is written.

    ``kind`` is POINT, CIRCLE, BOX, POLYGON or UNION; the latter has parts, the others
    have numbers: degrees, ICRS. ``offset`` is the place of its first word.
    """

    kind: str
    offset: int
    numbers: tuple[float, ...] = ()
    parts: tuple[RegionText, ...] = ()


def is_icrs(system: str) -> bool:
    """Tell whether coordinates in a system of STC-S or ADQL 2.0 are ICRS degrees."""
    return _ACCEPTED.issuperset(system.upper().split())


def parse_region(text: str) -> RegionText:
    """Read a region in STC-S or with the words of DALI.

    Raises
    ------
    RegionTextError
        It is none, or of a kind, or in a frame, that is not supported.
    """
    reader = _Reader(text)
    region = reader.region()
    word, offset = reader.peek()
    if word:
        raise RegionTextError(f'"{word}" is too much in this region', offset)
    return region


def parse_numbers(text: str, kind: str) -> tuple[float, ...]:
    """Read the numbers of a POINT, CIRCLE or POLYGON: a DALI array.

    Raises
    ------
    RegionTextError
        They are not numbers, or not as many as the shape has.
    """
    reader = _Reader(text)
    numbers = reader.numbers(kind)
    word, offset = reader.peek()
    if word:
        raise RegionTextError(f'"{word}" is no number', offset)
    return numbers


class _Reader:
    def __init__(self, text: str) -> None:
        self._words = [(m.group(), m.start()) for m in _WORD.finditer(text)]
        self._words.append(("", len(text)))
        self._next = 0

    def peek(self) -> tuple[str, int]:
        word, offset = self._words[self._next]
        return word[:60], offset

    def _take(self) -> tuple[str, int]:
        word = self.peek()
        self._next = min(self._next + 1, len(self._words) - 1)
        return word

    def region(self) -> RegionText:
        word, offset = self._take()
        kind = _SYNONYMS.get(word.upper(), word.upper())
        if kind == "UNION":
            self._skip_frame()
            return RegionText(kind, offset, parts=self._parts())
        if kind == "ALLSKY":
            self._skip_frame()
            return RegionText("CIRCLE", offset, (0.0, 0.0, 180.0))
        if kind in _OTHER_SHAPES:
            raise RegionTextError(
                f"regions of the kind {kind} are not supported",
                offset,
                unsupported=True,
            )
        if kind not in _COUNTS:
            what = f'"{word}"' if word else "an empty text"
            raise RegionTextError(f"{what} is no shape", offset)
        self._skip_frame()
        return RegionText(kind, offset, self.numbers(kind))

    def _skip_frame(self) -> None:
        while (word := self.peek()[0]) and word[0].isalpha():
            if word.upper() in _COUNTS:
                return
            offset = self._take()[1]
            if not is_icrs(word):
                raise RegionTextError(
                    f'"{word}" is not supported in a region', offset, unsupported=True
                )

    def _parts(self) -> tuple[RegionText, ...]:
        word, offset = self._take()
        if word != "(":
            raise RegionTextError("UNION wants a parenthesis here", offset)
        parts: list[RegionText] = []
        while self.peek()[0] not in {")", ""}:
            region = self.region()
            parts.extend(region.parts or (region,))
        end, offset = self._take()
        if end != ")":
            raise RegionTextError("the parenthesis of UNION is not closed", offset)
        if not parts:
            raise RegionTextError("this UNION has no shapes", offset)
        return tuple(parts)

    def numbers(self, kind: str) -> tuple[float, ...]:
        """Read all numbers that follow; they must be as many as the shape has."""
        offset = self.peek()[1]
        numbers: list[float] = []
        while (number := _number(self.peek()[0])) is not None:
            numbers.append(number)
            self._take()
        wanted, count = _COUNTS[kind], len(numbers)
        if kind == "POLYGON":
            fits = count >= wanted and count % 2 == 0
            what = "pairs of longitude and latitude, at least three"
        else:
            fits, what = count == wanted, f"{wanted} numbers"
        if not fits:
            word, place = self.peek()
            if word not in {"", "(", ")"}:
                raise RegionTextError(f'"{word}" is no number', place)
            raise RegionTextError(f"{kind} has {what}, not {count}", offset)
        return tuple(numbers)


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in word else None
