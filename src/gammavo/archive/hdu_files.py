"""Each HDU of a release as a file of its own, cut when it is first asked for.

An event list comes with its good time intervals, without which it cannot be analysed. What
was cut is kept in a folder with a bound: a file is named by what it was cut from and by its
own SHA-256, so that writers at the same time write the same, and nobody sees half a file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path
from typing import BinaryIO, Final

from gammavo.archive.durable import sha256
from gammavo.archive.files import StoredFile, published_file
from gammavo.archive.fits_cut import copy_hdu, copy_primary
from gammavo.archive.fits_layout import HduExtent, find_hdu, open_stored, read_layout
from gammavo.archive.manifest import Manifest
from gammavo.archive.run_tables import run_hdus, run_tables
from gammavo.archive.store import Archive
from gammavo.model.errors import NotFoundError, UnavailableError

__all__ = ["HduFiles", "file_layout"]

_METHOD: Final = "1"
"""Changed when the same HDU is cut into other bytes than before."""

_YOUNG: Final = 10.0
"""Seconds in which a file may just be opened: it is not removed."""

_ABANDONED: Final = 3600.0
"""Seconds after which an unfinished file belongs to nobody."""

_KEPT: Final = 0.8
"""Part of the bound that is left after files were removed."""

_ATTEMPTS: Final = 5
_SHOWN_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be cut: an HDU of a file, and the intervals that belong to it."""

    file: StoredFile
    hdu: str
    intervals: tuple[StoredFile, str] | None

    @property
    def key(self) -> str:
        parts = [_METHOD, self.file.sha256, self.hdu]
        if self.intervals is not None:
            parts += [self.intervals[0].sha256, self.intervals[1]]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class HduFiles:
    """Cuts HDUs out of stored files, and keeps what it cut.

    Several processes may share the folder.

    Parameters
    ----------
    folder
        Where the files are kept; it is made when needed.
    limit
        Bytes that they may take.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._size: int | None = None
        """Of the files, as far as known here; None before it was looked at."""

    def find(
        self, archive: Archive, manifest: Manifest, path: str, hdu: str
    ) -> StoredFile:
        """Return an HDU of a release as a file on disk, cut if it is not there yet.

        Parameters
        ----------
        archive, manifest
            The release.
        path
            Of the file, as in the manifest.
        hdu
            EXTNAME (exact case first, then any case) or number of the HDU.

        Returns
        -------
        StoredFile
            To be opened at once: it may be removed to make room.

        Raises
        ------
        NotFoundError
            There is no such file or HDU.
        UnavailableError
            The file is not as it was published, or the disk is full.
        """
        wanted = _Wanted(
            published_file(archive, manifest, path),
            hdu,
            _intervals(archive, manifest, path, hdu),
        )
        place = self._folder / wanted.key
        found = _kept(place)
        if found is None:
            try:
                found = self._cut(wanted, place)
            except OSError as error:
                raise UnavailableError(
                    f"The HDU cannot be stored: {error.strerror}.",
                    advice="The publisher must make room on the disk of the site.",
                ) from error
        return found

    def _cut(self, wanted: _Wanted, place: Path) -> StoredFile:
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix="unfinished-", dir=self._folder)
        aside = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as target:
                _write(wanted, target)
            digest, size = sha256(aside), aside.stat().st_size
            final = place / f"{digest}-{size}"
            for _ in range(_ATTEMPTS):
                place.mkdir(exist_ok=True)
                # Who makes room may just have removed the empty folder.
                with suppress(FileNotFoundError):
                    aside.replace(final)
                    break
            else:
                raise FileNotFoundError(ENOENT, "the folder is being emptied")
        finally:
            aside.unlink(missing_ok=True)
        self._make_room(size)
        return StoredFile(final, size, digest)

    def _make_room(self, added: int) -> None:
        """Remove what was not asked for longest, if all files take too much."""
        with self._lock:
            if self._size is not None:
                self._size += added
                if self._size <= self._limit:
                    return
            files = sorted(_all_files(self._folder))
            newest = files[-1][0] if files else 0.0
            self._size = sum(size for _, size, _ in files)
            if self._size <= self._limit:
                return
            for used, size, path in files:
                if self._size <= _KEPT * self._limit or used > newest - _YOUNG:
                    break
                with suppress(OSError):
                    path.unlink()
                    self._size -= size
                    path.parent.rmdir()


def _all_files(folder: Path) -> list[tuple[float, int, Path]]:
    """Return when each file was last asked for, its size, and the file.

    Files that nobody finished are removed.
    """
    found = []
    for entry in list(folder.iterdir()):
        # Others remove files and folders meanwhile.
        with suppress(FileNotFoundError):
            if entry.is_dir():
                for path in list(entry.iterdir()):
                    status = path.stat()
                    found.append((status.st_mtime, status.st_size, path))
            elif time.time() - entry.stat().st_mtime > _ABANDONED:
                entry.unlink()
    return found


def _kept(place: Path) -> StoredFile | None:
    """Return the file of a key, marked as asked for; None if there is none."""
    try:
        names = os.listdir(place)  # noqa: PTH208 - names alone, and the fastest
    except FileNotFoundError:
        return None
    for name in names:
        digest, _, size = name.partition("-")
        path = place / name
        with suppress(FileNotFoundError, ValueError):
            # After a power cut a file may have its name but not its content.
            if path.stat().st_size == int(size):
                os.utime(path)
                return StoredFile(path, int(size), digest)
    return None


def _intervals(
    archive: Archive, manifest: Manifest, path: str, hdu: str
) -> tuple[StoredFile, str] | None:
    """Return file and name of the good time intervals of an event list."""
    try:
        parts = run_tables(archive, manifest).in_file(path)
    except UnavailableError:
        # Published before parts of runs were noted: they are looked for in the file.
        return None
    lowered = hdu.strip().lower()
    obs_id = next(
        (
            obs_id
            for obs_id, part in parts
            if part.role == "events" and part.hdu.lower() == lowered
        ),
        None,
    )
    if obs_id is None:
        return None
    parts_of_run = run_hdus(archive, manifest, [obs_id])[obs_id]
    gti = next((part for part in parts_of_run if part.role == "gti"), None)
    if gti is None:
        return None
    return published_file(archive, manifest, gti.path), gti.hdu


def _write(wanted: _Wanted, target: BinaryIO) -> None:
    """Write a FITS file with the HDU that is wanted."""
    with open_stored(wanted.file.path) as source:
        hdus = read_layout(source)
        hdu = _existing(hdus, wanted.hdu)
        copy_primary(source, hdus[0], target)
        if hdu.number == 0:
            return
        copy_hdu(source, hdu, target)
        if wanted.intervals is None:
            if _is_events(hdu) and (own := _own_intervals(hdus)) is not None:
                copy_hdu(source, own, target)
            return
        if wanted.intervals[0].path == wanted.file.path:
            copy_hdu(source, _existing(hdus, wanted.intervals[1]), target)
            return
    with open_stored(wanted.intervals[0].path) as source:
        hdus = read_layout(source)
        copy_hdu(source, _existing(hdus, wanted.intervals[1]), target)


def _is_events(hdu: HduExtent) -> bool:
    return "events" in {hdu.role, hdu.name.lower()}


def _own_intervals(hdus: tuple[HduExtent, ...]) -> HduExtent | None:
    return next((hdu for hdu in hdus if "gti" in {hdu.role, hdu.name.lower()}), None)


def _existing(hdus: tuple[HduExtent, ...], name: str) -> HduExtent:
    hdu = find_hdu(hdus, name)
    if hdu is None:
        names = ", ".join(item.label for item in hdus[:_SHOWN_NAMES])
        raise NotFoundError(
            f"The file has no HDU {name[:80]!r}.", advice=f"Its HDUs are {names}."
        )
    return hdu


def file_layout(file: StoredFile) -> tuple[HduExtent, ...]:
    """Return the HDUs of a stored file, in order.

    Raises
    ------
    UnavailableError
        It cannot be read.
    """
    with open_stored(file.path) as source:
        return read_layout(source)
