"""Finding the file behind an ``access_url``, and nothing but such files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive, ReleaseState
from gammavo.model.errors import NotFoundError, UnavailableError
from gammavo.model.observations import SourceFile

__all__ = [
    "StoredFile",
    "find_file",
    "published_file",
    "split_path",
    "visible_release",
]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A DL3 file of a release; ``sha256`` is its identity."""

    path: Path
    size: int
    sha256: str


def visible_release(archive: Archive, release: str, version: int) -> Manifest:
    """Return the manifest of a release that is in force or was superseded.

    Raises
    ------
    NotFoundError
        There is no such release or version, or the release is withdrawn.
    """
    state = archive.catalogue().get((release, version))
    if state not in {ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED}:
        raise NotFoundError(f"There is no version {version} of a release {release!r}.")
    return archive.manifest(release, version)


@lru_cache(maxsize=64)
def _entries(archive: Archive, release: str, version: int) -> dict[str, SourceFile]:
    return {file.path: file for file in archive.manifest(release, version).files}


def split_path(
    archive: Archive, release: str, version: int, path: str
) -> tuple[str, str | None]:
    """Return a file of a release and what a path names in it, None for the file itself.

    Raises
    ------
    NotFoundError
        The path does not begin with the path of a file.
    """
    entries = _entries(archive, release, version)
    if path in entries:
        return path, None
    end = path.find("/")
    while end >= 0:
        if path[:end] in entries:
            return path[:end], path[end + 1 :]
        end = path.find("/", end + 1)
    raise NotFoundError(
        f"Release {release!r} has no file {path[:200]!r}.",
        advice=f"/files/{release}/{version}/ lists its files.",
    )


def find_file(archive: Archive, release: str, version: int, path: str) -> StoredFile:
    """Return a file of a release that is in force or was superseded.

    Only paths that the manifest lists are found, so no path trick leads elsewhere.

    Raises
    ------
    NotFoundError
        There is no such release, version or file, or the release is withdrawn.
    UnavailableError
        The file has vanished or changed since it was published.
    """
    return published_file(archive, visible_release(archive, release, version), path)


def published_file(archive: Archive, manifest: Manifest, path: str) -> StoredFile:
    """Return a file of a release that is known to be visible.

    Raises
    ------
    NotFoundError
        The release has no such file.
    UnavailableError
        The file has vanished or changed since it was published.
    """
    entry = _entries(archive, manifest.name, manifest.version).get(path)
    if entry is None:
        raise NotFoundError(f"Release {manifest.name!r} has no file {path!r}.")
    place = Path(manifest.data_folder) / entry.path
    try:
        size = place.stat().st_size
    except OSError:
        size = -1
    if size != entry.size:
        raise UnavailableError(
            f"The file {path!r} of release {manifest.name!r} is not as it was published.",
            advice="The publisher can find out more with 'gammavo verify'.",
        )
    return StoredFile(place, entry.size, entry.sha256)
