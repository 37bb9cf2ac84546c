"""Index searches that follow from conditions on the sky.

A condition that a position lies in a constant circle or polygon implies that its HEALPix
index lies in one of a few ranges. A condition that a region meets one implies that its
centre is not farther away than the largest region reaches: it lies in a box. Adding what
a condition implies changes no result, but lets the engine skip the blocks of a sorted
table that have no such index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from gammavo.adql import cover
from gammavo.adql.bound import (
    And,
    Between,
    ColumnReference,
    Comparison,
    Condition,
    Distance,
    GeometryTest,
    GeometryValue,
    InList,
    Literal,
    Or,
    UserCall,
    Value,
)
from gammavo.adql.cover import Ranges
from gammavo.adql.geometry import Cap, ConstantPolygon, Shape, Shapes, Union
from gammavo.adql.geometry.arithmetic import constant, number
from gammavo.model.columns import Datatype
from gammavo.model.regions import Vector

__all__ = ["Prefilters"]

_Covers = dict[ColumnReference, Ranges]
_MARGIN = 1e-8
"""Radians by which boxes are widened, so that no rounding loses a row."""


class Prefilters:
    """Finds index searches.

    Parameters
    ----------
    shapes
        Makes shapes of values.

    Attributes
    ----------
    relations
        The relations, by the engine's names, that a search was found for.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self.relations: set[str] = set()

    def of(self, condition: Condition) -> tuple[Condition, ...]:
        """Return conditions on index columns that the condition implies.

        Raises
        ------
        AdqlError
            Numbers of a shape are out of range.
        """
        parts = condition.operands if isinstance(condition, And) else (condition,)
        filters: list[Condition] = []
        for part in parts:
            filters += self._boxes(part)
            for column, ranges in self._covers(part).items():
                self.relations.add(column.relation)
                filters.append(_in_ranges(column, ranges))
        return tuple(filters)

    def _covers(self, condition: Condition) -> _Covers:
        match condition:
            case And(operands=operands):
                return _narrowest(self._covers(operand) for operand in operands)
            case Or(operands=operands):
                return self._union(operands)
            case Comparison(operator="=", left=left, right=right):
                return self._equal(left, right) or self._equal(right, left)
            case Comparison(operator="<" | "<=", left=Distance() as distance):
                return self._distance(distance, condition.right)
            case Comparison(operator=">" | ">=", right=Distance() as distance):
                return self._distance(distance, condition.left)
            case Between(operand=Distance() as distance):
                return self._distance(distance, condition.high)
            case Between(operand=UserCall() as call, low=low, high=high):
                return self._cells(call, ((low, high),))
            case InList(operand=UserCall() as call, items=items):
                return self._cells(call, [(item, item) for item in items])
            case _:
                return {}

    def _equal(self, value: Value, other: Value) -> _Covers:
        if isinstance(value, GeometryTest) and _is_one(other):
            return self._test(value)
        if isinstance(value, UserCall):
            return self._cells(value, ((other, other),))
        return {}

    def _union(self, operands: Iterable[Condition]) -> _Covers:
        """Return covers of positions that every one of the alternatives restricts."""
        covers: list[_Covers] = []
        for operand in operands:
            covers.append(self._covers(operand))
            if not covers[-1]:
                return {}
        shared = set(covers[0]).intersection(*covers[1:])
        return {
            column: cover.union(alternative[column] for alternative in covers)
            for column in shared
        }

    def _distance(self, node: Distance, limit: Value) -> _Covers:
        degrees = constant(limit)
        if degrees is None:
            return {}
        first = self._shapes.point(node.first, node.at)
        second = self._shapes.point(node.second, node.at)
        angle = math.radians(degrees)
        return _cone(first, second.place, angle) or _cone(second, first.place, angle)

    def _test(self, node: GeometryTest) -> _Covers:
        first = self._shapes.shape(node.first, node.at)
        second = self._shapes.shape(node.second, node.at)
        contains = node.function == "CONTAINS"
        return _near(first, second, inside=contains) or _near(
            second, first, inside=False
        )

    def _boxes(self, condition: Condition) -> Iterable[Condition]:
        """Return boxes that hold the centres of regions that a condition is true for."""
        match condition:
            case Comparison(operator="=", left=GeometryTest() as node, right=other):
                pass
            case Comparison(operator="=", left=other, right=GeometryTest() as node):
                pass
            case _:
                return
        of_column = isinstance(node.first, ColumnReference) or isinstance(
            node.second, ColumnReference
        )
        if not of_column or not _is_one(other):
            return
        first = self._shapes.shape(node.first, node.at)
        second = self._shapes.shape(node.second, node.at)
        within = node.function == "CONTAINS"
        for shape, fixed, inside in ((first, second, within), (second, first, False)):
            for column, low, high in _box(shape, fixed, inside=inside):
                self.relations.add(column.relation)
                yield Between(column, number(low), number(high))

    def _cells(self, call: UserCall, limits: Sequence[tuple[Value, Value]]) -> _Covers:
        """Return ranges of HEALPix cells that a query gives by their numbers."""
        if call.function != "ivo_healpix_index" or call.expand is None:
            return {}
        index = call.expand(call.arguments)
        if not isinstance(index, GeometryValue):
            return {}
        order, place = index.arguments
        level = constant(order)
        column = self._shapes.point(place, index.at).healpix
        pairs = [(constant(first), constant(last)) for first, last in limits]
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        if level is None or column is None or len(known) < len(pairs):
            return {}
        shift = 2 * (cover.ORDER - round(level))
        most = (12 << 2 * cover.ORDER) - 1
        ranges = tuple(
            (
                min(max(math.ceil(first), 0) << shift, most),
                min((max(math.floor(last), 0) << shift) + (1 << shift) - 1, most),
            )
            for first, last in known
        )
        return {column: cover.union([ranges])}


