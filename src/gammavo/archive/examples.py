"""Example queries (DALI 1.1 section 2.3): for any site, and for each release.

Those of a release are made from its highlights, so that each returns rows. Positions name
their frame: ADQL 2.1 does without, but older validators and services do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gammavo.archive.highlights import Highlights
from gammavo.archive.manifest import Manifest
from gammavo.formats import Example

__all__ = ["EXAMPLES", "published_examples", "release_examples"]

EXAMPLES: Final = (
    Example(
        id="event-lists",
        title="Event lists around the Crab nebula",
        description="Runs whose pointing lies within 3 degrees of a position. The test "
        "on dataproduct_type also understands event-list and hea-event-list.",
        query="SELECT obs_id, target_name, s_ra, s_dec, t_exptime, access_url\n"
        "FROM ivoa.obscore\n"
        "WHERE dataproduct_type = 'event'\n"
        "  AND 1 = CONTAINS(POINT('ICRS', s_ra, s_dec),\n"
        "                   CIRCLE('ICRS', 83.633, 22.014, 3))\n"
        "ORDER BY t_min",
        tables=("ivoa.obscore",),
    ),
    Example(
        id="many-events",
        title="Long runs with many events above 10 TeV",
        description="The high-energy extension adds energies in eV, numbers of events "
        "and the modes of observation to each product.",
        query="SELECT TOP 20 obs_id, target_name, ev_xel, energy_min, energy_max\n"
        "FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea\n"
        "WHERE dataproduct_subtype = 'hea-event-list'\n"
        "  AND energy_max >= 1e13 AND t_exptime > 1000\n"
        "ORDER BY ev_xel DESC",
        tables=("ivoa.obscore", "ivoa.obscore_hea"),
    ),
    Example(
        id="livetime",
        title="Livetime of each target",
        description="Livetime in seconds and number of runs, by target.",
        query="SELECT target_name, COUNT(*) AS runs,\n"
        "  SUM(t_exptime) AS livetime\n"
        "FROM ivoa.obscore\n"
        "WHERE dataproduct_type = 'event'\n"
        "GROUP BY target_name\n"
        "ORDER BY livetime DESC",
        tables=("ivoa.obscore",),
    ),
)
"""Queries that are correct on every site; whether they return rows depends on it."""

_SITE_WIDE: Final = frozenset({"livetime"})
"""Which of them return rows wherever there is a release."""

_CONE: Final = 0.2
"""Degrees; holds the whole HEALPix cell that the highlights' place is in."""


def published_examples(releases: Sequence[Manifest]) -> tuple[Example, ...]:
    """Return the examples of a site: those of each release, then the general ones.

    Parameters
    ----------
    releases
        The releases in force.
    """
    special = [example for m in releases for example in release_examples(m)]
    general = [e for e in EXAMPLES if not special or e.id in _SITE_WIDE]
    return (*special, *general)


def release_examples(manifest: Manifest) -> tuple[Example, ...]:
    """Return the examples of one release; none if it has no highlights."""
    if manifest.highlights is None:
        return ()
    return tuple(_examples(manifest, manifest.highlights))


def _examples(manifest: Manifest, found: Highlights) -> Iterator[Example]:
    if found.ra is not None and found.dec is not None:
        if found.radius is not None:
            yield _runs_around(manifest, found)
        yield _events_around(manifest, found)
    if found.energy_max is not None:
        yield _energetic_lists(manifest, found.energy_max)
    if found.run is not None:
        yield _events_of_run(manifest, found.run)
    if found.energy is not None:
        yield _energetic_events(manifest, found.energy)
    if found.run_did is not None:
        yield _origins(manifest, found.run_did)


def _runs_around(manifest: Manifest, found: Highlights) -> Example:
    field = f"field of {found.target}" if found.target else "busiest field"
    return Example(
        id=f"{manifest.schema}-runs",
        title=f"Event lists of the {field} ({manifest.description.title})",
        description=f"Runs that point within {found.radius:g} degrees of the place with "
        "most events, the longest first, with the address of each file.",
        query="SELECT obs_id, target_name, s_ra, s_dec, t_min, t_exptime, access_url\n"
        "FROM ivoa.obscore\n"
        f"WHERE obs_collection = {_literal(_collection(manifest))}\n"
        "  AND dataproduct_type = 'event'\n"
        "  AND 1 = CONTAINS(POINT('ICRS', s_ra, s_dec),\n"
        f"                   CIRCLE('ICRS', {found.ra}, {found.dec}, {found.radius:g}))\n"
        "ORDER BY t_exptime DESC",
        tables=("ivoa.obscore",),
    )


