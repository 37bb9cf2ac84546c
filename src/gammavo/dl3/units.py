"""Factors from the units that DL3 files use to those that gammavo stores."""

from __future__ import annotations

import math
from functools import lru_cache

from astropy import units

__all__ = ["DEGREE", "TEV", "factor_to"]

DEGREE = "deg"
TEV = "TeV"


@lru_cache(maxsize=64)
def factor_to(target: str, unit: str) -> float | None:
    """Return by what to multiply a value in ``unit`` to have it in ``target``.

    Spelling and case are forgiven where the meaning is clear. None if the unit is unknown
    or measures something else.
    """
    if unit == target:
        return 1.0
    for spelling in (unit, unit.lower(), unit.capitalize()):
        try:
            factor = float(units.Unit(spelling).to(units.Unit(target)))
        except (ValueError, TypeError, units.UnitConversionError):
            continue
        if math.isfinite(factor) and factor > 0:
            return factor
    known = {"tev": "TeV", "gev": "GeV", "mev": "MeV", "kev": "keV", "ev": "eV"}
    clear = known.get(unit.lower())
    return factor_to(target, clear) if clear not in (None, unit) and clear else None
