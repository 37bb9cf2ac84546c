"""Vectors of numbers: what is known before the query runs."""

from __future__ import annotations

import math
from typing import Final

from gammavo.model.regions import Vector

__all__ = [
    "RIM",
    "cross",
    "difference",
    "dot",
    "edge_moment",
    "edge_normal",
    "edges_cross",
    "excess",
    "normalized",
    "scaled_sum",
]

RIM: Final = 1e-15
"""Width in radians (0.2 nano-arcseconds) by which rims are open outwards.

Unit vectors of double precision have errors of about 2e-16, so that without it a point on
the rim of a circle would be in or out by chance; ADQL has it in.
"""


def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def difference(a: Vector, b: Vector) -> Vector:
    """Return ``a - b``."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scaled_sum(a: Vector, b: Vector, factor: float) -> Vector:
    """Return ``a + factor b``."""
    return a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]


def normalized(a: Vector) -> Vector:
    """Return the unit vector in this direction; the vector must not be zero."""
    length = math.hypot(*a)
    return a[0] / length, a[1] / length, a[2] / length


def edge_normal(a: Vector, b: Vector) -> Vector:
    """Return the unit normal of the great circle from ``a`` to ``b``.

    It points to the left, seen from outside. ``b - a`` instead of ``b`` keeps all digits
    for edges of arcseconds, where ``a × b`` would lose ten of them.
    """
    return normalized(cross(a, difference(b, a)))


def edges_cross(a: Vector, b: Vector, c: Vector, d: Vector) -> bool:
    """Tell whether two arcs shorter than 180° cross in their inside."""
    first, second = edge_normal(a, b), edge_normal(c, d)
    signs = (-dot(first, c), dot(first, d), dot(second, a), -dot(second, b))
    return all(s > RIM for s in signs) or all(s < -RIM for s in signs)


def excess(a: Vector, b: Vector, c: Vector) -> float:
    """Return the area of a triangle in steradians, negative if it turns clockwise."""
    turn = dot(a, cross(difference(b, a), difference(c, a)))
    return 2 * math.atan2(turn, 1 + dot(a, b) + dot(b, c) + dot(c, a))


def edge_moment(a: Vector, b: Vector) -> Vector:
    """Return what an edge adds to the integral of the unit vectors inside of a polygon.

    By Stokes' theorem that is half the length of the edge in the direction of its normal.
    """
    x, y, z = edge_normal(a, b)
    half = math.asin(min(1.0, math.dist(a, b) / 2))
    return half * x, half * y, half * z
