"""What the tables of a site hold, said for people who meet them for the first time.

A description tells what a row is, how many there are, the frame, the time scale and the
units, and the terms of use. Clients show it from ``TAP_SCHEMA`` and ``/tables``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gammavo.archive.manifest import Manifest
from gammavo.model.columns import Table
from gammavo.model.datalink import LINKS, RESPONSES
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA

__all__ = [
    "described_ivoa_table",
    "described_links",
    "described_release_table",
    "release_description",
]

_IVOA = {
    OBSCORE.name: "Observations in the ObsCore 1.1 data model. A row is one product of "
    "one run: its event list, the bundle of event list and instrument responses, or one "
    "response. Positions are ICRS in degrees, times are MJD in TT, wavelengths are in "
    "metres; ivoa.obscore_hea has energies in eV.",
    OBSCORE_HEA.name: "High-energy extension of ObsCore (draft of 2026-08-03): energies "
    "in eV, numbers of events, good time intervals, modes of observation. A row is one "
    "product, the same as in ivoa.obscore: write ivoa.obscore NATURAL JOIN "
    "ivoa.obscore_hea.",
}
_LINKS = {
    LINKS.name: "Links of the products in ivoa.obscore: the product itself (#this), its "
    "instrument responses (#calibration), packages, good time intervals (#auxiliary), "
    "documentation. A row is one link, the same as in /datalink/links; join ID with "
    "obs_publisher_did.",
    RESPONSES.name: "Which instrument responses belong to which event list (draft of the "
    "high-energy extension, appendix B). A row is a pair of event list and response; "
    "several event lists may share a response. Join on obs_publisher_did, and not with "
    "NATURAL JOIN: target_name and other columns may be NULL.",
}
_RELEASE = {
    "events": "Reconstructed events of all runs of {title}. A row is one event. ra and "
    "dec are ICRS in degrees, event_time is MJD in TT, energy is in TeV. The table is "
    "sorted by position (HEALPix): cones are fast.",
    "value_origins": "Where the values that ivoa.obscore and ivoa.obscore_hea show of "
    "{title} were read in the files, or how they were derived. A row is one value of one "
    "product.",
}


def described_ivoa_table(table: Table, releases: Sequence[Manifest]) -> Table:
    """Return a table that all releases share, with its description and its rows.

    Parameters
    ----------
    table
        ``ivoa.obscore`` or ``ivoa.obscore_hea``.
    releases
        Whose rows it has.
    """
    rows = sum(manifest.rows(table.local_name) for manifest in releases)
    origin = "1 release" if len(releases) == 1 else f"{len(releases)} releases"
    text = f"{_IVOA[table.name]} It has {_count(rows, 'row')} from {origin}."
    return replace(table, description=text, rows=rows)


def described_links(table: Table) -> Table:
    """Return ``datalink.response`` or ``ivoa.response`` with its description."""
    return replace(table, description=_LINKS[table.name])


def described_release_table(table: Table, manifest: Manifest) -> Table:
    """Return a table of a release with its rows and description; events with terms."""
    # A title may end with a full stop; the sentence goes on.
    title = manifest.description.title.rstrip(". ")
    text = _RELEASE[table.local_name].replace("{title}", title)
    rows = manifest.rows(table.local_name)
    sentences = [text, f"It has {_count(rows, 'row')}."]
    if table.local_name == "events":
        runs = _count(manifest.counts["runs"], "run")
        count = f"It has {_count(rows, 'event')} of {runs}."
        sentences = [text, count, *_conditions(manifest)]
    return replace(table, description=" ".join(sentences), rows=rows)


def release_description(manifest: Manifest) -> str:
    """Return the description of the schema of a release."""
    about = manifest.description
    sentences = [f"{about.title}, version {manifest.version}."]
    if about.description:
        sentences.append(" ".join(about.description.split()))
    sentences += _conditions(manifest)
    if about.cite_as:
        sentences.append(f"How to cite: {' '.join(about.cite_as.split())}")
    if about.doi:
        sentences.append(f"DOI: {about.doi}.")
    return " ".join(sentences)


def _conditions(manifest: Manifest) -> list[str]:
    about = manifest.description
    if about.terms:
        return [f"Terms of use: {' '.join(about.terms.split())}"]
    return [f"Licence: {about.licence}."] if about.licence else []


def _count(number: int, thing: str) -> str:
    """Return a number with its noun, digits in groups of three."""
    return f"{number:,} {thing}{'s' * (number != 1)}".replace(",", " ")
