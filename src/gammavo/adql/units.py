"""Units of calculated values, by the rules of VOUnits 1.1.

astropy is imported when the first unit is calculated, not with this module: most queries
have no use for it and it takes half a second.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

__all__ = ["conversion_factor", "power", "product", "quotient"]

_CACHED = 512
"""Pairs of units remembered; a service has a few dozen units."""


_LONGEST: Final = 80
"""Characters of a unit that a query writes or an uploaded column has."""

_LARGE_POWER: Final = re.compile(
    r"\d{3}|10.*\)\s*(\*\*|\^)|\)\s*(\*\*|\^).*10", re.DOTALL
)
"""Numbers whose powers astropy would calculate for minutes (``10**999999999``)."""

_NO_UNIT: Final = (ValueError, TypeError, ArithmeticError)


def _parse(unit: str) -> Any:
    from astropy import units  # noqa: PLC0415 - late: see above

    if len(unit) > _LONGEST or _LARGE_POWER.search(unit):
        raise ValueError(unit)
    return units.Unit(unit, format="vounit", parse_strict="raise")


@lru_cache(maxsize=_CACHED)
def conversion_factor(unit: str, target: str) -> float:
    """Return the number that values in ``unit`` times give values in ``target``.

    Raises
    ------
    ValueError
        A unit is not a VOUnit, or one cannot be converted into the other by a factor.
        The text says which.
    """
    try:
        wanted = _parse(target)
    except _NO_UNIT:
        name = target[:_LONGEST]
        raise ValueError(f"{name!r} is not a unit of VOUnits") from None
    if wanted.is_equivalent(1):
        raise ValueError("values cannot be converted to no unit")
    try:
        return float(_parse(unit).to(wanted))
    except _NO_UNIT:
        raise ValueError(f"{unit!r} cannot be converted to {target!r}") from None


@lru_cache(maxsize=_CACHED)
def product(first: str, second: str) -> str | None:
    """Return the unit of a product; None for no unit or if a unit is no VOUnit."""
    return _combined(first, second, 1)


@lru_cache(maxsize=_CACHED)
def quotient(first: str | None, second: str) -> str | None:
    """Return the unit of a quotient; None for no unit or if a unit is no VOUnit."""
    return _combined(first or "", second, -1)


@lru_cache(maxsize=_CACHED)
def power(unit: str, exponent: float) -> str | None:
    """Return the unit of a power; None for no unit or if the unit is no VOUnit."""
    return _combined("", unit, exponent)


def _combined(first: str, second: str, exponent: float) -> str | None:
    try:
        unit = _parse(first) * _parse(second) ** exponent
        # A scale such as that of deg/arcsec would be a factor in front of the unit,
        # which VOUnits allow as a power of ten only; then there is no unit to tell.
        text = unit.to_string("vounit")
    except _NO_UNIT:
        return None
    return str(text) or None
