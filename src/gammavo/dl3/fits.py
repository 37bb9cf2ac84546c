"""Guarded access to FITS files: nothing that a file says is believed before a check.

Sizes that headers declare are compared with the bytes that are there before anything is
read, compressed files may not grow beyond a limit, and every failure of the FITS library
becomes a finding with file, HDU and keyword.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from astropy.io import fits
from astropy.utils.exceptions import AstropyWarning

from gammavo.dl3.findings import UnusableFileError, broken
from gammavo.dl3.hdu import FETCH_AGAIN, FITS_FAILURES, Hdu, first_line
from gammavo.dl3.paths import existing_file
from gammavo.model.observations import SourceFile

__all__ = ["MAX_UNPACKED_BYTES", "FitsFile", "open_fits"]

MAX_UNPACKED_BYTES: Final = 20_000_000_000
"""A compressed file that would be larger than this is refused."""

MAX_EXPANSION: Final = 200
"""A compressed file that grows by more than this factor is refused…"""

_SMALL_BYTES: Final = 256_000_000
"""…unless it stays below this size (responses may be mostly zeros)."""

_CHUNK_BYTES: Final = 1 << 22
_GZIP: Final = b"\x1f\x8b"
_FITS: Final = b"SIMPLE  ="


class FitsFile:
    """An open FITS file whose HDUs all fit into it.

    Parameters
    ----------
    source
        Path, size and checksum; the checksum is empty if only headers are read.
    hdus
        The HDUs in order.
    caught
        Warnings since the file was opened.
    """

    def __init__(
        self,
        source: SourceFile,
        hdus: tuple[Hdu, ...],
        caught: list[warnings.WarningMessage],
    ) -> None:
        self.source = source
        self.hdus = hdus
        self._caught = caught

    @property
    def path(self) -> str:
        """Path relative to the data folder."""
        return self.source.path

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the FITS library has remarked so far, each remark once."""
        remarks = (
            first_line(item.message)
            for item in self._caught
            if issubclass(item.category, AstropyWarning)
        )
        return tuple(dict.fromkeys(remarks))

    def find(self, hdu: str | int) -> Hdu | None:
        """Return an HDU by EXTNAME (exact case first, then any case) or by number."""
        if isinstance(hdu, int):
            return self.hdus[hdu] if 0 <= hdu < len(self.hdus) else None
        lowered = hdu.strip().lower()
        same = [item for item in self.hdus if item.name.lower() == lowered]
        exact = [item for item in same if item.name == hdu]
        return next(iter(exact or same), None)


@contextmanager
def open_fits(
    folder: Path, path: str, *, headers_only: bool = False
) -> Iterator[FitsFile]:
    """Open a FITS file, plain or gzipped, below a data folder.

    A gzipped file is read and unpacked once, in memory; a plain one is read where it is.
    While the file is open, warnings of the FITS library are kept as its remarks.

    Parameters
    ----------
    folder
        The data folder.
    path
        Path of the file relative to it.
    headers_only
        Leave out the checksum, for which the whole file must be read.

    Raises
    ------
    UnusableFileError
        The file is missing, not readable, not FITS, damaged, truncated or too large.
    """
    file = existing_file(folder, path)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise _not_opened(path, error) from error
    with stream, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            source, content, length = _content(stream, path, headers_only=headers_only)
        except OSError as error:
            raise _not_opened(path, error) from error
        hdus = _read_headers(content, path)
        for hdu in hdus:
            hdu.check_size(length)
        yield FitsFile(source, hdus, caught)


def _content(
    stream: io.BufferedIOBase, path: str, *, headers_only: bool
) -> tuple[SourceFile, io.BufferedIOBase, int]:
    """Return what a file is, and its unpacked content with the length of it."""
    start = stream.read(len(_FITS))
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    digest = ""
    content, length = stream, size
    if start.startswith(_GZIP):
        _check_growth(size, MAX_UNPACKED_BYTES, path)
        raw = stream.read()
        digest = hashlib.sha256(raw).hexdigest()
        unpacked = _unpack(raw, path)
        content, length = io.BytesIO(unpacked), len(unpacked)
        start = unpacked[: len(_FITS)]
    elif not headers_only:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
    # The FITS library would unpack other formats itself, without any limit.
    if start != _FITS:
        raise broken(
            "The file is not a FITS file: it does not begin with SIMPLE.",
            file=path,
            advice=FETCH_AGAIN,
        )
    return SourceFile(path, size, digest), content, length


def _read_headers(content: io.BufferedIOBase, path: str) -> tuple[Hdu, ...]:
    try:
        opened = fits.open(content, mode="readonly", memmap=False)
        hdus = tuple(Hdu(hdu, number, path) for number, hdu in enumerate(opened))
    except FITS_FAILURES as error:
        raise _not_opened(path, error) from error
    if len(hdus) < 2:
        raise broken(
            "The file has no extension, hence no table.", file=path, advice=FETCH_AGAIN
        )
    return hdus


def _unpack(raw: bytes, path: str) -> bytes:
    """Return the content of a gzip file, which may have several members."""
    limit = min(MAX_UNPACKED_BYTES, max(_SMALL_BYTES, MAX_EXPANSION * len(raw)))
    pieces: list[bytes] = []
    total = position = 0
    try:
        while raw[position : position + 2] == _GZIP:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                chunk = member.unconsumed_tail
                if not chunk:
                    chunk = raw[position : position + _CHUNK_BYTES]
                    position += len(chunk)
                piece = member.decompress(chunk, _CHUNK_BYTES)
                total += len(piece)
                pieces.append(piece)
                _check_growth(total, limit, path)
                if not chunk and not piece:
                    raise broken(
                        "The compressed file ends too early.",
                        file=path,
                        advice=FETCH_AGAIN,
                    )
            position -= len(member.unused_data)
    except zlib.error as error:
        raise broken(
            f"The compressed file is damaged: {first_line(error)}",
            file=path,
            advice=FETCH_AGAIN,
        ) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _check_growth(total: int, limit: int, path: str) -> None:
    if total > limit:
        raise broken(
            f"The compressed file would grow beyond {limit} bytes.",
            file=path,
            advice="If this is right, publish the file uncompressed.",
        )


def _not_opened(path: str, error: Exception) -> UnusableFileError:
    return broken(
        f"The file is not readable as FITS: {first_line(error)}",
        file=path,
        advice=FETCH_AGAIN,
    )