def _near(shape: Shape, other: Shape, *, inside: bool) -> _Covers:
    """Return where the centre of a circle is that meets (or lies in) a constant shape."""
    if not isinstance(shape, Cap):
        return {}
    if isinstance(other, Union):
        return _near_any(shape, other, inside=inside)
    own = 0.0 if inside else constant(shape.radius)
    place, reach = _extent(other)
    if own is None or reach is None:
        return {}
    return _cone(shape, place, own + reach)


def _box(
    shape: Shape, other: Shape, *, inside: bool
) -> Iterator[tuple[ColumnReference, float, float]]:
    """Yield between what x, y, z of a region's centre are if it meets a fixed shape."""
    if not isinstance(shape, Cap) or shape.largest is None:
        return
    place, reach = _extent(other)
    if place is None or reach is None:
        return
    angle = reach + (0.0 if inside else shape.largest)
    if angle > cover.LARGEST_RADIUS:
        return
    chord = 2 * math.sin(angle / 2) + _MARGIN
    for column, middle in zip(shape.centre, place, strict=True):
        if isinstance(column, ColumnReference):
            yield column, middle - chord, middle + chord


def _extent(shape: Shape) -> tuple[Vector | None, float | None]:
    """Return centre and radius (in radians) of a circle around a fixed shape."""
    if isinstance(shape, ConstantPolygon):
        return shape.polygon.centre, shape.polygon.radius
    if isinstance(shape, Cap):
        return shape.place, constant(shape.radius)
    return None, None


def _near_any(shape: Cap, other: Union, *, inside: bool) -> _Covers:
    """Return where it is that one of several constant shapes is near."""
    covers = [_near(shape, part, inside=inside) for part in other.parts]
    if shape.healpix is None or not all(covers):
        return {}
    column = shape.healpix
    return {column: cover.union(found[column] for found in covers)}


def _cone(cap: Cap, place: Vector | None, angle: float) -> _Covers:
    if cap.healpix is None or place is None or not 0 <= angle <= cover.LARGEST_RADIUS:
        return {}
    x, y, z = place
    longitude = math.degrees(math.atan2(y, x)) % 360
    latitude = math.degrees(math.atan2(z, math.hypot(x, y)))
    return {cap.healpix: cover.cone(longitude, latitude, angle)}


def _narrowest(covers: Iterable[_Covers]) -> _Covers:
    """Return the smaller cover of each position that several conditions restrict."""
    best: _Covers = {}
    for found in covers:
        for column, ranges in found.items():
            if column not in best or _width(ranges) < _width(best[column]):
                best[column] = ranges
    return best


def _width(ranges: Ranges) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _is_one(value: Value) -> bool:
    return isinstance(value, Literal) and value.value == 1


def _in_ranges(column: ColumnReference, ranges: Ranges) -> Condition:
    tests = tuple(
        Between(column, Literal(Datatype.BIGINT, first), Literal(Datatype.BIGINT, last))
        for first, last in ranges
    )
    return tests[0] if len(tests) == 1 else Or(tests)
