"""The pictures of a run: where they are, and what they show in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gammavo.archive.previews import PREVIEWS, PreviewForm
from gammavo.archive.previews.places import is_made, run_folder
from gammavo.portal.context import PageContext
from gammavo.portal.observation.run import Observation, Position

__all__ = ["Picture", "Pictures", "find_pictures"]

_OF_DATA: Final = ("counts-map", "theta2", "energy", "livetime")
_OF_RESPONSES: Final = ("aeff", "edisp", "psf", "bkg", "rad_max")

_TITLES: Final[Mapping[str, Any]] = {
    "counts-map": _("Counts map"),
    "theta2": _("Events around the target"),
    "energy": _("Energy distribution"),
    "livetime": _("Rate and good time intervals"),
    "aeff": _("Effective area"),
    "edisp": _("Energy dispersion"),
    "psf": _("Point spread function"),
    "bkg": _("Background rate"),
    "rad_max": _("Radius of the cut"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Parameters
    ----------
    name
        E.g. ``counts-map``.
    title
        What it is, for people.
    words
        What it says, numbers included, for who does not see it.
    svg, png
        Its addresses.
    """

    name: str
    title: Any
    words: str
    svg: str
    png: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a run.

    Parameters
    ----------
    data, responses
        Those of the events, and of the instrument responses.
    target
        Where the target is, as the counts map has it.
    is_made
        Whether all were made that can be made.
    """

    data: tuple[Picture, ...]
    responses: tuple[Picture, ...]
    target: Position | None
    is_made: bool


def find_pictures(portal: PageContext, observation: Observation) -> Pictures:
    """Return the pictures of a run that are there now."""
    manifest = observation.manifest
    release = portal.queries.archive.folder(manifest.name, manifest.version)
    folder = run_folder(release, observation.obs_id)
    documents = {name: _document(folder, name) for name in PREVIEWS}

    def pictures(names: tuple[str, ...]) -> tuple[Picture, ...]:
        found = ((name, documents[name]) for name in names)
        return tuple(
            _picture(observation, name, facts) for name, facts in found if facts
        )

    place = documents["counts-map"].get("facts", {}).get("target_position")
    target = (place[0], place[1]) if isinstance(place, list) else None
    return Pictures(
        pictures(_OF_DATA), pictures(_OF_RESPONSES), target, is_made(folder)
    )


def _picture(
    observation: Observation, name: str, document: Mapping[str, Any]
) -> Picture:
    axes = "; ".join(
        f"{axis}: {_axis(document[axis])}" for axis in ("x", "y") if axis in document
    )
    sentences = [document["title"], axes, *document["caption"]]
    words = " ".join(f"{text.rstrip('.')}." for text in sentences if text)
    address = f"{observation.previews}/{name}"
    return Picture(
        name,
        _TITLES[name],
        words,
        f"{address}.{PreviewForm.SVG}",
        f"{address}.{PreviewForm.PNG}",
    )


def _axis(axis: Mapping[str, Any]) -> str:
    return f"{axis['label']} [{axis['unit']}]" if axis["unit"] else str(axis["label"])


def _document(folder: Path, name: str) -> dict[str, Any]:
    """Return what is written of a picture, nothing if it is not there."""
    path = folder / f"{name}.{PreviewForm.JSON}"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}  # not made, or just being replaced


@lru_cache(maxsize=256)
def _read(path: Path, modified: int) -> dict[str, Any]:
    """Return a document without its series, which may be large."""
    del modified  # a part of the key
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {k: v for k, v in document.items() if k != "series"}
