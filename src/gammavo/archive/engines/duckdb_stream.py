"""How the rows of a DuckDB statement are had as a stream of Arrow batches.

``cursor.sql()`` plans a statement twice: once for the names and types of its columns,
which the archive knows already, and once to run it. For a small cone that is a third of
the time. DuckDB's Python package has a function that only runs the statement; it is not
public, so its absence costs speed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import duckdb
import pyarrow as pa

__all__ = ["arrow_reader", "plans_once"]


@cache
def _submit() -> Callable[..., Any] | None:
    try:
        submit: Callable[..., Any] = import_module("duckdb._seam").submit
        with duckdb.connect(":memory:") as connection:
            reader = submit(connection, "SELECT 42", None, "stream", 10).arrow_reader()
            whole = reader.read_all().column(0).to_pylist() == [42]
    except (ImportError, AttributeError, TypeError, duckdb.Error):
        return None
    return submit if whole else None


def plans_once() -> bool:
    """Tell whether this version of DuckDB lets a statement be planned only once."""
    return _submit() is not None


def arrow_reader(
    cursor: duckdb.DuckDBPyConnection, statement: duckdb.Statement, rows: int
) -> pa.RecordBatchReader:
    """Run one SELECT; return its rows as they come.

    Parameters
    ----------
    cursor
        A connection that nothing else uses.
    statement
        The parsed SELECT.
    rows
        Rows in a batch.
    """
    submit = _submit()
    if submit is None:
        return cursor.sql(statement).to_arrow_reader(rows)
    reader: pa.RecordBatchReader = submit(
        cursor, statement.query, None, "stream", rows
    ).arrow_reader()
    return reader
