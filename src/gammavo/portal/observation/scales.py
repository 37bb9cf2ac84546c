"""Times for people: MJD in TT as calendar times in TT and UTC.

ERFA does it, which astropy uses, too, and which is loaded in a hundredth of the time: pages
shall not wait. It knows the leap seconds of its release; nothing is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

# These functions return a status where those of erfa itself warn, which threads cannot
# catch without disturbing each other. Unknown leap seconds of far years are no matter.
from erfa import ufunc

__all__ = ["Instant", "instant"]

_MJD_ZERO: Final = 2400000.5
"""Julian Date."""
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment.

    Parameters
    ----------
    mjd
        Modified Julian Date, TT.
    tt, utc
        ISO 8601 with a blank, to the millisecond.
    """

    mjd: float
    tt: str
    utc: str


@lru_cache(maxsize=1024)
def instant(mjd: float) -> Instant:
    """Return a moment given as MJD in TT."""
    *tai, _ = ufunc.tttai(_MJD_ZERO, mjd)
    *utc, _ = ufunc.taiutc(*tai)
    return Instant(mjd, _calendar(b"TT", _MJD_ZERO, mjd), _calendar(b"UTC", *utc))


def _calendar(scale: bytes, day: Any, fraction: Any) -> str:
    year, month, number, clock, _ = ufunc.d2dtf(scale, _DIGITS, day, fraction)
    hour, minute, second, rest = (int(part) for part in clock[()])
    date = f"{year:04d}-{month:02d}-{number:02d}"
    return f"{date} {hour:02d}:{minute:02d}:{second:02d}.{rest:0{_DIGITS}d}"
