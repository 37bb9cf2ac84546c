"""The form for a part of an event list: fields of people, parameters of SODA."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from gammavo.model.errors import GammavoError
from gammavo.model.regions import separation, unit_vector
from gammavo.portal.context import PageContext
from gammavo.portal.observation.run import Observation, Position

__all__ = ["ASKED", "CutoutField", "CutoutForm", "cutout_form"]

ASKED: Final = "cutout"
"""Parameter that tells that the form was sent."""

_EV_PER_TEV: Final = 1e12
_RADIUS: Final = "0.5"
_LONGEST: Final = 64
_NUMBER: Final = re.compile(
    r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,2})?", re.ASCII
)
_PARTS: Final = re.compile(
    r"([+-]?)(\d{1,3})[:h°d ]\s*(\d{1,2})(?:[:m'′ ]\s*(\d{1,2}(?:\.\d{1,6})?))?[s\"″]?",
    re.ASCII,
)

Interval = tuple[float, float]


class _FieldError(Exception):
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


@dataclass(frozen=True, slots=True)
class CutoutForm:
    """The form, as it is shown.

    Parameters
    ----------
    fields
        By name: ``ra``, ``dec``, ``radius``, ``energy_min``, ``energy_max``,
        ``time_min``, ``time_max``.
    error
        What is wrong with all of them together.
    link
        Path and query of the cut-out, if it was asked for and nothing is wrong.
    """

    fields: Mapping[str, CutoutField]
    error: str = ""
    link: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether something is to be corrected."""
        return bool(self.error) or any(f.error for f in self.fields.values())


def cutout_form(
    portal: PageContext,
    observation: Observation,
    target: Position | None,
    sent: Mapping[str, str],
) -> CutoutForm:
    """Return the form: with what was sent, else around the target.

    Parameters
    ----------
    portal, observation
        The run.
    target
        Where the target is, None for the pointing.
    sent
        Parameters of the request.
    """
    if ASKED not in sent:
        return CutoutForm(_defaults(target or observation.pointing))
    reader = _Reader(sent)
    circle = _circle(reader)
    energy = reader.interval("energy_min", "energy_max", lowest=0.0)
    time = reader.interval("time_min", "time_max")
    if any(field.error for field in reader.fields.values()):
        return CutoutForm(reader.fields)
    if not _has_events(portal, observation, circle, energy, time):
        nothing = _("No event of this run is within these limits.")
        return CutoutForm(reader.fields, error=nothing)
    return CutoutForm(reader.fields, link=_link(observation, circle, energy, time))


def _defaults(place: Position | None) -> dict[str, CutoutField]:
    values = dict.fromkeys(_NAMES, "")
    if place is not None:
        values |= {
            "ra": f"{place[0]:.5f}",
            "dec": f"{place[1]:+.5f}",
            "radius": _RADIUS,
        }
    return {name: CutoutField(name, value) for name, value in values.items()}


_NAMES: Final = (
    "ra",
    "dec",
    "radius",
    "energy_min",
    "energy_max",
    "time_min",
    "time_max",
)


class _Reader:
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
        texts = {name: sent.get(name, "").strip() for name in _NAMES}
        self.fields = {n: CutoutField(n, text[:_LONGEST]) for n, text in texts.items()}

    def value(self, name: str, read: Callable[[str], float]) -> float | None:
        """Return what is in a field, None if it is empty or wrong."""
        text = self.fields[name].value
        if not text:
            return None
        try:
            return read(text)
        except _FieldError as error:
            self.blame(name, str(error))
            return None

    def blame(self, name: str, error: str) -> None:
        """Note that something is wrong with a field."""
        self.fields[name] = CutoutField(name, self.fields[name].value, error)

    def interval(
        self, low: str, high: str, *, lowest: float = -math.inf
    ) -> Interval | None:
        """Return the interval of two fields; an empty one leaves its end open."""
        ends = [self.value(name, _number) for name in (low, high)]
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


