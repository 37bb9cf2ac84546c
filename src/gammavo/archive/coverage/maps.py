"""Coverage maps from the rows of the catalogue."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from astropy import units
from astropy.coordinates import Latitude, Longitude
from astropy.time import Time
from mocpy import MOC, STMOC, TimeMOC

from gammavo.archive.coverage.kinds import (
    CoverageForm,
    CoverageKind,
    stored_coverage,
)

__all__ = [
    "SPACE_ORDER",
    "SPACE_TIME_ORDERS",
    "TIME_ORDER",
    "release_coverage",
    "run_coverage",
    "site_coverage",
    "space_coverage",
    "store_coverage",
    "written",
]

SPACE_ORDER: Final = 10
"""Order of S-MOCs: cells of 3.4 arcminutes, a fortieth of a field of view."""

TIME_ORDER: Final = 42
"""Order of T-MOCs: cells of 0.52 s, as in ``t_intervals``."""

SPACE_TIME_ORDERS: Final = (8, 36)
"""Orders of ST-MOCs in space and time, 13.7 arcminutes and 34 s: they grow with both."""

_EVENTS: Final = "hea-event-list"

Moc = Any
"""A map of mocpy: ``MOC``, ``TimeMOC`` or ``STMOC``."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Footprint (``CIRCLE ICRS ra dec radius``) and T-MOC text; None where unknown."""

    region: str | None
    intervals: str | None


def release_coverage(folder: Path, kind: CoverageKind) -> Moc:
    """Return the coverage of the release in a folder."""
    return _coverage(list(_runs(folder)), kind)


def run_coverage(folder: Path, obs_id: str, kind: CoverageKind) -> Moc | None:
    """Return the coverage of a run, None if the release has no such run.

    It is empty if the run has no footprint (a drift scan).
    """
    found = list(_runs(folder, obs_id))
    return _coverage(found, kind) if found else None


def site_coverage(folders: Iterable[Path], kind: CoverageKind) -> Moc:
    """Return the union of the coverage of releases."""
    # One by one: each of the unions is small, all their runs together may be many.
    mocs = [_stored_or_made(folder, kind) for folder in folders]
    return reduce(lambda a, b: a.union(b), mocs) if mocs else _coverage([], kind)


def space_coverage(folder: Path, order: int) -> Moc:
    """Return the S-MOC of a release in a folder at another order."""
    regions = [run.region for run in _runs(folder) if run.region]
    return _space(regions, order)


def written(moc: Moc, form: CoverageForm) -> bytes:
    """Return a map as FITS, JSON or ASCII (MOC 2.0, section 4)."""
    if form is CoverageForm.FITS:
        stream = io.BytesIO()
        moc.serialize("fits").writeto(stream)
        return stream.getvalue()
    if form is CoverageForm.JSON:
        return json.dumps(json.loads(moc.to_string(format="json"))).encode()
    return (" ".join(moc.to_string(format="ascii").split()) + "\n").encode()


def store_coverage(folder: Path) -> None:
    """Store all maps of the release in a folder, each atomically."""
    place = stored_coverage(folder, CoverageKind.SPACE, CoverageForm.FITS).parent
    place.mkdir(exist_ok=True)
    for kind in CoverageKind:
        moc = release_coverage(folder, kind)
        for form in CoverageForm:
            path = stored_coverage(folder, kind, form)
            aside = path.with_name(f".{path.name}.{os.getpid()}")
            aside.write_bytes(written(moc, form))
            aside.replace(path)


def _stored_or_made(folder: Path, kind: CoverageKind) -> Moc:
    path = stored_coverage(folder, kind, CoverageForm.FITS)
    if not path.is_file():
        return release_coverage(folder, kind)
    return _CLASSES[kind].load(path, "fits")


_CLASSES: Final = {
    CoverageKind.SPACE: MOC,
    CoverageKind.TIME: TimeMOC,
    CoverageKind.SPACE_TIME: STMOC,
}


def _runs(folder: Path, obs_id: str | None = None) -> Iterator[_Run]:
    """Yield what the catalogue says of the runs of a release, or of one of them."""
    wanted = pc.field("product_type") == _EVENTS
    if obs_id is not None:
        wanted &= pc.field("obs_id") == obs_id
    tables = folder / "tables"
    core = pq.read_table(
        tables / "obscore.parquet",
        columns=["obs_publisher_did", "s_region"],
        filters=wanted,
    )
    names = core.column("obs_publisher_did")
    extension = pq.read_table(
        tables / "obscore_hea.parquet",
        columns=["obs_publisher_did", "t_intervals"],
        filters=pc.field("obs_publisher_did").isin(names.combine_chunks()),
    )
    intervals = {
        row["obs_publisher_did"]: row["t_intervals"] for row in extension.to_pylist()
    }
    for row in core.to_pylist():
        yield _Run(row["s_region"], intervals.get(row["obs_publisher_did"]))


def _coverage(runs: list[_Run], kind: CoverageKind) -> Moc:
    if kind is CoverageKind.SPACE:
        return _space([run.region for run in runs if run.region], SPACE_ORDER)
    if kind is CoverageKind.TIME:
        times = [TimeMOC.from_string(run.intervals) for run in runs if run.intervals]
        return reduce(lambda a, b: a.union(b), times, TimeMOC.new_empty(TIME_ORDER))
    return _space_time(runs)


def _space(regions: list[str], order: int) -> Moc:
    if not regions:
        return MOC.new_empty(order)
    ra, dec, radius = _circles(regions)
    return MOC.from_cones(
        ra, dec, radius=radius, max_depth=order, union_strategy="large_cones"
    )


def _circles(regions: list[str]) -> tuple[Longitude, Latitude, units.Quantity]:
    words = [region.split() for region in regions]
    if any(len(row) != 5 or row[0] != "CIRCLE" for row in words):
        raise ValueError("a footprint is not a circle")
    ra, dec, radius = np.array([row[2:] for row in words], dtype=np.float64).T
    deg = units.deg
    return Longitude(ra, deg), Latitude(dec, deg), units.Quantity(radius, deg)


def _space_time(runs: list[_Run]) -> Moc:
    order, time_order = SPACE_TIME_ORDERS
    known = [
        (run.region, run.intervals) for run in runs if run.region and run.intervals
    ]
    if not known:
        return STMOC.new_empty(time_order, order)
    ra, dec, radius = _circles([region for region, _ in known])
    cones = MOC.from_cones(ra, dec, radius=radius, max_depth=order)
    starts, stops, spaces = [], [], []
    for (_, intervals), cone in zip(known, cones, strict=True):
        ranges = TimeMOC.from_string(intervals).to_time_ranges()
        starts.append(ranges[:, 0])
        stops.append(ranges[:, 1])
        spaces += [cone] * len(ranges)
    return STMOC.from_spatial_coverages(
        _joined(starts), _joined(stops), spaces, time_depth=time_order
    )


def _joined(times: list[Time]) -> Time:
    """Return times one after the other, in full precision."""
    first = np.concatenate([time.jd1 for time in times])
    second = np.concatenate([time.jd2 for time in times])
    return Time(first, second, format="jd", scale=times[0].scale)
