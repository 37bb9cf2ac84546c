"""Headers of FITS binary tables, so far as their rows need them (FITS 4.0 section 4)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from gammavo.model.errors import UsageError

__all__ = ["FitsHeader", "find_table", "read_header"]

_BLOCK: Final = 2880
_CARD: Final = 80
_MOST_HDUS: Final = 100
_MOST_HEADER_BYTES: Final = 2**22
_VALUE: Final = re.compile(
    rb"([A-Z0-9_-]{1,8}) *= +(?:'((?:[^']|'')*)'|([^\s/']+)) *(?:/.*)?"
)


@dataclass(frozen=True, slots=True)
class FitsHeader:
    """The keywords of a header and the place of the data behind it."""

    values: dict[str, str]
    data_start: int

    def text(self, keyword: str) -> str | None:
        """Return a value as text without blanks at its end, None if there is none."""
        return self.values.get(keyword)

    def integer(self, keyword: str, default: int | None = None) -> int:
        """Return a whole number.

        Raises
        ------
        UsageError
            There is none and no default, or it is no whole number.
        """
        value = self.values.get(keyword)
        if value is None and default is not None:
            return default
        if value is None or not re.fullmatch(r"[+-]?\d{1,19}", value):
            raise _damaged(f"the keyword {keyword} is no whole number")
        return int(value)

    def real(self, keyword: str, default: float) -> float:
        """Return a number.

        Raises
        ------
        UsageError
            It is no number.
        """
        value = self.values.get(keyword)
        if value is None:
            return default
        try:
            return float(value.upper().replace("D", "E"))
        except ValueError:
            raise _damaged(f"the keyword {keyword} is no number") from None

    @property
    def data_bytes(self) -> int:
        """Size of the data behind the header, without the filling of their last block."""
        axes = self.integer("NAXIS")
        if not 0 <= axes <= 999:
            raise _damaged("the keyword NAXIS is not from 0 to 999")
        sizes = [self.integer(f"NAXIS{axis}") for axis in range(1, axes + 1)]
        values = self.integer("PCOUNT", 0) + math.prod(sizes) if axes else 0
        size = abs(self.integer("BITPIX")) // 8 * self.integer("GCOUNT", 1) * values
        if size < 0 or min(sizes, default=0) < 0:
            raise _damaged("a size is negative")
        return size


def _damaged(problem: str) -> UsageError:
    return UsageError(
        f"The FITS data in the uploaded table are damaged: {problem}.",
        advice="Write the table as BINARY2 instead.",
    )


def find_table(data: bytes | bytearray, number: int | None) -> FitsHeader:
    """Return the header of a binary table.

    Parameters
    ----------
    data
        A FITS file.
    number
        Of the extension, from 1; None for the first one that is a binary table.

    Raises
    ------
    UsageError
        There is no such table, or the file is damaged before it.
    """
    place = 0
    for hdu in range(_MOST_HDUS):
        if place >= len(data):
            break
        header = read_header(data, place)
        is_table = header.text("XTENSION") == "BINTABLE"
        if is_table and number in {None, hdu}:
            if header.data_start + header.data_bytes > len(data):
                raise _damaged("they end within the table")
            return header
        blocks = -(-header.data_bytes // _BLOCK)
        place = header.data_start + blocks * _BLOCK
    which = "binary table" if number is None else f"binary table in extension {number}"
    raise UsageError(
        f"The FITS data in the uploaded table have no {which}.",
        advice="Write the table as BINARY2 instead.",
    )


def read_header(data: bytes | bytearray, start: int) -> FitsHeader:
    """Return the header that begins at a byte of FITS data.

    Raises
    ------
    UsageError
        It does not end within the data.
    """
    values: dict[str, str] = {}
    limit = min(len(data), start + _MOST_HEADER_BYTES)
    for place in range(start, limit, _CARD):
        card = data[place : place + _CARD]
        if card.startswith(b"END     "):
            blocks = (place - start) // _BLOCK + 1
            return FitsHeader(values, start + blocks * _BLOCK)
        found = _VALUE.match(card)
        if found:
            keyword, text, other = found.groups()
            value = (text or b"").replace(b"''", b"'") if other is None else other
            values[keyword.decode()] = value.decode("latin-1").rstrip()
    raise _damaged("a header has no END")
