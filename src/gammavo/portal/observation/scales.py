"""Times for people: MJD in TT as calendar times in TT and UTC."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Instant", "instant"]


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
    """Return a moment given as MJD in TT.

    It blocks for a second when it is called for the first time.
    """
    # The server starts, and most pages are shown, without astropy.
    from astropy.time import Time  # noqa: PLC0415
    from astropy.utils import iers  # noqa: PLC0415

    # Nothing is fetched from the network; leap seconds come with the library.
    with iers.conf.set_temp("auto_download", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "dubious year" before 1960
        time = Time(mjd, format="mjd", scale="tt", precision=3)
        return Instant(mjd, str(time.iso), str(time.utc.iso))
