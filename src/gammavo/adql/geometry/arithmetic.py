"""Building bound expressions, with constants calculated at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from gammavo.adql.bound import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Literal,
    Not,
    Or,
    Value,
)
from gammavo.model.columns import Datatype

__all__ = [
    "FALSE",
    "TRUE",
    "Vector",
    "absolute",
    "added",
    "all_of",
    "any_of",
    "compared",
    "constant",
    "cross",
    "difference",
    "dot",
    "negated",
    "number",
    "side",
    "square",
    "squared_distance",
    "squared_sum",
    "subtracted",
    "times",
]

Vector = tuple[Value, Value, Value]
"""Three components; of a unit vector, or a normal."""

TRUE: Final = And(())
FALSE: Final = Or(())

_REAL: Final = Datatype.DOUBLE


def number(value: float) -> Literal:
    """Return a constant."""
    return Literal(_REAL, float(value))


def constant(value: Value) -> float | None:
    """Return the number that an expression always is; None if rows or NULL decide."""
    match value:
        case Literal(value=int() | float() as known):
            return float(known)
        case Call(function="negate", arguments=(operand,)):
            positive = constant(operand)
            return None if positive is None else -positive
        case Call(function="pi"):
            return math.pi
        case Arithmetic(operator=operator, left=left, right=right):
            first, second = constant(left), constant(right)
            if first is None or second is None:
                return None
            return _calculated(operator, first, second, value)
        case _:
            return None


def _calculated(
    operator: str, first: float, second: float, value: Arithmetic
) -> float | None:
    match operator:
        case "+":
            result = first + second
        case "-":
            result = first - second
        case "*":
            result = first * second
        case _ if second == 0:
            return None
        case _:
            result = first / second
            if value.datatype is Datatype.BIGINT:
                result = float(math.trunc(result))
    return result if math.isfinite(result) else None


def added(first: Value, second: Value) -> Value:
    """Return the sum."""
    a, b = constant(first), constant(second)
    if a is not None and b is not None:
        return number(a + b)
    if a == 0:
        return second
    if b == 0:
        return first
    return Arithmetic(_REAL, "+", first, second)


def subtracted(first: Value, second: Value) -> Value:
    """Return the difference."""
    a, b = constant(first), constant(second)
    if a is not None and b is not None:
        return number(a - b)
    if b == 0:
        return first
    return Arithmetic(_REAL, "-", first, second)


def times(first: Value, second: Value) -> Value:
    """Return the product."""
    a, b = constant(first), constant(second)
    if a is not None and b is not None:
        return number(a * b)
    if a == 1:
        return second
    if b == 1:
        return first
    return Arithmetic(_REAL, "*", first, second)


def square(value: Value) -> Value:
    """Return the square."""
    known = constant(value)
    return (
        number(known * known) if known is not None else Call(_REAL, "square", (value,))
    )


def absolute(value: Value) -> Value:
    """Return the absolute value."""
    known = constant(value)
    return number(abs(known)) if known is not None else Call(_REAL, "abs", (value,))


def squared_distance(first: Vector, second: Vector) -> Value:
    """Return the square of the distance of the ends of two vectors."""
    x, y, z = (square(subtracted(a, b)) for a, b in zip(first, second, strict=True))
    return added(added(x, y), z)


def squared_sum(first: Vector, second: Vector) -> Value:
    """Return the square of the length of the sum of two vectors."""
    x, y, z = (square(added(a, b)) for a, b in zip(first, second, strict=True))
    return added(added(x, y), z)


def dot(first: Vector, second: Vector) -> Value:
    """Return the scalar product."""
    x, y, z = (times(a, b) for a, b in zip(first, second, strict=True))
    return added(added(x, y), z)


def cross(first: Vector, second: Vector) -> Vector:
    """Return the vector product."""
    (ax, ay, az), (bx, by, bz) = first, second
    return (
        subtracted(times(ay, bz), times(az, by)),
        subtracted(times(az, bx), times(ax, bz)),
        subtracted(times(ax, by), times(ay, bx)),
    )


def difference(first: Vector, second: Vector) -> Vector:
    """Return the difference of two vectors."""
    x, y, z = (subtracted(a, b) for a, b in zip(first, second, strict=True))
    return x, y, z


def side(a: Vector, b: Vector, point: Vector) -> Value:
    """Return the triple product, positive if the point is left of the arc from a to b.

    Differences instead of the vectors keep all digits of edges of arcseconds.
    """
    return dot(a, cross(difference(b, a), difference(point, a)))


def compared(left: Value, operator: str, right: Value) -> Condition:
    """Return a comparison (one of < <= > >=), decided if both sides are constant."""
    a, b = constant(left), constant(right)
    if a is None or b is None:
        return Comparison(operator, left, right)
    results = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    return TRUE if results[operator] else FALSE


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Return that all conditions hold, without those that always do."""
    if FALSE in conditions:
        return FALSE
    left = tuple(c for c in conditions if c != TRUE)
    return left[0] if len(left) == 1 else And(left)


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Return that some condition holds, without those that never do."""
    if TRUE in conditions:
        return TRUE
    left = tuple(c for c in conditions if c != FALSE)
    return left[0] if len(left) == 1 else Or(left)


def negated(condition: Condition) -> Condition:
    """Return that the condition does not hold."""
    if condition == TRUE:
        return FALSE
    if condition == FALSE:
        return TRUE
    return Not(condition)
