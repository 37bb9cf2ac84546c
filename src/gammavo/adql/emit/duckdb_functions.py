"""Functions of the plan that are whole programs in SQL of DuckDB 2."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gammavo.adql.emit.duckdb_healpix import healpix_centre, healpix_index
from gammavo.adql.emit.duckdb_let import let, structure

__all__ = ["FUNCTIONS", "PREDICATES"]

_TCB_RATE: Final = 1.550519768e-8
"""L_B of IAU resolution B3 of 2006: by how much TCB is faster than TT, on average."""


def _sexagesimal(letter: str, digits: int, factor: int, most: int) -> str:
    """Return degrees of the text $0 of units, minutes and seconds."""
    unit = f"[{letter}{letter.upper()}]"
    whole, two = rf"(\d{{1,{digits}}})", r"(\d{1,2})"
    second = r"(\d{1,2}(?:\.\d*)?)"
    pattern = (
        rf"^\s*[+-]?(?:{whole}:{two}:{second}|{whole}{unit}{two}[mM]{second}[sS]"
        r"|(\d\d)(\d\d)(\d\d(?:\.\d*)?))\s*$"
    )

    def group(*numbers: int) -> str:
        # Only one of the three forms matches; the groups of the others are empty.
        texts = (f"regexp_extract($0, '{pattern}', {n})" for n in numbers)
        return f"TRY_CAST({' || '.join(texts)} AS DOUBLE)"

    fields = {
        "g": f"CASE WHEN trim($0) LIKE '-%' THEN {-factor} ELSE {factor} END",
        "u": group(1, 4, 7),
        "m": group(2, 5, 8),
        "s": group(3, 6, 9),
    }
    value = "_a.g * (_a.u + _a.m / 60 + _a.s / 3600)"
    within = f"_a.u < {most} AND _a.m < 60 AND _a.s < 60"
    return let("_a", fields, f"CASE WHEN {within} THEN {value} END")


def _time_cells() -> str:
    """Return the cells of order $0 that the ASCII T-MOC $1 touches, in microseconds.

    The word before a slash is the order of the cells after it. ``_a.p`` are the words of
    each part between slashes.
    """
    parts = (
        "list_transform(string_split($1, '/'), "
        "lambda _q: string_split_regex(trim(_q, ' ,'), '[ ,]+'))"
    )
    order = "TRY_CAST(ltrim(_a.p[_i - 1][-1], 't') AS INTEGER)"
    words = (
        "flatten(list_transform(range(2, len(_a.p) + 1), lambda _i: list_transform("
        "CASE WHEN _i < len(_a.p) THEN _a.p[_i][:-2] ELSE _a.p[_i] END, "
        f"lambda _w: {structure({'w': '_w', 'o': order})})))"
    )
    number = structure(
        {
            "o": "_c.o",
            "first": "TRY_CAST(split_part(_c.w, '-', 1) AS HUGEINT)",
            "last": "TRY_CAST(split_part(_c.w, '-', -1) AS HUGEINT)",
        }
    )
    wide = "CAST(pow(2, 61 - _c.o) AS HUGEINT)"
    ends = structure({"low": f"_c.first * {wide}", "high": f"(_c.last + 1) * {wide}"})
    known = "_c.o BETWEEN 0 AND 61 AND _c.last < CAST(2 AS HUGEINT) << (_c.o + 1)"
    cells = (
        f"list_transform(list_filter(list_transform({words}, lambda _c: {number}), "
        f"lambda _c: {known}), lambda _c: {ends})"
    )
    return let("_a", {"p": parts, "k": "$0"}, _widened(cells))


def _time_cells_between() -> str:
    """Return the cells of order $0 that the interval of MJD (TT) $1 to $2 touches."""
    ends = {
        name: f"TRY_CAST(floor((({day} + 2400000.5) * 86400e0 + 6.55e-5 + {_TCB_RATE} * "
        f"({day} - 43144.0003725) * 86400e0) * 1e6) AS HUGEINT)"
        for name, day in (("low", "$1"), ("high", "$2"))
    }
    cells = f"[{structure({'low': '_a.low', 'high': '_a.high + 1'})}]"
    body = f"CASE WHEN _a.low <= _a.high THEN {_widened(cells)} END"
    return let("_a", {**ends, "k": "$0"}, body)


def _widened(cells: str) -> str:
    """Return ranges of time widened to whole cells of the order ``_a.k``."""
    wide = "CAST(pow(2, 61 - _a.k) AS HUGEINT)"
    ends = structure(
        {
            "low": f"_c.low // {wide} * {wide}",
            "high": f"((_c.high - 1) // {wide} + 1) * {wide}",
        }
    )
    return f"list_transform({cells}, lambda _c: {ends})"


_BIN: Final = "1 + floor(($0 - $1) * $3 / ($2 - $1))"

FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "healpix_centre": healpix_centre(),
        "healpix_index": healpix_index(),
        "healpix_parent": "$0 >> (58 - 2 * CASE WHEN $1 BETWEEN 0 AND 29 THEN $1 END)",
        "histogram_bin": "CASE WHEN $0 IS NULL OR $0 < $1 THEN 0 WHEN $0 > $2 "
        f"THEN $3 + 1 WHEN {_BIN} > $3 THEN $3 ELSE CAST({_BIN} AS INTEGER) END",
        "histogram_list": "list_transform([$0], lambda _h: list_transform("
        "range(0, $1 + 2), "
        "lambda _i: CAST(coalesce(_h[CAST(_i AS INTEGER)], 0) AS INTEGER)))[1]",
        "sexagesimal_degrees": _sexagesimal("d", 3, 1, 361),
        "sexagesimal_hours": _sexagesimal("h", 2, 15, 24),
        "time_cells": _time_cells(),
        "time_cells_between": _time_cells_between(),
    }
)
"""Templates; ``$0`` is the first argument."""

PREDICATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cells_meet": let(
            "_m",
            {"a": "$0", "b": "$1"},
            "CASE WHEN _m.a IS NOT NULL AND _m.b IS NOT NULL THEN "
            "len(list_filter(_m.a, lambda _x: len(list_filter(_m.b, lambda _y: "
            "_x.low < _y.high AND _y.low < _x.high)) > 0)) > 0 END",
        ),
        "has_words": let(
            "_m",
            {"h": "$0", "w": "$1", "e": "$2"},
            "len(list_filter(string_split_regex(trim(_m.w), '\\s+'), lambda _w: "
            "NOT regexp_matches(_m.h, '(^|' || _m.e || ')' || regexp_escape(_w) || "
            "'(' || _m.e || '|$)'))) = 0",
        ),
    }
)
"""The same for conditions."""
