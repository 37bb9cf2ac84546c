"""A map of the events in the tangent plane, and the lines of its graticule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.frames import separations
from gammavo.dl3.quicklook.view import RunView

__all__ = ["GridLine", "SkyMap", "sky_map", "tangent_plane"]

_BINS: Final = 120
_LARGEST_DEG: Final = 30.0
_STEPS_DEG: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45, 90)
_SAMPLES: Final = 61

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of constant right ascension or declination in the tangent plane.

    ``value`` is that coordinate in degrees; ``x`` and ``y`` are degrees; ``at`` is where
    the line meets the lower (right ascension) or left (declination) edge of the map.
    """

    value: float
    x: Doubles
    y: Doubles
    at: float


@dataclass(frozen=True, slots=True)
class SkyMap:
    """Events in a square of the tangent plane (gnomonic projection, ICRS).

    Parameters
    ----------
    counts
        Events by row (northwards) and column (westwards: x falls).
    smooth
        The same, smoothed with a Gaussian of ``smoothing``.
    half_width
        Half of the side of the square in degrees.
    smoothing
        Standard deviation of the smoothing in degrees.
    outside
        Events that are not in the square.
    meridians, parallels
        Lines of right ascension and declination.
    """

    counts: npt.NDArray[np.int64]
    smooth: Doubles
    half_width: float
    smoothing: float
    outside: int
    meridians: tuple[GridLine, ...]
    parallels: tuple[GridLine, ...]


def tangent_plane(
    ra: npt.ArrayLike, dec: npt.ArrayLike, centre: tuple[float, float]
) -> tuple[Doubles, Doubles]:
    """Return gnomonic coordinates, x eastwards and y northwards, in degrees.

    NaN in the hemisphere that is turned away (FITS WCS paper II, section 5.1.3).
    """
    lon, lat = np.radians(ra) - math.radians(centre[0]), np.radians(dec)
    lat0 = math.radians(centre[1])
    height = math.sin(lat0) * np.sin(lat) + math.cos(lat0) * np.cos(lat) * np.cos(lon)
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.where(height > 1e-3, height, np.nan)
        x = np.cos(lat) * np.sin(lon) / height
        y = (
            math.cos(lat0) * np.sin(lat) - math.sin(lat0) * np.cos(lat) * np.cos(lon)
        ) / height
    return np.degrees(x), np.degrees(y)


def sky_map(view: RunView) -> SkyMap | None:
    """Return the map of all events of a run, None if it has no position."""
    if view.centre is None:
        return None
    ra, dec = (np.asarray(view.events[name], float) for name in ("ra", "dec"))
    half = _half_width(view, ra, dec)
    x, y = tangent_plane(ra, dec, view.centre)
    edges = np.linspace(-half, half, _BINS + 1)
    good = np.isfinite(x) & np.isfinite(y)
    counts = np.histogram2d(y[good], x[good], bins=(edges, edges))[0][:, ::-1]
    whole = counts.astype(np.int64)
    # Half of the radius that holds 68 % of a source: its peak stays.
    sigma = max(1.0, 0.5 * view.on_radius * _BINS / (2 * half))
    return SkyMap(
        whole,
        _smoothed(counts, sigma),
        half,
        sigma * 2 * half / _BINS,
        len(ra) - int(whole.sum()),
        _meridians(view.centre, half),
        _parallels(view.centre, half),
    )


def _half_width(view: RunView, ra: Doubles, dec: Doubles) -> float:
    if view.field_radius is not None:
        return min(view.field_radius, _LARGEST_DEG)
    good = np.isfinite(ra) & np.isfinite(dec)
    if view.centre is None or not good.any():
        return 1.0
    reach = float(np.quantile(separations(ra[good], dec[good], view.centre), 0.99))
    return min(max(reach, 0.5), _LARGEST_DEG)


def _smoothed(counts: Doubles, sigma: float) -> Doubles:
    """Convolve with a Gaussian; what lies beyond the edges counts as empty."""
    reach = math.ceil(3 * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()

    def along(axis: int, values: Any) -> Any:
        return np.apply_along_axis(np.convolve, axis, values, kernel, mode="same")

    smooth: Doubles = along(1, along(0, counts))
    return smooth


def _plane_to_sky(
    x: Doubles, y: Doubles, centre: tuple[float, float]
) -> tuple[Doubles, Doubles]:
    """Return right ascension (not wrapped) and declination of points of the plane."""
    east, north = np.radians(x), np.radians(y)
    lat0 = math.radians(centre[1])
    across = math.cos(lat0) - north * math.sin(lat0)
    lon = np.unwrap(np.arctan2(east, across))
    lat = np.arctan2(math.sin(lat0) + north * math.cos(lat0), np.hypot(east, across))
    return centre[0] + np.degrees(lon), np.degrees(lat)


def _meridians(centre: tuple[float, float], half: float) -> tuple[GridLine, ...]:
    edge = np.linspace(-half, half, _SAMPLES)
    ra, _ = _plane_to_sky(edge, np.full(_SAMPLES, -half), centre)
    reach = half * math.sqrt(2)
    dec = np.clip(centre[1] + np.linspace(-reach, reach, _SAMPLES), -90, 90)
    lines = []
    for value in _round_values(ra):
        at = float(np.interp(value, *_rising(ra, edge)))
        x, y = tangent_plane(np.full(_SAMPLES, value), dec, centre)
        lines.append(GridLine(value % 360.0, x, y, at))
    return tuple(lines)


def _parallels(centre: tuple[float, float], half: float) -> tuple[GridLine, ...]:
    edge = np.linspace(-half, half, _SAMPLES)
    _, dec = _plane_to_sky(np.full(_SAMPLES, half), edge, centre)
    widest = half * math.sqrt(2) / max(math.cos(math.radians(centre[1])), 0.02)
    ra = centre[0] + np.linspace(-1, 1, _SAMPLES) * min(180.0, 1.5 * widest)
    lines = []
    for value in _round_values(dec):
        at = float(np.interp(value, *_rising(dec, edge)))
        x, y = tangent_plane(ra, np.full(_SAMPLES, value), centre)
        lines.append(GridLine(value, x, y, at))
    return tuple(lines)


def _rising(values: Doubles, places: Doubles) -> tuple[Doubles, Doubles]:
    order = np.argsort(values, kind="stable")
    return values[order], places[order]


def _round_values(values: Doubles) -> tuple[float, ...]:
    """Return the multiples of a round step that lie among values, about five."""
    low, high = float(values.min()), float(values.max())
    step = next((s for s in _STEPS_DEG if (high - low) / s <= 7), _STEPS_DEG[-1])
    first, last = math.ceil(low / step), math.floor(high / step)
    return tuple(number * step for number in range(first, last + 1))
