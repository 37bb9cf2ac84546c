"""Drawing events: how many of each kind, when, with what energy, and from where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.simulate.instrument import (
    FIELD_RADIUS_DEG,
    TAIL_FRACTION,
    TAIL_WIDENING,
    Instrument,
)
from gammavo.dl3.simulate.sky import Source

__all__ = ["ENERGY_RANGE_TEV", "EVENT_DTYPE", "Pointing", "draw_events", "event_rates"]

Doubles = npt.NDArray[np.float64]
_Drawn = tuple[Doubles, Doubles, Doubles]
_Draw = Callable[[np.random.Generator, int], _Drawn]
"""Draws a number of events: energy in TeV, DETX and DETY in degrees."""

ENERGY_RANGE_TEV: Final = (0.02, 150.0)
"""True energies of gamma rays, reconstructed energies of the background."""

EVENT_DTYPE: Final = np.dtype(
    [
        ("EVENT_ID", ">i8"),
        ("TIME", ">f8"),
        ("RA", ">f4"),
        ("DEC", ">f4"),
        ("ENERGY", ">f4"),
        ("DETX", ">f4"),
        ("DETY", ">f4"),
        ("MULTIP", ">i2"),
        ("MC_ID", ">i2"),
    ]
)
"""The EVENTS table as it is in the file."""

_GRID_POINTS: Final = 4001
_BLOCK_EVENTS: Final = 1 << 15
_TINY: Final = 1e-12
_CM2_PER_M2: Final = 1e4
_MEV_PER_TEV: Final = 1e6
_MAX_TELESCOPES: Final = 5


@dataclass(frozen=True, slots=True)
class Pointing:
    """A direction in ICRS degrees, with the axes of the field of view (GADF RADEC).

    DETX grows with right ascension, DETY with declination.
    """

    ra: float
    dec: float

    def axes(self) -> tuple[Doubles, Doubles, Doubles]:
        """Return unit vectors: the pointing direction, DETX, DETY."""
        ra, dec = np.radians(self.ra), np.radians(self.dec)
        centre = [np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)]
        east = [-np.sin(ra), np.cos(ra), 0.0]
        north = [-np.sin(dec) * np.cos(ra), -np.sin(dec) * np.sin(ra), np.cos(dec)]
        return np.array(centre), np.array(east), np.array(north)

    def offset_to(self, ra: float, dec: float) -> tuple[float, float]:
        """Return DETX and DETY of a position in degrees."""
        target = Pointing(ra, dec).axes()[0]
        x, y = (float(target @ axis) for axis in self.axes()[1:])
        length = np.hypot(x, y)
        angle = np.degrees(np.arctan2(length, float(target @ self.axes()[0])))
        scale = angle / length if length > 0 else 0.0
        return x * scale, y * scale


def event_rates(
    instrument: Instrument,
    pointing: Pointing,
    sources: Sequence[Source],
    dead_time_correction: float,
) -> Doubles:
    """Return the expected events per second: of the background, then of each source."""
    energy = _grid()
    field = np.radians(np.linspace(0.0, FIELD_RADIUS_DEG, _GRID_POINTS))
    profile = instrument.background_profile(np.degrees(field[:-1]))
    ring = 2 * np.pi * np.sin(0.5 * (field[1:] + field[:-1])) * np.diff(field)
    spectrum = instrument.background_spectrum(energy) * _MEV_PER_TEV
    rates = [float(np.trapezoid(spectrum, energy) * (profile * ring).sum())]
    for source in sources:
        offset = float(np.hypot(*pointing.offset_to(source.ra, source.dec)))
        density = source.flux(energy) * instrument.area(energy, offset) * _CM2_PER_M2
        rates.append(float(np.trapezoid(density, energy)) * dead_time_correction)
    return np.array(rates)


def draw_events(
    random: np.random.Generator,
    instrument: Instrument,
    pointing: Pointing,
    sources: Sequence[Source],
    intervals: Sequence[tuple[float, float]],
    dead_time_correction: float,
) -> npt.NDArray[Any]:
    """Return the events of a run, sorted by time.

    Parameters
    ----------
    random
        Source of random numbers.
    instrument, pointing, sources
        What is observed, with what, and where to.
    intervals
        Good time intervals in mission time, sorted.
    dead_time_correction
        Part of the time in which gamma rays are recorded. The background rate of GADF is
        one of recorded events, and needs no correction.

    Returns
    -------
    array
        Rows of :data:`EVENT_DTYPE`.
    """
    rates = event_rates(instrument, pointing, sources, dead_time_correction)
    counts = random.poisson(rates * sum(stop - start for start, stop in intervals))
    total = int(counts.sum())
    kinds = np.repeat(np.arange(len(counts), dtype=np.int16), counts)
    random.shuffle(kinds)
    events = np.empty(total, EVENT_DTYPE)
    events["EVENT_ID"] = np.arange(1, total + 1)
    events["TIME"] = _draw_times(random, intervals, total)
    draws = [_background_draw(instrument)]
    draws += [_source_draw(instrument, pointing, source) for source in sources]
    numbers = np.array([0, *(source.number for source in sources)], np.int16)
    # Blocks that fit into the processor's cache take half the time.
    for start in range(0, total, _BLOCK_EVENTS):
        block = slice(start, start + _BLOCK_EVENTS)
        _fill(events[block], random, kinds[block], draws, pointing)
        events["MC_ID"][block] = numbers[kinds[block]]
    return events


def _fill(
    events: npt.NDArray[Any],
    random: np.random.Generator,
    kinds: npt.NDArray[np.int16],
    draws: Sequence[_Draw],
    pointing: Pointing,
) -> None:
    """Draw energies and positions of some events, whose kinds are given."""
    energy, x, y = (np.empty(len(events)) for _ in range(3))
    for number, draw in enumerate(draws):
        chosen = np.flatnonzero(kinds == number)
        energy[chosen], x[chosen], y[chosen] = draw(random, len(chosen))
    events["RA"], events["DEC"] = _to_sky(pointing, x, y)
    events["ENERGY"], events["DETX"], events["DETY"] = energy, x, y
    events["MULTIP"] = random.integers(
        2, _MAX_TELESCOPES + 1, len(events), dtype=np.int16
    )


def _grid() -> Doubles:
    return np.geomspace(*ENERGY_RANGE_TEV, _GRID_POINTS)


def _energy_draw(energy: Doubles, density: Doubles) -> Callable[[Doubles], Doubles]:
    """Return the function that turns uniform variates into energies of a density."""
    steps = 0.5 * (density[1:] + density[:-1]) * np.diff(energy)
    cumulative = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    logarithm = np.log(energy)
    return lambda uniform: np.exp(np.interp(uniform, cumulative, logarithm))


def _background_draw(instrument: Instrument) -> _Draw:
    energy = _grid()
    to_energy = _energy_draw(energy, instrument.background_spectrum(energy))
    edges = np.linspace(0.0, FIELD_RADIUS_DEG, _GRID_POINTS)
    centres = 0.5 * (edges[1:] + edges[:-1])
    weight = instrument.background_profile(centres) * np.sin(np.radians(centres))
    cumulative = np.concatenate([[0.0], np.cumsum(weight)]) / weight.sum()

    def draw(random: np.random.Generator, count: int) -> _Drawn:
        radius = np.interp(random.random(count), cumulative, edges)
        angle = random.random(count) * (2 * np.pi)
        drawn = to_energy(random.random(count))
        return drawn, radius * np.cos(angle), radius * np.sin(angle)

    return draw


def _source_draw(instrument: Instrument, pointing: Pointing, source: Source) -> _Draw:
    centre = pointing.offset_to(source.ra, source.dec)
    offset = float(np.hypot(*centre))
    energy = _grid()
    to_energy = _energy_draw(
        energy, source.flux(energy) * instrument.area(energy, offset)
    )

    def draw(random: np.random.Generator, count: int) -> _Drawn:
        true = to_energy(random.random(count))
        migration = np.exp(instrument.resolution(true) * random.standard_normal(count))
        sigma = instrument.core(true, offset)
        sigma *= np.where(random.random(count) < TAIL_FRACTION, TAIL_WIDENING, 1.0)
        x = centre[0] + sigma * random.standard_normal(count)
        y = centre[1] + sigma * random.standard_normal(count)
        return true * migration, x, y

    return draw


def _draw_times(
    random: np.random.Generator, intervals: Sequence[tuple[float, float]], count: int
) -> Doubles:
    """Return sorted times that are uniform over the intervals."""
    starts = np.array([start for start, _ in intervals])
    lengths = np.array([stop - start for start, stop in intervals])
    # Partial sums of exponential variates are sorted uniform ones: no sort is needed.
    waits = np.cumsum(random.standard_exponential(count + 1))
    passed = waits[:-1] / waits[-1] * lengths.sum()
    ends = np.cumsum(lengths)
    number = np.minimum(np.searchsorted(ends, passed), len(ends) - 1)
    return np.asarray(starts[number] + passed - (ends - lengths)[number])


def _to_sky(pointing: Pointing, x: Doubles, y: Doubles) -> tuple[Doubles, Doubles]:
    """Return right ascension and declination of field-of-view coordinates."""
    angle = np.radians(np.sqrt(x * x + y * y))
    ratio = np.radians(1.0) * np.sin(angle) / np.maximum(angle, _TINY)
    centre, east, north = pointing.axes()
    along = np.cos(angle)
    direction = [
        along * centre[i] + ratio * (x * east[i] + y * north[i]) for i in range(3)
    ]
    ra = np.degrees(np.arctan2(direction[1], direction[0])) % 360.0
    dec: Doubles = np.degrees(np.arcsin(np.clip(direction[2], -1.0, 1.0)))
    return ra, dec
