"""Geometry on the sky turned into arithmetic with unit vectors.

Positions are unit vectors (ICRS); an angle between two of them is judged by the square of
the chord, ``|a - b|² <= (2 sin(r/2))²``, which is exact to rounding at every angle, at the
poles and across right ascension 0, and needs no trigonometry for each row.
"""

from gammavo.adql.geometry.predicates import (
    distance_below,
    distance_value,
    shape_contains,
    shapes_intersect,
)
from gammavo.adql.geometry.shapes import Cap, ConstantPolygon, Shape, Shapes

__all__ = [
    "Cap",
    "ConstantPolygon",
    "Shape",
    "Shapes",
    "distance_below",
    "distance_value",
    "shape_contains",
    "shapes_intersect",
]
