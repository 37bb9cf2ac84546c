"""User-defined functions, most of them from the IVOA catalogue of ADQL functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gammavo.adql.bound import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Concatenation,
    Holds,
    Like,
    Literal,
    Not,
    Truth,
    Value,
)
from gammavo.model.columns import Datatype

__all__ = ["BUILTIN_USER_FUNCTIONS", "UserFunction"]

_TEXT, _WHOLE, _REAL = Datatype.VARCHAR, Datatype.INTEGER, Datatype.DOUBLE
_TIME, _POINT, _REGION = Datatype.TIMESTAMP, Datatype.POINT, Datatype.REGION

_MJD_OF_UNIX_EPOCH = 40587.0
_JD_OF_UNIX_EPOCH = 2440587.5


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function that queries may call though ADQL does not have it.

    Parameters
    ----------
    name
        As documented; compared without case.
    parameters
        Names and types. DOUBLE takes every number, INTEGER every whole number,
        VARCHAR every text, REGION every shape.
    result
        Type of the value.
    description
        One sentence for capabilities documents.
    expand
        Makes the engine-neutral expression of a call from its arguments. None for a
        function that is known by name and refused.
    aggregate
        Name of the set function of the plan that this is; empty for other functions.
    """

    name: str
    parameters: tuple[tuple[str, Datatype], ...]
    result: Datatype
    description: str
    expand: Callable[[tuple[Value, ...]], Value] | None = None
    aggregate: str = ""

    @property
    def form(self) -> str:
        """The signature as TAPRegExt writes it."""
        arguments = ", ".join(f"{name} {kind}" for name, kind in self.parameters)
        return f"{self.name}({arguments}) -> {self.result}"


def _text(value: str) -> Literal:
    return Literal(_TEXT, value)


def _lower(value: Value) -> Value:
    return Call(_TEXT, "lower", (value,))


def _joined(*values: Value) -> Value:
    result = values[0]
    for value in values[1:]:
        result = Concatenation(_TEXT, result, value)
    return result


def _hasword(arguments: tuple[Value, ...]) -> Value:
    haystack, needle = arguments
    edge = r"[^\pL\pN_]"
    word = Call(_TEXT, "regular_expression_literal", (_lower(needle),))
    pattern = _joined(_text(f"(^|{edge})"), word, _text(f"({edge}|$)"))
    return Truth(_WHOLE, Holds("matches", (_lower(haystack), pattern)))


def _nocasematch(arguments: tuple[Value, ...]) -> Value:
    value, pattern = arguments
    return Truth(_WHOLE, Like(value, pattern, any_case=True))


def _hashlist_has(arguments: tuple[Value, ...]) -> Value:
    hashlist, item = (_lower(argument) for argument in arguments)
    mark = _text("#")
    found = Holds(
        "has_text", (_joined(mark, hashlist, mark), _joined(mark, item, mark))
    )
    one_word = Not(Holds("has_text", (item, mark)))
    return Truth(_WHOLE, And((found, one_word)))


def _interval_overlaps(arguments: tuple[Value, ...]) -> Value:
    low1, high1, low2, high2 = arguments
    overlap = And((Comparison("<=", low1, high2), Comparison("<=", low2, high1)))
    return Truth(_WHOLE, overlap)


def _to_mjd(arguments: tuple[Value, ...]) -> Value:
    return _days_since(arguments[0], _MJD_OF_UNIX_EPOCH)


def _to_jd(arguments: tuple[Value, ...]) -> Value:
    return _days_since(arguments[0], _JD_OF_UNIX_EPOCH)


def _days_since(time: Value, origin: float) -> Value:
    days = Call(_REAL, "unix_days", (time,))
    return Arithmetic(_REAL, "+", days, Literal(_REAL, origin))


BUILTIN_USER_FUNCTIONS: Final = (
    UserFunction(
        "ivo_hasword",
        (("haystack", _TEXT), ("needle", _TEXT)),
        _WHOLE,
        "1 if needle occurs in haystack as a whole word, without regard to case, else 0",
        _hasword,
    ),
    UserFunction(
        "ivo_nocasematch",
        (("value", _TEXT), ("pattern", _TEXT)),
        _WHOLE,
        "1 if value matches pattern (as in LIKE) without regard to case, else 0",
        _nocasematch,
    ),
    UserFunction(
        "ivo_hashlist_has",
        (("hashlist", _TEXT), ("item", _TEXT)),
        _WHOLE,
        "1 if item is in a list of words separated by #, without regard to case, else 0",
        _hashlist_has,
    ),
    UserFunction(
        "ivo_interval_overlaps",
        (("l1", _REAL), ("h1", _REAL), ("l2", _REAL), ("h2", _REAL)),
        _WHOLE,
        "1 if the intervals [l1, h1] and [l2, h2] have a number in common, else 0",
        _interval_overlaps,
    ),
    UserFunction(
        "ivo_string_agg",
        (("expression", _TEXT), ("delimiter", _TEXT)),
        _TEXT,
        "All values of expression in a group, joined with delimiter; NULLs are left out",
        aggregate="string_agg",
    ),
    UserFunction(
        "ivo_to_mjd",
        (("d", _TIME),),
        _REAL,
        "Modified Julian date of a timestamp, in the time scale of the timestamp",
        _to_mjd,
    ),
    UserFunction(
        "ivo_to_jd",
        (("d", _TIME),),
        _REAL,
        "Julian date of a timestamp, in the time scale of the timestamp",
        _to_jd,
    ),
    UserFunction(
        "gavo_to_mjd",
        (("d", _TIME),),
        _REAL,
        "Modified Julian date of a timestamp, in the time scale of the timestamp",
        _to_mjd,
    ),
    UserFunction(
        "gavo_to_jd",
        (("d", _TIME),),
        _REAL,
        "Julian date of a timestamp, in the time scale of the timestamp",
        _to_jd,
    ),
    UserFunction(
        "ivo_healpix_index",
        (("order", _WHOLE), ("ra", _REAL), ("dec", _REAL)),
        Datatype.BIGINT,
        "NESTED HEALPix index of a position",
    ),
    UserFunction(
        "ivo_healpix_center",
        (("order", _WHOLE), ("index", _WHOLE)),
        _POINT,
        "Centre of a NESTED HEALPix cell",
    ),
    UserFunction(
        "moc",
        (("order", _WHOLE), ("shape", _REGION)),
        _REGION,
        "Coverage map of a shape",
    ),
    UserFunction(
        "tmoc",
        (("order", _WHOLE), ("intervals", _TEXT)),
        _REGION,
        "Time coverage map",
    ),
)
"""Functions of every catalogue; those without expansion are refused by name."""
