"""What the language offers, word by word: what editors colour, complete and explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gammavo.adql.catalog import Catalog
from gammavo.adql.features import GEOMETRY_FUNCTIONS
from gammavo.adql.parser.functions import AGGREGATES, CAST_TARGETS, FUNCTIONS

__all__ = ["KEYWORDS", "TYPES", "DescribedFunction", "described_functions"]

_KEYWORDS: Final = """
ALL AND AS ASC BETWEEN BY CAST DESC DISTINCT EXCEPT EXISTS FROM FULL GROUP HAVING ILIKE IN
INNER INTERSECT IS JOIN LEFT LIKE NATURAL NOT NULL OFFSET ON OR ORDER OUTER PRECISION RIGHT
SELECT TOP UNION USING WHERE WITH
"""
KEYWORDS: Final = tuple(_KEYWORDS.split())
"""Reserved words that the grammar has a use for, beside functions and types."""

TYPES: Final = tuple(sorted(CAST_TARGETS - FUNCTIONS.keys()))
"""First words of the types of CAST that are not also functions."""

_AGGREGATES: Final = MappingProxyType(
    {
        "AVG": "Mean of the values of a group",
        "COUNT": "Number of rows, or of values that are not NULL, of a group",
        "MAX": "Largest value of a group",
        "MIN": "Smallest value of a group",
        "SUM": "Sum of the values of a group",
    }
)
_MEANINGS: Final = MappingProxyType(
    {
        **GEOMETRY_FUNCTIONS,
        **_AGGREGATES,
        "ABS": "Value without its sign",
        "ACOS": "Arc cosine, in radians",
        "ASIN": "Arc sine, in radians",
        "ATAN": "Arc tangent, in radians",
        "ATAN2": "Angle of the direction (x, y), in radians",
        "CEILING": "Smallest whole number that is not less",
        "COALESCE": "First of the values that is not NULL",
        "COS": "Cosine of an angle in radians",
        "COT": "Cotangent of an angle in radians",
        "DEGREES": "Radians as degrees",
        "EXP": "Power of e",
        "FLOOR": "Largest whole number that is not greater",
        "IN_UNIT": "Value converted to another unit",
        "LOG": "Natural logarithm",
        "LOG10": "Logarithm to the base 10",
        "LOWER": "Text in lower case",
        "MOD": "Remainder of x divided by y",
        "PI": "The number π",
        "POWER": "x to the power of y",
        "RADIANS": "Degrees as radians",
        "RAND": "Random number from 0 to 1",
        "ROUND": "Nearest number with so many decimal places",
        "SIN": "Sine of an angle in radians",
        "SQRT": "Square root",
        "TAN": "Tangent of an angle in radians",
        "TRUNCATE": "Number cut after so many decimal places",
        "UPPER": "Text in upper case",
    }
)


@dataclass(frozen=True, slots=True)
class DescribedFunction:
    """A function that queries may call.

    Parameters
    ----------
    name
        As documented.
    arguments
        What is between the parentheses, for people.
    description
        One sentence.
    kind
        ``geometry``, ``aggregate``, ``standard`` or ``user``.
    """

    name: str
    arguments: str
    description: str
    kind: str


def described_functions(catalog: Catalog) -> Iterator[DescribedFunction]:
    """Yield the functions of the language, then those of the service.

    Parameters
    ----------
    catalog
        Knows the user-defined functions; those that are refused are left out.
    """
    for name in sorted(AGGREGATES):
        yield DescribedFunction(name, "x", _MEANINGS[name], "aggregate")
    for name, arguments in FUNCTIONS.items():
        kind = "geometry" if name in GEOMETRY_FUNCTIONS else "standard"
        yield DescribedFunction(name, arguments, _MEANINGS[name], kind)
    for name in catalog.function_names:
        for function in catalog.functions(name):
            if function.expand is None:
                continue
            arguments = ", ".join(f"{n} {kind}" for n, kind in function.parameters)
            yield DescribedFunction(
                function.name, arguments, function.description, "user"
            )
