"""Choosing events of a run: by area of the sky, energy and time.

Nothing of the files is believed that a publish would not believe: they are opened and
read with the same care, and values mean the same as in the catalogue (ICRS, TeV, TT).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gammavo.dl3.areas import contains
from gammavo.dl3.events import RawEvents, event_columns, read_events
from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.fits import FitsFile, open_fits
from gammavo.dl3.frames import frame_of
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.intervals import Intervals, from_table, from_tstart
from gammavo.dl3.inventory import HduPlace
from gammavo.dl3.pointing import read_pointing
from gammavo.dl3.times import SECONDS_PER_DAY, TimeReference, time_reference
from gammavo.model.selections import Interval, Selection

__all__ = ["Chosen", "OpenRun", "RunPlaces", "choose", "chosen_columns", "opened_run"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunPlaces:
    """Where the parts of a run are; ``intervals`` is None if it has no GTI HDU."""

    events: HduPlace
    intervals: HduPlace | None = None
    responses: tuple[HduPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenRun:
    """The parts of a run, open.

    Parameters
    ----------
    primary, events, gti
        HDUs of the event file; ``gti`` may be in another one, or None.
    responses
        HDUs of the instrument responses.
    """

    primary: Hdu
    events: Hdu
    gti: Hdu | None
    responses: tuple[Hdu, ...]

    @property
    def chain(self) -> HeaderChain:
        """Headers that tell of the events, in the order in which they are asked."""
        return HeaderChain.of(self.events, self.gti, self.primary, index={})

    @property
    def reference(self) -> TimeReference:
        """From when the times of the events count."""
        return time_reference(self.chain, file=self.events.file, findings=Findings())

    @property
    def gti_reference(self) -> TimeReference:
        """From when the good time intervals count."""
        chain = HeaderChain.of(self.gti, self.events, self.primary, index={})
        return time_reference(chain, file=self.events.file, findings=Findings())

    def raw_events(self) -> RawEvents:
        """Read the events in the units of the catalogue."""
        findings = Findings()
        frame = frame_of(self.chain, file=self.events.file, findings=findings)
        return read_events(self.events, frame, findings)

    def intervals(self) -> Intervals:
        """Read the good time intervals."""
        found = None
        findings = Findings()
        if self.gti is not None:
            found = from_table(self.gti, self.gti_reference, findings)
        if found is not None:
            return found
        return from_tstart(
            self.chain, self.reference, file=self.events.file, findings=findings
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of a run.

    Parameters
    ----------
    selection
        By which it was chosen.
    events
        All events of the run.
    mask
        Which of them are chosen.
    intervals
        The good time intervals within the chosen time.
    """

    selection: Selection
    events: RawEvents
    mask: npt.NDArray[np.bool_]
    intervals: Intervals

    @property
    def has_time(self) -> bool:
        """Whether any good time is left."""
        return len(self.intervals.start) > 0

    @property
    def count(self) -> int:
        """How many events are chosen."""
        return int(np.count_nonzero(self.mask))


@contextmanager
def opened_run(folder: Path, places: RunPlaces) -> Iterator[OpenRun]:
    """Open the parts of a run, each file once.

    Raises
    ------
    UnusableFileError
        A file or HDU is not there, or damaged.
    """
    with ExitStack() as stack:
        files: dict[str, FitsFile] = {}

        def find(place: HduPlace) -> Hdu:
            if place.path not in files:
                file = open_fits(folder, place.path, headers_only=True)
                files[place.path] = stack.enter_context(file)
            hdu = files[place.path].find(place.hdu)
            if hdu is None and str(place.hdu).isdecimal():
                hdu = files[place.path].find(int(place.hdu))
            if hdu is None or not hdu.is_table:
                raise broken("The file has lost an HDU.", file=place.path)
            return hdu

        events = find(places.events)
        yield OpenRun(
            files[places.events.path].hdus[0],
            events,
            None if places.intervals is None else find(places.intervals),
            tuple(find(place) for place in places.responses),
        )


def choose(run: OpenRun, selection: Selection) -> Chosen:
    """Find the events that a selection means.

    Both ends of intervals, and the rim of an area, belong to what is chosen.

    Raises
    ------
    UnusableFileError
        The events or the good time intervals cannot be read.
    """
    events, intervals = run.raw_events(), run.intervals()
    mask = np.ones(len(events), dtype=np.bool_)
    if selection.area is not None:
        mask &= contains(selection.area, events.ra, events.dec)
    if selection.energy is not None:
        low, high = selection.energy
        energy = events.energy.astype(np.float64)
        mask &= (energy >= low) & (energy <= high)
    if selection.time is not None:
        low, high = _mission_times(selection.time, run.reference)
        mask &= (events.time >= low) & (events.time <= high)
        intervals = _clipped(intervals, selection.time)
    return Chosen(selection, events, mask, intervals)


def chosen_columns(run: OpenRun, chosen: Chosen) -> dict[str, npt.NDArray[Any]]:
    """Return the chosen events as columns of ``<release>.events``, without ``obs_id``.

    ``in_gti`` tells of the good time intervals within the chosen time.
    """
    findings = Findings()
    frame = frame_of(run.chain, file=run.events.file, findings=findings)
    pointing = read_pointing(
        run.chain, frame, chosen.events, file=run.events.file, findings=findings
    )
    axis = (pointing.ra, pointing.dec) if pointing and pointing.is_axis else None
    columns = event_columns(
        chosen.events,
        run.reference,
        chosen.intervals,
        axis,
        hdu=run.events,
        findings=findings,
    )
    return {name: values[chosen.mask] for name, values in columns.items()}


def _mission_times(time: Interval, reference: TimeReference) -> Interval:
    """Return an interval in MJD as mission times."""
    low, high = (
        ((mjd - reference.day) * SECONDS_PER_DAY - reference.seconds) / reference.unit
        for mjd in time
    )
    return low, high


def _clipped(intervals: Intervals, time: Interval) -> Intervals:
    low, high = _mission_times(time, intervals.reference)
    start, stop = np.maximum(intervals.start, low), np.minimum(intervals.stop, high)
    kept = stop > start
    return Intervals(start[kept], stop[kept], intervals.reference, intervals.origin)
