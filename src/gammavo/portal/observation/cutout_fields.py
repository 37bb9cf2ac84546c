"""The fields of the form for cut-outs: what visitors write in them, and what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

__all__ = [
    "FIELDS",
    "CutoutField",
    "FieldReader",
    "Interval",
    "declination",
    "number",
    "right_ascension",
]

FIELDS: Final = (
    "ra",
    "dec",
    "radius",
    "energy_min",
    "energy_max",
    "time_min",
    "time_max",
)

_LONGEST: Final = 64
_NUMBER: Final = re.compile(
    r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,2})?", re.ASCII
)
_PARTS: Final = re.compile(
    r"([+-]?)(\d{1,3})[:h°d ]\s*(\d{1,2})(?:[:m'′ ]\s*(\d{1,2}(?:\.\d{1,6})?))?[s\"″]?",
    re.ASCII,
)

Interval = tuple[float, float]


class FieldError(Exception):
    """What a visitor wrote cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class CutoutField:
    """A field of the form.

    Parameters
    ----------
    name
        Of the parameter.
    value
        What is in it.
    error
        What is wrong with that, empty if nothing.
    """

    name: str
    value: str
    error: str = ""


class FieldReader:
    """Reads fields, and keeps what is wrong with each.

    Parameters
    ----------
    sent
        Parameters of the request.

    Attributes
    ----------
    fields
        As they will be shown.
    """

    def __init__(self, sent: Mapping[str, str]) -> None:
        texts = {name: sent.get(name, "").strip() for name in FIELDS}
        self.fields = {n: CutoutField(n, text[:_LONGEST]) for n, text in texts.items()}

    def value(self, name: str, read: Callable[[str], float]) -> float | None:
        """Return what is in a field, None if it is empty or wrong."""
        text = self.fields[name].value
        if not text:
            return None
        try:
            return read(text)
        except FieldError as error:
            self.blame(name, str(error))
            return None

    def blame(self, name: str, error: str) -> None:
        """Note that something is wrong with a field."""
        self.fields[name] = CutoutField(name, self.fields[name].value, error)

    def interval(
        self, low: str, high: str, *, lowest: float = -math.inf
    ) -> Interval | None:
        """Return the interval of two fields; an empty one leaves its end open."""
        ends = [self.value(name, number) for name in (low, high)]
        for name, end in zip((low, high), ends, strict=True):
            if end is not None and end < lowest:
                self.blame(name, _("It cannot be less than %(n)g.") % {"n": lowest})
        if ends == [None, None]:
            return None
        begin = -math.inf if ends[0] is None else ends[0]
        end = math.inf if ends[1] is None else ends[1]
        if begin > end:
            self.blame(high, _("It is less than the lower limit."))
        return begin, end


def number(text: str) -> float:
    """Return the number that was written.

    Raises
    ------
    FieldError
        It is none.
    """
    # A comma is what many keyboards have for decimals.
    text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        raise FieldError(_("This is not a number."))
    return float(text)


def right_ascension(text: str) -> float:
    """Return degrees of right ascension, written as such or as hours, minutes, seconds.

    Raises
    ------
    FieldError
        It is neither, or beyond 360 degrees.
    """
    parts = _PARTS.fullmatch(text)
    value = _sexagesimal(parts) * 15 if parts else number(text)
    if not 0 <= value <= 360:
        raise FieldError(_("Right ascension is within 0 and 360 degrees."))
    return value


def declination(text: str) -> float:
    """Return degrees of declination, written as such or with minutes and seconds.

    Raises
    ------
    FieldError
        It is neither, or beyond 90 degrees.
    """
    parts = _PARTS.fullmatch(text)
    value = _sexagesimal(parts) if parts else number(text)
    if abs(value) > 90:
        raise FieldError(_("Declination is within -90 and 90 degrees."))
    return value


def _sexagesimal(parts: re.Match[str]) -> float:
    sign, whole, minutes, seconds = parts.groups()
    if int(minutes) >= 60 or float(seconds or 0) >= 60:
        raise FieldError(_("Minutes and seconds are less than 60."))
    value = int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600
    return -value if sign == "-" else value
