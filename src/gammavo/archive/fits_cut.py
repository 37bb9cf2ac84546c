"""HDUs of a stored file as a FITS file of their own: the same bytes, and checksums."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from gammavo.archive.fits_checksums import EMPTY, checksum_text, ones_sum
from gammavo.archive.fits_layout import HduExtent
from gammavo.formats.fits_cards import BLOCK, header, keyword
from gammavo.model.errors import UnavailableError

__all__ = ["copy_hdu", "copy_primary"]

_PIECE: Final = 364 * BLOCK
"""About a megabyte of whole blocks."""

_CARD: Final = 80
_SUMS: Final = (b"CHECKSUM= ", b"DATASUM = ")


def copy_primary(source: BinaryIO, primary: HduExtent, target: BinaryIO) -> None:
    """Write a primary HDU without data: the one of the file if it has none.

    Parameters
    ----------
    source
        The stored file, unpacked.
    primary
        Its first HDU.
    target
        The file to be written, to which is appended; it can be sought in.

    Raises
    ------
    UnavailableError
        The stored file ends too early.
    """
    if primary.data_bytes == 0:
        copy_hdu(source, primary, target)
        return
    empty = header(
        (
            keyword("SIMPLE", True, "Standard FITS"),
            keyword("BITPIX", 8),
            keyword("NAXIS", 0, "No data, they are in the extension"),
            keyword("EXTEND", True),
        )
    )
    extent = HduExtent(0, "PRIMARY", "", 0, len(empty), len(empty), 0)
    copy_hdu(io.BytesIO(empty), extent, target)


def copy_hdu(source: BinaryIO, hdu: HduExtent, target: BinaryIO) -> None:
    """Write an HDU as it is; where it has no checksums, its header gets them.

    Parameters
    ----------
    source
        The stored file, unpacked.
    hdu
        What to copy of it.
    target
        The file to be written, to which is appended; it can be sought in.

    Raises
    ------
    UnavailableError
        The stored file ends too early.
    """
    source.seek(hdu.start)
    cards = _cards(source.read(hdu.data - hdu.start))
    has_sums = all(any(card.startswith(key) for card in cards) for key in _SUMS)
    if has_sums and not any(b"''" in card for card in cards if card[:10] in _SUMS):
        target.write(_header(cards))
        _copy_data(source, hdu, target)
        return
    cards = [card for card in cards if card[:10] not in _SUMS]
    place = target.tell()
    target.write(_summed(cards, 0, EMPTY))
    data_sum = _copy_data(source, hdu, target)
    total = ones_sum(_summed(cards, data_sum, EMPTY), data_sum)
    end = target.tell()
    target.seek(place)
    target.write(_summed(cards, data_sum, checksum_text(total)))
    target.seek(end)


def _cards(content: bytes) -> list[bytes]:
    """Return the cards of a header without END and the blanks behind it."""
    cards = [content[place : place + _CARD] for place in range(0, len(content), _CARD)]
    end = next(number for number, card in enumerate(cards) if card[:8] == b"END     ")
    return cards[:end]


def _header(cards: list[bytes]) -> bytes:
    content = b"".join(cards) + b"%-80s" % b"END"
    return content + b" " * (-len(content) % BLOCK)


def _summed(cards: list[bytes], data_sum: int, text: str) -> bytes:
    """Return the header with checksums; its length does not depend on them."""
    sums = keyword("CHECKSUM", text, "HDU checksum") + keyword(
        "DATASUM", f"{data_sum:>10}", "data unit checksum"
    )
    return _header([*cards, sums.encode("ascii")])


def _copy_data(source: BinaryIO, hdu: HduExtent, target: BinaryIO) -> int:
    """Copy the data with the filling of their last block; return their sum."""
    source.seek(hdu.data)
    total, left = 0, hdu.end - hdu.data
    filling = left - hdu.data_bytes
    while left > 0:
        piece = source.read(min(_PIECE, left))
        if len(piece) < min(_PIECE, left):
            # Files exist that end without the filling.
            piece += bytes(min(filling, left - len(piece)))
            if len(piece) < min(_PIECE, left):
                raise UnavailableError(
                    "The stored file ends too early.",
                    advice="The publisher can find out more with 'gammavo verify'.",
                )
        left -= len(piece)
        total = ones_sum(piece, total)
        target.write(piece)
    return total
