"""The engine: limits, cancellation, lockdown, and what errors become."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from gammavo.archive.engines.duckdb import DuckDBEngine, EngineLimits
from gammavo.archive.engines.duckdb_stream import plans_once
from gammavo.model.errors import InternalError, UnavailableError, UsageError

LONG = "SELECT count(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n * c.n = 7"


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBEngine:
    table = pa.table({"n": pa.array(range(30_000), pa.int64())})
    return DuckDBEngine(
        attachments=[],
        tables=[("main", "numbers", table)],
        definitions=[],
        limits=EngineLimits("500MB", 2, tmp_path / "t", batch_rows=1000),
    )


def test_batches_come_in_order_and_whole(engine: DuckDBEngine):
    result = engine.execute("SELECT n FROM numbers ORDER BY n", seconds=10)
    values = [v for batch in result.batches() for v in batch.column(0).to_pylist()]
    assert values == list(range(30_000))


def test_a_long_query_is_stopped_at_its_limit(engine: DuckDBEngine):
    started = time.monotonic()
    with pytest.raises(UnavailableError, match=r"longer than 0\.3 seconds"):
        engine.execute(LONG, seconds=0.3)
    assert time.monotonic() - started < 10
    assert next(engine.execute("SELECT 1", seconds=1).batches()).num_rows == 1


def test_waiting_for_a_slow_client_costs_no_time(engine: DuckDBEngine):
    result = engine.execute("SELECT n FROM numbers", seconds=0.5)
    batches = result.batches()
    next(batches)
    time.sleep(0.7)
    assert sum(batch.num_rows for batch in batches) > 0


def test_cancel_stops_a_running_query(engine: DuckDBEngine):
    errors: list[Exception] = []
    cancels: list[object] = []

    def run() -> None:
        try:
            engine.execute(LONG, seconds=60, on_start=cancels.append)
        except UnavailableError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    cancels[0]()  # type: ignore[operator]
    thread.join(10)
    assert not thread.is_alive()
    assert "cancelled" in str(errors[0])


def test_a_value_that_overflows_is_the_users_to_know(engine: DuckDBEngine):
    sql = "SELECT (n + 9223372036854770000) * 2 FROM numbers"
    with pytest.raises(UsageError, match="cannot be calculated"):
        engine.execute(sql, seconds=5)


def test_a_fault_has_an_incident_and_no_details(engine: DuckDBEngine):
    with pytest.raises(InternalError) as caught:
        engine.execute("SELECT * FROM secret_table", seconds=5)
    assert "incident" in str(caught.value)
    assert "secret_table" not in str(caught.value)


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "PRAGMA database_list", "VACUUM"]
)
def test_anything_but_one_select_is_refused(engine: DuckDBEngine, sql: str):
    with pytest.raises(InternalError, match=r"one SELECT|incident"):
        engine.execute(sql, seconds=5)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "ATTACH '/tmp/x.db' AS x",
        "COPY numbers TO '/tmp/gammavo-copied'",
        "INSTALL httpfs",
        "SET memory_limit = '100GB'",
        "SELECT * FROM glob('/etc/*')",
    ],
)
def test_the_engine_itself_is_locked_down(engine: DuckDBEngine, sql: str):
    with pytest.raises(duckdb.Error):
        engine._connection.cursor().execute(sql).fetchall()


def test_a_damaged_release_is_named(tmp_path: Path):
    path = tmp_path / "release.duckdb"
    path.write_bytes(b"x" * 5000)
    with pytest.raises(InternalError, match="verify"):
        DuckDBEngine(
            attachments=[("release_x", path)],
            tables=[],
            definitions=[],
            limits=EngineLimits("500MB", 1, tmp_path / "t"),
        )


def test_a_statement_is_planned_only_once():
    # With another version of DuckDB this may not be possible: then queries are slower.
    assert plans_once()


def test_uploads_are_seen_by_one_query_only(engine: DuckDBEngine):
    rows = pa.table({"x": [1.5, None], "X": ["a", "b"]})
    sql = 'SELECT "c0", "c1" FROM "t0" ORDER BY "c1"'
    result = engine.execute(sql, seconds=5, uploads=[rows])
    assert [b.to_pylist() for b in result.batches()] == [
        [{"c0": 1.5, "c1": "a"}, {"c0": None, "c1": "b"}]
    ]
    with pytest.raises(InternalError):
        engine.execute(sql, seconds=5)
