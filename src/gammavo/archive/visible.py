"""Releases that may be shown: those in force, and those that a newer version took over."""

from __future__ import annotations

from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive, ReleaseState
from gammavo.model.errors import NotFoundError

__all__ = ["release_in_force", "visible_release"]


def visible_release(archive: Archive, name: str, version: str | int) -> Manifest:
    """Return the manifest of a version of a release that is in force or superseded.

    Parameters
    ----------
    archive
        The releases.
    name
        Name of the release.
    version
        Its version, as a number or as somebody wrote it in an address.

    Raises
    ------
    NotFoundError
        There is none, or it is withdrawn.
    """
    text = str(version)
    if text.isascii() and text.isdecimal() and len(text) < 10:
        state = archive.catalogue().get((name, int(text)))
        if state in {ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED}:
            return archive.manifest(name, int(text))
    raise NotFoundError(f"There is no version {text!r} of a release {name!r}.")


def release_in_force(archive: Archive, name: str) -> Manifest:
    """Return the manifest of the version of a release that is in force.

    Raises
    ------
    NotFoundError
        There is none.
    """
    for (known, version), state in archive.catalogue().items():
        if known == name and state is ReleaseState.IN_FORCE:
            return archive.manifest(known, version)
    raise NotFoundError(f"There is no release {name!r} in force.")
