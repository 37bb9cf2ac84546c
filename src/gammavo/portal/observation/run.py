"""What is known of one run: its rows of the tables, and of the observation index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django.utils.translation import gettext

from gammavo.archive import Manifest, run_tables
from gammavo.model.errors import NotFoundError, UnavailableError
from gammavo.model.identifiers import split_publisher_did
from gammavo.model.regions import separation, unit_vector
from gammavo.portal.addresses import run_path
from gammavo.portal.context import PageContext

__all__ = ["Observation", "Position", "find_observation", "related_runs"]

Position = tuple[float, float]
"""Right ascension and declination in degrees, ICRS."""

_MAIN: Final = ("events", "bundle")
"""The products that stand for a run, the better one first."""

_AROUND: Final = 5.0
"""Degrees from a target within which runs may be runs on it."""

_SURELY_ON: Final = 1.5
"""Degrees from a target within which runs are on it, whatever they call it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A run of a release in force.

    Parameters
    ----------
    manifest
        Its release.
    obs_id
        Its identifier.
    row
        Of ``ivoa.obscore`` and ``ivoa.obscore_hea``, for the event list.
    products
        Identifiers of all its products by name, e.g. ``events``.
    index
        Its row of the observation index by keyword, without what is not given.
    origins
        Where values of ``row`` come from, by column.
    base_url, root
        The site.
    """

    manifest: Manifest
    obs_id: str
    row: Mapping[str, Any]
    products: Mapping[str, str]
    index: Mapping[str, Any]
    origins: Mapping[str, str]
    base_url: str
    root: str

    @property
    def did(self) -> str:
        """Identifier of the event list: ``obs_publisher_did``."""
        return str(self.row["obs_publisher_did"])

    @property
    def url(self) -> str:
        """Address of the page, the same for all versions of the release."""
        return run_path(self.base_url, self.manifest.name, self.obs_id)

    @property
    def path(self) -> str:
        """The same without the host."""
        return run_path(self.root, self.manifest.name, self.obs_id)

    @property
    def previews(self) -> str:
        """Address below which its pictures are."""
        release = f"{self.manifest.name}/{self.manifest.version}"
        return f"{self.root}/previews/{release}/{quote(self.obs_id, safe='')}"

    @property
    def pointing(self) -> Position | None:
        """Where it pointed, None if that is unknown."""
        return _position(self.row["s_ra"], self.row["s_dec"])

    @property
    def target(self) -> Position | None:
        """Where its target is, None if that is not known to be in the field of view.

        Surveys have names without a place; files then say (0, 0) or anything.
        """
        place = _position(self.index.get("RA_OBJ"), self.index.get("DEC_OBJ"))
        pointing, diameter = self.pointing, self.row["s_fov"]
        if self.row["target_name"] is None or place is None or pointing is None:
            return None
        offset = separation(unit_vector(*place), unit_vector(*pointing))
        is_far = diameter is not None and offset > diameter / 2
        return None if place == (0.0, 0.0) or is_far else place


def _position(ra: Any, dec: Any) -> Position | None:
    is_given = isinstance(ra, int | float) and isinstance(dec, int | float)
    return (float(ra), float(dec)) if is_given and abs(dec) <= 90 else None


def find_observation(portal: PageContext, release: str, obs_id: str) -> Observation:
    """Return a run of a release in force.

    Raises
    ------
    NotFoundError
        There is none.
    """
    manifest = next(
        (m for m in portal.queries.snapshot().releases if m.name == release), None
    )
    rows = _rows(portal, manifest, obs_id) if manifest is not None else {}
    if manifest is None or not rows:
        raise NotFoundError(
            gettext("There is no run “%(run)s” in a release “%(release)s”.")
            % {"run": obs_id[:80], "release": release[:80]},
            advice=gettext(
                "It may be of a release that was withdrawn, or spelt differently."
            ),
        )
    name = next((name for name in _MAIN if name in rows), next(iter(rows)))
    origins = portal.rows.ask(
        f"SELECT column_name, origin FROM {manifest.schema}.value_origins "  # noqa: S608 - checked name
        "WHERE obs_publisher_did = {did}",
        did=rows[name]["obs_publisher_did"],
    )
    return Observation(
        manifest,
        obs_id,
        rows[name],
        {name: row["obs_publisher_did"] for name, row in rows.items()},
        _index_row(portal, manifest, obs_id),
        {entry["column_name"]: entry["origin"] for entry in origins},
        portal.base_url,
        portal.root,
    )


def _rows(
    portal: PageContext, manifest: Manifest, obs_id: str
) -> dict[str, dict[str, Any]]:
    """Return the rows of a run's products, by name of the product."""
    rows = portal.rows.ask(
        "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea "
        "WHERE obs_id = {obs_id}",
        obs_id=obs_id,
    )
    found = {}
    for row in rows:
        authority, release, _, product = split_publisher_did(row["obs_publisher_did"])
        if (authority, release) == (manifest.authority.lower(), manifest.name):
            found[product] = row
    return found


def _index_row(portal: PageContext, manifest: Manifest, obs_id: str) -> dict[str, Any]:
    try:
        tables = run_tables(portal.queries.archive, manifest)
    except UnavailableError:
        return {}  # published before the index was kept
    rows = tables.of_runs([obs_id]).observations.to_pylist()
    return {k: v for k, v in rows[0].items() if v is not None} if rows else {}


def related_runs(
    portal: PageContext, observation: Observation, *, most: int = 500
) -> Sequence[dict[str, Any]]:
    """Return the other runs on the same target, in the order of time.

    Releases spell targets differently, so that runs count which point close to it, too.
    Each is a row of ``ivoa.obscore`` with ``release`` and ``link``.
    """
    centre = observation.target or observation.pointing
    if centre is None:
        return []
    rows = portal.rows.ask(
        "SELECT obs_publisher_did, obs_id, target_name, s_ra, s_dec, t_min, t_exptime, "
        "instrument_name FROM ivoa.obscore WHERE dataproduct_type = {kind} "
        "AND 1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE({ra}, {dec}, {radius})) "
        "ORDER BY t_min",
        max_rows=most,
        kind=portal.event_type,
        ra=centre[0],
        dec=centre[1],
        radius=_AROUND,
    )
    return list(_related(observation, centre, rows))


def _related(
    observation: Observation, centre: Position, rows: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    name = observation.row["target_name"]
    found = []
    for row in rows:
        distance = separation(
            unit_vector(*centre), unit_vector(row["s_ra"], row["s_dec"])
        )
        is_same = name is not None and row["target_name"] == name
        if not (is_same or distance <= _SURELY_ON):
            continue
        _, release, obs_id, _ = split_publisher_did(row["obs_publisher_did"])
        if (release, obs_id) == (observation.manifest.name, observation.obs_id):
            continue
        link = run_path(observation.root, release, obs_id)
        found.append({**row, "release": release, "link": link})
    return found
