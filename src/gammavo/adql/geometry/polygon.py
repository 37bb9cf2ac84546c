"""Constant polygons: checked, turned the right way round, cut into convex pieces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gammavo.adql.geometry.sphere import (
    RIM,
    cross,
    dot,
    edge_normal,
    edges_cross,
    normalized,
    scaled_sum,
)
from gammavo.model.regions import Vector

__all__ = ["MOST_VERTICES", "Polygon", "make_polygon"]

MOST_VERTICES: Final = 100
"""Vertices of a polygon; each one is up to three comparisons for every row."""

_LEAST_HEIGHT = 1e-3
"""Least scalar product of centre and vertex: vertices lie within 89.9° of it."""
_MOST_STEPS = 1000
_THIN: Final = 1e-11
"""Width of a piece, relative to the polygon, up to which it is left out."""

_Plane = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A polygon that lies within a hemisphere.

    Parameters
    ----------
    vertices
        Unit vectors, counter-clockwise seen from outside.
    pieces
        Convex parts as tuples of unit normals of their edges, which point inwards.
    centre
        Unit vector from which all vertices are less than 90° away.
    """

    vertices: tuple[Vector, ...]
    pieces: tuple[tuple[Vector, ...], ...]
    centre: Vector

    @property
    def edges(self) -> tuple[tuple[Vector, Vector], ...]:
        """Pairs of vertices."""
        return tuple(
            zip(self.vertices, self.vertices[1:] + self.vertices[:1], strict=True)
        )

    @property
    def radius(self) -> float:
        """Radius in radians of a circle about ``centre`` that holds the polygon."""
        return max(
            2 * math.asin(min(1.0, math.dist(self.centre, vertex) / 2))
            for vertex in self.vertices
        )

    def contains(self, point: Vector, margin: float = -RIM) -> bool:
        """Tell whether a point lies in the polygon, ``margin`` inside of each edge."""
        return any(
            all(dot(normal, point) >= margin for normal in piece)
            for piece in self.pieces
        )

    def contains_polygon(self, other: Polygon) -> bool:
        """Tell whether another polygon lies in this one."""
        return (
            all(self.contains(vertex) for vertex in other.vertices)
            and not self._crosses(other)
            and not any(other.contains(vertex, RIM) for vertex in self.vertices)
        )

    def intersects_polygon(self, other: Polygon) -> bool:
        """Tell whether two polygons have a point in common."""
        return (
            any(self.contains(vertex) for vertex in other.vertices)
            or any(other.contains(vertex) for vertex in self.vertices)
            or self._crosses(other)
        )

    def _crosses(self, other: Polygon) -> bool:
        return any(
            edges_cross(a, b, c, d) for a, b in self.edges for c, d in other.edges
        )


def make_polygon(points: Sequence[Vector]) -> Polygon:
    """Check the vertices of a polygon and make it.

    Of the two areas that the edges bound, the smaller one is meant, whatever the order
    of the vertices (the winding that services expect differs).

    Raises
    ------
    ValueError
        The polygon is degenerate, crosses itself, or is not within a hemisphere. The
        text says which.
    """
    vertices = _without_repetition(points)
    if len(vertices) > MOST_VERTICES:
        raise ValueError(f"a polygon has at most {MOST_VERTICES} vertices")
    if len(vertices) < 3:
        raise ValueError("a polygon needs three different vertices")
    centre = _centre(vertices)
    plane = _projected(vertices, centre)
    _check_simple(plane)
    area = _area(plane)
    size = max(math.dist(plane[0], other) for other in plane)
    if abs(area) <= 1e-9 * size * size:
        raise ValueError("the vertices of the polygon lie on one great circle")
    if area < 0:
        vertices.reverse()
        plane.reverse()
    pieces = tuple(
        _normals([vertices[index] for index in piece]) for piece in _convex(plane)
    )
    return Polygon(tuple(vertices), pieces, centre)


def _without_repetition(points: Sequence[Vector]) -> list[Vector]:
    """Return the vertices, without those that repeat the one before."""
    vertices: list[Vector] = []
    for point in points:
        if not vertices or math.dist(vertices[-1], point) > RIM:
            vertices.append(point)
    while len(vertices) > 1 and math.dist(vertices[0], vertices[-1]) <= RIM:
        vertices.pop()
    return vertices


