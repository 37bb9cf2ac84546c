"""Joins by nearness on the sky give the pairs that comparing all rows gives."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gammavo.adql import Catalog, translate
from gammavo.model.columns import (
    Column,
    Datatype,
    Schema,
    SkyPosition,
    SkyRegion,
    Table,
)
from gammavo.model.regions import unit_vector
from tests.unit.adql.adql_world import World, create_table, with_index

Place = tuple[float | None, float | None]
Pair = tuple[int | None, int | None, float | None, float | None]

_LONGITUDES = st.sampled_from([0.0, 359.9999, 0.0001, 90.0, 180.0]) | st.floats(0, 360)
_LATITUDES = st.sampled_from([90.0, -90.0, 89.9999, -89.9999, 0.0]) | st.floats(-90, 90)
_PLACES = st.lists(st.tuples(_LONGITUDES, _LATITUDES), min_size=1, max_size=12)
_SHIFTS = st.lists(st.floats(-1.2, 1.2), min_size=1, max_size=12)
_RADII = st.sampled_from([0.0, 1e-9, 5 / 3600, 0.1, 1.0, 14.9, 15.1, 89.0, 180.0])

_STORED = Table(
    "g.stored",
    "Rows with an index",
    (
        Column("n", Datatype.INTEGER, "x"),
        Column("ra", Datatype.DOUBLE, "x"),
        Column("dec", Datatype.DOUBLE, "x"),
        Column("radius", Datatype.DOUBLE, "x"),
        Column("shape", Datatype.REGION, "x"),
    ),
    positions=(SkyPosition("ra", "dec"),),
    regions=(SkyRegion("shape"),),
)
_MINE = Table("TAP_UPLOAD.mine", "x", _STORED.columns[:4], rows=10)
_CATALOG = Catalog([Schema("g", "x", (_STORED,))]).with_tables(
    Schema("TAP_UPLOAD", "x", (_MINE,)), stored_schema=""
)


def _world(
    stored: Sequence[Place], mine: Sequence[Place], radius: float = 1.0
) -> World:
    engine = duckdb.connect()
    rows = [
        {
            "n": n,
            "ra": ra,
            "dec": dec,
            "radius": radius * (n % 3) if n % 4 else None,
            "shape": None
            if ra is None
            else f"CIRCLE ICRS {ra} {dec} {radius * (n % 2)}",
        }
        for n, (ra, dec) in enumerate(stored)
    ]
    create_table(engine, "g", _STORED, with_index(_STORED, rows))
    engine.execute("CREATE TABLE t0 (c0 INTEGER, c1 DOUBLE, c2 DOUBLE, c3 DOUBLE)")
    for n, (ra, dec) in enumerate(mine):
        engine.execute("INSERT INTO t0 VALUES (?, ?, ?, ?)", [n, ra, dec, radius])
    return World(_CATALOG, engine, {})


def _pairs(world: World, join: str, condition: str, where: str = "") -> list[Pair]:
    """Return the numbers of both sides, and other columns of the stored one."""
    query = f"SELECT a.n, b.n, b.ra, b.dec FROM {join} {condition} {where}"
    return world.ask(query)


def _near(
    places: Sequence[Place], shifts: Sequence[float], radius: float
) -> list[Place]:
    """Return places about as far from others as the radius, in all directions."""
    near: list[Place] = []
    for number, shift in enumerate(shifts):
        ra, dec = places[number % len(places)]
        assert ra is not None
        assert dec is not None
        if number % 2:
            near.append((ra, max(-90.0, min(90.0, dec + shift * radius))))
        else:
            across = max(math.cos(math.radians(dec)), 1e-3)
            near.append(((ra + shift * radius / across) % 360, dec))
    return [*near, (None, 1.0)]


_DISTANCE = "DISTANCE(POINT(a.ra, a.dec), POINT(b.ra, b.dec))"


@settings(deadline=None, max_examples=8)
@given(_PLACES, _SHIFTS, _RADII)
@example([(0.0, 90.0), (123.0, -90.0)], [1.0, -1.0, 0.5], 1.0)
@example([(0.0, 0.0), (359.9999, 45.0)], [1.0, -1.0, 0.0, 0.9], 5 / 3600)
def test_pairs_are_those_of_the_nested_loop(
    places: list[Place], shifts: list[float], radius: float
) -> None:
    world = _world([*places, (None, None)], _near(places, shifts, radius), radius)
    near = f"{_DISTANCE} <= {radius!r}"
    below = f"{radius!r} > {_DISTANCE}"
    inside = f"1 = CONTAINS(POINT(b.ra, b.dec), CIRCLE(a.ra, a.dec, {radius!r}))"
    mine, stored = "TAP_UPLOAD.mine a", "g.stored b"
    for condition in (near, below, inside):
        for join in ("JOIN", "LEFT JOIN", "RIGHT JOIN"):
            fast = _pairs(world, f"{mine} {join} {stored} ON", condition)
            slow = _pairs(
                world, f"{mine} {join} {stored} ON", f"({condition} OR 1 = 0)"
            )
            assert Counter(fast) == Counter(slow), (condition, join)
        fast = _pairs(world, f"{stored}, {mine}", "WHERE", condition)
        slow = _pairs(world, f"{stored}, {mine} WHERE", f"({condition} OR 1 = 0)")
        assert Counter(fast) == Counter(slow), condition


@settings(deadline=None, max_examples=4)
@given(_PLACES, _SHIFTS, st.sampled_from([0.0, 1e-3, 1.0, 20.0, 170.0]))
def test_radii_of_rows(places: list[Place], shifts: list[float], radius: float) -> None:
    world = _world([*places, (None, None)], _near(places, shifts, radius), radius)
    for condition in (
        "1 = CONTAINS(POINT(a.ra, a.dec), CIRCLE(b.ra, b.dec, b.radius))",
        "1 = CONTAINS(POINT(a.ra, a.dec), b.shape)",
        "INTERSECTS(b.shape, CIRCLE(a.ra, a.dec, 0.5)) = 1",
        "INTERSECTS(CIRCLE(b.ra, b.dec, b.radius), CIRCLE(a.ra, a.dec, a.radius)) = 1",
        f"{_DISTANCE} < b.radius",
    ):
        for join in ("JOIN",) if radius else ("LEFT JOIN",):
            tables = f"TAP_UPLOAD.mine a {join} g.stored b ON"
            text = f"SELECT a.n, b.n FROM {tables} {condition}"
            assert translate(text, _CATALOG, max_rows=None).access == "cross-match"
            fast = _pairs(world, tables, condition)
            slow = _pairs(world, tables, f"({condition} OR 1 = 0)")
            assert Counter(fast) == Counter(slow), (condition, join)


def test_pairs_are_right(world: World) -> None:
    """The same, compared with vectors in Python."""
    sources, events = world.rows["gamma.sources"], world.rows["gamma.events"]
    for radius in (0.05, 0.4):
        chord = 2 * math.sin(math.radians(radius) / 2)
        expected = [
            (s["name"], e["event_id"])
            for s in sources
            for e in events
            if math.dist(unit_vector(s["ra"], s["dec"]), unit_vector(e["ra"], e["dec"]))
            < chord
        ]
        assert expected
        query = (
            "SELECT name, event_id FROM gamma.sources a JOIN gamma.events b "
            f"ON {_DISTANCE} < {radius}"
        )
        assert Counter(world.ask(query)) == Counter(expected)


def test_several_matches_in_one_query(world: World) -> None:
    near = "DISTANCE(POINT({}.ra, {}.dec), POINT({}.ra, {}.dec)) < 0.5"
    ab, bc = near.format(*"aabb"), near.format(*"bbcc")
    for kind in ("JOIN", "LEFT JOIN"):
        query = (
            "SELECT a.name, b.event_id, c.event_id FROM gamma.sources a "
            f"{kind} gamma.events b ON {ab} {kind} gamma.events c ON {{}} "
            "AND b.event_id < c.event_id"
        )
        fast = world.ask(query.format(bc))
        slow = world.ask(
            query.format(f"({bc} OR 1 = 0)").replace(ab, f"({ab} OR 1 = 0)")
        )
        assert Counter(fast) == Counter(slow)
        assert len(fast) > 100
        assert world.compile(query.format(bc)).access == "cross-match"


def test_joins_around_a_match(world: World) -> None:
    near = "DISTANCE(POINT(s.ra, s.dec), POINT(e.ra, e.dec)) < 0.3"
    for query in (
        "SELECT s.name, e.event_id, o.obs_id FROM gamma.observations o "
        "RIGHT JOIN gamma.events e ON o.obs_id = e.obs_id, gamma.sources s WHERE {}",
        "SELECT s.name, e.event_id, o.obs_id FROM (gamma.events e "
        "LEFT JOIN gamma.observations o ON o.obs_id = e.obs_id) JOIN gamma.sources s ON {}",
        "SELECT s.name, e.event_id, o.obs_id FROM gamma.observations o LEFT JOIN "
        "(gamma.events e JOIN gamma.sources s ON {}) ON o.obs_id = e.obs_id",
        "SELECT s.name, e.event_id, e.obs_id FROM gamma.sources s LEFT JOIN "
        "(SELECT ra, dec, event_id, obs_id FROM gamma.events WHERE energy > 1) e ON {}",
        "SELECT s.name, e.event_id, 1 FROM gamma.sources s FULL JOIN gamma.events e ON {}",
        "SELECT s.name, COUNT(*), MIN(e.energy) FROM gamma.sources s, gamma.events e "
        "WHERE {} GROUP BY s.name HAVING COUNT(*) > 1",
        "SELECT s.name, e.event_id, 1 FROM gamma.sources s JOIN gamma.events e ON {} "
        "AND e.multiplicity > 2 WHERE e.energy > 0.5",
    ):
        fast = world.ask(query.format(near))
        slow = world.ask(query.format(f"({near} OR 1 = 0)"))
        assert Counter(fast) == Counter(slow), query
        assert fast


def test_rows_with_and_without_a_neighbour(world: World) -> None:
    near = "DISTANCE(POINT(s.ra, s.dec), POINT(e.ra, e.dec)) < 0.1"
    inner = "(SELECT e.event_id FROM gamma.events e WHERE {} AND e.energy > 0.1)"
    numbers = []
    for word in ("EXISTS", "NOT EXISTS"):
        query = f"SELECT s.name FROM gamma.sources s WHERE {word} {inner}"
        assert world.compile(query.format(near)).access == "cross-match"
        fast = world.values(query.format(near))
        assert Counter(fast) == Counter(
            world.values(query.format(f"({near} OR 1 = 0)"))
        )
        numbers.append(len(fast))
    assert all(numbers)
    assert sum(numbers) == len(world.rows["gamma.sources"])


def test_values_that_are_no_numbers(world: World) -> None:
    small = _world([(1.0, 1.0), (2.0, 2.0)], [(1.0, 1.0)])
    for value in ("nan", "inf", "-inf"):
        small.engine.execute(f"INSERT INTO t0 VALUES (9, '{value}', 1, '{value}')")
        small.engine.execute(f"INSERT INTO t0 VALUES (9, 1, '{value}', 1)")
    tables = "TAP_UPLOAD.mine a JOIN g.stored b ON"
    assert _pairs(small, tables, f"{_DISTANCE} < 0.1") == [(0, 0, 1.0, 1.0)]
    inside = "1 = CONTAINS(POINT(b.ra, b.dec), CIRCLE(a.ra, a.dec, a.radius))"
    assert (0, 0, 1.0, 1.0) in _pairs(small, tables, inside)


@pytest.mark.parametrize(
    ("query", "access", "words"),
    [
        ("SELECT * FROM g.stored", "scan", ["g.stored", "all rows are read"]),
        (
            "SELECT * FROM g.stored WHERE CONTAINS(POINT(ra, dec), CIRCLE(1, 2, 3)) = 1",
            "indexed",
            ["g.stored", "index"],
        ),
        (
            f"SELECT * FROM TAP_UPLOAD.mine a JOIN g.stored b ON {_DISTANCE} < 5 / 3600.",
            "cross-match",
            ["TAP_UPLOAD.mine", "within 5″", "all 10 rows"],
        ),
        (
            f"SELECT * FROM TAP_UPLOAD.mine a JOIN g.stored b ON {_DISTANCE} < 40",
            "nested-loop",
            ["TAP_UPLOAD.mine and g.stored", "every row"],
        ),
        (
            f"SELECT * FROM g.stored a JOIN g.stored b ON a.n = b.n AND {_DISTANCE} < 2",
            "scan",
            ["all rows are read"],
        ),
        (
            "SELECT * FROM g.stored a, TAP_UPLOAD.mine b WHERE a.n > b.n",
            "nested-loop",
            ["every row"],
        ),
        (
            "SELECT * FROM g.stored a, (SELECT MAX(n) AS m FROM g.stored) q WHERE n = m",
            "scan",
            [],
        ),
        (
            "SELECT * FROM g.stored a WHERE EXISTS (SELECT 1 FROM TAP_UPLOAD.mine b "
            "WHERE a.n > b.n)",
            "nested-loop",
            ["the query around it"],
        ),
        (
            "SELECT * FROM g.stored a WHERE EXISTS (SELECT 1 FROM TAP_UPLOAD.mine b "
            "WHERE a.n = b.n)",
            "scan",
            [],
        ),
    ],
)  # fmt: skip
def test_the_cost_is_told(query: str, access: str, words: list[str]) -> None:
    compiled = translate(query, _CATALOG, max_rows=10)
    text = "\n".join(compiled.explanation)
    assert compiled.access == access, text
    for word in words:
        assert word in text


def test_few_rows_are_looked_up_in_a_table_of_many_columns() -> None:
    """Positions are read first, other columns only of rows that are near."""
    small = _world([(1.0, 1.0), (2.0, 2.0), (None, None)], [(1.0, 1.0), (9.0, 9.0)])
    join = f"{{}} TAP_UPLOAD.mine a JOIN g.stored b ON {_DISTANCE} < 0.1"
    one = small.compile(join.format("SELECT b.n FROM"))
    several = small.compile(join.format("SELECT b.n, b.ra FROM"))
    assert "grid:index" not in one.sql
    assert "grid:index" in several.sql
    assert small.ask(join.format("SELECT b.n, b.ra FROM")) == [(0, 1.0)]
    absent = (
        "SELECT b.n, b.ra FROM g.stored b WHERE NOT EXISTS (SELECT 1 FROM "
        f"TAP_UPLOAD.mine a WHERE {_DISTANCE} < 0.1) AND b.ra IS NOT NULL"
    )
    assert small.ask(absent) == [(1, 2.0)]
    kept = "SELECT b.n, b.ra FROM g.stored b LEFT JOIN TAP_UPLOAD.mine a ON "
    assert len(small.ask(f"{kept} {_DISTANCE} < 0.1")) == 3


def test_blocks_of_sorted_tables_are_skipped() -> None:
    """A few positions in one corner of the sky do not make the engine read all of it."""
    engine = duckdb.connect()
    engine.execute("CREATE SCHEMA g")
    engine.execute(
        "CREATE TABLE g.stored AS SELECT n::INTEGER AS n, n / 5000.0 AS ra, 0.0::DOUBLE "
        "AS dec, 1.0::DOUBLE AS radius, NULL AS shape, n AS hpx29, cos(radians(ra)) AS x, "
        "sin(radians(ra)) AS y, 0.0::DOUBLE AS z FROM range(1000000) r(n)"
    )
    engine.execute(
        "CREATE TABLE t0 AS SELECT 1 AS c0, 3.0::DOUBLE AS c1, 0.0::DOUBLE AS c2"
    )
    tables = "TAP_UPLOAD.mine a JOIN g.stored b"
    query = f"SELECT COUNT(*) FROM {tables} ON {_DISTANCE} < 0.0011"
    sql = translate(query, _CATALOG, max_rows=None).sql
    assert engine.execute(sql).fetchall() == [(11,)]
    text: Any = engine.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}").fetchall()
    query_metrics = json.loads(text[0][1])["query"]
    assert query_metrics["total_row_groups_to_scan"] == 10
    assert query_metrics["total_row_groups_scanned"] == 2
