"""The files of a run, from the rows of its links document (DataLink 1.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from gammavo.archive import run_hdus
from gammavo.archive.links import links_of
from gammavo.model.errors import UnavailableError
from gammavo.portal.context import PageContext
from gammavo.portal.observation.run import Observation

__all__ = ["LinkedFile", "RunLinks", "run_links"]

_WORDS: Final[Mapping[str, Any]] = {
    "#this": _("The data"),
    "#package": _("As a package"),
    "#calibration": _("Instrument response"),
    "#auxiliary": _("Goes with it"),
    "#documentation": _("Documentation"),
}
"""Words of the vocabulary datalink/core for people; others are shown as they are."""

_NOT_LISTED: Final = ("#cutout", "#preview", "#thumbnail")
"""What begins so has its own place on the page."""

_DOCUMENTATION: Final = "#documentation"


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """Something to be loaded.

    Parameters
    ----------
    semantics
        What it is to the run, in words.
    term
        The same as the vocabulary datalink/core calls it.
    description
        One line.
    url
        Where it is.
    size
        Bytes; None if unknown.
    is_about
        Whether the size is not known to the byte.
    sha256
        Of the whole file; empty for what is made of it.
    name
        Of the file, or of the HDU.
    """

    semantics: Any
    term: str
    description: str
    url: str
    size: int | None
    is_about: bool
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class RunLinks:
    """What belongs to a run.

    Parameters
    ----------
    files, documentation
        What can be loaded, and what can be read about it.
    events
        Address of the event list alone, empty if there is none.
    has_cutouts
        Whether parts of the events can be cut out.
    """

    files: tuple[LinkedFile, ...]
    documentation: tuple[LinkedFile, ...]
    events: str
    has_cutouts: bool


def run_links(portal: PageContext, observation: Observation) -> RunLinks:
    """Return what the links document of a run's event list has."""
    rows = _rows(portal, observation)
    links = [
        link
        for link in _links(portal, observation, rows)
        if not link.term.startswith(_NOT_LISTED)
    ]
    return RunLinks(
        tuple(link for link in links if link.term != _DOCUMENTATION),
        tuple(link for link in links if link.term == _DOCUMENTATION),
        next((r["access_url"] for r in rows if r["local_semantics"] == "events"), ""),
        any(row["semantics"] == "#cutout" for row in rows),
    )


def _rows(portal: PageContext, observation: Observation) -> list[dict[str, Any]]:
    stream = links_of(
        portal.queries.archive,
        portal.queries.snapshot(),
        [observation.did],
        site=observation.base_url,
        most=1,
    )
    rows = [row for batch in stream.batches for row in batch.to_pylist()]
    return [row for row in rows if row["error_message"] is None]


def _links(
    portal: PageContext, observation: Observation, rows: list[dict[str, Any]]
) -> Iterator[LinkedFile]:
    manifest = observation.manifest
    start = f"{observation.base_url}/files/{manifest.name}/{manifest.version}/"
    sums = {file.path: file.sha256 for file in manifest.files}
    parts = _part_sizes(portal, observation)
    for row in rows:
        url = row["access_url"] or ""
        path = unquote(url.removeprefix(start)) if url.startswith(start) else ""
        size = row["content_length"]
        part = parts.get(path)
        yield LinkedFile(
            _WORDS.get(row["semantics"], row["semantics"]),
            row["semantics"],
            row["description"],
            url,
            part if size is None else size,
            size is None,
            sums.get(path, ""),
            path.rpartition("/")[2],
        )


def _part_sizes(portal: PageContext, observation: Observation) -> dict[str, int]:
    """Return about how many bytes each HDU has as a file, by path."""
    try:
        found = run_hdus(
            portal.queries.archive, observation.manifest, [observation.obs_id]
        )
    except UnavailableError:
        return {}  # published before the parts of runs were noted
    parts = found.get(observation.obs_id, ())
    # An event list comes with its good time intervals.
    intervals = sum(part.size for part in parts if part.role == "gti")
    return {
        f"{part.path}/{part.hdu}.fits": part.size
        + (intervals if part.role == "events" else 0)
        for part in parts
    }