def _centre(vertices: Sequence[Vector]) -> Vector:
    """Find a direction less than 90° from all vertices (perceptron algorithm)."""
    total: Vector = (0.0, 0.0, 0.0)
    for vertex in vertices:
        total = scaled_sum(total, vertex, 1.0)
    for _ in range(_MOST_STEPS):
        if math.hypot(*total) > RIM:
            centre = normalized(total)
            worst = min(vertices, key=lambda vertex: dot(vertex, centre))
            if dot(worst, centre) > _LEAST_HEIGHT:
                return centre
        else:
            worst = vertices[0]
        total = scaled_sum(total, worst, 1.0)
    raise ValueError("the polygon is too large: it must lie within a hemisphere")


def _projected(vertices: Sequence[Vector], centre: Vector) -> list[_Plane]:
    """Project on the plane that touches the sphere at the centre (gnomonic).

    Great circles become straight lines, so that planar geometry is exact there.
    """
    smallest = min(range(3), key=lambda axis: abs(centre[axis]))
    axis = tuple(float(index == smallest) for index in range(3))
    east = normalized(cross((axis[0], axis[1], axis[2]), centre))
    north = cross(centre, east)
    return [
        (dot(v, east) / dot(v, centre), dot(v, north) / dot(v, centre))
        for v in vertices
    ]


def _turn(a: _Plane, b: _Plane, c: _Plane) -> float:
    """Return twice the area of a triangle, positive if it is counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(plane: Sequence[_Plane]) -> float:
    origin = plane[0]
    return sum(_turn(origin, b, c) for b, c in pairwise(plane[1:])) / 2


def _check_simple(plane: Sequence[_Plane]) -> None:
    """Raise an error if two edges have more than a common vertex."""
    count = len(plane)
    for first in range(count):
        a, b = plane[first], plane[(first + 1) % count]
        for second in range(first + 1, count):
            c, d = plane[second], plane[(second + 1) % count]
            if second == first + 1:
                folded = _folds_back(a, b, d)
            elif (second + 1) % count == first:
                folded = _folds_back(c, a, b)
            else:
                folded = _meet(a, b, c, d)
            if folded:
                raise ValueError("the edges of the polygon cross or touch each other")


def _folds_back(a: _Plane, b: _Plane, c: _Plane) -> bool:
    """Tell whether the way from a over b to c goes back on itself."""
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return ahead < 0 and abs(_turn(a, b, c)) <= 1e-12 * abs(ahead)


def _meet(a: _Plane, b: _Plane, c: _Plane, d: _Plane) -> bool:
    """Tell whether two segments have a point in common."""
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _convex(plane: Sequence[_Plane]) -> list[list[int]]:
    """Cut a simple counter-clockwise polygon into convex pieces (indices of vertices)."""
    left = list(range(len(plane)))
    pieces: list[list[int]] = []
    size = max(math.dist(plane[0], other) for other in plane)
    # Both sides of a great circle would be "inside" of a piece without a width.
    thin = _THIN * size * size
    while True:
        turns = [
            _turn(plane[left[i - 1]], plane[left[i]], plane[left[(i + 1) % len(left)]])
            for i in range(len(left))
        ]
        if all(turn >= 0 for turn in turns):
            return pieces if sum(turns) <= thin else [*pieces, left]
        ear = _ear(plane, left, turns)
        if turns[ear] > thin:
            pieces.append([left[ear - 1], left[ear], left[(ear + 1) % len(left)]])
        del left[ear]


def _ear(plane: Sequence[_Plane], left: Sequence[int], turns: Sequence[float]) -> int:
    """Return the place of a vertex that can be cut off with its two neighbours."""
    count = len(left)
    for place in sorted(range(count), key=lambda i: -turns[i]):
        if turns[place] <= 0:
            break
        a, b, c = (plane[left[(place + step) % count]] for step in (-1, 0, 1))
        corners = {left[(place + step) % count] for step in (-1, 0, 1)}
        others = (plane[i] for i in left if i not in corners)
        if not any(
            _turn(a, b, p) >= 0 and _turn(b, c, p) >= 0 and _turn(c, a, p) >= 0
            for p in others
        ):
            return place
    raise ValueError("the polygon is too thin to be cut into triangles")


def _normals(vertices: Sequence[Vector]) -> tuple[Vector, ...]:
    return tuple(
        edge_normal(vertices[i - 1], vertices[i]) for i in range(len(vertices))
    )
