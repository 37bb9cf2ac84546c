"""Geometry on the sky turned into arithmetic with unit vectors.

Positions are unit vectors (ICRS); an angle between two of them is judged by the square of
the chord, ``|a - b|² <= (2 sin(r/2))²``, which is exact to rounding at every angle, at the
poles and across right ascension 0, and needs no trigonometry for each row.
"""

from gammavo.adql.geometry.kinds import Cap, ConstantPolygon, RowPolygon, Shape, Union
from gammavo.adql.geometry.predicates import (
    distance_below,
    distance_value,
    shape_contains,
    shapes_intersect,
)
from gammavo.adql.geometry.shapes import Shapes
from gammavo.adql.geometry.values import geometry_value

__all__ = [
    "Cap",
    "ConstantPolygon",
    "RowPolygon",
    "Shape",
    "Shapes",
    "Union",
    "distance_below",
    "distance_value",
    "geometry_value",
    "shape_contains",
    "shapes_intersect",
]
