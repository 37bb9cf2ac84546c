"""How large an uploaded table may be, and reading no further than that."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from gammavo.model.errors import UsageError

__all__ = ["GZIP_MAGIC", "UploadLimits", "gunzip", "read_all", "readable_size"]

GZIP_MAGIC: Final = b"\x1f\x8b"
_MIB: Final = 2**20
_PIECE: Final = 8 * _MIB
_MOST: Final = 2**31 - 1
_SMALLER: Final = "Upload fewer rows or columns, or split the table."


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What an uploaded VOTable may hold; everything beyond is refused.

    The memory that reading takes is bounded by about twice ``document_bytes`` and twice
    ``table_bytes``.

    Parameters
    ----------
    document_bytes
        Size of the document, packed with gzip or not; less than 2 GiB.
    table_bytes
        Size of the rows when unpacked, a NULL in an array of fixed size counted as that
        array; less than 2 GiB.
    rows, columns
        How many the table may have.
    cell_bytes
        Size of one value, as it is written in the document.
    depth
        How deeply elements may be nested.

    Raises
    ------
    ValueError
        A limit is not positive, or a size is 2 GiB or more.
    """

    document_bytes: int = 128 * _MIB
    table_bytes: int = 256 * _MIB
    rows: int = 1_000_000
    columns: int = 1_000
    cell_bytes: int = _MIB
    depth: int = 32

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 < getattr(self, name) <= _MOST:
                raise ValueError(f"The upload limit {name} must be from 1 to {_MOST}.")


def readable_size(count: int) -> str:
    """Return a number of bytes as people write it: ``12 bytes``, ``1.5 MiB``."""
    if count < _MIB:
        return f"{count:,} bytes"
    return f"{count / _MIB:.4g} MiB"


def read_all(file: BinaryIO, limit: int, piece: int = _PIECE) -> bytes:
    """Return the rest of a file that must not be longer than ``limit`` bytes.

    Parameters
    ----------
    file
        Opened for reading bytes.
    limit
        Reading ends when there is more.
    piece
        How much to ask for at a time; what comes as one piece is not copied.

    Raises
    ------
    UsageError
        It is longer.
    """
    parts = []
    missing = limit + 1
    while missing and (part := file.read(min(missing, piece))):
        parts.append(part)
        missing -= len(part)
    if not missing:
        raise UsageError(
            f"The uploaded table has more than {readable_size(limit)}.", advice=_SMALLER
        )
    return b"".join(parts)


def gunzip(packed: bytes | bytearray, limit: int, what: str) -> bytes:
    """Return gzip data unpacked, at most ``limit`` bytes of them.

    Parameters
    ----------
    packed
        One or several gzip members end to end.
    limit
        Unpacking ends when there is more.
    what
        What is packed, for the error: "The document".

    Raises
    ------
    UsageError
        The data are damaged or incomplete, or there are more of them.
    """
    parts = []
    left = limit
    while packed:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(packed, left + 1)
        except zlib.error as error:
            raise UsageError(
                f"{what} cannot be unpacked with gzip: {error}.",
                advice="Send it again, or send it unpacked.",
            ) from error
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise UsageError(
                f"{what} has more than {readable_size(limit)} when unpacked.",
                advice=_SMALLER,
            )
        if not unpacker.eof:
            raise UsageError(
                f"{what} ends in the middle of its gzip data.",
                advice="Send it again, it was cut off.",
            )
        # Some programs fill the last block with zeros.
        packed = unpacker.unused_data.lstrip(b"\0")
    return b"".join(parts)
