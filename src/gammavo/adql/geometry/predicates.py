"""CONTAINS, INTERSECTS and DISTANCE of shapes as conditions on vectors.

A point is a circle of radius 0, so that there are only two kinds of shapes here. Names:
``dist`` is the angle between two centres, ``r`` a radius in radians.
"""

from __future__ import annotations

import math
from itertools import pairwise

from gammavo.adql.bound import Call, Case, Condition, Literal, Value
from gammavo.adql.errors import NotSupportedError
from gammavo.adql.geometry.arithmetic import (
    FALSE,
    TRUE,
    Vector,
    absolute,
    added,
    all_of,
    any_of,
    compared,
    constant,
    cross,
    dot,
    negated,
    number,
    square,
    squared_distance,
    squared_sum,
    subtracted,
    times,
)
from gammavo.adql.geometry.polygon import Polygon
from gammavo.adql.geometry.shapes import Cap, ColumnPolygon, ConstantPolygon, Shape
from gammavo.adql.geometry.sphere import RIM, edge_normal
from gammavo.adql.geometry.sphere import cross as fixed_cross
from gammavo.adql.tokens import Token
from gammavo.model.columns import Datatype
from gammavo.model.regions import Vector as FixedVector

__all__ = ["distance_below", "distance_value", "shape_contains", "shapes_intersect"]

_MOST_COLUMN_VERTICES = 12
"""Vertices of a polygon of columns; the condition grows by 50 products for each."""

_EVERYTHING, _NOTHING = 5.0, -1.0
"""Squares of chords that all, and no, squares of chords (0 to 4) are below."""

_WIDE = math.radians(0.05)
"""Radians from which the scalar product, which is faster to work out, is as good as the
chord: its rounding moves the rim by less than 0.1 micro-arcseconds."""

_ROUNDING = 4e-16
"""Error of the scalar product of two unit vectors; rims are open outwards by that."""


def shape_contains(inner: Shape, outer: Shape, at: Token) -> Condition:
    """Return that the first shape lies in the second one or on its rim.

    Raises
    ------
    NotSupportedError
        One of them is a polygon of columns and the other one is not a point.
    """
    match inner, outer:
        case Cap(), Cap():
            return _cap_in_cap(inner, outer)
        case Cap(), ConstantPolygon(polygon):
            return all_of(
                [_inside(inner.centre, polygon), negated(_near(inner, polygon))]
            )
        case ConstantPolygon(polygon), Cap():
            return _polygon_in_cap(polygon, outer)
        case ConstantPolygon(first), ConstantPolygon(second):
            return TRUE if second.contains_polygon(first) else FALSE
        case Cap(is_point=True), ColumnPolygon():
            return _inside_columns(inner.centre, outer)
        case _:
            raise _column_polygon(at)


def shapes_intersect(first: Shape, second: Shape, at: Token) -> Condition:
    """Return that two shapes have a point in common.

    Raises
    ------
    NotSupportedError
        One of them is a polygon of columns and the other one is not a point.
    """
    match first, second:
        case Cap(), Cap():
            reach = added(first.radius, second.radius)
            return _within(first.centre, second.centre, reach)
        case Cap(), ConstantPolygon(polygon):
            return _touches(first, polygon)
        case ConstantPolygon(polygon), Cap():
            return _touches(second, polygon)
        case ConstantPolygon(one), ConstantPolygon(other):
            return TRUE if one.intersects_polygon(other) else FALSE
        case Cap(is_point=True), ColumnPolygon():
            return _inside_columns(first.centre, second)
        case ColumnPolygon(), Cap(is_point=True):
            return _inside_columns(second.centre, first)
        case _:
            raise _column_polygon(at)


def distance_below(
    first: Cap, second: Cap, degrees: Value, *, strictly: bool
) -> Condition:
    """Return that two points are at most (or less than) an angle apart."""
    known = constant(degrees)
    angle: Value = Call(Datatype.DOUBLE, "radians", (degrees,))
    if known is not None:
        angle = number(math.radians(known))
    if strictly:
        chord = _squared_chord(angle, margin=0.0)
        return compared(squared_distance(first.centre, second.centre), "<", chord)
    return _within(first.centre, second.centre, angle)


