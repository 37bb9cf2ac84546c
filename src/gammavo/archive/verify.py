"""``verify`` tells whether every file of a release is still what was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gammavo.archive.durable import sha256
from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive

__all__ = ["VerifyResult", "verify"]


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """One file and what is wrong with it; ``fault`` is empty if it is intact."""

    release: str
    path: Path
    fault: str


def verify(archive: Archive, manifest: Manifest) -> Iterator[VerifyResult]:
    """Compare size and SHA-256 of every file of a release with its manifest.

    Yields
    ------
    VerifyResult
        One for each table of the release and each DL3 file.
    """
    folder = archive.folder(manifest.name, manifest.version)
    data = Path(manifest.data_folder)
    places = [
        (folder / table.path, table.size, table.sha256) for table in manifest.tables
    ]
    places += [(data / file.path, file.size, file.sha256) for file in manifest.files]
    for path, size, digest in places:
        yield VerifyResult(manifest.name, path, _fault(path, size, digest))


def _fault(path: Path, size: int, digest: str) -> str:
    try:
        found = path.stat().st_size
        if found != size:
            return f"has {found} bytes, was published with {size}"
        if sha256(path) != digest:
            return "has another SHA-256 than when it was published"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return ""
