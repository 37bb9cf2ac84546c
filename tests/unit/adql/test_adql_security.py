"""Nothing but checked queries reaches the engine, however a text is made up."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.adql import AdqlError
from gammavo.adql.lexer import LONGEST_QUERY
from tests.unit.adql.adql_world import World
from tests.unit.adql.test_adql_valid import QUERIES

ATTACKS = """
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/etc/passwd')
SELECT * FROM read_parquet('s3://bucket/file')
SELECT * FROM glob('/*')
SELECT * FROM sniff_csv('/etc/passwd')
SELECT * FROM '/etc/passwd'
SELECT * FROM "/etc/passwd"
SELECT * FROM "/etc/passwd.csv" AS t
SELECT * FROM query('select 1')
SELECT * FROM query_table('numbers')
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_databases()
SELECT * FROM pragma_database_list
SELECT * FROM sqlite_master
SELECT * FROM information_schema.tables
SELECT * FROM information_schema.columns
SELECT * FROM pg_catalog.pg_tables
SELECT * FROM main.numbers
SELECT * FROM memory.main.numbers
SELECT * FROM temp.main.numbers
SELECT * FROM ATTACKS
SELECT * FROM numbers; DROP TABLE numbers
SELECT * FROM numbers;;
SELECT getenv('HOME') FROM numbers
SELECT current_setting('memory_limit') FROM numbers
SELECT write_log('x') FROM numbers
SELECT version() FROM numbers
SELECT repeat('x', 1500000000) FROM numbers
SELECT "read_text"('/etc/passwd') FROM numbers
SELECT main.lower(word) FROM numbers
SELECT sleep(10) FROM numbers
SELECT rowid FROM numbers
SELECT numbers FROM numbers
SELECT COLUMNS('.*') FROM numbers
SELECT * EXCLUDE (n) FROM numbers
SELECT * REPLACE (1 AS n) FROM numbers
SELECT n INTO OUTFILE '/tmp/x' FROM numbers
SELECT n FROM numbers WHERE n = ?
SELECT n FROM numbers WHERE n = $1
SELECT n FROM numbers WHERE word = E'\\x27'
SELECT n FROM numbers WHERE word = $$a$$
SELECT n FROM numbers WHERE word = U&'a'
SELECT n FROM numbers /* x */
COPY numbers TO '/tmp/x'
EXPORT DATABASE '/tmp/x'
ATTACH '/tmp/x.db'
INSTALL httpfs
LOAD httpfs
SET memory_limit = '1TB'
PRAGMA database_list
CALL pragma_version()
CREATE TABLE x AS SELECT 1
CREATE TEMP MACRO m() AS 1
PREPARE p AS SELECT 1
VACUUM
CHECKPOINT
EXPLAIN SELECT n FROM numbers
DESCRIBE numbers
FROM numbers
VALUES (1)
TABLE numbers
SELECT * FROM (VALUES (1)) t
SELECT * FROM numbers TABLESAMPLE 10
SELECT * FROM numbers, LATERAL (SELECT 1) t
WITH w AS (DELETE FROM numbers) SELECT * FROM numbers
""".strip().splitlines()

HIDDEN = ("hpx29", "x", "y", "z", "s_region_x", "s_region_radius", "product_term")


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_are_refused(world: World, text: str) -> None:
    with pytest.raises(AdqlError):
        world.compile(text)


@pytest.mark.parametrize(
    "form",
    [
        "SELECT {} FROM gamma.observations",
        'SELECT "{}" FROM gamma.observations',
        "SELECT o.{} FROM gamma.observations o",
        'SELECT gamma.observations."{}" FROM gamma.observations',
        "SELECT {} FROM (SELECT * FROM gamma.observations) q",
        "SELECT q.{} FROM (SELECT s_ra, s_dec, s_region, dataproduct_type "
        "FROM gamma.observations) q",
        "WITH w AS (SELECT * FROM gamma.observations) SELECT {} FROM w",
        "SELECT obs_id FROM gamma.observations WHERE {} IS NULL",
        "SELECT obs_id FROM gamma.observations ORDER BY {}",
        "SELECT COUNT(*) FROM gamma.observations GROUP BY {}",
        "SELECT COUNT(*) FROM gamma.observations HAVING MAX({}) IS NULL",
        "SELECT 1 FROM gamma.observations JOIN gamma.sources USING ({})",
        "SELECT obs_id FROM gamma.observations WHERE EXISTS "
        "(SELECT 1 FROM gamma.details WHERE {} IS NULL)",
    ],
)
@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_columns_have_no_name(world: World, form: str, name: str) -> None:
    with pytest.raises(AdqlError, match="unknown column"):
        world.compile(form.format(name))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM gamma.observations",
        "SELECT o.* FROM gamma.observations o",
        "SELECT * FROM (SELECT * FROM gamma.observations) q",
        "WITH w AS (SELECT * FROM gamma.observations) SELECT * FROM w",
        "SELECT * FROM gamma.observations UNION ALL SELECT * FROM gamma.observations",
        "SELECT * FROM gamma.observations NATURAL JOIN gamma.details",
        "(SELECT * FROM gamma.observations) ORDER BY obs_id",
    ],
)
def test_a_star_shows_no_hidden_column(world: World, text: str) -> None:
    compiled = world.compile(text)
    names = {column.name for column in compiled.columns}
    assert not names & set(HIDDEN)
    width = len(world.engine.execute(compiled.sql).description)
    assert width == len(compiled.columns)


def test_a_natural_join_does_not_see_hidden_columns(world: World) -> None:
    with pytest.raises(AdqlError, match="no column in common"):
        world.compile("SELECT 1 FROM gamma.sources NATURAL JOIN gamma.observations")


def _check(world: World, text: str) -> None:
    """Only AdqlError may come, or one SELECT that the engine accepts."""
    try:
        compiled = world.compile(text, max_rows=20)
    except AdqlError as error:
        place = error.line, error.column
        assert min(place) >= 1
        return
    (statement,) = duckdb.extract_statements(compiled.sql)
    assert statement.type == duckdb.StatementType.SELECT
    world.engine.execute(f"EXPLAIN {compiled.sql}")


_PIECES = re.compile(r"""'[^']*'|"[^"]*"|[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+|.""")
_WORDS = sorted({piece for query in QUERIES for piece in _PIECES.findall(query)})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(QUERIES), st.randoms(use_true_random=False), st.integers(1, 3))
def test_broken_queries(
    world: World, query: str, chance: random.Random, changes: int
) -> None:
    pieces = _PIECES.findall(query)
    for _ in range(changes):
        place = chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                pieces[place] = ""
            case 1:
                pieces.insert(place, f" {pieces[place]} ")
            case 2:
                other = chance.randrange(len(pieces))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 3:
                pieces[place] = f" {chance.choice(_WORDS)} "
            case _:
                pieces.insert(place, f" {chance.choice(_WORDS)} ")
    _check(world, "".join(pieces))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_random_text(world: World, text: str) -> None:
    _check(world, text)
    _check(world, f"SELECT {text} FROM numbers")
    _check(world, f"SELECT n FROM numbers WHERE word = {text}")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_texts_and_names_are_quoted(world: World, text: str) -> None:
    quoted = text.replace("'", "''")
    try:
        found = world.values(f"SELECT '{quoted}' FROM numbers WHERE id = 1")
    except AdqlError as error:
        assert "is not allowed" in str(error)  # noqa: PT017 - or the text comes back
    else:
        assert found == [text]
    name = text.replace('"', '""') or "x"
    _check(world, f'SELECT n AS "{name}" FROM numbers AS "{name}" ORDER BY "{name}"')


