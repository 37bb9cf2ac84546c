"""Good time intervals: reading, merging, and their coverage as a T-MOC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from astropy.time import Time
from astropy.utils import iers
from mocpy import TimeMOC

from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.times import SECONDS_PER_DAY, TimeReference

__all__ = ["Intervals", "from_table", "from_tstart"]

MANY_INTERVALS: Final = 1000
FINE_ORDER: Final = 42
"""T-MOC order of 0.52 s cells: intervals are resolved to better than 1 s."""

COARSE_ORDER: Final = 32
"""T-MOC order for more than :data:`MANY_INTERVALS` intervals…"""

COARSE_CELL_S: Final = 2 ** (61 - COARSE_ORDER) / 1e6
"""…whose cells are 537 s long."""

_PLAUSIBLE_MJD: Final = (15_000.0, 100_000.0)

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Good time intervals of a run.

    Parameters
    ----------
    start, stop
        Mission times, sorted, without overlaps.
    reference
        From when they count.
    origin
        Where they were read.
    """

    start: Doubles
    stop: Doubles
    reference: TimeReference
    origin: str

    @property
    def t_min(self) -> float:
        """Start of the first interval, MJD in TT."""
        return float(self.reference.mjd(self.start[:1])[0])

    @property
    def t_max(self) -> float:
        """End of the last interval, MJD in TT."""
        return float(self.reference.mjd(self.stop[-1:])[0])

    @property
    def duration(self) -> float:
        """Sum of the intervals in seconds."""
        return float((self.stop - self.start).sum()) * self.reference.unit

    def contain(
        self, seconds: Doubles, reference: TimeReference
    ) -> npt.NDArray[np.bool_]:
        """Return which instants lie in an interval, both ends included.

        Parameters
        ----------
        seconds
            Seconds since the instant of ``reference``.
        reference
            The time reference of the events.
        """
        start = self.reference.seconds_in(reference, self.start)
        stop = self.reference.seconds_in(reference, self.stop)
        number = np.searchsorted(start, seconds, side="right") - 1
        inside: npt.NDArray[np.bool_] = (number >= 0) & (
            seconds <= stop[np.maximum(number, 0)]
        )
        return inside

    def to_tmoc(self) -> str:
        """Return the coverage as an ASCII T-MOC (MOC 2.0: TCB, cells since JD 0)."""
        order, start, stop = FINE_ORDER, self.start, self.stop
        if len(start) > MANY_INTERVALS:
            # A gap shorter than a cell leaves no cell empty: closing it changes nothing.
            order = COARSE_ORDER
            start, stop = _merged(start, stop, COARSE_CELL_S / self.reference.unit)
        # Two parts keep the full precision: whole days and the rest.
        parts = [
            (self.reference.seconds + times * self.reference.unit) / SECONDS_PER_DAY
            for times in (start, stop)
        ]
        with iers.conf.set_temp("auto_download", False):
            first, last = (
                Time(
                    np.full_like(part, self.reference.day),
                    part,
                    format="mjd",
                    scale="tt",
                )
                for part in parts
            )
            moc = TimeMOC.from_time_ranges(first, last, order=order)
        return " ".join(moc.to_string("ascii").split())


def from_table(
    hdu: Hdu, reference: TimeReference, findings: Findings
) -> Intervals | None:
    """Read the intervals of a GTI HDU; None if it has none that can be used.

    Intervals without length, or whose ends are not numbers, are left out with a warning.

    Raises
    ------
    UnusableFileError
        The columns START and STOP are missing or do not hold numbers, or their times are
        impossible.
    """
    start, stop = hdu.numbers("START"), hdu.numbers("STOP")
    if start is None or stop is None:
        raise broken(
            "The table of good time intervals lacks START or STOP.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="TTYPEn",
            value=", ".join(hdu.columns),
            advice="GADF asks for the columns START and STOP in seconds.",
        )
    start, stop = (np.asarray(times, float).ravel() for times in (start, stop))
    good = np.isfinite(start) & np.isfinite(stop) & (stop > start)
    if not good.all():
        findings.warn(
            f"{int((~good).sum())} good time intervals have no length and are left out.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="START, STOP",
            advice="Every interval needs STOP greater than START.",
        )
    if not good.any():
        return None
    start, stop = _merged(start[good], stop[good])
    origin = f"{hdu.label} table START, STOP"
    return _checked(Intervals(start, stop, reference, origin), hdu.file)


def from_tstart(
    chain: HeaderChain, reference: TimeReference, *, file: str, findings: Findings
) -> Intervals:
    """Return the one interval from TSTART to TSTOP, for a run without a GTI table.

    Raises
    ------
    UnusableFileError
        TSTART and TSTOP are missing or not in order.
    """
    start, stop = chain.finite("TSTART"), chain.finite("TSTOP")
    if start is None or stop is None or stop.value <= start.value:
        raise broken(
            "There are neither good time intervals nor TSTART and TSTOP.",
            file=file,
            keyword="TSTART, TSTOP",
            value=f"{start and start.value}, {stop and stop.value}",
            advice="Add a GTI HDU with at least one interval.",
        )
    findings.warn(
        "There are no good time intervals; TSTART to TSTOP is taken as the only one.",
        file=file,
        keyword="TSTART, TSTOP",
        value=f"{start.value}, {stop.value}",
        advice="Add a GTI HDU with at least one interval.",
    )
    origin = f"{start.origin}, TSTOP"
    only = (np.array([start.value]), np.array([stop.value]))
    return _checked(Intervals(*only, reference, origin), file)


def _checked(intervals: Intervals, file: str) -> Intervals:
    """Refuse intervals that are not within the centuries of astronomy with photons."""
    first, last = _PLAUSIBLE_MJD
    if not first <= intervals.t_min < intervals.t_max <= last:
        raise broken(
            "The times of the run are impossible.",
            file=file,
            keyword="MJDREFI",
            value=f"MJD {intervals.t_min:.6g} to {intervals.t_max:.6g}",
            advice="Check MJDREFI, MJDREFF, TIMEUNIT, and the times themselves.",
        )
    return intervals


def _merged(start: Doubles, stop: Doubles, gap: float = 0.0) -> tuple[Doubles, Doubles]:
    """Return sorted intervals, with those joined that are not further apart than gap."""
    order = np.argsort(start, kind="stable")
    start, stop = start[order], np.maximum.accumulate(stop[order])
    first = np.concatenate([[True], start[1:] - stop[:-1] > gap])
    last = np.concatenate([first[1:], [True]])
    return start[first], stop[last]
