"""Which run observes what, when and how: the schedule of a simulated release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gammavo.dl3.simulate.instrument import Instrument
from gammavo.dl3.simulate.sampling import Pointing, event_rates
from gammavo.dl3.simulate.sky import Source

__all__ = ["DEAD_TIME_CORRECTION", "REFERENCE_MJD", "PlannedRun", "plan_run"]

REFERENCE_MJD: Final = 61041
"""Mission times count from MJD 61041 (2026-01-01) 00:00:00 TT."""

DEAD_TIME_CORRECTION: Final = 0.95
"""Livetime over ontime."""

_FIRST_RUN: Final = 100001
_RUNS_PER_NIGHT: Final = 16
_RUN_SECONDS: Final = 1680.0
_RUN_SPACING_SECONDS: Final = 1800.0
_NIGHT_BEGINS_SECONDS: Final = 64800.0
_GAP_EVERY: Final = 5
_GAP_SECONDS: Final = (600.0, 720.0)
_WOBBLE_DEG: Final = 0.5
_ZENITH_RANGE_DEG: Final = (5.0, 45.0)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run.

    Parameters
    ----------
    obs_id
        Number of the run.
    source
        Its target, the only source in the field of view.
    pointing
        Where the array points: half a degree beside the target.
    instrument
        Responses at the zenith angle of the run.
    azimuth
        Azimuth in degrees.
    intervals
        Good time intervals in mission time; every fifth run has a gap.
    """

    obs_id: int
    source: Source
    pointing: Pointing
    instrument: Instrument
    azimuth: float
    intervals: tuple[tuple[float, float], ...]

    @property
    def ontime(self) -> float:
        """Sum of the intervals in seconds."""
        return sum(stop - start for start, stop in self.intervals)

    @property
    def livetime(self) -> float:
        """Seconds in which the array was ready to record a gamma ray."""
        return self.ontime * DEAD_TIME_CORRECTION


def plan_run(
    number: int,
    random: np.random.Generator,
    sources: Sequence[Source],
    events_per_run: int | None,
) -> PlannedRun:
    """Return the plan of a run.

    Parameters
    ----------
    number
        Position in the release, from 0.
    random
        Random numbers of this run.
    sources
        The targets, observed in turn.
    events_per_run
        Events to expect: the array is made larger or smaller to give them. None for the
        array as it is.
    """
    source = sources[number % len(sources)]
    angle = np.pi / 2 * (number // len(sources) % 4)
    dec = source.dec + _WOBBLE_DEG * np.cos(angle)
    ra = source.ra + _WOBBLE_DEG * np.sin(angle) / np.cos(np.radians(source.dec))
    pointing = Pointing(round(float(ra) % 360.0, 6), round(float(dec), 6))
    zenith = round(float(random.uniform(*_ZENITH_RANGE_DEG)), 3)
    night, slot = divmod(number, _RUNS_PER_NIGHT)
    start = night * 86400.0 + _NIGHT_BEGINS_SECONDS + slot * _RUN_SPACING_SECONDS
    stop = start + _RUN_SECONDS
    intervals: tuple[tuple[float, float], ...] = ((start, stop),)
    if number % _GAP_EVERY == _GAP_EVERY - 1:
        gap_start, gap_stop = (start + second for second in _GAP_SECONDS)
        intervals = ((start, gap_start), (gap_stop, stop))
    ontime = sum(end - begin for begin, end in intervals)
    instrument = Instrument(zenith, scale=1.0)
    if events_per_run is not None:
        rates = event_rates(instrument, pointing, (source,), DEAD_TIME_CORRECTION)
        scale = float(events_per_run / (rates.sum() * ontime))
        instrument = Instrument(zenith, scale)
    azimuth = round(float(random.uniform(0.0, 360.0)), 3)
    return PlannedRun(
        _FIRST_RUN + number, source, pointing, instrument, azimuth, intervals
    )
