"""From mission time to MJD in Terrestrial Time.

GADF 0.3, "Time": a time is a number of seconds since MJDREF in the scale TIMESYS. The
seconds are SI seconds, so that for UTC files leap seconds between the reference epoch and
the event count: naive ``MJDREF + TIME / 86400`` is off by up to 3 s in public data.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from astropy.time import Time
from astropy.utils import iers

from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.headers import HeaderChain

__all__ = ["TimeReference", "time_reference"]

SECONDS_PER_DAY = 86400.0
_SCALES = ("tt", "tai", "utc", "tdb", "gps")
_GPS_EPOCH_MJD = 44244.0
_GPS_BEHIND_TAI_S = 19.0
_UNITS = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "ms": 1e-3,
    "d": SECONDS_PER_DAY,
    "day": SECONDS_PER_DAY,
    "days": SECONDS_PER_DAY,
}


@dataclass(frozen=True, slots=True)
class TimeReference:
    """The instant from which mission times count, and their unit.

    Parameters
    ----------
    day, seconds
        The instant in TT: a whole MJD, and seconds to be added.
    unit
        Seconds in one unit of mission time.
    origin
        Where it was read.
    """

    day: float
    seconds: float
    unit: float
    origin: str

    def seconds_in(
        self, other: TimeReference, times: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return mission times as seconds since another reference instant."""
        apart = (self.day - other.day) * SECONDS_PER_DAY + self.seconds - other.seconds
        return times * self.unit + apart

    def mjd(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return mission times as MJD in TT, precise to a microsecond."""
        return self.day + (self.seconds + times * self.unit) / SECONDS_PER_DAY


def time_reference(
    chain: HeaderChain, *, file: str, findings: Findings
) -> TimeReference:
    """Read the time reference from the first header that has one.

    Parameters
    ----------
    chain
        Headers, most trusted first.
    file
        The file, for messages.
    findings
        Receives a warning where a keyword is missing and a default is taken.

    Raises
    ------
    UnusableFileError
        No header has MJDREFI or MJDREF, or TIMESYS names an unknown time scale.
    """
    days, fraction, origin = _epoch(chain, file)
    found = chain.text("TIMESYS")
    scale = "tt" if found is None else found.value.lower()
    if found is None:
        findings.warn(
            "No header has TIMESYS; TT is assumed.",
            file=file,
            keyword="TIMESYS",
            advice="Write TIMESYS to the headers: UTC would differ by about a minute.",
        )
    if scale not in _SCALES:
        raise broken(
            "The time system is unknown.",
            file=file,
            keyword="TIMESYS",
            value=scale,
            advice=f"Known are {', '.join(name.upper() for name in _SCALES)}.",
        )
    if scale == "tai" and days + fraction == _GPS_EPOCH_MJD:
        findings.warn(
            "The times count from the GPS epoch but are declared TAI; they are taken as "
            "declared, and are 19 s early if they are GPS times.",
            file=file,
            keyword="TIMESYS",
            value="TAI",
            advice="Write TIMESYS = 'GPS' if the seconds are GPS seconds.",
        )
    day, seconds = _terrestrial(days, fraction, scale)
    zero = chain.finite("TIMEZERO")
    unit = _unit(chain, file, findings)
    if zero is not None:
        seconds += zero.value * unit
    return TimeReference(day, seconds, unit, origin)


def _epoch(chain: HeaderChain, file: str) -> tuple[float, float, str]:
    for link in chain:
        days = link.finite("MJDREFI")
        if days is not None:
            fraction = link.finite("MJDREFF")
            return days.value, 0.0 if fraction is None else fraction.value, days.origin
        epoch = link.finite("MJDREF")
        if epoch is not None:
            return epoch.value, 0.0, epoch.origin
    raise broken(
        "No header says from when times count.",
        file=file,
        keyword="MJDREFI",
        advice="Write MJDREFI and MJDREFF to the headers of EVENTS and GTI.",
    )


def _unit(chain: HeaderChain, file: str, findings: Findings) -> float:
    found = chain.text("TIMEUNIT")
    if found is None:
        return 1.0
    unit = _UNITS.get(found.value.lower())
    if unit is None:
        findings.warn(
            "The unit of times is unknown; seconds are assumed.",
            file=file,
            keyword="TIMEUNIT",
            value=found.value,
            advice="GADF asks for TIMEUNIT = 's'.",
        )
        return 1.0
    return unit


@lru_cache(maxsize=256)
def _terrestrial(days: float, fraction: float, scale: str) -> tuple[float, float]:
    """Return an epoch as whole MJD and seconds in TT."""
    offset = 0.0
    if scale == "gps":
        scale, offset = "tai", _GPS_BEHIND_TAI_S
    # Nothing is fetched from the network; leap seconds come with the library.
    with iers.conf.set_temp("auto_download", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "dubious year" before 1960
        epoch = Time(days, fraction, format="mjd", scale=scale).tt
    whole = np.floor(epoch.jd1 - 2400000.5)
    rest = (epoch.jd1 - 2400000.5 - whole) + epoch.jd2
    return float(whole), float(rest) * SECONDS_PER_DAY + offset
