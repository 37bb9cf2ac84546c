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
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from astropy.io.fits.verify import VerifyError

from gammavo.dl3.findings import UnusableFileError, broken
from gammavo.dl3.paths import existing_file
from gammavo.model.observations import SourceFile

__all__ = ["MAX_UNPACKED_BYTES", "FitsFile", "Hdu", "open_fits"]

MAX_UNPACKED_BYTES: Final = 20_000_000_000
"""A compressed file that would be larger than this is refused."""

MAX_EXPANSION: Final = 200
"""A compressed file that grows by more than this factor is refused…"""

_SMALL_BYTES: Final = 256_000_000
"""…unless it stays below this size (responses may be mostly zeros)."""

_MAX_FIELDS = 999
_CHUNK_BYTES = 1 << 22
_ALTERED = "Fetch the file again and compare its checksum with the publisher's."

# What the FITS library raises on malformed files, found by feeding it damaged ones.
_FAILURES = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    MemoryError,
    VerifyError,
)

HeaderValue = str | int | float | bool


class Hdu:
    """One table HDU of an open file.

    Parameters
    ----------
    hdu
        The HDU of the FITS library.
    number
        Its position in the file; PRIMARY is 0.
    file
        Path of the file, for messages.
    """

    def __init__(self, hdu: Any, number: int, file: str) -> None:
        self._hdu = hdu
        self.number = number
        self.file = file
        self.name = str(self.get("EXTNAME") or ("PRIMARY" if number == 0 else ""))

    @property
    def label(self) -> str:
        """EXTNAME, or the number of an HDU without a name."""
        return self.name or str(self.number)

    @property
    def is_table(self) -> bool:
        """Whether this is a binary table."""
        return isinstance(self._hdu, fits.BinTableHDU)

    @property
    def rows(self) -> int:
        """Number of rows, from NAXIS2."""
        return int(self._hdu.header.get("NAXIS2", 0))

    def get(self, keyword: str) -> HeaderValue | None:
        """Return a header value; None if it is absent, empty or malformed."""
        try:
            value = self._hdu.header.get(keyword)
        except _FAILURES:
            return None
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, np.generic):
            return value.item()  # type: ignore[no-any-return]
        return value if isinstance(value, bool | int | float) else None

    @property
    def comments(self) -> str:
        """The COMMENT cards, joined by newlines."""
        try:
            return "\n".join(str(line) for line in self._hdu.header.get("COMMENT", ()))
        except _FAILURES:
            return ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as the file spells them."""
        try:
            return tuple(str(name) for name in self._hdu.columns.names)
        except _FAILURES as error:
            raise self._unreadable("TTYPEn", error) from error

    def find(self, *names: str) -> int | None:
        """Return the position of the first of the named columns that exists.

        A name in exactly this case is preferred over one in another case: files exist
        with both ``ra`` (radians) and ``RA`` (degrees).
        """
        columns = self.columns
        lowered = [column.lower() for column in columns]
        for name in names:
            if name in columns:
                return columns.index(name)
            if name.lower() in lowered:
                return lowered.index(name.lower())
        return None

    def unit(self, position: int) -> str:
        """Return the unit of a column; empty if the file gives none."""
        return str(self.get(f"TUNIT{position + 1}") or "")

    def column(self, position: int) -> npt.NDArray[Any]:
        """Return the values of a column in the byte order of this machine.

        Text is returned as an array of ``str``, with padding removed.

        Raises
        ------
        UnusableFileError
            The column cannot be read.
        """
        name = self.columns[position]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # units, display formats: not used
                data = self._hdu.data
                raw = np.recarray.field(data, position)
                if raw.dtype.kind == "S":
                    return _decoded(np.asarray(raw))
                values = np.asarray(data.field(position))
        except _FAILURES as error:
            raise self._unreadable(name, error) from error
        if values.dtype.kind not in "biuf":
            raise broken(
                f"Column {name} holds neither numbers nor text.",
                file=self.file,
                hdu=self.label,
                keyword=name,
                value=self.get(f"TFORM{position + 1}") or "",
                advice="Variable-length and complex columns are not part of GADF.",
            )
        return values.astype(values.dtype.newbyteorder("="), copy=False)

    def numbers(self, *names: str) -> npt.NDArray[Any] | None:
        """Return the numbers of the first of the named columns that exists.

        Raises
        ------
        UnusableFileError
            The column holds text, or cannot be read.
        """
        position = self.find(*names)
        if position is None:
            return None
        values = self.column(position)
        if values.dtype.kind not in "iuf":
            raise broken(
                f"Column {self.columns[position]} does not hold numbers.",
                file=self.file,
                hdu=self.label,
                keyword=self.columns[position],
                value=self.get(f"TFORM{position + 1}") or "",
                advice="Write the column with a numeric TFORM, as GADF asks.",
            )
        return values

    def check_size(self, file_length: int) -> None:
        """Refuse an HDU that declares more data than the file has.

        Raises
        ------
        UnusableFileError
            The file is truncated, or the declaration of the table contradicts itself.
        """
        info = self._hdu.fileinfo()
        need = int(info["datLoc"]) + int(self._hdu.size)
        if need > file_length:
            raise broken(
                f"The file is truncated: {file_length} of {need} bytes are there.",
                file=self.file,
                hdu=self.label,
                keyword="NAXIS2",
                value=self.rows,
                advice=_ALTERED,
            )
        if not self.is_table:
            return
        width, fields = self.get("NAXIS1"), self.get("TFIELDS")
        if (
            not isinstance(fields, int)
            or fields > _MAX_FIELDS
            or self.rows < 0
            or (width == 0 and self.rows > 0)
        ):
            raise broken(
                "The table declares an impossible shape.",
                file=self.file,
                hdu=self.label,
                keyword="NAXIS1, NAXIS2, TFIELDS",
                value=f"{width}, {self.rows}, {fields}",
                advice=_ALTERED,
            )

    def _unreadable(self, keyword: str, error: Exception) -> UnusableFileError:
        return broken(
            f"The table cannot be read: {_first_line(error)}",
            file=self.file,
            hdu=self.label,
            keyword=keyword,
            advice=_ALTERED,
        )


class FitsFile:
    """An open FITS file whose HDUs all fit into it.

    Parameters
    ----------
    source
        Path, size and checksum; the checksum is empty if only headers are read.
    hdus
        The HDUs in order.
    remarks
        What the FITS library remarked when it read the headers.
    """

    def __init__(
        self, source: SourceFile, hdus: tuple[Hdu, ...], remarks: tuple[str, ...]
    ) -> None:
        self.source = source
        self.hdus = hdus
        self.remarks = remarks

    @property
    def path(self) -> str:
        """Path relative to the data folder."""
        return self.source.path

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
    with stream:
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        size = file.stat().st_size
        digest = ""
        content: BinaryIO = stream
        length = size
        if packed:
            raw = stream.read()
            digest = hashlib.sha256(raw).hexdigest()
            unpacked = _unpack(raw, path)
            content, length = io.BytesIO(unpacked), len(unpacked)
        elif not headers_only:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            hdus = _read_headers(content, path)
        remarks = tuple(dict.fromkeys(_first_line(item.message) for item in caught))
        for hdu in hdus:
            hdu.check_size(length)
        yield FitsFile(SourceFile(path, size, digest), hdus, remarks)


def _read_headers(content: BinaryIO, path: str) -> tuple[Hdu, ...]:
    try:
        opened = fits.open(content, mode="readonly", memmap=False)
        hdus = tuple(Hdu(hdu, number, path) for number, hdu in enumerate(opened))
    except _FAILURES as error:
        raise _not_opened(path, error) from error
    if len(hdus) < 2:
        raise broken(
            "The file has no extension, hence no table.", file=path, advice=_ALTERED
        )
    return hdus


def _unpack(raw: bytes, path: str) -> bytes:
    """Return the content of a gzip file, which may have several members."""
    limit = min(MAX_UNPACKED_BYTES, max(_SMALL_BYTES, MAX_EXPANSION * len(raw)))
    pieces: list[bytes] = []
    total = 0
    rest = raw
    try:
        while rest[:2] == b"\x1f\x8b":
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                piece = member.decompress(rest, _CHUNK_BYTES)
                rest = member.unconsumed_tail
                total += len(piece)
                if total > limit:
                    raise broken(
                        f"The compressed file would grow beyond {limit} bytes.",
                        file=path,
                        advice="If this is right, publish the file uncompressed.",
                    )
                if not piece and not rest and not member.eof:
                    raise broken(
                        "The compressed file ends too early.",
                        file=path,
                        advice=_ALTERED,
                    )
                pieces.append(piece)
            rest = member.unused_data
    except zlib.error as error:
        raise broken(
            f"The compressed file is damaged: {_first_line(error)}",
            file=path,
            advice=_ALTERED,
        ) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _decoded(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    texts = [bytes(item).decode("utf-8", "replace") for item in raw.ravel()]
    clean = [text.split("\0", 1)[0].rstrip() for text in texts]
    return np.array(clean, dtype=object).reshape(raw.shape)


def _not_opened(path: str, error: Exception) -> UnusableFileError:
    return broken(
        f"The file is not readable as FITS: {_first_line(error)}",
        file=path,
        advice=_ALTERED,
    )


def _first_line(message: object) -> str:
    text = str(message).strip() or type(message).__name__
    return text.splitlines()[0][:200]
