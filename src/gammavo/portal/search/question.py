"""From the form to conditions: every field is checked, and faults are said at it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gammavo.model.vocabularies import EVENT_BUNDLE, EVENT_LIST
from gammavo.portal.search.adql import (
    SEPARATION,
    SHOWN,
    Condition,
    Cone,
    Ordering,
    between,
    distance,
    one_of,
    search_query,
    within,
)
from gammavo.portal.search.faults import FieldError
from gammavo.portal.search.fields import ANY, CHOICES, DEFAULT_PRODUCT, RANGES
from gammavo.portal.search.names import Names, Online, Origin, Target
from gammavo.portal.search.state import State
from gammavo.portal.search.times import SCALES, time_in

__all__ = ["DEFAULT_RADIUS", "Question", "Setting", "ask"]

DEFAULT_RADIUS: Final = 2.5
"""Degrees around a position if no radius is given: within it, telescopes see it."""

_EV_IN_TEV: Final = 1e12
_UNSORTABLE: Final = frozenset({"s_region"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What the site is like, as far as questions depend on it.

    Parameters
    ----------
    names
        Targets that it knows.
    releases
        Condition for the rows of a release, by its name.
    event_type
        What ``dataproduct_type`` of event lists is.
    online
        Resolves names by the internet, if the publisher allows it.
    """

    names: Names
    releases: Mapping[str, str]
    event_type: str
    online: Online | None = None

    @property
    def bundle_type(self) -> str | None:
        """What ``dataproduct_type`` of event bundles is; ObsCore 1.1 has no word."""
        return {"event-list": "event-bundle", EVENT_LIST: EVENT_BUNDLE}.get(
            self.event_type
        )


@dataclass(slots=True)
class Question:
    """A checked form.

    Parameters
    ----------
    conditions
        Those of the fields without faults.
    errors
        What is wrong, by field.
    target, cone
        What is looked for and where; None if nothing is said of it.
    centre
        From where offsets are measured; None if only the pointings say where it is.
    is_cone
        Whether runs are looked for by the place, not by the name of their target.
    only_runs
        Whether each row is the event list of another run.
    times
        Begin and end as MJD in TT, where they are given.
    ordering, page
        How the result is shown.
    """

    conditions: list[Condition] = field(default_factory=list)
    errors: dict[str, FieldError] = field(default_factory=dict)
    target: Target | None = None
    cone: Cone | None = None
    centre: Cone | None = None
    is_cone: bool = False
    only_runs: bool = False
    times: dict[str, float] = field(default_factory=dict)
    ordering: Ordering = field(default_factory=Ordering)
    page: int = 1

    @property
    def adql(self) -> str:
        """The query for the result."""
        return search_query(self.conditions, centre=self.centre, ordering=self.ordering)

    def without(self, name: str) -> list[Condition]:
        """Return the conditions of all other fields."""
        return [condition for condition in self.conditions if condition.field != name]

    def add(self, name: str, adql: str) -> None:
        """Demand something more."""
        self.conditions.append(Condition(name, adql))


def ask(state: State, setting: Setting) -> Question:
    """Check the form and return what it asks for."""
    question = Question()
    for part in (_position, _times, _energies):
        part(question, state, setting)
    for entry in RANGES:
        low, high = _ends(question, state, entry.name)
        _add_range(
            question, entry.name, entry.column, _times_factor(low, high, entry.factor)
        )
    for choice in CHOICES:
        _choice(question, state, setting, choice.name, choice.column)
    _view(question, state)
    return question


def _position(question: Question, state: State, setting: Setting) -> None:
    text = state.one("target")
    radius = _number(question, state, "radius", 0, 180)
    low = _number(question, state, "offset_min", 0, 180)
    high = _number(question, state, "offset_max", 0, 180)
    if not text:
        for name, value in (("offset_min", low), ("offset_max", high)):
            if value is not None:
                question.errors[name] = FieldError(
                    _("An offset needs a target or a position.")
                )
        return
    try:
        target = setting.names.find(text, setting.online)
    except FieldError as error:
        question.errors["target"] = error
        return
    question.target = target
    if target.position is not None:
        question.cone = Cone(*target.position, radius or DEFAULT_RADIUS)
    if target.origin != Origin.RUNS:
        question.centre = question.cone
    if target.spellings and (radius is None or question.cone is None):
        question.add("target", one_of("target_name", target.spellings))
    elif question.cone is not None:
        whole = state.one("match") == "field"
        question.is_cone = True
        question.add("target", within(question.cone, whole_field=whole))
    if low is not None or high is not None:
        if question.centre is None:
            question.errors["offset_min"] = FieldError(
                _("The position of this target is not known.")
            )
        elif _in_order(question, "offset", low, high):
            question.add("target", between(distance(question.centre), low, high))