def _deep(before: str, middle: str, after: str, depth: int) -> str:
    return before * depth + middle + after * depth


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT {_deep('(', 'n', ')', 45_000)} FROM numbers",
        f"SELECT {_deep('ABS(', 'n', ')', 15_000)} FROM numbers",
        f"SELECT {_deep('SQRT(', 'x', ')', 55)} FROM numbers",
        f"SELECT {_deep('POWER(', 'x', ', x)', 50)} FROM numbers",
        f"SELECT {_deep('DISTANCE(1, 1, 2, ', 'x', ')', 25)} FROM numbers",
        f"SELECT {_deep('LOG(1 + ', 'x', ')', 25)} FROM numbers",
        f"SELECT n FROM numbers WHERE {_deep('NOT ', 'n = 1', '', 20_000)}",
        f"SELECT n FROM numbers WHERE {_deep('NOT (', 'n = 1', ')', 10_000)}",
        f"SELECT n FROM {_deep('(SELECT n FROM ', 'numbers', ') q', 3_000)}",
        f"SELECT n FROM {_deep('(', 'numbers', ')', 40_000)}",
        f"{_deep('(', 'SELECT n FROM numbers', ')', 40_000)}",
        f"SELECT {'-' * 1} {'1 - ' * 20_000}1 FROM numbers",
        f"SELECT {'1 + ' * 20_000}1 FROM numbers",
        f"SELECT {'n || ' * 15_000}n FROM numbers",
        f"SELECT n FROM numbers WHERE {'n = 1 OR ' * 10_000}n = 2",
        f"SELECT n FROM numbers WHERE n IN ({'1, ' * 30_000}1)",
        f"SELECT {'n, ' * 30_000}n FROM numbers",
        f"SELECT {'*, ' * 30_000}* FROM numbers",
        f"SELECT n FROM {'numbers, ' * 10_000}numbers",
        f"SELECT n FROM numbers{' UNION SELECT n FROM numbers' * 3_000}",
        f"SELECT n FROM numbers{' NATURAL JOIN numbers' * 4_000}",
        f"SELECT n FROM numbers ORDER BY {'n, ' * 30_000}n",
        f"SELECT {chr(39) * 2} {(chr(39) * 2 + ' ') * 30_000} FROM numbers",
        f"SELECT {('x' * 99_000)} FROM numbers",
        f"SELECT {'9' * 99_000} FROM numbers",
        f"SELECT {'0' * 99_000}.1 FROM numbers",
        f"SELECT n FROM numbers {'-' * 99_000}",
        f"SELECT n FROM {'a.' * 45_000}b",
        f"SELECT {'(' * 50_000}",
        f"SELECT IN_UNIT(s_ra, '{'m.' * 40_000}s') FROM gamma.observations",
        "SELECT IN_UNIT(s_ra, '10**999999999.m') FROM gamma.observations",
        "SELECT IN_UNIT(s_ra, 'm**999999999') FROM gamma.observations",
        "SELECT POWER(s_ra, 1e300), POWER(s_ra, 0.123456789) FROM gamma.observations",
        f"SELECT {'s_ra * ' * 98}s_ra FROM gamma.observations",
        "SELECT n FROM numbers WHERE 1 = CONTAINS(POINT(1, 1), POLYGON("
        + ", ".join(f"{i / 100}, {i % 7}" for i in range(8_000))
        + "))",
        f"{'/' * 99_000}",
        f"{'{' * 99_000}",
        "\n" * 99_990,
        "x" * (LONGEST_QUERY + 1),
    ],
    ids=lambda text: text[:30],
)
def test_large_queries_are_answered_soon(world: World, text: str) -> None:
    start = time.perf_counter()
    try:
        compiled = world.compile(text, max_rows=5)
    except AdqlError:
        compiled = None
    # No measurement: ten seconds tell a growth with the power of the size from the rest.
    assert time.perf_counter() - start < 10
    if compiled is not None:
        assert len(compiled.sql) < 2_000_000
        world.engine.execute(f"EXPLAIN {compiled.sql}")


def test_importing_is_light() -> None:
    """Nothing heavy is loaded before a query needs it."""
    code = (
        "import sys, gammavo.adql\n"
        "print(*{'numpy', 'astropy', 'duckdb', 'cdshealpix'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert found.stdout.strip() == ""