def distance_value(first: Cap, second: Cap) -> Value:
    """Return the angle between two points in degrees (W. Kahan's formula)."""
    apart = squared_distance(first.centre, second.centre)
    together = squared_sum(first.centre, second.centre)
    known = constant(apart), constant(together)
    if known[0] is not None and known[1] is not None:
        angle = 2 * math.atan2(math.sqrt(known[0]), math.sqrt(known[1]))
        return number(math.degrees(angle))
    half = Call(Datatype.DOUBLE, "atan2", (_root(apart), _root(together)))
    return Call(Datatype.DOUBLE, "degrees", (times(number(2), half),))


def _root(value: Value) -> Value:
    known = constant(value)
    if known is not None:
        return number(math.sqrt(known))
    return Call(Datatype.DOUBLE, "root", (value,))


def _squared_chord(angle: Value, margin: float) -> Value:
    """Return the square of the chord of an angle (radians), widened by a margin."""
    known = constant(angle)
    if known is not None:
        if known < 0:
            return number(_NOTHING)
        if known > math.pi or (margin and known == math.pi):
            return number(_EVERYTHING)
        return number((2 * math.sin(known / 2) + margin) ** 2)
    half = Call(Datatype.DOUBLE, "sin", (times(angle, number(0.5)),))
    chord = added(times(number(2), half), number(margin))
    return Case(
        Datatype.DOUBLE,
        (
            compared(angle, ">", number(math.pi)),
            compared(angle, ">=", number(0)),
            compared(angle, "<", number(0)),
        ),
        (number(_EVERYTHING), square(chord), number(_NOTHING)),
    )


def _within(first: Vector, second: Vector, angle: Value) -> Condition:
    chord = _squared_chord(angle, margin=RIM)
    known, square_known = constant(angle), constant(chord)
    if known is not None and square_known is not None and _WIDE <= known < math.pi:
        return compared(dot(first, second), ">=", number(1 - square_known / 2 - _ROUNDING))
    return compared(squared_distance(first, second), "<=", chord)


def _cap_in_cap(inner: Cap, outer: Cap) -> Condition:
    """Return dist <= r(outer) - r(inner), or that the outer circle is the whole sky."""
    known = constant(outer.radius)
    if inner.is_point or (known is not None and known >= math.pi):
        reach = outer.radius
    elif known is not None:
        reach = subtracted(outer.radius, inner.radius)
    else:
        whole_sky = compared(outer.radius, ">=", number(math.pi))
        reach = Case(
            Datatype.DOUBLE,
            (whole_sky, negated(whole_sky)),
            (number(math.pi), subtracted(outer.radius, inner.radius)),
        )
    return _within(inner.centre, outer.centre, reach)


def _inside(point: Vector, polygon: Polygon) -> Condition:
    return any_of(
        [
            all_of(
                [
                    compared(dot(_vector(normal), point), ">=", number(-RIM))
                    for normal in piece
                ]
            )
            for piece in polygon.pieces
        ]
    )


def _near(cap: Cap, polygon: Polygon) -> Condition:
    """Return that an edge comes closer to the centre than the radius."""
    if cap.is_point:
        return FALSE
    chord = _squared_chord(cap.radius, margin=0.0)
    quarter = number(math.pi / 2)
    known = constant(cap.radius)
    height: Value
    if known is not None:
        height = number(math.sin(min(known, math.pi / 2)))
    else:
        beyond = compared(cap.radius, ">", quarter)
        sine = Call(Datatype.DOUBLE, "sin", (cap.radius,))
        height = Case(Datatype.DOUBLE, (beyond, negated(beyond)), (number(1), sine))
    return any_of(
        [_edge_within(cap.centre, a, b, chord, height) for a, b in polygon.edges]
    )