def _circle(reader: _Reader) -> tuple[float, float, float] | None:
    """Return the circle, None if all of its fields are empty or one is wrong."""
    names = ("ra", "dec", "radius")
    if not any(reader.fields[name].value for name in names):
        return None
    for name in names:
        if not reader.fields[name].value:
            missing = _("A circle needs right ascension, declination and radius.")
            reader.blame(name, missing)
    ra = reader.value("ra", _right_ascension)
    dec = reader.value("dec", _declination)
    radius = reader.value("radius", _number)
    if radius is not None and not 0 < radius <= 180:
        reader.blame("radius", _("It is more than 0, and 180 at most."))
    return None if ra is None or dec is None or radius is None else (ra, dec, radius)


def _number(text: str) -> float:
    # A comma is what many keyboards have for decimals.
    text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        raise _FieldError(_("This is not a number."))
    return float(text)


def _right_ascension(text: str) -> float:
    parts = _PARTS.fullmatch(text)
    value = _sexagesimal(parts) * 15 if parts else _number(text)
    if not 0 <= value <= 360:
        raise _FieldError(_("Right ascension is within 0 and 360 degrees."))
    return value


def _declination(text: str) -> float:
    parts = _PARTS.fullmatch(text)
    value = _sexagesimal(parts) if parts else _number(text)
    if abs(value) > 90:
        raise _FieldError(_("Declination is within -90 and 90 degrees."))
    return value


def _sexagesimal(parts: re.Match[str]) -> float:
    sign, whole, minutes, seconds = parts.groups()
    if int(minutes) >= 60 or float(seconds or 0) >= 60:
        raise _FieldError(_("Minutes and seconds are less than 60."))
    value = int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600
    return -value if sign == "-" else value


def _has_events(
    portal: PageContext,
    observation: Observation,
    circle: tuple[float, float, float] | None,
    energy: Interval | None,
    time: Interval | None,
) -> bool:
    """Tell whether a cut-out will have events; else the service answers with nothing.

    Where the limits meet what the run covers there are results in any case.
    """
    row = observation.row
    energies = [row[n] and row[n] / _EV_PER_TEV for n in ("energy_min", "energy_max")]
    if (
        _meets_field(observation, circle)
        and _overlap(energy, energies)
        and _overlap(time, [row["t_min"], row["t_max"]])
    ):
        return True
    conditions, values = ["obs_id = {obs_id}"], {"obs_id": observation.obs_id}
    numbers: dict[str, float] = {}
    if circle is not None:
        conditions.append("1 = CONTAINS(POINT(ra, dec), CIRCLE({c0}, {c1}, {c2}))")
        numbers |= {f"c{i}": value for i, value in enumerate(circle)}
    for column, interval in (("energy", energy), ("event_time", time)):
        for sign, end in zip((">=", "<="), interval or (), strict=False):
            if math.isfinite(end):
                conditions.append(f"{column} {sign} {{n{len(numbers)}}}")
                numbers[f"n{len(numbers)}"] = end
    query = (
        f"SELECT TOP 1 obs_id FROM {observation.manifest.schema}.events "
        f"WHERE {' AND '.join(conditions)}"
    )
    try:
        return bool(portal.rows.ask(query, **values, **numbers))
    except GammavoError:
        return True  # the service itself will tell


def _meets_field(
    observation: Observation, circle: tuple[float, float, float] | None
) -> bool:
    pointing, diameter = observation.pointing, observation.row["s_fov"]
    if circle is None or pointing is None or diameter is None:
        return True
    distance = separation(unit_vector(*pointing), unit_vector(*circle[:2]))
    return bool(distance <= circle[2] + diameter / 2)


def _overlap(wanted: Interval | None, covered: list[Any]) -> bool:
    if wanted is None:
        return True
    low, high = covered
    return (low is None or wanted[1] >= low) and (high is None or wanted[0] <= high)


def _link(
    observation: Observation,
    circle: tuple[float, float, float] | None,
    energy: Interval | None,
    time: Interval | None,
) -> str:
    """Return path and query of the cut-out (SODA 1.0; ``ENERGY`` in eV is our own)."""
    parameters = {"ID": observation.did}
    if circle is not None:
        parameters["CIRCLE"] = " ".join(_text(value) for value in circle)
    if energy is not None:
        parameters["ENERGY"] = " ".join(_text(end * _EV_PER_TEV) for end in energy)
    if time is not None:
        parameters["TIME"] = " ".join(_text(end) for end in time)
    return f"{observation.root}/soda/sync?{urlencode(parameters, quote_via=quote)}"


def _text(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return f"{value:.15g}"
