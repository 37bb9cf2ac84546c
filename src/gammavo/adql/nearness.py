"""Conditions that two positions, or two circles, are near each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from gammavo.adql.bound import (
    Between,
    Call,
    Comparison,
    Condition,
    Distance,
    GeometryTest,
    Literal,
    Value,
)
from gammavo.adql.geometry import (
    Cap,
    Shapes,
    distance_below,
    shape_contains,
    shapes_intersect,
)
from gammavo.adql.geometry.arithmetic import constant, number
from gammavo.adql.joins import all_nodes
from gammavo.adql.tokens import Token
from gammavo.model.columns import Datatype

__all__ = ["Nearness", "NearnessFinder"]


class Nearness(NamedTuple):
    """A condition that two caps are near each other.

    ``limits`` are the angles (radians) whose sum bounds the distance of the centres;
    ``exact`` makes the condition again, for other vectors.
    """

    first: Cap
    second: Cap
    limits: tuple[Value, ...]
    exact: Callable[[Cap, Cap], Condition]
    at: Token


class NearnessFinder:
    """Finds what conditions say about distances.

    Parameters
    ----------
    shapes
        Makes shapes of values.
    lowered
        Turns a value into one without geometry.
    """

    def __init__(self, shapes: Shapes, lowered: Callable[[Value], Value]) -> None:
        self._shapes = shapes
        self._lowered = lowered

    def of(self, condition: Condition) -> Nearness | None:
        """Return what a condition says about the distance of two circles, if anything.

        Raises
        ------
        AdqlError
            Numbers of a shape are out of range.
        """
        match condition:
            case Comparison(operator="<" | "<=", left=Distance() as distance):
                strictly = condition.operator == "<"
                return self._distance(distance, condition.right, strictly=strictly)
            case Comparison(operator=">" | ">=", right=Distance() as distance):
                strictly = condition.operator == ">"
                return self._distance(distance, condition.left, strictly=strictly)
            case Between(operand=Distance() as distance, high=high):
                return self._distance(distance, high, strictly=False)
            case Comparison(operator="=", left=GeometryTest() as test, right=value):
                return self._test(test) if _is_one(value) else None
            case Comparison(operator="=", left=value, right=GeometryTest() as test):
                return self._test(test) if _is_one(value) else None
            case _:
                return None

    def _distance(
        self, node: Distance, limit: Value, *, strictly: bool
    ) -> Nearness | None:
        if any(isinstance(part, Distance) for part in all_nodes(limit)):
            return None
        degrees = self._lowered(limit)
        known = constant(degrees)
        angle: Value = Call(Datatype.DOUBLE, "radians", (degrees,))
        if known is not None:
            angle = number(math.radians(known))

        def exact(first: Cap, second: Cap) -> Condition:
            return distance_below(first, second, degrees, strictly=strictly)

        first = self._shapes.point(node.first, node.at)
        second = self._shapes.point(node.second, node.at)
        return Nearness(first, second, (angle,), exact, node.at)

    def _test(self, node: GeometryTest) -> Nearness | None:
        first = self._shapes.shape(node.first, node.at)
        second = self._shapes.shape(node.second, node.at)
        if not isinstance(first, Cap) or not isinstance(second, Cap):
            return None
        contains = node.function == "CONTAINS"

        def exact(one: Cap, other: Cap) -> Condition:
            if contains:
                return shape_contains(one, other, node.at)
            return shapes_intersect(one, other)

        limits = (second.radius,) if contains else (first.radius, second.radius)
        return Nearness(first, second, limits, exact, node.at)


def _is_one(value: Value) -> bool:
    return isinstance(value, Literal) and value.value == 1
