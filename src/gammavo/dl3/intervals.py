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
from gammavo.dl3.fits import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.times import SECONDS_PER_DAY, TimeReference

__all__ = ["Intervals", "from_table", "from_tstart"]

MANY_INTERVALS: Final = 1000
FINE_ORDER: Final = 42
"""T-MOC order of 0.52 s cells: intervals are resolved to better than 1 s."""

COARSE_ORDER: Final = 32
"""T-MOC order of 537 s cells, for more than :data:`MANY_INTERVALS` intervals."""

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
        order = FINE_ORDER if len(self.start) <= MANY_INTERVALS else COARSE_ORDER
        # Two parts keep the full precision: whole days and the rest.
        parts = [
            (self.reference.seconds + times * self.reference.unit) / SECONDS_PER_DAY
            for times in (self.start, self.stop)
        ]
        with iers.conf.set_temp("auto_download", False):
            start, stop = (
                Time(
                    np.full_like(part, self.reference.day),
                    part,
                    format="mjd",
                    scale="tt",
                )
                for part in parts
            )
            moc = TimeMOC.from_time_ranges(start, stop, order=order)
        return " ".join(moc.to_string("ascii").split())


def from_table(
    hdu: Hdu, reference: TimeReference, findings: Findings
) -> Intervals | None:
    """Read the intervals of a GTI HDU; None if it has none that can be used.

    Intervals without length, or whose ends are not numbers, are left out with a warning.

    Raises
    ------
    UnusableFileError
        The columns START and STOP are missing or do not hold numbers.
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
    return Intervals(start, stop, reference, f"{hdu.label} table START, STOP")


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
    return Intervals(
        np.array([start.value]), np.array([stop.value]), reference, start.origin
    )


def _merged(start: Doubles, stop: Doubles) -> tuple[Doubles, Doubles]:
    """Return sorted intervals with those that overlap or touch joined."""
    order = np.argsort(start, kind="stable")
    start, stop = start[order], np.maximum.accumulate(stop[order])
    first = np.concatenate([[True], start[1:] > stop[:-1]])
    last = np.concatenate([first[1:], [True]])
    return start[first], stop[last]