def _edge_within(
    centre: Vector, a: FixedVector, b: FixedVector, chord: Value, height: Value
) -> Condition:
    """Return that an arc comes closer to a point than a chord.

    The nearest point of the arc is the foot of the perpendicular if that lies between the
    ends, where the sine of the distance is the scalar product with the normal; else it is
    the nearer end.
    """
    normal = edge_normal(a, b)
    beside = all_of(
        [
            compared(dot(_vector(fixed_cross(normal, a)), centre), ">", number(0)),
            compared(dot(_vector(fixed_cross(b, normal)), centre), ">", number(0)),
            compared(absolute(dot(_vector(normal), centre)), "<", height),
        ]
    )
    ends = [
        compared(squared_distance(_vector(end), centre), "<", chord) for end in (a, b)
    ]
    return any_of([beside, *ends])


def _touches(cap: Cap, polygon: Polygon) -> Condition:
    return any_of([_inside(cap.centre, polygon), _near(cap, polygon)])


def _polygon_in_cap(polygon: Polygon, cap: Cap) -> Condition:
    """Return that a polygon lies in a circle.

    A circle of up to 90° is convex: it has the polygon if it has the vertices. A larger
    one has it if the opposite circle, of radius 180° - r, does not meet it.
    """
    vertices = all_of(
        [_within(_vector(v), cap.centre, cap.radius) for v in polygon.vertices]
    )
    x, y, z = (times(number(-1), component) for component in cap.centre)
    opposite = Cap((x, y, z), subtracted(number(math.pi), cap.radius))
    apart = negated(_touches(opposite, polygon))
    small = compared(cap.radius, "<=", number(math.pi / 2))
    whole_sky = compared(cap.radius, ">=", number(math.pi))
    large = all_of([negated(small), any_of([whole_sky, apart])])
    return any_of([all_of([small, vertices]), large])


def _inside_columns(point: Vector, polygon: ColumnPolygon) -> Condition:
    """Return that a point lies in a polygon of columns.

    The polygon is a fan of triangles from its first vertex, some of them turned over if
    it is not convex; the point is inside if it lies in more of one kind than of the other.
    """
    vertices = polygon.vertices
    if len(vertices) > _MOST_COLUMN_VERTICES:
        raise NotSupportedError(
            f"a polygon of columns has at most {_MOST_COLUMN_VERTICES} vertices",
            polygon.at,
        )
    first = vertices[0]
    total: Value = number(0)
    for a, b in pairwise(vertices[1:]):
        sides = [_side(first, a, point), _side(a, b, point), _side(b, first, point)]
        turn = _side(first, a, b)
        left = [compared(turn, ">", number(0))]
        left += [compared(side, ">=", number(0)) for side in sides]
        right = [compared(turn, "<", number(0))]
        right += [compared(side, "<=", number(0)) for side in sides]
        conditions = all_of(left), all_of(right), compared(turn, "<=", number(4))
        values = number(1), number(-1), number(0)
        total = added(total, Case(Datatype.DOUBLE, conditions, values))
    return compared(absolute(total), ">", number(0.5))


def _side(a: Vector, b: Vector, point: Vector) -> Value:
    """Return the triple product, positive if the point is left of the arc from a to b."""
    along = (subtracted(b[0], a[0]), subtracted(b[1], a[1]), subtracted(b[2], a[2]))
    off = (
        subtracted(point[0], a[0]),
        subtracted(point[1], a[1]),
        subtracted(point[2], a[2]),
    )
    return dot(a, cross(along, off))


def _vector(fixed: FixedVector) -> Vector:
    x, y, z = (Literal(Datatype.DOUBLE, component) for component in fixed)
    return x, y, z


def _column_polygon(at: Token) -> NotSupportedError:
    return NotSupportedError(
        "a polygon of columns can be tested against points only",
        at,
        "write CONTAINS(POINT(...), POLYGON(...))",
    )
