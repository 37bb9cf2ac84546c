"""What is typical of a release: facts for examples that return rows.

They are looked up once, when the release is published, and kept in its manifest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from gammavo.model.regions import separation, unit_vector
from gammavo.model.vocabularies import EVENT_LIST

__all__ = ["Highlights", "find_highlights"]

_CELL_SHIFT: Final = 2 * (29 - 9)
"""From HEALPix order 29 to order 9: cells of 7 arc minutes."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """Facts about a release; None where it has none of the kind.

    Parameters
    ----------
    ra, dec
        A direction in the place with most events, degrees, ICRS.
    radius
        Within so many degrees of it, at least one run points.
    target
        Name of the target of most of those runs.
    run
        ``obs_id`` of the run with most events.
    run_did
        Identifier of its event list.
    energy
        TeV; one in a hundred events of good time intervals has more.
    energy_max
        eV; half of the event lists reach it.
    """

    ra: float | None = None
    dec: float | None = None
    radius: float | None = None
    target: str | None = None
    run: str | None = None
    run_did: str | None = None
    energy: float | None = None
    energy_max: float | None = None


def find_highlights(connection: duckdb.DuckDBPyConnection) -> Highlights:
    """Look up the highlights in the DuckDB file of a release, open for reading."""
    ra, dec = _densest_place(connection)
    radius, target = _runs_around(connection, ra, dec)
    run, run_did = _largest_run(connection)
    return Highlights(
        ra=ra,
        dec=dec,
        radius=radius,
        target=target,
        run=run,
        run_did=run_did,
        energy=_rounded_down(_high_energy(connection)),
        energy_max=_rounded_down(_reached_energy(connection)),
    )


def _densest_place(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[float | None, float | None]:
    """Return the mean direction of the events in the HEALPix cell with most of them."""
    row: Any = connection.execute(
        f"SELECT AVG(x), AVG(y), AVG(z) FROM events WHERE hpx29 >= 0 "  # noqa: S608
        f"GROUP BY hpx29 >> {_CELL_SHIFT} "
        f"ORDER BY COUNT(*) DESC, hpx29 >> {_CELL_SHIFT} LIMIT 1"
    ).fetchone()
    if row is None:
        return None, None
    x, y, z = row
    ra = math.degrees(math.atan2(y, x)) % 360
    return round(ra, 4), round(math.degrees(math.atan2(z, math.hypot(x, y))), 4)


def _runs_around(
    connection: duckdb.DuckDBPyConnection, ra: float | None, dec: float | None
) -> tuple[float | None, str | None]:
    """Return a radius that holds pointings, and the target of most of these."""
    if ra is None or dec is None:
        return None, None
    centre = unit_vector(ra, dec)
    rows = connection.execute(
        "SELECT target_name, x, y, z FROM obscore "
        "WHERE product_type = ? AND x IS NOT NULL",
        [EVENT_LIST],
    ).fetchall()
    pointings = [(separation(centre, (x, y, z)), name) for name, x, y, z in rows]
    if not pointings:
        return None, None
    nearest = min(distance for distance, _ in pointings)
    radius = max(2.0, math.ceil(10 * nearest + 1) / 10)
    names = [name for distance, name in pointings if distance < radius and name]
    return radius, max(sorted(set(names)), key=names.count, default=None)


def _largest_run(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[str | None, str | None]:
    row: Any = connection.execute(
        "SELECT obs_id FROM events GROUP BY obs_id ORDER BY COUNT(*) DESC, obs_id LIMIT 1"
    ).fetchone()
    if row is None:
        return None, None
    did: Any = connection.execute(
        "SELECT obs_publisher_did FROM obscore WHERE obs_id = ? AND product_type = ?",
        [row[0], EVENT_LIST],
    ).fetchone()
    return row[0], did and did[0]


def _high_energy(connection: duckdb.DuckDBPyConnection) -> float | None:
    row: Any = connection.execute(
        "SELECT approx_quantile(energy, 0.99) FROM events "
        "WHERE isfinite(energy) AND energy > 0 AND in_gti = 1"
    ).fetchone()
    value: float | None = row[0]
    return value


def _reached_energy(connection: duckdb.DuckDBPyConnection) -> float | None:
    row: Any = connection.execute(
        "SELECT quantile_disc(energy_max, 0.5) FROM obscore_hea "
        "JOIN obscore USING (obs_publisher_did) "
        "WHERE product_type = ? AND energy_max > 0",
        [EVENT_LIST],
    ).fetchone()
    value: float | None = row[0]
    return value


def _rounded_down(value: float | None) -> float | None:
    """Return the number with two digits, not larger than it was."""
    if value is None:
        return None
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / step) * step:.2g}")
