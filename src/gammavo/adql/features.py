"""Which optional parts of ADQL 2.1 work here, as TAPRegExt capabilities list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from gammavo.adql.user_functions import UserFunction

__all__ = ["GEOMETRY_FUNCTIONS", "language_features"]

_PREFIX = "ivo://ivoa.net/std/TAPRegExt#features-"

GEOMETRY_FUNCTIONS: Final = MappingProxyType(
    {
        "AREA": "Area of a shape in square degrees",
        "BOX": "Box with the centre, width and height given, in degrees (ICRS)",
        "CENTROID": "Direction of the mean of all positions in a shape",
        "CIRCLE": "Circle with the centre and radius given, in degrees (ICRS)",
        "CONTAINS": "1 if the first shape lies in the second one or on its rim",
        "COORD1": "Longitude of a position in degrees",
        "COORD2": "Latitude of a position in degrees",
        "COORDSYS": "Coordinate system of a position or shape",
        "DISTANCE": "Angle between two positions in degrees",
        "INTERSECTS": "1 if two shapes have a position in common",
        "POINT": "Position given in degrees (ICRS)",
        "POLYGON": "Polygon with the vertices given, in degrees (ICRS)",
        "REGION": "Shape written in STC-S: POSITION, CIRCLE, BOX, POLYGON, UNION in ICRS",
    }
)
"""The geometry functions, all of them."""

_OPTIONAL = MappingProxyType(
    {
        "adql-string": {
            "LOWER": "Text in lower case",
            "UPPER": "Text in upper case",
            "ILIKE": "LIKE without regard to case",
        },
        "adql-common-table": {"WITH": "Named subqueries before the query"},
        "adql-sets": {
            "UNION": "Rows of both queries",
            "EXCEPT": "Rows of the first query that are not in the second one",
            "INTERSECT": "Rows that are in both queries",
        },
        "adql-type": {
            "CAST": "Value in another type; NULL if it has no value in that type"
        },
        # COALESCE (adql-conditional) works and is not listed: STILTS 3.4 reports that
        # key as an error. Last looked at with 3.4.7, which Debian 12 ships.
        "adql-unit": {"IN_UNIT": "Value converted to another unit"},
        "adql-offset": {"OFFSET": "Number of rows to leave out"},
    }
)


def language_features(
    functions: Sequence[UserFunction],
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return forms and descriptions by the URI of their group."""
    groups = {
        f"{_PREFIX}{group}": tuple(forms.items()) for group, forms in _OPTIONAL.items()
    }
    groups[f"{_PREFIX}adqlgeo"] = tuple(GEOMETRY_FUNCTIONS.items())
    groups[f"{_PREFIX}udf"] = tuple(
        (function.form, function.description)
        for function in functions
        if function.expand is not None
    )
    return groups
