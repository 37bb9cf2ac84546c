"""Positions that are written in a text: coordinates, and names that encode a place."""

from __future__ import annotations

import math
import re
from typing import Final

from gammavo.adql.user_functions.frames import rotation
from gammavo.model.regions import unit_vector

__all__ = ["coordinates", "place_in_name"]

_NUMBER: Final = r"\d+(?:\.\d*)?"
_DEGREES: Final = re.compile(
    rf"(?P<ra>\+?{_NUMBER})(?:\s*°|\s*d(?:eg)?)?[\s,]+(?P<dec>[+-]?{_NUMBER})(?:\s*°|\s*d(?:eg)?)?",
    re.ASCII,
)
_SEXAGESIMAL: Final = re.compile(
    r"(?P<h>\d{1,2})[:h\s]\s*(?P<m>\d{1,2})(?:[:m\s]\s*(?P<s>\d{1,2}(?:\.\d*)?)\s*s?|m)?"
    r"[\s,]*(?P<sign>[+-])\s*"
    r"(?P<d>\d{1,2})[:d°\s]\s*(?P<am>\d{1,2})(?:[:m'′\s]\s*(?P<as>\d{1,2}(?:\.\d*)?)\s*"
    r"(?:s|\"|″|'')?|[m'′])?",
    re.ASCII,
)
_GALACTIC: Final = re.compile(
    rf"(?:gal(?:actic)?\s|l\s*[=:]?)\s*(?:l\s*[=:]?\s*)?(?P<l>[+-]?{_NUMBER})\s*°?[\s,]*"
    rf"(?:b\s*[=:]?)?\s*(?P<b>[+-]?{_NUMBER})\s*°?",
    re.ASCII | re.IGNORECASE,
)
_IN_NAME: Final = re.compile(
    r"J(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?P<f>\.\d+)?"
    r"(?P<sign>[+-])(?P<d>\d\d)(?P<rest>\d{0,4})(?:\.\d+)?",
    re.ASCII,
)
_MINUTE: Final = 0.25
"""Degrees of right ascension in a minute of time."""


def coordinates(text: str) -> tuple[float, float] | None:
    """Return ICRS right ascension and declination in degrees, None if there are none.

    ``83.63 22.01`` are degrees; ``05:34:32 +22:00:52``, ``5h34m32s +22d0m52s`` and
    ``05 34 32 +22 00 52`` hours and degrees; ``gal 184.56 -5.78`` and ``l 184.56 b -5.78``
    Galactic degrees. A pair out of range is none.
    """
    text = text.strip().replace("\u2212", "-")
    if found := _GALACTIC.fullmatch(text):
        return _from_galactic(float(found["l"]), float(found["b"]))
    if found := _DEGREES.fullmatch(text):
        ra, dec = float(found["ra"]), float(found["dec"])
    elif found := _SEXAGESIMAL.fullmatch(text):
        parts = [float(found[name] or 0) for name in ("h", "m", "s", "d", "am", "as")]
        hours, minutes, seconds, degrees, arc_minutes, arc_seconds = parts
        if max(minutes, seconds, arc_minutes, arc_seconds) >= 60:
            return None
        ra = 15 * (hours + minutes / 60 + seconds / 3600)
        dec = degrees + arc_minutes / 60 + arc_seconds / 3600
        dec = -dec if found["sign"] == "-" else dec
    else:
        return None
    return (ra, dec) if ra < 360 and abs(dec) <= 90 else None


def _from_galactic(longitude: float, latitude: float) -> tuple[float, float] | None:
    if not (-180 <= longitude < 360 and abs(latitude) <= 90):
        return None
    vector = unit_vector(longitude, latitude)
    x, y, z = (
        sum(a * b for a, b in zip(row, vector, strict=True))
        for row in rotation("GALACTIC", "ICRS")
    )
    ra = math.degrees(math.atan2(y, x)) % 360
    # The seventh digit is below a milli-arcsecond.
    return round(ra, 7) % 360, round(math.degrees(math.asin(max(-1.0, min(1.0, z)))), 7)


def place_in_name(name: str) -> tuple[float, float] | None:
    """Return the place that a name such as ``HESS J1825-137`` encodes, to its digits.

    The digits are cut off, not rounded (IAU recommendations for designations), so the
    middle of what they leave open is returned: ICRS degrees. None if there is no such
    place.
    """
    found = _IN_NAME.search(name.replace("\u2212", "-"))
    if not found:
        return None
    hours, minutes = int(found["h"]), float(found["m"])
    if found["s"]:
        minutes += float(found["s"] + (found["f"] or "")) / 60
    elif found["f"]:
        minutes += float(found["f"]) + 0.05
    else:
        minutes += 0.5
    degrees, rest = float(found["d"]), found["rest"]
    if len(rest) == 1:
        degrees += int(rest) / 10 + 0.05
    elif len(rest) >= 2:
        degrees += int(rest[:2]) / 60 + int(rest[2:4] or 30) / 3600
    else:
        degrees += 0.5
    if hours >= 24 or minutes >= 60 or degrees > 90:
        return None
    return 15 * hours + _MINUTE * minutes, -degrees if found["sign"] == "-" else degrees
