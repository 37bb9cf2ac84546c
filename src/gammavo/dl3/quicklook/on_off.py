"""Events around the target against a background from the same run.

Off regions lie at the same distance from the pointing position as the target, where the
acceptance is the same (Berge, Funk and Hinton 2007, A&A 466, 1219). A target too near to
the pointing position has no room for them; then a ring around it is the background, and
the acceptance is taken to be flat over it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.frames import separations
from gammavo.dl3.quicklook.significance import li_ma
from gammavo.dl3.quicklook.view import RunView

__all__ = ["OnOff", "compare_target"]

_BINS: Final = 24
_FARTHEST_DEG: Final = 0.4
_CLEAR_RADII: Final = 4.0
"""Off regions are at least this many radii from the target: its events reach so far."""

_FEWEST_REGIONS: Final = 3
_RING_DEG: Final = (0.5, 0.8)

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OnOff:
    """Target and background.

    Parameters
    ----------
    method
        ``reflected regions`` or ``ring``.
    radius
        Radius of the on region in degrees.
    regions
        Number of off regions; 1 for a ring.
    n_on, n_off, alpha
        Events, and exposure of the on region over that of the off regions.
    edges
        Edges of θ² bins in square degrees.
    on, off
        Events around the target by θ², and the expected background in the same bins.
    off_error
        Standard deviation of that background.
    """

    method: str
    radius: float
    regions: int
    n_on: int
    n_off: int
    alpha: float
    edges: Doubles
    on: Doubles
    off: Doubles
    off_error: Doubles

    @property
    def excess(self) -> float:
        """Events of the target beyond the expected background."""
        return self.n_on - self.alpha * self.n_off

    @property
    def significance(self) -> float:
        """Standard deviations, Li and Ma 1983, equation 17."""
        return li_ma(self.n_on, self.n_off, self.alpha)


def compare_target(view: RunView) -> OnOff | None:
    """Compare the events around the target with a background.

    Only events in good time intervals count. None if the run has no target with a position
    in its field of view, or did not point.
    """
    if view.centre is None or not view.is_axis or view.target_position is None:
        return None
    events = view.events
    good = np.isfinite(events["ra"]) & np.isfinite(events["dec"])
    good &= events["in_gti"] == 1
    ra, dec = (np.asarray(events[name], float)[good] for name in ("ra", "dec"))
    ra0, dec0 = (np.array([value]) for value in view.target_position)
    offset = float(separations(ra0, dec0, view.centre)[0])
    if view.field_radius is not None and offset > view.field_radius:
        return None
    theta = separations(ra, dec, view.target_position)
    regions = _regions(offset, view.on_radius)
    if len(regions) >= _FEWEST_REGIONS:
        return _reflected(view, (ra, dec), theta, offset, regions)
    return _ring(view, theta)


def _regions(offset: float, radius: float) -> list[float]:
    """Return the angles around the pointing position by which off regions are turned."""
    if offset <= radius:
        return []
    count = math.floor(math.pi / math.asin(radius / offset))
    angles = [2 * math.pi * number / count for number in range(1, count)]
    clear = _CLEAR_RADII * radius
    return [turn for turn in angles if 2 * offset * math.sin(turn / 2) >= clear]


def _reflected(
    view: RunView,
    events: tuple[Doubles, Doubles],
    theta: Doubles,
    offset: float,
    regions: list[float],
) -> OnOff:
    radius = view.on_radius
    n_off = sum(
        int((separations(*events, centre) < radius).sum())
        for centre in _turned(view, regions)
    )
    # Farther than this, the quarters around the pointing position would overlap.
    farthest = min(_FARTHEST_DEG, offset / math.sqrt(2))
    edges = np.linspace(0.0, farthest**2, _BINS + 1)
    quarters = [math.pi / 2, math.pi, 3 * math.pi / 2]
    off = sum(
        (
            np.histogram(separations(*events, centre) ** 2, edges)[0]
            for centre in _turned(view, quarters)
        ),
        start=np.zeros(_BINS),
    )
    return OnOff(
        "reflected regions",
        radius,
        len(regions),
        int((theta < radius).sum()),
        n_off,
        1.0 / len(regions),
        edges,
        np.histogram(theta**2, edges)[0].astype(float),
        off / len(quarters),
        np.sqrt(off) / len(quarters),
    )


def _turned(view: RunView, turns: list[float]) -> list[tuple[float, float]]:
    """Return the target, turned around the pointing position, in ICRS degrees."""
    if view.centre is None or view.target_position is None:
        return []
    axis, target = _vector(view.centre), _vector(view.target_position)
    across = np.cross(axis, target)
    along = axis * float(axis @ target)
    found = []
    for turn in turns:
        # Rodrigues' formula.
        x, y, z = along + (target - along) * math.cos(turn) + across * math.sin(turn)
        found.append(
            (
                math.degrees(math.atan2(y, x)) % 360.0,
                math.degrees(math.asin(max(-1.0, min(1.0, float(z))))),
            )
        )
    return found


def _vector(position: tuple[float, float]) -> Doubles:
    lon, lat = np.radians(position)
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _ring(view: RunView, theta: Doubles) -> OnOff:
    radius, (inner, outer) = view.on_radius, _RING_DEG
    inner = max(inner, _CLEAR_RADII * radius)
    outer = max(outer, inner + 0.3)
    n_off = int(((theta >= inner) & (theta < outer)).sum())
    area = outer**2 - inner**2
    edges = np.linspace(0.0, _FARTHEST_DEG**2, _BINS + 1)
    share = np.diff(edges) / area
    return OnOff(
        "ring",
        radius,
        1,
        int((theta < radius).sum()),
        n_off,
        radius**2 / area,
        edges,
        np.histogram(theta**2, edges)[0].astype(float),
        n_off * share,
        math.sqrt(n_off) * share,
    )
