"""Polygons of rows: what lies in them, and what they meet.

From a point, half a great circle leads to the opposite point. If the point lies in a
polygon with its inside to the left, an edge that the line crosses last has it to the left;
edges crossed before cancel out. If the opposite point lies in it, the sum is the other way
round; elsewhere it is 0. It is this half of the circle and not the other one if the point
is to the left of edges that cross the circle to the left, and to the right of the others.
"""

from __future__ import annotations

from typing import Final

from gammavo.adql.bound import Call, Condition, Truth, Value
from gammavo.adql.geometry.arithmetic import (
    Vector,
    absolute,
    added,
    all_of,
    any_of,
    compared,
    cross,
    difference,
    dot,
    negated,
    number,
    side,
    squared_distance,
    subtracted,
    times,
)
from gammavo.adql.geometry.edges import (
    END,
    FIRST,
    NORMAL,
    START,
    edge_sum,
    edges_of,
    some_edge,
)
from gammavo.adql.geometry.kinds import RowPolygon
from gammavo.adql.geometry.sphere import RIM
from gammavo.model.columns import Datatype

__all__ = [
    "edges_near",
    "encloses",
    "holds_point",
    "meets",
    "orientation",
    "turning",
    "vertices_all",
]

_RIM: Final = number(RIM)
_RIM_SQUARED: Final = number(RIM * RIM)

_ON_RIM: Final = 1000.0
"""What an edge counts that the point lies on."""

_ASIDE: Final[Vector] = (number(0.31622776), number(-0.54772255), number(0.77459666))
"""Direction in which lines from points lead; any that no position exactly has."""


def turning(polygon: RowPolygon) -> Value:
    """Return the area in steradians, negative if the inside is to the right of edges."""
    cosines = added(dot(FIRST, START), added(dot(START, END), dot(END, FIRST)))
    half = Call(
        Datatype.DOUBLE,
        "atan2",
        (side(FIRST, START, END), added(number(1), cosines)),
    )
    return edge_sum(polygon.array, (), lambda _: times(number(2), half))


def orientation(polygon: RowPolygon) -> Value:
    """Return 1 if the inside is to the left of edges, -1 if to the right, else 0."""
    return Call(Datatype.DOUBLE, "sign", (turning(polygon),))


def holds_point(polygon: RowPolygon, point: Vector) -> Condition:
    """Return that a point lies in a polygon or on its rim."""
    return _holds(polygon.array, orientation(polygon), point, rim=True)


def _holds(edges: Value, left: Value, point: Vector, *, rim: bool) -> Condition:
    """Return that a point lies in a polygon; ``rim`` tells whether on its rim counts."""
    inputs = (*point, *cross(point, _ASIDE), left)
    found = edge_sum(edges, inputs, _crossing)
    if rim:
        return compared(found, ">", number(0.5))
    # Between an inner point, which counts 1, and one on the rim.
    near_one = absolute(subtracted(found, number(1)))
    return compared(near_one, "<", number(0.5))


def _crossing(given: tuple[Value, ...]) -> Value:
    """Return how this edge crosses the line from a point."""
    point, aside, left = _point(given), _point(given[3:]), given[6]
    beside, zero = dot(NORMAL, point), number(0)
    begins, ends = dot(aside, START), dot(aside, END)
    to_left = [compared(begins, "<", zero), compared(ends, ">=", zero)]
    to_right = [compared(begins, ">=", zero), compared(ends, "<", zero)]
    crossings = subtracted(
        _one(all_of([*to_left, compared(beside, ">", zero)])),
        _one(all_of([*to_right, compared(beside, "<", zero)])),
    )
    # The point sees the ends of an edge that it lies on in opposite directions.
    along = dot(difference(START, point), difference(END, point))
    on_edge = all_of(
        [compared(absolute(beside), "<=", _RIM), compared(along, "<=", _RIM_SQUARED)]
    )
    return added(times(left, crossings), times(number(_ON_RIM), _one(on_edge)))


def edges_near(
    polygon: RowPolygon, centre: Vector, chord: Value, height: Value
) -> Condition:
    """Return that an edge comes closer to a point than an angle.

    Parameters
    ----------
    polygon, centre
        The polygon and the point.
    chord, height
        Square of the chord of the angle, and its sine, or 1 if it is above 90°.
    """

    def near(given: tuple[Value, ...]) -> Condition:
        point, limit, sine = _point(given), given[3], given[4]
        beside = all_of(
            [
                compared(dot(cross(NORMAL, START), point), ">", number(0)),
                compared(dot(cross(END, NORMAL), point), ">", number(0)),
                compared(absolute(dot(NORMAL, point)), "<", sine),
            ]
        )
        return any_of([beside, compared(squared_distance(START, point), "<", limit)])

    return some_edge(polygon.array, (*centre, chord, height), near)


def vertices_all(polygon: RowPolygon, centre: Vector, chord: Value) -> Condition:
    """Return that no vertex is farther from a point than a chord (given as its square)."""
    far = some_edge(
        polygon.array,
        (*centre, chord),
        lambda given: compared(squared_distance(START, _point(given)), ">", given[3]),
    )
    return negated(far)


def meets(first: RowPolygon, second: RowPolygon) -> Condition:
    """Return that two polygons have a point in common."""
    return any_of(
        [
            _some_vertex(first, second, inside=True),
            _some_vertex(second, first, inside=True),
            _cross(first, second),
        ]
    )


def encloses(outer: RowPolygon, inner: RowPolygon) -> Condition:
    """Return that the second polygon lies in the first one or on its rim."""
    return all_of(
        [
            negated(_some_vertex(inner, outer, inside=False)),
            negated(_cross(outer, inner)),
            negated(_some_vertex(outer, inner, inside=True, rim=False)),
        ]
    )


def _some_vertex(
    polygon: RowPolygon, other: RowPolygon, *, inside: bool, rim: bool = True
) -> Condition:
    """Return that a vertex of the first polygon is in (or not in) the other one."""

    def test(given: tuple[Value, ...]) -> Condition:
        holds = _holds(given[0], given[1], START, rim=rim)
        return holds if inside else negated(holds)

    return some_edge(polygon.array, (edges_of(other.array), orientation(other)), test)


def _cross(first: RowPolygon, second: RowPolygon) -> Condition:
    """Return that an edge of one polygon crosses one of the other in its inside."""
    return some_edge(
        first.array,
        (edges_of(second.array),),
        lambda given: some_edge(given[0], (*START, *END, *NORMAL), _crossed),
    )


def _crossed(given: tuple[Value, ...]) -> Condition:
    """Return that this edge crosses another one: from a to b, with its normal."""
    a, b, normal = _point(given), _point(given[3:]), _point(given[6:])
    right, left = number(-RIM), number(RIM)
    # One end is to the left and one to the right of the other edge, for both edges.
    one_way = [
        compared(dot(normal, START), "<", right),
        compared(dot(normal, END), ">", left),
        compared(dot(NORMAL, a), ">", left),
        compared(dot(NORMAL, b), "<", right),
    ]
    other_way = [
        compared(dot(normal, START), ">", left),
        compared(dot(normal, END), "<", right),
        compared(dot(NORMAL, a), "<", right),
        compared(dot(NORMAL, b), ">", left),
    ]
    return any_of([all_of(one_way), all_of(other_way)])


def _one(condition: Condition) -> Value:
    return Truth(Datatype.INTEGER, condition)


def _point(given: tuple[Value, ...]) -> Vector:
    return given[0], given[1], given[2]
