"""Packages: runs with their responses and index files, as analysis programs open them.

A package has a folder for each release, which ``gammapy.data.DataStore.from_dir`` opens as
it is: the files at the paths that they have in the release, each once, ``obs-index`` and
``hdu-index`` for the runs that were chosen, and what a user must know of the release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from gammavo import __version__
from gammavo.archive.files import published_file
from gammavo.archive.index_files import hdu_index, observation_index
from gammavo.archive.manifest import Manifest
from gammavo.archive.package_readme import package_readme
from gammavo.archive.run_tables import RunTables, run_tables
from gammavo.archive.store import Archive
from gammavo.model.errors import NotFoundError, UnavailableError, UsageError
from gammavo.model.identifiers import split_publisher_did

__all__ = ["Package", "PackageEntry", "make_package", "selected_runs", "whole_release"]

_SCHEME = "ivo://"
_SHOWN = 80
"""Characters of an identifier that errors repeat."""


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """One file of a package.

    Parameters
    ----------
    name
        Its path in the package.
    size
        Bytes.
    sha256
        Of its content.
    modified
        When it was published, seconds since 1970.
    source
        The file on disk, or its content.
    """

    name: str
    size: int
    sha256: str
    modified: int
    source: Path | bytes


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds.

    Parameters
    ----------
    name
        Of the package, without an extension.
    entries
        Its files, in order.
    """

    name: str
    entries: tuple[PackageEntry, ...]

    @property
    def tag(self) -> str:
        """Changes with the content, and with nothing else."""
        digest = hashlib.sha256(__version__.encode())
        for entry in self.entries:
            digest.update(f"{entry.name}\0{entry.size}\0{entry.sha256}\0".encode())
        return digest.hexdigest()

    @property
    def modified(self) -> int:
        """When the newest file was published, seconds since 1970."""
        return max(entry.modified for entry in self.entries)


Selection = Mapping[str, frozenset[str]]
"""Runs by name of the release."""


def selected_runs(
    archive: Archive, releases: Sequence[Manifest], identifiers: Sequence[str]
) -> Selection:
    """Return the runs that identifiers mean.

    Parameters
    ----------
    archive, releases
        The releases in force.
    identifiers
        ``obs_publisher_did`` of any product of a run, or ``obs_id`` of a run that only
        one release has.

    Raises
    ------
    NotFoundError
        An identifier means nothing here.
    UsageError
        A bare ``obs_id`` is in several releases.
    """
    bare = not all(name.lower().startswith(_SCHEME) for name in identifiers)
    runs = {m.name: _run_ids(archive, m) for m in releases} if bare else {}
    chosen: dict[str, set[str]] = {}
    for identifier in dict.fromkeys(identifiers):
        if identifier.lower().startswith(_SCHEME):
            release, obs_id = _by_did(archive, releases, identifier)
        else:
            release, obs_id = _by_obs_id(runs, identifier)
        chosen.setdefault(release, set()).add(obs_id)
    return {release: frozenset(chosen[release]) for release in sorted(chosen)}


def whole_release(
    archive: Archive, releases: Sequence[Manifest], name: str
) -> Selection:
    """Return all runs of a release.

    Raises
    ------
    NotFoundError
        It is not in force.
    """
    manifest = next((m for m in releases if m.name == name), None)
    if manifest is None:
        names = ", ".join(m.name for m in releases) or "none"
        raise NotFoundError(
            f"There is no release {name[:_SHOWN]!r}.", advice=f"There are: {names}."
        )
    observations = run_tables(archive, manifest).observations
    return {name: frozenset(observations["OBS_ID"].to_pylist())}


def _run_ids(archive: Archive, manifest: Manifest) -> frozenset[str]:
    try:
        tables = run_tables(archive, manifest)
    except UnavailableError:
        # Published before its runs were noted: it can have none in a package.
        return frozenset()
    return frozenset(tables.observations["OBS_ID"].to_pylist())


