"""From conditions to ADQL: one readable query, made of checked names and literals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gammavo.adql import number_literal, text_literal
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA

__all__ = [
    "SEPARATION",
    "SHOWN",
    "Condition",
    "Cone",
    "Ordering",
    "between",
    "count_query",
    "number",
    "one_of",
    "search_query",
    "within",
]

SEPARATION: Final = "separation"
"""Name of the distance to the target in results that have one."""

_JOIN: Final = f"{OBSCORE.name}\n  JOIN {OBSCORE_HEA.name} USING (obs_publisher_did)"

SHOWN: Final = (
    *("obs_collection", "obs_id", "target_name", "s_ra", "s_dec"),
    *("t_min", "t_max", "t_exptime", "zenith_angle", "energy_min"),
    *("energy_max", "ev_xel"),
    *("obs_mode", "facility_name", "instrument_name", "s_fov", "s_region"),
    *("dataproduct_type", "dataproduct_subtype", "calib_level"),
    *("access_url", "access_format", "access_estsize", "obs_publisher_did"),
)
"""Columns of the result."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in ADQL, and the field of the form that it comes from."""

    field: str
    adql: str


@dataclass(frozen=True, slots=True)
class Cone:
    """A circle on the sky: ICRS position and radius in degrees."""

    ra: float
    dec: float
    radius: float


@dataclass(frozen=True, slots=True)
class Ordering:
    """By which column the result is sorted."""

    column: str = "t_min"
    descending: bool = False


def number(value: float) -> str:
    """Return a number as people write it, with all its digits."""
    exact = number_literal(value)
    plain = exact.removesuffix(".0")
    if len(plain) <= 7 and "e" not in plain:
        return plain
    mantissa, _, exponent = f"{value:.15e}".partition("e")
    digits = mantissa.rstrip("0").rstrip(".")
    ways = (plain, f"{digits}e{int(exponent)}", exact)
    return min((way for way in ways if float(way) == value), key=len)


def point(cone: Cone) -> str:
    """Return the position of a cone in ADQL."""
    return f"POINT({number(cone.ra)}, {number(cone.dec)})"


def within(cone: Cone, *, whole_field: bool) -> str:
    """Return the condition that a pointing is in a cone.

    Parameters
    ----------
    cone
        Where.
    whole_field
        Whether it is enough that the field of view touches the cone.
    """
    circle = f"CIRCLE({number(cone.ra)}, {number(cone.dec)}, {number(cone.radius)})"
    if whole_field:
        return f"1 = INTERSECTS(s_region, {circle})"
    return f"1 = CONTAINS(POINT(s_ra, s_dec), {circle})"


def distance(cone: Cone) -> str:
    """Return the distance of a pointing to the position of a cone."""
    return f"DISTANCE(POINT(s_ra, s_dec), {point(cone)})"


def between(expression: str, low: float | None, high: float | None) -> str:
    """Return the condition that a value is in a range with open or given ends."""
    if low is not None and high is not None:
        return f"{expression} BETWEEN {number(low)} AND {number(high)}"
    if low is not None:
        return f"{expression} >= {number(low)}"
    if high is not None:
        return f"{expression} <= {number(high)}"
    raise ValueError("a range needs an end")


def one_of(column: str, values: Sequence[str | int]) -> str:
    """Return the condition that a column has one of some values."""
    texts = [text_literal(v) if isinstance(v, str) else str(v) for v in values]
    if len(texts) == 1:
        return f"{column} = {texts[0]}"
    return f"{column} IN ({', '.join(texts)})"


def search_query(
    conditions: Iterable[Condition],
    *,
    centre: Cone | None = None,
    ordering: Ordering | None = None,
) -> str:
    """Return the query whose rows are the result.

    Parameters
    ----------
    conditions
        All of which hold.
    centre
        To which the distance of each pointing is a column of the result.
    ordering
        How it is sorted; rows are in the same order each time.
    """
    columns = list(SHOWN)
    if centre is not None:
        columns.insert(5, f"{distance(centre)} AS {SEPARATION}")
    ordering = ordering or Ordering()
    by = f"{ordering.column} DESC" if ordering.descending else ordering.column
    lines = [f"SELECT {_wrapped(columns)}", f"FROM {_JOIN}", *_where(conditions)]
    ties = [c for c in ("t_min", "obs_publisher_did") if c != ordering.column]
    return "\n".join([*lines, f"ORDER BY {', '.join([by, *ties])}"])


def count_query(conditions: Iterable[Condition], columns: Sequence[str] = ()) -> str:
    """Return the query that counts rows, and sums up livetime in seconds.

    Parameters
    ----------
    conditions
        All of which hold.
    columns
        For each combination of their values there is a row; none for one row in all.
    """
    items = [*columns, "COUNT(*) AS n", "SUM(t_exptime) AS seconds"]
    lines = [f"SELECT {', '.join(items)}", f"FROM {_JOIN}", *_where(conditions)]
    if columns:
        lines.append(f"GROUP BY {', '.join(columns)}")
    return "\n".join(lines)


def _where(conditions: Iterable[Condition]) -> list[str]:
    texts = [condition.adql for condition in conditions]
    joined = "\n  AND ".join(texts)
    return [f"WHERE {joined}"] if texts else []


def _wrapped(items: Sequence[str], width: int = 76) -> str:
    """Return items with commas, in lines that fit."""
    lines = [""]
    for index, item in enumerate(items):
        text = item + ("," if index < len(items) - 1 else "")
        if lines[-1] and len(lines[-1]) + len(text) + 1 > width:
            lines.append("")
        lines[-1] += f" {text}" if lines[-1] else text
    return "\n       ".join(lines)
