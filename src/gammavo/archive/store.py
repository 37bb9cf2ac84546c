"""The archive's folder: where releases lie and which of them are in force.

Layout below the root::

    catalogue.json                     which version of each release is in force
    releases/<name>/<version>/         immutable: manifest.json, tables/, release.duckdb
    building/                          what a running publish makes; else empty
    publish.lock                       held by the running publish
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from gammavo.archive.durable import sync_folder, write_json
from gammavo.archive.manifest import Manifest
from gammavo.model.errors import ConflictError, InternalError, NotFoundError

__all__ = ["Archive", "ReleaseState", "ReleaseStatus"]


class ReleaseState(StrEnum):
    """What the catalogue says of a version of a release."""

    IN_FORCE = "in force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    UNPUBLISHED = "unpublished"
    """Built, but the publish was killed before the release came into force."""


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """One version of a release on disk and its state."""

    manifest: Manifest
    state: ReleaseState


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder of an archive.

    Parameters
    ----------
    root
        The folder; it is made when something is published.
    """

    root: Path

    @property
    def catalogue_path(self) -> Path:
        """The file whose replacement is the moment of publication."""
        return self.root / "catalogue.json"

    @property
    def building(self) -> Path:
        """The folder for what is not published yet."""
        return self.root / "building"

    def folder(self, name: str, version: int) -> Path:
        """Return the folder of a version of a release."""
        return self.root / "releases" / name / str(version)

    def manifest(self, name: str, version: int) -> Manifest:
        """Read the manifest of a version of a release; kept, as it never changes."""
        return _read_manifest(self.folder(name, version) / "manifest.json")

    def catalogue(self) -> dict[tuple[str, int], ReleaseState]:
        """Return the state of each version of each release that ever was in force.

        Raises
        ------
        InternalError
            The catalogue is damaged.
        """
        try:
            document = json.loads(self.catalogue_path.read_text(encoding="utf-8"))
            return {
                (name, int(version)): ReleaseState(state)
                for name, versions in document["releases"].items()
                for version, state in versions.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InternalError(
                f"The catalogue {self.catalogue_path} cannot be read: {error}.",
                advice="Restore it from a backup, or remove it and publish again.",
            ) from error

    def in_force(self) -> tuple[Manifest, ...]:
        """Return the releases that are in force, by name."""
        return tuple(
            self.manifest(name, version)
            for (name, version), state in sorted(self.catalogue().items())
            if state is ReleaseState.IN_FORCE
        )

    def put_in_force(self, name: str, version: int) -> None:
        """Make a version the one that is served; it supersedes the one before."""
        catalogue = self.catalogue()
        for key, state in catalogue.items():
            if key[0] == name and state is ReleaseState.IN_FORCE:
                catalogue[key] = ReleaseState.SUPERSEDED
        self._write({**catalogue, (name, version): ReleaseState.IN_FORCE})

    def withdraw(self, name: str) -> None:
        """Take a release out of the catalogue, all its versions; the files stay.

        Raises
        ------
        NotFoundError
            No such release is in force.
        ConflictError
            Another process is publishing.
        """
        with self.locked():
            catalogue = self.catalogue()
            versions = [key for key in catalogue if key[0] == name]
            if ReleaseState.IN_FORCE not in {catalogue[key] for key in versions}:
                raise NotFoundError(
                    f"No release {name!r} is in force.",
                    advice="'gammavo releases' lists those that are.",
                )
            self._write(catalogue | dict.fromkeys(versions, ReleaseState.WITHDRAWN))

    def _write(self, catalogue: dict[tuple[str, int], ReleaseState]) -> None:
        releases: dict[str, dict[str, str]] = {}
        for (name, version), state in sorted(catalogue.items()):
            releases.setdefault(name, {})[str(version)] = str(state)
        write_json(self.catalogue_path, {"releases": releases})

    def releases(self) -> tuple[ReleaseStatus, ...]:
        """Return every complete version on disk with its state, by name and version."""
        catalogue = self.catalogue()
        found = []
        for path in sorted(self.root.glob("releases/*/*/manifest.json")):
            manifest = _read_manifest(path)
            key = (manifest.name, manifest.version)
            state = catalogue.get(key, ReleaseState.UNPUBLISHED)
            found.append(ReleaseStatus(manifest, state))
        return tuple(sorted(found, key=lambda s: (s.manifest.name, s.manifest.version)))

    def next_version(self, name: str) -> int:
        """Return the number of the next version of a release."""
        folder = self.root / "releases" / name
        numbers = [int(p.name) for p in folder.glob("*") if p.name.isdigit()]
        return max(numbers, default=0) + 1

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the archive's lock; the operating system frees it if we are killed.

        Raises
        ------
        ConflictError
            Another process holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / "publish.lock", timeout=0):
                yield
        except Timeout as error:
            raise ConflictError(
                f"Another process is publishing to {self.root}.",
                advice="Wait until it has finished; the lock goes with its process.",
            ) from error

    @contextmanager
    def build_folder(self, name: str) -> Iterator[Path]:
        """Give an empty folder to build in; it is gone afterwards, whatever happens.

        Only to be used under :meth:`locked`: what an earlier, killed publish left is
        removed first.
        """
        shutil.rmtree(self.building, ignore_errors=True)
        folder = self.building / name
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(self.building, ignore_errors=True)

    def adopt(self, built: Path, name: str, version: int) -> None:
        """Move a built, synced release to its place; it is not in force yet."""
        target = self.folder(name, version)
        target.parent.mkdir(parents=True, exist_ok=True)
        built.rename(target)
        sync_folder(target.parent)


@lru_cache(maxsize=256)
def _read_manifest(path: Path) -> Manifest:
    return Manifest.read(path)
