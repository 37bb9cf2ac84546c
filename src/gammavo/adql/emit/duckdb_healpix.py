"""HEALPix cells in NESTED numbering, in SQL of DuckDB 2 (Gorski et al. 2005)."""

from __future__ import annotations

from typing import Final

from gammavo.adql.emit.duckdb_let import chain

__all__ = ["healpix_centre", "healpix_index"]

_SPREADING: Final = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
"""Shifts and masks that put a zero before every bit of a number."""

_GATHERING: Final = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)
"""Shifts and masks that take every second bit of a number away, which is zero."""

_ORDER: Final = "CASE WHEN $0 BETWEEN 0 AND 29 THEN $0 END"

_EVERY_SECOND: Final = 0x5555555555555555


def _spread(number: str, steps: tuple[tuple[int, int], ...]) -> str:
    for shift, mask in steps:
        number = f"(({number} | ({number} << {shift})) & {mask})"
    return number


def _gathered(number: str, steps: tuple[tuple[int, int], ...]) -> str:
    for shift, mask in steps:
        number = f"(({number} | ({number} >> {shift})) & {mask})"
    return number


def healpix_index() -> str:
    """Return the cell of order $0 with longitude $1 and latitude $2 in degrees.

    As in Gorski et al. 2005: ``p`` and ``m`` number the diagonals of the cells, ``f`` is
    the face, ``x`` and ``y`` are places on it, whose bits are mixed.
    """
    flat = "abs(_a.z) <= 2e0 / 3"
    polar = "_a.n * sqrt(3) * _a.c / sqrt(1 + abs(_a.z))"
    diagonals = [
        f"TRY_CAST(CASE WHEN {flat} "
        f"THEN floor(_a.n * (0.5 + _a.t) {sign} _a.n * 0.75 * _a.z) "
        f"WHEN floor({part} * {polar}) >= _a.n THEN _a.n - 1 "
        f"ELSE floor({part} * {polar}) END AS BIGINT)"
        for sign, part in (
            ("-", "(_a.t - floor(_a.t))"),
            ("+", "(1 - (_a.t - floor(_a.t)))"),
        )
    ]
    angles = {
        "k": _ORDER,
        "n": f"CAST(CAST(1 AS BIGINT) << {_ORDER} AS DOUBLE)",
        "t": "($1) % 360 / 90",
        "z": "CASE WHEN abs($2) <= 90 THEN sin(radians($2)) END",
        "c": "cos(radians($2))",
    }
    rings = {
        "k": "_a.k",
        "n": "CAST(_a.n AS BIGINT)",
        "e": flat,
        "s": "_a.z >= 0",
        "q": "TRY_CAST(floor(_a.t) AS BIGINT)",
        "p": diagonals[0],
        "m": diagonals[1],
    }
    places = {
        "k": "_b.k",
        "f": "CASE WHEN NOT _b.e THEN _b.q + CASE WHEN _b.s THEN 0 ELSE 8 END "
        "WHEN (_b.p >> _b.k) = (_b.m >> _b.k) THEN (_b.p >> _b.k) | 4 "
        "WHEN (_b.p >> _b.k) < (_b.m >> _b.k) THEN _b.p >> _b.k "
        "ELSE (_b.m >> _b.k) + 8 END",
        "x": "CASE WHEN _b.e THEN _b.m & (_b.n - 1) WHEN _b.s THEN _b.n - _b.m - 1 "
        "ELSE _b.p END",
        "y": "CASE WHEN _b.e THEN _b.n - (_b.p & (_b.n - 1)) - 1 "
        "WHEN _b.s THEN _b.n - _b.p - 1 ELSE _b.m END",
    }
    bits = {
        "f": "_c.f << (2 * _c.k)",
        "x": _spread("_c.x", _SPREADING[:2]),
        "y": _spread("_c.y", _SPREADING[:2]),
    }
    x, y = (_spread(f"_d.{name}", _SPREADING[2:]) for name in "xy")
    steps = (("_a", angles), ("_b", rings), ("_c", places), ("_d", bits))
    return chain(steps, f"_d.f + {x} + 2 * {y}")


def healpix_centre() -> str:
    """Return longitude and latitude of the centre of the cell $1 of order $0.

    ``j`` is the ring of the cell, ``r`` a quarter of the number of cells in the ring.
    """
    height = "_e.r * _e.r / (3 * _e.n * _e.n)"
    around = "[1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7][_e.f + 1] * _e.r + _e.x - _e.y"
    latitude = (
        f"CASE WHEN _e.j < _e.n THEN atan2(1 - {height}, sqrt({height} * (2 - {height}))) "
        f"WHEN _e.j > 3 * _e.n THEN - atan2(1 - {height}, sqrt({height} * (2 - {height}))) "
        "ELSE asin((2 * _e.n - _e.j) * 2 / (3 * _e.n)) END"
    )
    cell = {
        "n": f"CAST(1 AS BIGINT) << {_ORDER}",
        "i": f"CASE WHEN $1 >= 0 AND $1 < 12 * (CAST(1 AS HUGEINT) << (2 * {_ORDER})) "
        "THEN CAST($1 AS BIGINT) END",
    }
    on_face = "_a.i % (_a.n * _a.n)"
    bits = {
        "n": "_a.n",
        "f": "_a.i // (_a.n * _a.n)",
        "x": _gathered(f"({on_face} & {_EVERY_SECOND})", _GATHERING[:2]),
        "y": _gathered(f"(({on_face} >> 1) & {_EVERY_SECOND})", _GATHERING[:2]),
    }
    places = {
        **{name: f"_b.{name}" for name in "nf"},
        **{name: _gathered(f"_b.{name}", _GATHERING[2:]) for name in "xy"},
    }
    rings = {
        **{name: f"_c.{name}" for name in "nfxy"},
        "j": "(2 + _c.f // 4) * _c.n - _c.x - _c.y - 1",
    }
    numbers = {
        **{name: f"CAST(_d.{name} AS DOUBLE)" for name in "njxy"},
        "f": "_d.f",
        "r": "CAST(CASE WHEN _d.j < _d.n THEN _d.j "
        "WHEN _d.j > 3 * _d.n THEN 4 * _d.n - _d.j ELSE _d.n END AS DOUBLE)",
    }
    longitude = f"45 * (({around} + 8 * _e.r) % (8 * _e.r)) / _e.r"
    return chain(
        (("_a", cell), ("_b", bits), ("_c", places), ("_d", rings), ("_e", numbers)),
        f"CASE WHEN _e.f IS NOT NULL THEN [{longitude}, degrees({latitude})] END",
    )
