"""Filters that write values as astronomers read them: ``thousands``, ``mjd``, ``tev``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django import template

register = template.Library()

_MJD_ZERO: Final = datetime(1858, 11, 17, tzinfo=UTC)


@register.filter
def thousands(number: float | None) -> str:
    """Return a whole number with narrow spaces between thousands."""
    return "–" if number is None else f"{number:,.0f}".replace(",", "\u202f")


@register.filter
def mjd(value: float | None, form: str = "%Y-%m-%d") -> str:
    """Return a Modified Julian Date as a calendar date, in its own time scale.

    Parameters
    ----------
    value
        Days; None or what is no date of the calendar becomes a dash.
    form
        As of ``strftime``.
    """
    try:
        return (_MJD_ZERO + timedelta(days=value or float("nan"))).strftime(form)
    except (OverflowError, ValueError):
        return "–"


@register.filter
def tev(electronvolts: float | None) -> str:
    """Return an energy given in eV as a number of TeV with three digits."""
    return "–" if electronvolts is None else f"{electronvolts / 1e12:.3g}"
