"""Which files a data folder may name: those below it, and no others.

An index is data from elsewhere: it may say ``../../etc/passwd``, an absolute path, or
name a symbolic link that leads out of the folder. None of these is ever opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gammavo.dl3.findings import Findings, broken

__all__ = ["existing_file", "fits_files", "path_below"]

_SUFFIXES = (".fits", ".fits.gz", ".fit", ".fit.gz")


def fits_files(folder: Path, findings: Findings) -> Iterator[str]:
    """Yield the FITS files below a folder, sorted, as relative paths with ``/``.

    Links to folders are not followed (they may lead out of the folder or in circles);
    each is reported.
    """
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in folders:
            link = Path(parent, name)
            if link.is_symlink():
                findings.warn(
                    "A link to a folder is not followed.",
                    file=link.relative_to(folder).as_posix(),
                    advice="Copy or mount the data below the folder if it belongs to it.",
                )
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES):
                yield Path(parent, name).relative_to(folder).as_posix()


def path_below(folder: Path, start: str, *parts: str) -> str:
    """Return the path, relative to the folder, that an index means.

    Parameters
    ----------
    folder
        The data folder.
    start
        Folder of the index file, relative to the data folder.
    parts
        What the index says, outermost first: BASE_DIR, FILE_DIR, FILE_NAME (GADF 0.3,
        "HDU index table"). Each may be empty and may contain ``..``.

    Raises
    ------
    UnusableFileError
        The path is absolute or leads out of the folder.
    """
    said = "/".join(part for part in parts if part)
    if any(PurePosixPath(part).is_absolute() for part in parts) or "\0" in said:
        raise broken(
            "The index names a file by an absolute path, which is not opened.",
            file=said,
            advice="Use paths relative to the index file (FILE_DIR, BASE_DIR).",
        )
    path = os.path.normpath(os.path.join(start, *parts))  # noqa: PTH118 - pure text
    if path == ".." or path.startswith("../"):
        raise _leads_out(said)
    resolved = (folder / path).resolve()
    if not resolved.is_relative_to(folder.resolve()):
        raise _leads_out(said)
    return path


def existing_file(folder: Path, path: str) -> Path:
    """Return the absolute path of a regular file below the folder.

    Raises
    ------
    UnusableFileError
        There is no such regular file, or a link of that name leads out of the folder.
    """
    resolved = (folder / path).resolve()
    if not resolved.is_relative_to(folder.resolve()):
        raise _leads_out(path)
    if not resolved.is_file():
        raise broken(
            "The file does not exist.",
            file=path,
            advice="Add the file, or remove it from the index.",
        )
    return resolved


def _leads_out(said: str) -> Exception:
    return broken(
        "The path leads out of the data folder and is not opened.",
        file=said,
        advice="Give the folder that contains both the index and the files.",
    )
