"""Where the HDUs of a stored FITS file are, without a FITS library (FITS 4.0 section 3).

The server cuts HDUs out of files as they are. It needs their places and names for that and
nothing of their content, and the FITS library would cost it a second to load.
"""

from __future__ import annotations

import errno
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from gammavo.formats.fits_cards import BLOCK, padding
from gammavo.formats.votable_reader.fits_header import FitsHeader, read_header
from gammavo.model.errors import UnavailableError, UsageError

__all__ = ["HduExtent", "find_hdu", "open_stored", "read_layout"]

_GZIP: Final = b"\x1f\x8b"
_IN_MEMORY: Final = 2**24
"""Unpacked bytes up to which a compressed file is unpacked once, into memory."""

_MOST_HEADER_BYTES: Final = 2**22
_CARD: Final = 80
_END: Final = b"END     "
_ADVICE: Final = "The publisher can find out more with 'gammavo verify'."


@dataclass(frozen=True, slots=True)
class HduExtent:
    """One HDU of a file.

    Parameters
    ----------
    number
        Its position in the file; PRIMARY is 0.
    name
        EXTNAME; ``PRIMARY`` or empty without one.
    role
        ``HDUCLAS1`` in lower case, else empty.
    start, data, end
        Where its header begins, its data begin, and the next HDU begins, unpacked.
    data_bytes
        Size of the data without the filling of their last block.
    """

    number: int
    name: str
    role: str
    start: int
    data: int
    end: int
    data_bytes: int

    @property
    def label(self) -> str:
        """EXTNAME, or the number of an HDU without a name."""
        return self.name or str(self.number)

    @property
    def size(self) -> int:
        """Bytes of header and data, with the filling of their last blocks."""
        return self.end - self.start


@contextmanager
def open_stored(path: Path) -> Iterator[BinaryIO]:
    """Open a FITS file, unpacked if it is compressed; it can be sought in.

    Raises
    ------
    UnavailableError
        It cannot be read, or what was read of it is damaged.
    """
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP
            stream.seek(0)
            if not packed:
                yield stream
                return
            content = _unpacked(stream)
            if content is not None:
                yield io.BytesIO(content)
                return
            stream.seek(0)
            with gzip.open(stream) as unpacked:
                yield cast("BinaryIO", unpacked)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            # This is about what the caller writes.
            raise
        raise UnavailableError(
            f"The file {path.name!r} cannot be read: {error}.", advice=_ADVICE
        ) from error


def _unpacked(stream: BinaryIO) -> bytes | None:
    """Return what a compressed file holds; None if it is large or has several members.

    Other files can only be read forwards: seeking back reads them anew.
    """
    packed = stream.read(_IN_MEMORY + 1)
    if len(packed) > _IN_MEMORY:
        return None
    unpacker = zlib.decompressobj(wbits=31)
    content = unpacker.decompress(packed, _IN_MEMORY)
    # What was not looked at at all may still be the check sum.
    content += unpacker.decompress(unpacker.unconsumed_tail, 1)
    return content if unpacker.eof and not unpacker.unused_data else None


def read_layout(stream: BinaryIO) -> tuple[HduExtent, ...]:
    """Return the HDUs of an open FITS file, in order.

    Raises
    ------
    UnavailableError
        The file is not FITS, or ends too early.
    """
    stream.seek(0)
    hdus: list[HduExtent] = []
    start = 0
    while (block := stream.read(BLOCK)).startswith(b"XTENSION" if hdus else b"SIMPLE"):
        header = _header(stream, block)
        try:
            size = header.data_bytes
        except UsageError as error:
            raise _damaged() from error
        data = start + header.data_start
        name = header.text("EXTNAME") or ("" if hdus else "PRIMARY")
        role = (header.text("HDUCLAS1") or "").lower()
        end = data + size + padding(size)
        hdus.append(HduExtent(len(hdus), name.strip(), role, start, data, end, size))
        start = end
        stream.seek(start)
    # There must be a last byte; the filling behind it may be missing.
    if hdus:
        stream.seek(hdus[-1].data + hdus[-1].data_bytes - 1)
    if not hdus or not stream.read(1):
        raise _damaged()
    return tuple(hdus)


def _header(stream: BinaryIO, block: bytes) -> FitsHeader:
    content = block
    while not any(
        block.startswith(_END, place) for place in range(0, len(block), _CARD)
    ):
        block = stream.read(BLOCK)
        content += block
        if len(block) < BLOCK or len(content) > _MOST_HEADER_BYTES:
            raise _damaged()
    return read_header(content, 0)


def _damaged() -> UnavailableError:
    return UnavailableError("The stored file is damaged.", advice=_ADVICE)


def find_hdu(hdus: tuple[HduExtent, ...], name: str) -> HduExtent | None:
    """Return an HDU by EXTNAME (exact case first, then any case) or by number."""
    lowered = name.strip().lower()
    same = [hdu for hdu in hdus if hdu.name.lower() == lowered != ""]
    exact = [hdu for hdu in same if hdu.name == name]
    if exact or same:
        return next(iter(exact or same))
    if name.isascii() and name.isdecimal() and len(name) < 6 and int(name) < len(hdus):
        return hdus[int(name)]
    return None
