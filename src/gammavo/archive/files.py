"""Finding the file behind an ``access_url``, and nothing but such files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gammavo.archive.store import Archive, ReleaseState
from gammavo.model.errors import NotFoundError, UnavailableError

__all__ = ["StoredFile", "find_file"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A DL3 file of a release; ``sha256`` is its identity."""

    path: Path
    size: int
    sha256: str


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
    state = archive.catalogue().get((release, version))
    if state not in {ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED}:
        raise NotFoundError(f"There is no version {version} of a release {release!r}.")
    manifest = archive.manifest(release, version)
    entry = next((file for file in manifest.files if file.path == path), None)
    if entry is None:
        raise NotFoundError(f"Release {release!r} has no file {path!r}.")
    place = Path(manifest.data_folder) / entry.path
    try:
        size = place.stat().st_size
    except OSError:
        size = -1
    if size != entry.size:
        raise UnavailableError(
            f"The file {path!r} of release {release!r} is not as it was published.",
            advice="The publisher can find out more with 'gammavo verify'.",
        )
    return StoredFile(place, entry.size, entry.sha256)
