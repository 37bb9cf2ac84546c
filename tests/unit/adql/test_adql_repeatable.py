"""Random numbers with a seed, numbers beyond the largest one, words of vocabularies."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from gammavo.adql import Catalog
from gammavo.model.columns import Column, Datatype, Schema, Synonyms, Table
from tests.unit.adql.adql_world import World, create_table

_QUERIES = [
    "SELECT id, RAND(42) FROM numbers",
    "SELECT id FROM numbers WHERE RAND(42) < 0.6 ORDER BY RAND(1)",
    "SELECT a.event_id, b.name FROM gamma.events a JOIN gamma.sources b ON RAND(3) < 0.1 "
    "LEFT JOIN gamma.details c ON RAND(3) < 0.1",
    "SELECT multiplicity, RAND(3), AVG(RAND(3)) FROM gamma.events GROUP BY multiplicity",
    "SELECT multiplicity FROM gamma.events GROUP BY multiplicity HAVING RAND(4) < 0.7",
    "SELECT RAND(5), AVG(RAND(5)) FROM gamma.events",
    "SELECT RAND(5) AS v FROM (SELECT id FROM numbers WHERE RAND(6) < 0.9) q",
    "WITH w AS (SELECT ra, RAND(7) AS v FROM gamma.events) SELECT v FROM w "
    "WHERE RAND(7) >= v",
    "SELECT s.name, RAND(8) FROM gamma.sources s JOIN gamma.events e ON "
    "DISTANCE(POINT(s.ra, s.dec), POINT(e.ra, e.dec)) < 0.1",
]


@pytest.mark.parametrize("query", _QUERIES)
def test_the_same_seed_gives_the_same_numbers(world: World, query: str) -> None:
    assert sorted(world.ask(query)) == sorted(world.ask(query))


def test_seeds_and_rows_give_different_numbers(world: World) -> None:
    rows = world.ask("SELECT RAND(1), RAND(2), RAND() FROM gamma.events")
    for column in zip(*rows, strict=True):
        assert len(set(column)) == 300
        assert 0 <= min(column) < 0.1
        assert 0.9 < max(column) < 1
        assert sum(column) / 300 == pytest.approx(0.5, abs=0.08)
    assert all(len(set(row)) == 3 for row in rows)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1e300 * 1e300", float("inf")),
        ("-1e308 - 1e308", float("-inf")),
        ("x * 1e300", 2.5e300),
    ],
)
def test_numbers_beyond_the_largest_are_infinite(
    world: World, expression: str, expected: float
) -> None:
    """As IEEE 754 and VOTable have it; the query goes on."""
    assert world.value(expression) == expected


def test_sums_beyond_the_largest_number_are_infinite(world: World) -> None:
    query = "SELECT SUM(1.7e308 + id), AVG(1.7e308 + id) FROM numbers"
    ((total, _),) = world.ask(query)
    assert total == float("inf")


def _vocabulary(name: str, synonyms: Synonyms) -> Table:
    return Table(
        f"v.{name}",
        "x",
        (
            Column("kind", Datatype.VARCHAR, "x", synonyms=synonyms),
            Column("term", Datatype.VARCHAR, "x", hidden=True),
        ),
    )


def test_union_of_columns_with_vocabularies() -> None:
    """Words of one vocabulary never decide about rows of another one."""
    first = Synonyms("term", {"event": ("events",), "photon": ("events",)})
    second = replace(first, terms={"event": ("happenings",)})
    tables = [
        _vocabulary(name, synonyms)
        for name, synonyms in (("a", first), ("b", first), ("c", second))
    ]
    engine = duckdb.connect()
    for table in tables:
        rows = [
            {"kind": "event", "term": "events"},
            {"kind": "x", "term": "happenings"},
        ]
        create_table(engine, "v", table, rows)
    ours = World(Catalog([Schema("v", "x", tuple(tables))]), engine, {})
    query = (
        "SELECT COUNT(*) AS n FROM (SELECT kind FROM v.{} UNION ALL "
        "SELECT kind FROM v.{}) q WHERE kind = '{}'"
    )
    assert ours.values(query.format("a", "b", "photon")) == [2]
    assert ours.values(query.format("a", "c", "photon")) == [0]
    assert ours.values(query.format("a", "c", "event")) == [2]
    assert ours.values(query.format("c", "c", "event")) == [2]
