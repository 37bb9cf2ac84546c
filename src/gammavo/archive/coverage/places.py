"""Finding coverage maps, or having them made, without loading astropy before the need."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from gammavo.archive.coverage.kinds import (
    CoverageForm,
    CoverageKind,
    stored_coverage,
)
from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive
from gammavo.model.errors import NotFoundError

__all__ = ["coverage_of_release", "coverage_of_run", "coverage_of_site"]


def coverage_of_release(
    archive: Archive, manifest: Manifest, kind: CoverageKind, form: CoverageForm
) -> bytes:
    """Return the coverage of a release: the stored one, or a new one if there is none."""
    folder = archive.folder(manifest.name, manifest.version)
    try:
        return stored_coverage(folder, kind, form).read_bytes()
    except FileNotFoundError:
        return _made_of_release(folder, kind, form)


@lru_cache(maxsize=256)
def coverage_of_run(
    folder: Path, obs_id: str, kind: CoverageKind, form: CoverageForm
) -> bytes:
    """Return the coverage of one run of the release in a folder.

    Raises
    ------
    NotFoundError
        The release has no such run.
    """
    # Late: astropy and mocpy take a second, and most requests need neither.
    from gammavo.archive.coverage.maps import run_coverage, written  # noqa: PLC0415

    moc = run_coverage(folder, obs_id, kind)
    if moc is None:
        raise NotFoundError(f"The release has no run {obs_id!r}.")
    return written(moc, form)


def coverage_of_site(archive: Archive, kind: CoverageKind, form: CoverageForm) -> bytes:
    """Return the coverage of all releases that are in force."""
    folders = tuple(archive.folder(m.name, m.version) for m in archive.in_force())
    return _made_of_site(folders, kind, form)


@lru_cache(maxsize=64)
def _made_of_release(folder: Path, kind: CoverageKind, form: CoverageForm) -> bytes:
    from gammavo.archive.coverage.maps import release_coverage, written  # noqa: PLC0415 - late, as above

    return written(release_coverage(folder, kind), form)


@lru_cache(maxsize=16)
def _made_of_site(
    folders: tuple[Path, ...], kind: CoverageKind, form: CoverageForm
) -> bytes:
    from gammavo.archive.coverage.maps import site_coverage, written  # noqa: PLC0415 - late, as above

    return written(site_coverage(folders, kind), form)