def _by_did(
    archive: Archive, releases: Sequence[Manifest], did: str
) -> tuple[str, str]:
    unknown = NotFoundError(
        f"There is no product {did[:_SHOWN]!r}.",
        advice="Identifiers are those in the column obs_publisher_did of ivoa.obscore; "
        "in a URL, '?', '/', '+' and '%' in them are percent-encoded.",
    )
    try:
        authority, release, obs_id, product = split_publisher_did(did)
    except UsageError as error:
        raise unknown from error
    for manifest in releases:
        same = manifest.authority.lower() == authority
        if same and manifest.name == release:
            tables = run_tables(archive, manifest).of_runs([obs_id])
            roles = set(tables.hdus["role"].to_pylist())
            if roles and product in roles - {"gti"} | {"bundle"}:
                return release, obs_id
    raise unknown


def _by_obs_id(runs: Mapping[str, frozenset[str]], obs_id: str) -> tuple[str, str]:
    found = [release for release, ids in runs.items() if obs_id in ids]
    if not found:
        raise NotFoundError(
            f"There is no run {obs_id[:_SHOWN]!r}.",
            advice="Give obs_publisher_did or obs_id as in ivoa.obscore.",
        )
    if len(found) > 1:
        raise UsageError(
            f"The run {obs_id[:_SHOWN]!r} is in several releases: {', '.join(found)}.",
            advice="Give its obs_publisher_did, as in ivoa.obscore.",
        )
    return found[0], obs_id


def make_package(
    archive: Archive, releases: Sequence[Manifest], selection: Selection
) -> Package:
    """Return the package of a selection; the files of runs are not read.

    Raises
    ------
    UnavailableError
        A file is not as it was published.
    """
    by_name = {manifest.name: manifest for manifest in releases}
    entries = [
        entry
        for release, obs_ids in selection.items()
        for entry in _release_entries(archive, by_name[release], obs_ids)
    ]
    return Package(_name(selection), tuple(entries))


def _name(selection: Selection) -> str:
    releases = "+".join(selection)
    runs = [obs_id for obs_ids in selection.values() for obs_id in obs_ids]
    if len(runs) == 1:
        return f"{releases}-{quote(runs[0], safe='')}"
    return f"{releases if len(releases) < _SHOWN else 'package'}-{len(runs)}-runs"


def _release_entries(
    archive: Archive, manifest: Manifest, obs_ids: frozenset[str]
) -> list[PackageEntry]:
    """Return the files of a release's folder; index and texts come before the data."""
    tables = run_tables(archive, manifest).of_runs(obs_ids)
    paths = sorted(set(tables.hdus["path"].to_pylist()))
    # Index files are ASCII: other characters of a path are percent-encoded.
    names = {path: _ascii(path) for path in paths}
    modified = int(datetime.fromisoformat(manifest.created).timestamp())
    stored = [published_file(archive, manifest, path) for path in paths]
    data = [
        PackageEntry(names[path], file.size, file.sha256, modified, file.path)
        for path, file in zip(paths, stored, strict=True)
    ]
    contents = _index_contents(manifest, tables, names)
    made = [
        PackageEntry(
            name, len(content), hashlib.sha256(content).hexdigest(), modified, content
        )
        for name, content in contents.items()
    ]
    sums = "".join(f"{entry.sha256}  {entry.name}\n" for entry in [*made, *data])
    listing = sums.encode()
    digest = hashlib.sha256(listing).hexdigest()
    made.append(PackageEntry("SHA256SUMS", len(listing), digest, modified, listing))
    return [
        PackageEntry(f"{manifest.name}/{e.name}", e.size, e.sha256, modified, e.source)
        for e in [*made, *data]
    ]


def _index_contents(
    manifest: Manifest, tables: RunTables, names: Mapping[str, str]
) -> dict[str, bytes]:
    runs = tables.observations["OBS_ID"].to_pylist()
    return {
        "README.txt": package_readme(manifest, runs).encode(),
        "obs-index.fits.gz": observation_index(tables),
        "hdu-index.fits.gz": hdu_index(tables, names),
    }


def _ascii(path: str) -> str:
    return path if path.isascii() else quote(path, safe="/ +,=@()[]")
