"""Times as people write them, to and from MJD in Terrestrial Time."""

from __future__ import annotations

import math
import re
import warnings
from typing import Final

import erfa
from django.utils.translation import gettext_lazy as _

from gammavo.portal.search.faults import FieldError

__all__ = ["SCALES", "leap_seconds", "time_in", "time_text"]

SCALES: Final = ("utc", "tt", "mjd")
"""ISO 8601 in UTC, ISO 8601 in TT, and MJD in TT."""

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?)?Z?",
    re.ASCII,
)
_JD_OF_MJD: Final = 2_400_000.5
_FIRST, _LAST = 15_020.0, 88_069.0
"""MJD of 1900 and 2100: nothing that can be searched for is outside."""


def time_in(text: str, scale: str) -> float:
    """Return a time as MJD in TT, precise to some microseconds.

    Parameters
    ----------
    text
        ``2006-07-28``, ``2006-07-28T21:30:00`` or ``53944.9``.
    scale
        One of ``SCALES``.

    Raises
    ------
    FieldError
        It is not such a time.
    """
    text = text.strip().replace("\u2212", "-")
    found = _ISO.fullmatch(text)
    if scale == "mjd":
        if found:
            raise FieldError(_("This is a date: choose UTC or TT, or give an MJD."))
        try:
            mjd = float(text)
        except ValueError:
            mjd = math.nan
        if not _FIRST <= mjd <= _LAST:
            raise FieldError(_("An MJD is a number such as 53944.9 (1900 to 2100)."))
        return mjd
    if not found:
        raise FieldError(
            _("Write a date as 2006-07-28 or 2006-07-28T21:30:00, or choose MJD.")
        )
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    second = float(found[6] or 0)
    return _from_calendar(scale.upper(), (year, month, day, hour, minute, second))


def _from_calendar(scale: str, parts: tuple[int, int, int, int, int, float]) -> float:
    year, month, day, hour, minute, second = parts
    fault = _("There is no such time in the calendar, or it is not 1900 to 2100.")
    if not (1900 <= year < 2100 and hour < 24 and minute < 60 and second < 61):
        raise FieldError(fault)
    try:
        with warnings.catch_warnings():
            # Leap seconds of the future and before 1960 are unknown: seconds at most.
            warnings.filterwarnings("ignore", message=".*dubious year")
            # A 61st second that is no leap second.
            warnings.filterwarnings("error", message=".*time is after end of day")
            one, two = erfa.dtf2d(scale, year, month, day, hour, minute, second)
            if scale == "UTC":
                one, two = erfa.taitt(*erfa.utctai(one, two))
    except (erfa.ErfaError, erfa.ErfaWarning) as error:
        raise FieldError(fault) from error
    return float(one - _JD_OF_MJD + two)


def time_text(mjd: float, scale: str) -> str:
    """Return an MJD in TT as ``time_in`` reads it, to the second or to 1e-5 days."""
    if scale == "mjd":
        return f"{mjd:.5f}"
    one, two = _JD_OF_MJD, mjd
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*dubious year")
        if scale == "utc":
            one, two = erfa.taiutc(*erfa.tttai(one, two))
        year, month, day, clock = erfa.d2dtf(scale.upper(), 0, one, two)
    hour, minute, second = (int(clock[part]) for part in "hms")
    date = f"{int(year):04d}-{int(month):02d}-{int(day):02d}"
    return f"{date}T{hour:02d}:{minute:02d}:{second:02d}"


def leap_seconds() -> list[tuple[float, float]]:
    """Return from which MJD in UTC how many seconds TAI is ahead, since 1972.

    Pages keep the scales in step with it, without asking the server.
    """
    found = []
    for year, month, ahead in erfa.leap_seconds.get().tolist():
        if year >= 1972:
            _one, mjd = erfa.cal2jd(year, month, 1)
            found.append((float(mjd), float(ahead)))
    return found
