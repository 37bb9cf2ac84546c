"""Releases that may be shown: those in force, and those that a newer version took over."""

from __future__ import annotations

import re
from typing import Final

from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive, ReleaseState
from gammavo.model.errors import NotFoundError

__all__ = ["visible_release", "visible_versions"]

_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}")
"""As addresses have it: each version has one."""


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
    if _VERSION.fullmatch(text):
        state = archive.catalogue().get((name, int(text)))
        if state in {ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED}:
            return archive.manifest(name, int(text))
    raise NotFoundError(f"There is no version {text!r} of a release {name!r}.")


def visible_versions(archive: Archive, name: str) -> tuple[Manifest, ...]:
    """Return the versions of a release that may be shown, the newest first.

    Raises
    ------
    NotFoundError
        None is in force.
    """
    catalogue = archive.catalogue()
    states = {v: state for (known, v), state in catalogue.items() if known == name}
    if ReleaseState.IN_FORCE not in states.values():
        raise NotFoundError(f"There is no release {name!r} in force.")
    shown = {ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED}
    return tuple(
        archive.manifest(name, version)
        for version in sorted(states, reverse=True)
        if states[version] in shown
    )
