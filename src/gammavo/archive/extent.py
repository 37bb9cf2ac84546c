"""Where on the sky, when and at which energies a release has data: for the VO registry.

Found once, when the release is published, and kept in its manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np

from gammavo.model.vocabularies import EVENT_LIST

__all__ = ["Coverage", "find_coverage"]

_ORDER: Final = 6
"""HEALPix order of the MOC: cells of 0.9 degrees. Registries want to know roughly where;
finer MOCs make long records."""
_GAP: Final = 30.0
"""Days without data that part two intervals of time."""
_PLANCK_TIMES_LIGHT: Final = 6.62607015e-34 * 299792458.0
"""Joule metres: energy is this over wavelength (CODATA 2018, exact)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the event lists of a release (VODataService 1.2 section 3.3).

    Parameters
    ----------
    moc
        Sky, as an ASCII MOC; empty if no event list has a region.
    times
        Intervals in MJD.
    energies
        Interval in joules, None if it is not known.
    """

    moc: str = ""
    times: tuple[tuple[float, float], ...] = ()
    energies: tuple[float, float] | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Coverage:
        """Return the coverage that a manifest holds."""
        low_high = document["energies"]
        return cls(
            moc=document["moc"],
            times=tuple((start, end) for start, end in document["times"]),
            energies=None if low_high is None else (low_high[0], low_high[1]),
        )


def find_coverage(connection: duckdb.DuckDBPyConnection) -> Coverage:
    """Look up the coverage in the DuckDB file of a release, open for reading."""
    times = connection.execute(
        "SELECT t_min, t_max FROM obscore "
        "WHERE product_type = ? AND t_min <= t_max ORDER BY t_min",
        [EVENT_LIST],
    ).fetchall()
    row: Any = connection.execute(
        "SELECT max(em_max), min(em_min) FROM obscore "
        "WHERE product_type = ? AND em_min > 0 AND isfinite(em_max)",
        [EVENT_LIST],
    ).fetchone()
    energies = None
    if row[0] is not None and row[1] is not None:
        energies = (_PLANCK_TIMES_LIGHT / row[0], _PLANCK_TIMES_LIGHT / row[1])
    return Coverage(_moc(connection), _joined(times), energies)


def _moc(connection: duckdb.DuckDBPyConnection) -> str:
    # Late: a server that only reads manifests needs none of them, they take a second.
    from astropy.coordinates import Latitude, Longitude  # noqa: PLC0415
    from astropy.units import rad  # noqa: PLC0415
    from mocpy import MOC  # noqa: PLC0415

    circles: Any = connection.execute(
        "SELECT DISTINCT s_region_x AS x, s_region_y AS y, s_region_z AS z, "
        "s_region_radius AS radius FROM obscore "
        "WHERE product_type = ? AND s_region_radius IS NOT NULL",
        [EVENT_LIST],
    ).fetchnumpy()
    if not len(circles["x"]):
        return ""
    x, y, z, radius = (
        np.asarray(circles[name], dtype=float) for name in ("x", "y", "z", "radius")
    )
    moc = MOC.from_cones(
        Longitude(np.arctan2(y, x), rad),
        Latitude(np.arctan2(z, np.hypot(x, y)), rad),
        radius=radius * rad,
        max_depth=_ORDER,
        delta_depth=3,
        union_strategy="small_cones",
    )
    return " ".join(moc.to_string(format="ascii").split())


def _joined(
    intervals: list[tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """Return ordered intervals without the short gaps between them."""
    joined: list[tuple[float, float]] = []
    for start, end in intervals:
        if joined and start - joined[-1][1] <= _GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
