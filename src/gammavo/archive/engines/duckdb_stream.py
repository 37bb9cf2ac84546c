"""How the rows of a DuckDB statement are had as a stream of Arrow batches.

``cursor.sql()`` plans a statement twice: once for the names and types of its columns,
which the archive knows already, and once to run it. For a small cone that is a third of
the time. DuckDB's Python package has a function that only runs the statement, and refuses
several; it is not public, so its absence costs speed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import duckdb
import pyarrow as pa

from gammavo.model.errors import InternalError

__all__ = ["arrow_reader", "plans_once"]


@cache
def _submit() -> Callable[..., Any] | None:
    try:
        submit: Callable[..., Any] = import_module("duckdb._seam").submit
        with duckdb.connect(":memory:") as connection:
            reader = submit(connection, "SELECT 42", None, "stream", 10).arrow_reader()
            whole = reader.read_all().column(0).to_pylist() == [42]
            return submit if whole and _refuses_two(submit, connection) else None
    except (ImportError, AttributeError, TypeError, duckdb.Error):
        return None


def _refuses_two(submit: Callable[..., Any], connection: Any) -> bool:
    try:
        submit(connection, "SELECT 1; SELECT 2", None, "stream", 10)
    except duckdb.InvalidInputException:
        return True
    return False


def plans_once() -> bool:
    """Tell whether this version of DuckDB lets a statement be planned only once."""
    return _submit() is not None


def arrow_reader(
    cursor: duckdb.DuckDBPyConnection, sql: str, rows: int
) -> pa.RecordBatchReader:
    """Run one SELECT; return its rows as they come.

    Parameters
    ----------
    cursor
        A connection that nothing else uses.
    sql
        The SELECT.
    rows
        Rows in a batch.

    Raises
    ------
    InternalError
        It is anything else: the last fence before the engine.
    """
    submit = _submit()
    # One statement that begins with SELECT is one. To parse it only to see that would
    # take a tenth of a small query's time.
    if submit is None or not sql.startswith("SELECT "):
        _check_one_select(cursor, sql)
    if submit is None:
        return cursor.sql(sql).to_arrow_reader(rows)
    reader: pa.RecordBatchReader = submit(
        cursor, sql, None, "stream", rows
    ).arrow_reader()
    return reader


def _check_one_select(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    kinds = [statement.type for statement in cursor.extract_statements(sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise InternalError("A query was not translated to one SELECT.")
