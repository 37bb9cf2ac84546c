"""How the events of a run are distributed in energy and time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.frames import separations
from gammavo.dl3.quicklook.view import RunView

__all__ = ["EnergyDistribution", "TimeLine", "energy_distribution", "time_line"]

_BINS_PER_DECADE: Final = 8
_MOST_DECADES: Final = 12
_TIME_BINS: Final = 60
_SECONDS_PER_DAY: Final = 86_400.0
_UNITS: Final = (("min", 60.0), ("h", 3600.0), ("d", _SECONDS_PER_DAY))

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EnergyDistribution:
    """Events by reconstructed energy.

    Parameters
    ----------
    edges
        Edges of the bins in TeV.
    all_events
        Events in each bin.
    on_events
        Those within the on radius of the target; None without a target.
    """

    edges: Doubles
    all_events: Doubles
    on_events: Doubles | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Events by time.

    Parameters
    ----------
    origin
        Begin of the first interval, MJD TT; other times count from it.
    unit
        Unit of times: min, h or d.
    start, stop
        Good time intervals.
    edges
        Edges of the bins.
    rate
        Events per second in each bin, of those in good time intervals; NaN where a bin
        has no good time.
    ontime
        Sum of the intervals in seconds.
    """

    origin: float
    unit: str
    start: Doubles
    stop: Doubles
    edges: Doubles
    rate: Doubles
    ontime: float


def energy_distribution(view: RunView) -> EnergyDistribution | None:
    """Return the distribution of energies, None without a positive one."""
    energy = np.asarray(view.events["energy"], float)
    good = np.isfinite(energy) & (energy > 0)
    if not good.any():
        return None
    low = math.floor(math.log10(float(energy[good].min())))
    high = max(low + 1, math.ceil(math.log10(float(energy[good].max()))))
    low = max(low, high - _MOST_DECADES)
    edges = np.logspace(low, high, (high - low) * _BINS_PER_DECADE + 1)
    on_events = None
    if view.target_position is not None:
        theta = separations(
            np.asarray(view.events["ra"], float),
            np.asarray(view.events["dec"], float),
            view.target_position,
        )
        near = good & (theta < view.on_radius)
        on_events = _histogram(energy[near], edges)
    return EnergyDistribution(edges, _histogram(energy[good], edges), on_events)


def _histogram(values: Any, edges: Doubles) -> Doubles:
    return np.histogram(values, edges)[0].astype(np.float64)


def time_line(view: RunView) -> TimeLine:
    """Return the rate of events in a run over time."""
    origin, end = float(view.start[0]), float(view.stop[-1])
    span = (end - origin) * _SECONDS_PER_DAY
    unit, length = next((u for u in _UNITS if span / u[1] <= 300), _UNITS[-1])
    scale = _SECONDS_PER_DAY / length
    start, stop = (view.start - origin) * scale, (view.stop - origin) * scale
    edges = np.linspace(0.0, float(stop[-1]), _TIME_BINS + 1)
    times = np.asarray(view.events["event_time"], float)[view.events["in_gti"] == 1]
    counts = np.histogram((times - origin) * scale, edges)[0]
    exposed = _exposed(start, stop, edges) * length
    enough = exposed > 0.02 * np.diff(edges) * length
    rate = np.full(_TIME_BINS, np.nan)
    rate[enough] = counts[enough] / exposed[enough]
    ontime = float((view.stop - view.start).sum() * _SECONDS_PER_DAY)
    return TimeLine(origin, unit, start, stop, edges, rate, ontime)


def _exposed(start: Doubles, stop: Doubles, edges: Doubles) -> Doubles:
    """Return how much of each bin lies in an interval."""
    until = np.concatenate([[0.0], np.cumsum(stop - start)])
    knots = np.column_stack([start, stop]).ravel()
    sums = np.repeat(until, 2)[1:-1]
    return np.diff(np.interp(edges, knots, sums))
