"""Histograms and random numbers."""

from __future__ import annotations

import math
from typing import Final

from gammavo.adql.bound import Aggregate, Arithmetic, Call, Value
from gammavo.adql.geometry.arithmetic import constant, number
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.function import INTEGER, REAL, UserFunction, real
from gammavo.model.columns import Datatype

__all__ = ["STATISTICS_FUNCTIONS"]

_MOST_BINS: Final = 1000


def _histogram(arguments: tuple[Value, ...], at: Token) -> Value:
    value, lower, upper, bins = arguments
    limits = real(lower), real(upper)
    place = Call(INTEGER, "histogram_bin", (real(value), *limits, bins))
    counts = Aggregate(INTEGER, "histogram", (place,))
    return Call(INTEGER, "histogram_list", (counts, bins))


def _check_histogram(arguments: tuple[Value, ...]) -> None:
    lower, upper, bins = map(constant, arguments[1:])
    if lower is None or upper is None or bins is None:
        raise ValueError("limits and number of bins must be numbers")
    if not lower < upper:
        raise ValueError(f"the limits {lower:g} and {upper:g} are not in order")
    if not 1 <= bins <= _MOST_BINS:
        raise ValueError(f"a histogram has 1 to {_MOST_BINS} bins")


def _normal_random(arguments: tuple[Value, ...], at: Token) -> Value:
    """Return a random number by the method of Box and Muller."""
    mean, deviation = map(real, arguments)
    random = Call(REAL, "rand", ())
    # RAND is below 1, so that the logarithm has a value.
    positive = Arithmetic(REAL, "-", number(1), random)
    squared = Arithmetic(REAL, "*", number(-2), Call(REAL, "log", (positive,)))
    angle = Arithmetic(REAL, "*", number(2 * math.pi), random)
    deviate = Arithmetic(
        REAL, "*", Call(REAL, "sqrt", (squared,)), Call(REAL, "cos", (angle,))
    )
    return Arithmetic(REAL, "+", mean, Arithmetic(REAL, "*", deviation, deviate))


STATISTICS_FUNCTIONS: Final = (
    UserFunction(
        "ivo_histogram",
        (("val", REAL), ("lower", REAL), ("upper", REAL), ("nbins", Datatype.INTEGER)),
        INTEGER,
        "Histogram of val in a group: an array with the number of NULLs and values below "
        "lower, the numbers of nbins bins of equal width, and of values above upper",
        _histogram,
        aggregate=True,
        check=_check_histogram,
    ),
    UserFunction(
        "ivo_normal_random",
        (("mu", REAL), ("sigma", REAL)),
        REAL,
        "Random number of a normal distribution with mean mu and standard deviation sigma",
        _normal_random,
    ),
)
