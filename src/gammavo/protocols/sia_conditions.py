"""The parameters of SIA 2.0 as conditions on ``ivoa.obscore`` (section 2.1 of it).

Values become ADQL literals by the two functions of the language's room; names of columns
are those below. What comes out is compiled like any query of a user.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Final

from gammavo.adql import number_literal, text_literal
from gammavo.model.errors import UsageError
from gammavo.protocols.http import Parameters
from gammavo.protocols.numbers import read_interval
from gammavo.protocols.sky_values import area_condition

__all__ = ["PARAMETERS", "obscore_conditions"]

_POLARIZATION: Final = re.compile(r"[A-Za-z]{1,6}", re.ASCII)
_MOST_AREAS: Final = 64
"""Areas in one query: each is compiled for itself."""


def obscore_conditions(parameters: Parameters) -> list[str]:
    """Return the conditions that all must hold; none if nothing is restricted.

    A parameter that is given several times is met by any of its values. NULL meets none.

    Raises
    ------
    UsageError
        A value is not what its parameter wants; it is quoted.
    """
    conditions = []
    for name, condition in _CONDITIONS.items():
        values = [value for value in parameters.all(name) if value.strip()]
        if values:
            conditions.append(condition(name, values))
    return conditions


def _any(alternatives: Iterator[str]) -> str:
    unique = list(dict.fromkeys(alternatives))
    return unique[0] if len(unique) == 1 else f"({' OR '.join(unique)})"


def _area(name: str, values: list[str]) -> str:
    if len(values) > _MOST_AREAS:
        raise UsageError(f"{name} is given more than {_MOST_AREAS} times.")
    return _any(area_condition(value, column="s_region") for value in values)


def _overlap(low: str, high: str) -> Callable[[str, list[str]], str]:
    """Return what compares an interval with the one between two columns."""

    def condition(name: str, values: list[str]) -> str:
        intervals = (read_interval(value, name=name) for value in values)
        return _any(_bounds(low, high, *interval) for interval in intervals)

    return condition


def _within(column: str) -> Callable[[str, list[str]], str]:
    """Return what compares an interval with a column."""
    return _overlap(column, column)


def _bounds(low: str, high: str, start: float, end: float) -> str:
    """Return the condition that two columns overlap with an interval."""
    parts = []
    if math.isfinite(start):
        parts.append(f"{high} >= {number_literal(start)}")
    elif start > 0:
        raise UsageError("An interval begins at +Inf.")
    if math.isfinite(end):
        parts.append(f"{low} <= {number_literal(end)}")
    elif end < 0:
        raise UsageError("An interval ends at -Inf.")
    if not parts:
        parts = [f"{column} IS NOT NULL" for column in dict.fromkeys((low, high))]
    return f"({' AND '.join(parts)})"


def _text(column: str) -> Callable[[str, list[str]], str]:
    """Return what compares texts exactly."""

    def condition(name: str, values: list[str]) -> str:
        del name
        return f"{column} IN ({_listed(values)})"

    return condition


def _listed(values: list[str]) -> str:
    return ", ".join(text_literal(value) for value in dict.fromkeys(values))


def _identifier(name: str, values: list[str]) -> str:
    """Return what compares IVOA identifiers, whose letters have no case."""
    del name
    return f"LOWER(obs_publisher_did) IN ({_listed([v.lower() for v in values])})"


def _level(name: str, values: list[str]) -> str:
    for value in values:
        if value.strip() not in {"0", "1", "2", "3", "4"}:
            raise UsageError(
                f"{name} is {value[:40]!r}.", advice="It is a level from 0 to 4."
            )
    return f"calib_level IN ({', '.join(value.strip() for value in values)})"


def _polarization(name: str, values: list[str]) -> str:
    for value in values:
        if not _POLARIZATION.fullmatch(value.strip()):
            raise UsageError(
                f"{name} is {value[:40]!r}.", advice="It is a state such as I, Q or RR."
            )
    return _any(
        f"pol_states LIKE {text_literal(f'%/{value.strip()}/%')}" for value in values
    )


_CONDITIONS: Final[dict[str, Callable[[str, list[str]], str]]] = {
    "POS": _area,
    "BAND": _overlap("em_min", "em_max"),
    "TIME": _overlap("t_min", "t_max"),
    "POL": _polarization,
    "FOV": _within("s_fov"),
    "SPATRES": _within("s_resolution"),
    "SPECRP": _within("em_res_power"),
    "EXPTIME": _within("t_exptime"),
    "TIMERES": _within("t_resolution"),
    "ID": _identifier,
    "COLLECTION": _text("obs_collection"),
    "FACILITY": _text("facility_name"),
    "INSTRUMENT": _text("instrument_name"),
    "DPTYPE": _text("dataproduct_type"),
    "CALIB": _level,
    "TARGET": _text("target_name"),
    "FORMAT": _text("access_format"),
}

PARAMETERS: Final = (*_CONDITIONS, "MAXREC", "RESPONSEFORMAT")
"""All parameters of the service."""
