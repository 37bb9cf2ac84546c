"""Where previews are, and which there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from gammavo.archive.store import Archive
from gammavo.archive.visible import visible_release
from gammavo.model.errors import NotFoundError

__all__ = [
    "DRAWING",
    "INDEX_NAME",
    "PREVIEWS",
    "PreviewForm",
    "find_preview",
    "is_made",
    "list_previews",
    "run_folder",
]

_LONGEST: Final = 120
"""Characters of a folder's name, beyond which it is shortened."""

DRAWING: Final = 1
"""Version of the drawings: previews of another one are made again."""

INDEX_NAME: Final = "index"
"""The list of a run's pictures, JSON: name, title and forms of each, and failures."""

PREVIEWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "counts-map": "Counts map",
        "theta2": "Events around the target",
        "energy": "Energy distribution",
        "livetime": "Rate and good time intervals",
        "aeff": "Effective area",
        "edisp": "Energy dispersion",
        "psf": "Point spread function",
        "bkg": "Background rate",
        "rad_max": "Radius of the cut",
        "thumbnail": "Thumbnail of the counts map",
    }
)
"""What each picture shows, by name; a run has those that its data allow."""


class PreviewForm(StrEnum):
    """How a picture is written, by the suffix of its file."""

    PNG = "png"
    SVG = "svg"
    JSON = "json"


def run_folder(release: Path, obs_id: str) -> Path:
    """Return the folder for the previews of a run in the folder of its release.

    Whatever the run is called, it is a folder of its own below ``previews``, whose name
    does not begin with a dot.
    """
    name = quote(obs_id, safe="") or "%"
    if name.startswith("."):
        name = "%2E" + name[1:]
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}-{hashlib.sha256(obs_id.encode()).hexdigest()}"
    return release / "previews" / name


def is_made(folder: Path) -> bool:
    """Return whether a run's previews are there, by the version of the drawings."""
    try:
        document = json.loads((folder / f"{INDEX_NAME}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and document.get("drawing") == DRAWING


def find_preview(
    archive: Archive, release: str, version: str, obs_id: str, file: str
) -> Path:
    """Return the file of a picture of a run, or of the list of them, ``index.json``.

    Parameters
    ----------
    archive
        The releases.
    release, version, obs_id
        The run.
    file
        Name and suffix, e.g. ``counts-map.png``.

    Raises
    ------
    NotFoundError
        There is no such release or run, or it has no such picture.
    """
    manifest = visible_release(archive, release, version)
    name, _, form = file.partition(".")
    known = name in PREVIEWS and form in set(PreviewForm)
    if not known and file != f"{INDEX_NAME}.json":
        raise NotFoundError(
            f"There is no picture {file!r}.",
            advice=f"Pictures are {', '.join(PREVIEWS)}, as .png, .svg or .json.",
        )
    place = run_folder(archive.folder(manifest.name, manifest.version), obs_id) / file
    if not place.is_file():
        raise NotFoundError(
            f"Run {obs_id!r} of release {release!r} has no {file!r}.",
            advice="If the release is new, its previews are perhaps being made.",
        )
    return place


def list_previews(
    archive: Archive, release: str, version: int, obs_id: str
) -> tuple[str, ...]:
    """Return the files of a run's pictures that there are, in the order of ``PREVIEWS``.

    Empty as long as they are not made. The release is not checked.
    """
    folder = run_folder(archive.folder(release, version), obs_id)
    try:
        there = {path.name for path in folder.iterdir()}
    except OSError:
        return ()
    files = (f"{name}.{form}" for name in PREVIEWS for form in PreviewForm)
    return tuple(file for file in files if file in there)