def _times(question: Question, state: State, setting: Setting) -> None:
    scale = state.one("time_scale")
    if scale not in SCALES:
        question.errors["time_scale"] = FieldError(_("Choose UTC, TT or MJD."))
        return
    for name in ("time_min", "time_max"):
        if text := state.one(name):
            try:
                # To a millisecond: more digits would only be noise.
                question.times[name] = round(time_in(text, scale), 8)
            except FieldError as error:
                question.errors[name] = error
    low, high = question.times.get("time_min"), question.times.get("time_max")
    if _in_order(question, "time", low, high):
        if low is not None:
            question.add("time", between("t_max", low, None))
        if high is not None:
            question.add("time", between("t_min", None, high))


def _energies(question: Question, state: State, setting: Setting) -> None:
    """Demand that the range of energies, or of wavelengths, overlaps that of the runs."""
    unit = state.one("energy_unit")
    if unit not in {"TeV", "m"}:
        question.errors["energy_unit"] = FieldError(_("Choose TeV or m."))
        return
    low, high = _ends(question, state, "energy")
    for name, value in (("energy_min", low), ("energy_max", high)):
        if value is not None and value <= 0:
            question.errors[name] = FieldError(_("This must be more than zero."))
            return
    below, above = ("em_min", "em_max") if unit == "m" else ("energy_min", "energy_max")
    low, high = _times_factor(low, high, 1.0 if unit == "m" else _EV_IN_TEV)
    if low is not None:
        question.add("energy", between(above, low, None))
    if high is not None:
        question.add("energy", between(below, None, high))


def _choice(
    question: Question, state: State, setting: Setting, name: str, column: str
) -> None:
    values = state.all(name)
    if name == "product":
        values = values or (DEFAULT_PRODUCT,)
        question.only_runs = values == (DEFAULT_PRODUCT,)
        if ANY not in values:
            question.add(name, _products(values, setting))
        return
    if not values:
        return
    if name == "release":
        question.add(name, _releases(values, setting))
        return
    wanted: list[str | int]
    if name == "object":
        wanted = [s for value in values for s in setting.names.spellings(value)]
    elif name == "level":
        levels = [value for value in values if value in {"0", "1", "2", "3", "4"}]
        if len(levels) < len(values):
            question.errors[name] = FieldError(_("Levels are 0 to 4."))
        wanted = [int(value) for value in levels]
    else:
        wanted = list(values)
    if wanted:
        question.add(name, one_of(column, list(dict.fromkeys(wanted))))


def _releases(values: tuple[str, ...], setting: Setting) -> str:
    """Return the condition for releases; an unknown name is that of no collection."""
    parts = [
        setting.releases.get(value) or one_of("obs_collection", [value])
        for value in dict.fromkeys(values)
    ]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _products(values: tuple[str, ...], setting: Setting) -> str:
    """Return the condition for canonical types, in the words of this site."""
    types = {EVENT_LIST: setting.event_type, EVENT_BUNDLE: setting.bundle_type}
    plain = [word for value in values if (word := types.get(value))]
    others = [value for value in values if not types.get(value)]
    parts = [one_of("dataproduct_type", plain)] if plain else []
    parts += [one_of("dataproduct_subtype", others)] if others else []
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _view(question: Question, state: State) -> None:
    sort = state.one("sort")
    column = sort.removeprefix("-")
    if column == SEPARATION and question.centre is None:
        column = ""
    if column in {*SHOWN, SEPARATION} - _UNSORTABLE:
        question.ordering = Ordering(column, descending=sort.startswith("-"))
    page = state.one("page")
    if page.isascii() and page.isdecimal() and len(page) < 7:
        question.page = max(1, int(page))


def _ends(
    question: Question, state: State, name: str
) -> tuple[float | None, float | None]:
    low = _number(question, state, f"{name}_min")
    high = _number(question, state, f"{name}_max")
    return (low, high) if _in_order(question, name, low, high) else (None, None)


def _number(
    question: Question,
    state: State,
    name: str,
    lowest: float = -math.inf,
    highest: float = math.inf,
) -> float | None:
    """Return a number of the form, None if it is not given or wrong."""
    text = state.one(name)
    if not text:
        return None
    try:
        value = float(text.replace("\u2212", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        question.errors[name] = FieldError(_("Write a number, such as 0.5 or 1e-3."))
        return None
    if not lowest <= value <= highest:
        question.errors[name] = FieldError(_("This must be from 0 to 180 degrees."))
        return None
    return value


def _in_order(
    question: Question, name: str, low: float | None, high: float | None
) -> bool:
    if low is not None and high is not None and low > high:
        question.errors[f"{name}_max"] = FieldError(_("The end is before the begin."))
        return False
    return True


def _times_factor(
    low: float | None, high: float | None, factor: float
) -> tuple[float | None, float | None]:
    return (
        None if low is None else low * factor,
        None if high is None else high * factor,
    )


def _add_range(
    question: Question,
    name: str,
    column: str,
    ends: tuple[Any, Any],
) -> None:
    if ends != (None, None):
        question.add(name, between(column, *ends))
