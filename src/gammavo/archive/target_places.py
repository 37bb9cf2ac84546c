"""Where the targets of a release are, as its runs say."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.archive.manifest import Manifest
from gammavo.archive.run_tables import run_tables
from gammavo.archive.store import Archive
from gammavo.model.errors import UnavailableError

__all__ = ["places_of", "target_places"]

_SAME: Final = np.radians(0.05)
"""Runs on one target name places that are closer than this."""
_FARTHEST: Final = np.radians(10.0)
"""No telescope of this kind sees farther from where it points."""
_COLUMNS: Final = ("OBJECT", "RA_OBJ", "DEC_OBJ", "RA_PNT", "DEC_PNT")

_Places = Mapping[str, tuple[float, float]]
_Directions = npt.NDArray[np.float64]
_lock = threading.Lock()
_kept: dict[Path, _Places] = {}


def target_places(archive: Archive, manifest: Manifest) -> _Places:
    """Return ICRS right ascension and declination of targets in degrees.

    ``RA_OBJ`` and ``DEC_OBJ`` of runs are believed if the run can see that place, and if
    more than half of the runs on the target agree. (0, 0) stands for no place.

    Parameters
    ----------
    archive, manifest
        The release. One that was published without an observation index says nothing.

    Returns
    -------
    Mapping
        By name of the target, as the runs spell it.

    Raises
    ------
    InternalError
        The index is damaged.
    """
    folder = archive.folder(manifest.name, manifest.version)
    with _lock:
        if folder in _kept:
            return _kept[folder]
    try:
        observations = run_tables(archive, manifest).observations
    except UnavailableError:
        return {}
    places = places_of(observations)
    with _lock:  # releases never change
        _kept[folder] = places
    return places


def places_of(observations: pa.Table) -> _Places:
    """Return the places of targets by an observation index."""
    if not {"OBJECT", "RA_OBJ", "DEC_OBJ"} <= set(observations.column_names):
        return {}
    names = observations["OBJECT"].to_pylist()
    ra, dec, ra_pointing, dec_pointing = (
        _numbers(observations, name) for name in _COLUMNS[1:]
    )
    places = _directions(ra, dec)
    offsets = np.sum(places * _directions(ra_pointing, dec_pointing), axis=1)
    # Not "<": where a run does not say its pointing there is nothing to compare.
    is_place = np.isfinite(places).all(axis=1) & ~(offsets < np.cos(_FARTHEST))
    is_place &= ~((ra == 0) & (dec == 0))
    runs: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if isinstance(name, str) and is_place[row]:
            runs[name.strip()].append(row)
    found = {name: _agreed(places[rows]) for name, rows in runs.items()}
    return {name: place for name, place in found.items() if place is not None}


def _numbers(table: pa.Table, name: str) -> _Directions:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column = table[name]
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return np.full(table.num_rows, np.nan)
    numbers: _Directions = pc.cast(column, pa.float64()).to_numpy()
    return numbers


def _directions(ra: _Directions, dec: _Directions) -> _Directions:
    """Return unit vectors, NaN where there is no direction."""
    dec = np.where(np.abs(dec) <= 90, dec, np.nan)
    longitude, latitude = np.radians(ra), np.radians(dec)
    return np.column_stack(
        (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        )
    )


def _agreed(places: _Directions) -> tuple[float, float] | None:
    """Return the place that more than half of the runs say, None if there is none."""
    middle = np.median(places, axis=0)
    agree = np.linalg.norm(places - middle, axis=1) < _SAME
    if 2 * agree.sum() <= len(places):
        return None
    x, y, z = places[agree].mean(axis=0)
    ra = float(np.degrees(np.arctan2(y, x))) % 360
    # 0.04 arcseconds: files have single precision.
    return round(ra, 5), round(float(np.degrees(np.arctan2(z, np.hypot(x, y)))), 5)
