"""One table of a FITS file, read with care.

Sizes that a header declares are compared with the bytes that are there before anything is
read, and every failure of the FITS library becomes a finding.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from astropy.io.fits.verify import VerifyError

from gammavo.dl3.findings import UnusableFileError, broken

__all__ = ["FETCH_AGAIN", "FITS_FAILURES", "Hdu", "first_line"]

FETCH_AGAIN: Final = (
    "Fetch the file again and compare its checksum with the publisher's."
)
"""Advice for damaged files."""

FITS_FAILURES: Final = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    MemoryError,
    VerifyError,
)
"""What the FITS library raises on malformed files, found by feeding it damaged ones."""

_MAX_FIELDS: Final = 999

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
        rows = self.get("NAXIS2")
        return rows if isinstance(rows, int) else 0

    @property
    def size(self) -> int:
        """Bytes of header and data, with the filling of their last blocks."""
        try:
            info = self._hdu.fileinfo()
            return int(info["datLoc"]) + int(info["datSpan"]) - int(info["hdrLoc"])
        except FITS_FAILURES as error:
            raise self._unreadable("NAXIS", error) from error

    def get(self, keyword: str) -> HeaderValue | None:
        """Return a header value; None if it is absent, empty or malformed."""
        try:
            value = self._hdu.header.get(keyword)
        except FITS_FAILURES:
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
        except FITS_FAILURES:
            return ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as the file spells them."""
        try:
            return tuple(str(name) for name in self._hdu.columns.names)
        except FITS_FAILURES as error:
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
        self._check_width()
        try:
            data = self._hdu.data
            raw = np.recarray.field(data, position)
            if raw.dtype.kind == "S":
                return _decoded(np.asarray(raw))
            values = np.asarray(data.field(position))
        except FITS_FAILURES as error:
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

    def header(self) -> Any:
        """Return a copy of the header, of the FITS library's own type."""
        return self._hdu.header.copy()

    def content(self) -> bytes:
        """Return the bytes of this HDU as they are in the file: header and data.

        Raises
        ------
        UnusableFileError
            They cannot be read.
        """
        return self._bytes_from("hdrLoc")

    def data(self) -> bytes:
        """Return the bytes of the data alone, with their padding.

        Raises
        ------
        UnusableFileError
            They cannot be read.
        """
        return self._bytes_from("datLoc")

    def _bytes_from(self, place: str) -> bytes:
        try:
            info = self._hdu.fileinfo()
            info["file"].seek(info[place])
            content: bytes = info["file"].read(
                info["datLoc"] + info["datSpan"] - info[place]
            )
        except FITS_FAILURES as error:
            raise self._unreadable("NAXIS", error) from error
        return content

    def check_size(self, file_length: int) -> None:
        """Refuse an HDU that declares more data than the file has.

        Raises
        ------
        UnusableFileError
            The file is truncated, or the declaration of the table contradicts itself.
        """
        try:
            need = int(self._hdu.fileinfo()["datLoc"]) + int(self._hdu.size)
        except FITS_FAILURES as error:
            raise self._unreadable("NAXIS", error) from error
        if need > file_length:
            raise broken(
                f"The file is truncated: {file_length} of {need} bytes are there.",
                file=self.file,
                hdu=self.label,
                keyword="NAXIS2",
                value=self.rows,
                advice=FETCH_AGAIN,
            )
        if not self.is_table:
            return
        shape = [self.get(keyword) for keyword in ("NAXIS1", "NAXIS2", "TFIELDS")]
        numbers = [
            number for number in shape if isinstance(number, int) and number >= 0
        ]
        if len(numbers) < 3 or numbers[2] > _MAX_FIELDS or numbers[0] == 0 < numbers[1]:
            raise broken(
                "The table declares an impossible shape.",
                file=self.file,
                hdu=self.label,
                keyword="NAXIS1, NAXIS2, TFIELDS",
                value=", ".join(str(number) for number in shape),
                advice=FETCH_AGAIN,
            )

    def _check_width(self) -> None:
        """Refuse a table whose columns do not fill its rows exactly."""
        try:
            width = int(self._hdu.columns.dtype.itemsize)
        except FITS_FAILURES as error:
            raise self._unreadable("TFORMn", error) from error
        if width != self.get("NAXIS1"):
            raise broken(
                f"The columns take {width} bytes where a row has {self.get('NAXIS1')}.",
                file=self.file,
                hdu=self.label,
                keyword="NAXIS1, TFORMn",
                advice=FETCH_AGAIN,
            )

    def _unreadable(self, keyword: str, error: Exception) -> UnusableFileError:
        return broken(
            f"The table cannot be read: {first_line(error)}",
            file=self.file,
            hdu=self.label,
            keyword=keyword,
            advice=FETCH_AGAIN,
        )


def _decoded(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    texts = [bytes(item).decode("utf-8", "replace") for item in raw.ravel()]
    clean = [text.split("\0", 1)[0].rstrip() for text in texts]
    return np.array(clean, dtype=object).reshape(raw.shape)


def first_line(message: object) -> str:
    """Return the first line of a message of the FITS library."""
    text = str(message).strip() or type(message).__name__
    return text.splitlines()[0][:200]
