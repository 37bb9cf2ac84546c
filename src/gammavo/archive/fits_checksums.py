"""Checksums of HDUs: the keywords DATASUM and CHECKSUM (FITS 4.0 section 4.4.2.7).

The sum is that of the Internet: 32-bit numbers added in ones' complement. CHECKSUM is a
text that makes the sum of the whole HDU all ones (appendix J).
"""

from __future__ import annotations

from typing import Final

import numpy as np

__all__ = ["EMPTY", "checksum_text", "ones_sum"]

EMPTY: Final = "0" * 16
"""The value of CHECKSUM while the sum of the HDU is taken."""

_MASK: Final = 2**32 - 1
_ZERO: Final = ord("0")
_PUNCTUATION: Final = frozenset((*range(0x3A, 0x41), *range(0x5B, 0x61)))
"""Characters between digits and letters, which the text may not have."""


def ones_sum(data: bytes, before: int = 0) -> int:
    """Add the 32-bit numbers in some bytes to a sum.

    Parameters
    ----------
    data
        Bytes; their number is a multiple of 4.
    before
        The sum of what comes before them.
    """
    total = before + int(np.frombuffer(data, dtype=">u4").sum(dtype=np.uint64))
    while total > _MASK:
        total = (total & _MASK) + (total >> 32)
    return total


def checksum_text(total: int) -> str:
    """Return the value of CHECKSUM for an HDU with a sum, taken with :data:`EMPTY`."""
    text = bytearray(16)
    for place, byte in enumerate((~total & _MASK).to_bytes(4, "big")):
        quotient, remainder = divmod(byte, 4)
        characters = [quotient + _ZERO + remainder, *[quotient + _ZERO] * 3]
        while _PUNCTUATION & set(characters):
            # Pairs are moved apart, so that their sum stays.
            for first in (0, 2):
                if _PUNCTUATION & set(characters[first : first + 2]):
                    characters[first] += 1
                    characters[first + 1] -= 1
        for row, character in enumerate(characters):
            text[4 * row + place] = character
    # The value begins at the 12th byte of its card, one before a multiple of 4.
    return (text[-1:] + text[:-1]).decode("ascii")
