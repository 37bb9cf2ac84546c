"""Columns with the names that SQL of the plan uses itself, or that the engine knows."""

from __future__ import annotations

import string

import duckdb
import pytest

from gammavo.adql import Catalog
from gammavo.model.columns import Column, Datatype, Schema, Table
from tests.unit.adql.adql_world import World, create_table

_NAMES = (
    *string.ascii_lowercase,
    "cell",
    "reach",
    "scale",
    "rowid",
    "t0",
    "low",
    "low_",
)


@pytest.fixture(scope="module")
def letters() -> World:
    columns = tuple(Column(name, Datatype.DOUBLE, "x") for name in _NAMES)
    table = Table("abc.t0", "x", columns)
    engine = duckdb.connect()
    row = {name: 1.0 + number for number, name in enumerate(_NAMES)}
    create_table(engine, "abc", table, [row])
    return World(Catalog([Schema("abc", "x", (table,))]), engine, {})


_LONG = "ABS(a * b + c - d + e * f + g - h + i * j + k - l + m * n + o - p + q * r + s)"


@pytest.mark.parametrize(
    "expression",
    [
        f"POWER(SQRT({_LONG} + SQRT({_LONG})), LOG({_LONG} + SQRT({_LONG})))",
        f"MOD({_LONG} + {_LONG}, {_LONG} + SQRT({_LONG}))",
        "AREA(POLYGON(a, b, a + 1, b, a + 1, b + 1))",
        "CENTROID(POLYGON(a, b, a + 1, b, a + 1, b + 1))",
        "CONTAINS(POINT(v, x), POLYGON(a, b, a + 1, b, a + 1, b + 1))",
        "INTERSECTS(CIRCLE(v, x, 1), POLYGON(a, b, a + 1, b, a + 1, b + 1))",
        "INTERSECTS(POLYGON(a, b, a + 1, b, a + 1, b + 1), POLYGON(p, q, 1, b, 2, b + 1))",
        "CAST(CAST(a AS VARCHAR) AS POINT)",
        "CENTROID(CIRCLE(a, b, c))",
        "BOX(a, b, c, d)",
        "ivo_healpix_index(5, a, b)",
        "ivo_healpix_center(5, CAST(b AS INTEGER))",
        "ivo_histogram(a, 0, 1, 3)",
        "ivo_epoch_prop_pos(a, b, c, d, e, f, g, h)",
        "ivo_geom_transform('ICRS', 'GALACTIC', CIRCLE(a, b, c))",
        "ivo_hms_to_degrees(CAST(a AS VARCHAR))",
        "ivo_hasword(CAST(a AS VARCHAR), CAST(b AS VARCHAR))",
        "INTERSECTS(TMOC(27, CAST(a AS VARCHAR)), TMOC(27, b, c))",
        "RAND(1)",
    ],
)
def test_expression(letters: World, expression: str) -> None:
    assert len(letters.ask(f"SELECT {expression} AS low FROM abc.t0")) == 1


def test_cross_match(letters: World) -> None:
    query = (
        "SELECT g.cell, s.reach, g.scale FROM abc.t0 g LEFT JOIN abc.t0 s "
        "ON 1 = CONTAINS(POINT(g.a, g.b), CIRCLE(s.a, s.b, s.c))"
    )
    assert letters.compile(query).access == "cross-match"
    assert letters.ask(query) == [(27.0, 28.0, 29.0)]