def _events_around(manifest: Manifest, found: Highlights) -> Example:
    table = f"{manifest.schema}.events"
    field = f"field of {found.target}" if found.target else "busiest field"
    return Example(
        id=f"{manifest.schema}-cone",
        title=f"Events in the {field} ({manifest.description.title})",
        description=f"Events within {_CONE} degrees of a position, the nearest first, "
        "with their distance in degrees. Positions are indexed: cones are fast however "
        "large the table is.",
        query="SELECT TOP 100 obs_id, event_id, event_time, ra, dec, energy,\n"
        "  DISTANCE(POINT('ICRS', ra, dec),\n"
        f"           POINT('ICRS', {found.ra}, {found.dec})) AS separation\n"
        f"FROM {table}\n"
        "WHERE 1 = CONTAINS(POINT('ICRS', ra, dec),\n"
        f"                   CIRCLE('ICRS', {found.ra}, {found.dec}, {_CONE}))\n"
        "ORDER BY separation",
        tables=(table,),
    )


def _energetic_lists(manifest: Manifest, energy: float) -> Example:
    return Example(
        id=f"{manifest.schema}-energies",
        title=f"Event lists that reach {_in_tev(energy)} TeV "
        f"({manifest.description.title})",
        description="The high-energy extension has energies in eV and numbers of events; "
        "NATURAL JOIN puts it beside ObsCore.",
        query="SELECT TOP 20 obs_id, target_name, ev_xel, energy_min, energy_max\n"
        "FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea\n"
        f"WHERE obs_collection = {_literal(_collection(manifest))}\n"
        "  AND dataproduct_type = 'event'\n"
        f"  AND energy_max >= {energy:.1e}\n"
        "ORDER BY ev_xel DESC",
        tables=("ivoa.obscore", "ivoa.obscore_hea"),
    )


def _events_of_run(manifest: Manifest, run: str) -> Example:
    table = f"{manifest.schema}.events"
    return Example(
        id=f"{manifest.schema}-run",
        title=f"Events of run {run} ({manifest.description.title})",
        description="The most energetic events of one run. Times are MJD in TT, energies "
        "in TeV, positions and offsets from the pointing in degrees.",
        query="SELECT TOP 100 event_id, event_time, ra, dec, energy, offset_angle\n"
        f"FROM {table}\n"
        f"WHERE obs_id = {_literal(run)}\n"
        "ORDER BY energy DESC",
        tables=(table,),
    )


def _energetic_events(manifest: Manifest, energy: float) -> Example:
    table = f"{manifest.schema}.events"
    return Example(
        id=f"{manifest.schema}-counts",
        title=f"Events above {energy:g} TeV in each run ({manifest.description.title})",
        description="Events in good time intervals, counted in the data centre: only "
        "the numbers travel.",
        query="SELECT obs_id, COUNT(*) AS events, MAX(energy) AS highest\n"
        f"FROM {table}\n"
        f"WHERE energy >= {energy:g} AND in_gti = 1\n"
        "GROUP BY obs_id\n"
        "ORDER BY events DESC",
        tables=(table,),
    )


def _origins(manifest: Manifest, did: str) -> Example:
    table = f"{manifest.schema}.value_origins"
    return Example(
        id=f"{manifest.schema}-origins",
        title=f"Where the values of a row come from ({manifest.description.title})",
        description="The header keyword or the rule behind each value that ObsCore and "
        "its extension show of an event list.",
        query=f"SELECT column_name, origin\nFROM {table}\n"
        f"WHERE obs_publisher_did = {_literal(did)}\n"
        "ORDER BY column_name",
        tables=(table,),
    )


def _collection(manifest: Manifest) -> str:
    """Return what ``obs_collection`` says in the rows of a release."""
    return manifest.description.collection or manifest.name


def _in_tev(electronvolts: float) -> str:
    return f"{electronvolts / 1e12:.3g}"


def _literal(text: str) -> str:
    """Return an ADQL string."""
    return "'" + text.replace("'", "''") + "'"
