"""The functions of every catalogue."""

from __future__ import annotations

from typing import Final

from gammavo.adql.user_functions.astrometry import ASTROMETRY_FUNCTIONS
from gammavo.adql.user_functions.function import INTEGER, TEXT, UserFunction
from gammavo.adql.user_functions.healpix import HEALPIX_FUNCTIONS
from gammavo.adql.user_functions.intervals import INTERVAL_FUNCTIONS, TIME_FUNCTIONS
from gammavo.adql.user_functions.statistics import STATISTICS_FUNCTIONS
from gammavo.adql.user_functions.texts import TEXT_FUNCTIONS
from gammavo.adql.user_functions.time_coverage import TIME_COVERAGE_FUNCTIONS
from gammavo.model.columns import Datatype

__all__ = ["BUILTIN_USER_FUNCTIONS"]

_REFUSED: Final = (
    UserFunction(
        "ivo_simbadpoint",
        (("identifier", TEXT),),
        Datatype.POINT,
        "Position of an object by its name",
        refusal="looking up a name takes another service: give its position",
    ),
    UserFunction(
        "moc",
        (("order", INTEGER), ("shape", Datatype.REGION)),
        Datatype.REGION,
        "Coverage map of a shape",
        refusal="use the shape itself",
    ),
)
"""Functions that people expect, and why they are not here."""

BUILTIN_USER_FUNCTIONS: Final = (
    *HEALPIX_FUNCTIONS,
    *ASTROMETRY_FUNCTIONS,
    *TIME_FUNCTIONS,
    *TEXT_FUNCTIONS,
    *STATISTICS_FUNCTIONS,
    *INTERVAL_FUNCTIONS,
    *TIME_COVERAGE_FUNCTIONS,
    *_REFUSED,
)
"""Functions of every catalogue; those without expansion are refused by name."""
