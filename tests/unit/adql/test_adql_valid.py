"""Legal queries: all are accepted, run, and give the types that they declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.adql.adql_world import World

_LINES = (Path(__file__).parent / "data" / "valid.sql").read_text().splitlines()
QUERIES = [line for line in _LINES if not line.startswith("--")]


@pytest.mark.parametrize("query", QUERIES)
def test_runs(world: World, query: str) -> None:
    rows = world.ask(query)
    columns = world.compile(query).columns
    names = [column.name.lower() for column in columns]
    assert len(set(names)) == len(names)
    assert all(len(row) == len(columns) for row in rows)
    assert not any(column.hidden for column in columns)


@pytest.mark.parametrize("query", QUERIES[::6])
def test_row_limit_asks_for_one_row_more(world: World, query: str) -> None:
    rows, total = world.ask(query, max_rows=2), len(world.ask(query))
    limit = world.compile(query, max_rows=2).row_limit
    assert limit in {None, 2}
    assert len(rows) == min(total, 3 if limit == 2 else 2)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT n FROM numbers -- a comment without end",
        "-- first\r\nSELECT\tn\r\nFROM\fnumbers\r\n",
        "\n\n  SELECT n--x\rFROM numbers",
        "SELECT n FROM numbers ; ",
        "SELECT--\nn--\nFROM--\nnumbers--",
    ],
)
def test_white_space_and_comments(world: World, text: str) -> None:
    assert len(world.ask(text)) == len(world.rows["numbers"])
