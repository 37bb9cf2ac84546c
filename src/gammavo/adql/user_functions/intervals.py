"""Functions of intervals and of times."""

from __future__ import annotations

from typing import Final

from gammavo.adql.bound import And, Arithmetic, Call, Comparison, Literal, Truth, Value
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.function import INTEGER, REAL, Expansion, UserFunction
from gammavo.model.columns import Datatype

__all__ = ["INTERVAL_FUNCTIONS", "TIME_FUNCTIONS"]

_MJD_OF_UNIX_EPOCH: Final = 40587.0
_JD_OF_UNIX_EPOCH: Final = 2440587.5


def _overlaps(arguments: tuple[Value, ...], at: Token) -> Value:
    low1, high1, low2, high2 = arguments
    pairs = ((low1, high1), (low2, high2), (low1, high2), (low2, high1))
    return Truth(INTEGER, And(tuple(Comparison("<=", *pair) for pair in pairs)))


def _has(arguments: tuple[Value, ...], at: Token) -> Value:
    value, low, high = arguments
    pairs = ((low, value), (value, high))
    return Truth(INTEGER, And(tuple(Comparison("<=", *pair) for pair in pairs)))


def _days_since(origin: float) -> Expansion:
    def days(arguments: tuple[Value, ...], at: Token) -> Value:
        since_1970 = Call(REAL, "unix_days", arguments)
        return Arithmetic(REAL, "+", since_1970, Literal(REAL, origin))

    return days


INTERVAL_FUNCTIONS: Final = (
    UserFunction(
        "ivo_interval_overlaps",
        (("a1", REAL), ("b1", REAL), ("a2", REAL), ("b2", REAL)),
        INTEGER,
        "1 if the intervals [a1, b1] and [a2, b2] have a number in common, else 0",
        _overlaps,
    ),
    UserFunction(
        "ivo_interval_has",
        (("value", REAL), ("low", REAL), ("high", REAL)),
        INTEGER,
        "1 if the interval [low, high] has the value, else 0",
        _has,
    ),
)

TIME_FUNCTIONS: Final = tuple(
    UserFunction(
        name,
        (("d", Datatype.TIMESTAMP),),
        REAL,
        f"{kind} of a timestamp, in the time scale of the timestamp",
        _days_since(origin),
    )
    for name, kind, origin in (
        ("ivo_to_jd", "Julian date", _JD_OF_UNIX_EPOCH),
        ("ivo_to_mjd", "Modified Julian date", _MJD_OF_UNIX_EPOCH),
        ("gavo_to_jd", "Julian date", _JD_OF_UNIX_EPOCH),
        ("gavo_to_mjd", "Modified Julian date", _MJD_OF_UNIX_EPOCH),
    )
)
