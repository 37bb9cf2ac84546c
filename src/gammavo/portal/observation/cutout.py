"""The form for a part of an event list: fields of people, parameters of SODA."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from gammavo.model.errors import GammavoError
from gammavo.model.regions import separation, unit_vector
from gammavo.portal.context import PageContext
from gammavo.portal.observation.cutout_fields import (
    FIELDS,
    CutoutField,
    FieldReader,
    Interval,
    declination,
    number,
    right_ascension,
)
from gammavo.portal.observation.run import Observation, Position

__all__ = ["CutoutForm", "cutout_form"]

_ASKED: Final = "cutout"
"""Parameter that tells that the form was sent."""

_EV_PER_TEV: Final = 1e12
_RADIUS: Final = "0.5"


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
    if _ASKED not in sent:
        return CutoutForm(_defaults(target or observation.pointing))
    reader = FieldReader(sent)
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
    values = dict.fromkeys(FIELDS, "")
    if place is not None:
        values |= {
            "ra": f"{place[0]:.5f}",
            "dec": f"{place[1]:+.5f}",
            "radius": _RADIUS,
        }
    return {name: CutoutField(name, value) for name, value in values.items()}


def _circle(reader: FieldReader) -> tuple[float, float, float] | None:
    """Return the circle, None if all of its fields are empty or one is wrong."""
    names = ("ra", "dec", "radius")
    if not any(reader.fields[name].value for name in names):
        return None
    for name in names:
        if not reader.fields[name].value:
            missing = _("A circle needs right ascension, declination and radius.")
            reader.blame(name, missing)
    ra = reader.value("ra", right_ascension)
    dec = reader.value("dec", declination)
    radius = reader.value("radius", number)
    if radius is not None and not 0 < radius <= 180:
        reader.blame("radius", _("It is more than 0, and 180 at most."))
    return None if ra is None or dec is None or radius is None else (ra, dec, radius)


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
    conditions = ["obs_id = {obs_id}"]
    values: dict[str, str | float] = {"obs_id": observation.obs_id}
    if circle is not None:
        conditions.append("1 = CONTAINS(POINT(ra, dec), CIRCLE({c0}, {c1}, {c2}))")
        values |= {f"c{i}": value for i, value in enumerate(circle)}
    for column, interval in (("energy", energy), ("event_time", time)):
        for sign, end in zip((">=", "<="), interval or (), strict=False):
            if math.isfinite(end):
                conditions.append(f"{column} {sign} {{n{len(values)}}}")
                values[f"n{len(values)}"] = end
    query = (
        f"SELECT obs_id FROM {observation.manifest.schema}.events "  # noqa: S608
        f"WHERE {' AND '.join(conditions)}"
    )
    try:
        return bool(portal.rows.ask(query, max_rows=1, **values))
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
