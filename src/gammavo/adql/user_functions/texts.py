"""Functions of texts."""

from __future__ import annotations

import re
from typing import Final

from gammavo.adql.bound import (
    Aggregate,
    And,
    Call,
    Condition,
    Holds,
    Like,
    Literal,
    Not,
    Truth,
    Value,
)
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.function import (
    INTEGER,
    REAL,
    TEXT,
    UserFunction,
    joined,
    lower_case,
    text,
)

__all__ = ["TEXT_FUNCTIONS"]

_EDGE: Final = r"[^\pL\pN_]"
"""What stands around a word: neither letter nor digit."""


def _has_word(arguments: tuple[Value, ...], at: Token) -> Value:
    haystack, needle = map(lower_case, arguments)
    words: tuple[Condition, ...]
    if isinstance(needle, Literal) and isinstance(needle.value, str):
        found = [_has_pattern(haystack, text(word)) for word in needle.value.split()]
        words = tuple(found) or (_has_pattern(haystack, text("")),)
    else:
        words = (Holds("has_words", (haystack, needle, text(_EDGE))),)
    return Truth(INTEGER, And(words))


def _has_pattern(haystack: Value, word: Literal) -> Condition:
    pattern = rf"(^|{_EDGE}){re.escape(str(word.value))}({_EDGE}|$)"
    return Holds("matches", (haystack, text(pattern)))


def _matches_without_case(arguments: tuple[Value, ...], at: Token) -> Value:
    value, pattern = arguments
    return Truth(INTEGER, Like(value, pattern, any_case=True))


def _hash_list_has(arguments: tuple[Value, ...], at: Token) -> Value:
    hash_list, item = map(lower_case, arguments)
    mark = text("#")
    found = Holds("has_text", (joined(mark, hash_list, mark), joined(mark, item, mark)))
    one_word = Not(Holds("has_text", (item, mark)))
    return Truth(INTEGER, And((found, one_word)))


def _joined_texts(arguments: tuple[Value, ...], at: Token) -> Value:
    return Aggregate(TEXT, "string_agg", arguments)


def _hours(arguments: tuple[Value, ...], at: Token) -> Value:
    return Call(REAL, "sexagesimal_hours", arguments)


def _degrees(arguments: tuple[Value, ...], at: Token) -> Value:
    return Call(REAL, "sexagesimal_degrees", arguments)


TEXT_FUNCTIONS: Final = (
    UserFunction(
        "ivo_hasword",
        (("haystack", TEXT), ("needle", TEXT)),
        INTEGER,
        "1 if haystack has all words of needle, without regard to case, else 0",
        _has_word,
    ),
    UserFunction(
        "ivo_nocasematch",
        (("value", TEXT), ("pattern", TEXT)),
        INTEGER,
        "1 if value matches pattern (as in LIKE) without regard to case, else 0",
        _matches_without_case,
    ),
    UserFunction(
        "ivo_hashlist_has",
        (("hashlist", TEXT), ("item", TEXT)),
        INTEGER,
        "1 if item is in a list of words separated by #, without regard to case, else 0",
        _hash_list_has,
    ),
    UserFunction(
        "ivo_string_agg",
        (("expression", TEXT), ("delimiter", TEXT)),
        TEXT,
        "All values of expression in a group, joined with delimiter; NULLs are left out",
        _joined_texts,
        aggregate=True,
    ),
    UserFunction(
        "ivo_hms_to_degrees",
        (("hms", TEXT),),
        REAL,
        "Degrees of an angle written as h:m:s, hhmmss or 1h2m3s; NULL if it is none",
        _hours,
    ),
    UserFunction(
        "ivo_dms_to_degrees",
        (("dms", TEXT),),
        REAL,
        "Degrees of an angle written as d:m:s, ddmmss or 1d2m3s; NULL if it is none",
        _degrees,
    ),
)
