"""The embedded engine: DuckDB in this process, read-only and locked down.

DuckDB is not the security boundary – the grammar and the binder of ``adql`` are – but it
is closed as far as it can be: no file, extension, setting or Python variable can be
reached from SQL. ``memory_limit`` is not a hard limit of DuckDB.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

import duckdb
import pyarrow as pa

from gammavo.archive.engines.duckdb_stream import arrow_reader
from gammavo.model.errors import (
    GammavoError,
    InternalError,
    UnavailableError,
    UsageError,
)

__all__ = ["DuckDBEngine", "EngineLimits", "EngineResult", "OnStart"]

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

OnStart = Callable[[Callable[[], None]], None]
"""Takes the function that cancels a query."""

_LOCKDOWN: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    # With a LIMIT near the size of the table it sorts by row numbers: nothing streams.
    "disabled_optimizers": "late_materialization",
}


_LOOK_EVERY: Final = 0.05
"""Seconds between looks at queries that may be late."""


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What queries may use.

    Parameters
    ----------
    memory
        DuckDB's memory limit, e.g. ``2GB``; it spills to ``temporary`` beyond.
    threads
        Threads for all queries of this process.
    temporary
        Folder for spilled data.
    temporary_size
        How much may be spilled, e.g. ``10GB``.
    batch_rows
        Rows in a record batch.
    """

    memory: str
    threads: int
    temporary: Path
    temporary_size: str = "10GB"
    batch_rows: int = 50_000


class _Watchdog:
    """Interrupts cursors that stay in the engine longer than they may."""

    def __init__(self) -> None:
        self._armed: dict[int, tuple[float, duckdb.DuckDBPyConnection]] = {}
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._asleep = False
        self._ended = False

    def arm(self, cursor: duckdb.DuckDBPyConnection, seconds: float) -> None:
        with self._condition:
            self._armed[id(cursor)] = (time.monotonic() + seconds, cursor)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="gammavo-watchdog", daemon=True
                )
                self._thread.start()
                # A thread that is alive when Python ends would keep DuckDB's objects.
                atexit.register(self._end)
            if self._asleep:
                # Not for each of many small queries: a change of threads costs time.
                self._asleep = False
                self._condition.notify()

    def disarm(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._condition:
            self._armed.pop(id(cursor), None)

    def _watch(self) -> None:
        with self._condition:
            while not self._ended:
                self._asleep = not self._armed
                self._condition.wait(None if self._asleep else _LOOK_EVERY)
                now = time.monotonic()
                for deadline, cursor in self._armed.values():
                    if deadline <= now:
                        cursor.interrupt()

    def _end(self) -> None:
        with self._condition:
            self._ended = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()


_WATCHDOG = _Watchdog()


class EngineResult:
    """The record batches of a running query.

    The time limit counts what the engine works, not what a slow client waits.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        sql: str,
        *,
        seconds: float,
        batch_rows: int,
        on_start: OnStart | None = None,
    ) -> None:
        self._cursor = cursor
        self._seconds = seconds
        self._left = seconds
        self._cancelled = False
        self._sql = sql
        if on_start is not None:
            on_start(self.cancel)
        self._reader = self._guarded(lambda: arrow_reader(cursor, sql, batch_rows))
        self._first = self._guarded(lambda: next(self._reader, None))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches; to be called once.

        Raises
        ------
        UnavailableError
            The query was cancelled or used up its time or memory.
        UsageError
            A value in the data cannot be calculated with as the query asks.
        InternalError
            Anything else; the log has the details under the incident's number.
        """
        batch, self._first = self._first, None
        while batch is not None:
            yield batch
            batch = self._guarded(lambda: next(self._reader, None))
        self.close()

    def cancel(self) -> None:
        """Stop the engine, from any thread; reading then raises UnavailableError."""
        self._cancelled = True
        # A query that has come to its end has no connection to interrupt any more.
        with suppress(duckdb.ConnectionException):
            self._cursor.interrupt()

    def close(self) -> None:
        """Let go of the result; what was not read is lost."""
        self._first = None
        self._reader.close()
        self._cursor.close()

    def _guarded(self, work: Callable[[], _T]) -> _T:
        """Run a piece of the query with the time that is left."""
        if self._cancelled:
            raise UnavailableError("The query was cancelled.")
        started = time.monotonic()
        _WATCHDOG.arm(self._cursor, max(0.0, self._left))
        try:
            return work()
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise self._translated(error) from error
        finally:
            _WATCHDOG.disarm(self._cursor)
            self._left -= time.monotonic() - started

    def _translated(self, error: Exception) -> GammavoError:
        text = str(error)
        if isinstance(error, duckdb.InterruptException) or "INTERRUPT" in text:
            if self._cancelled:
                return UnavailableError("The query was cancelled.")
            return UnavailableError(
                f"The query took longer than {self._seconds:g} seconds.",
                advice="Restrict it (a smaller cone, fewer columns, TOP n).",
            )
        if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in text:
            return UnavailableError(
                "The query needs more memory than a query may use.",
                advice="Restrict it, or aggregate less at once.",
            )
        if isinstance(error, _DATA_ERRORS) or "Out of Range Error" in text:
            return UsageError(
                f"A value cannot be calculated: {text.splitlines()[0]}",
                advice="CAST to a wider type or restrict the rows.",
            )
        incident = uuid4().hex[:12]
        _log.error("incident %s: %s: %s", incident, text, self._sql)
        return InternalError(
            f"The query engine failed (incident {incident}).",
            advice="Please report the query and this number to the service.",
        )


_DATA_ERRORS: Final = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.DataError,
)


class DuckDBEngine:
    """An in-memory DuckDB with release files attached, as queries see it.

    Parameters
    ----------
    attachments
        Files to attach read-only, by the name that ``definitions`` use for each.
    tables
        Small tables to hold in memory, by schema and name.
    definitions
        SQL statements that make schemas and views; written by the archive.
    limits
        What queries may use.

    Raises
    ------
    InternalError
        A file cannot be opened.
    """

    def __init__(
        self,
        *,
        attachments: Sequence[tuple[str, Path]],
        tables: Sequence[tuple[str, str, pa.Table]],
        definitions: Sequence[str],
        limits: EngineLimits,
    ) -> None:
        self._limits = limits
        limits.temporary.mkdir(parents=True, exist_ok=True)
        config: dict[str, Any] = {
            **_LOCKDOWN,
            "memory_limit": limits.memory,
            "threads": str(limits.threads),
            "temp_directory": str(limits.temporary),
            "max_temp_directory_size": limits.temporary_size,
        }
        try:
            self._connection = duckdb.connect(":memory:", config=config)
            for name, path in attachments:
                escaped = str(path).replace("'", "''")
                self._connection.execute(
                    f"ATTACH '{escaped}' AS \"{name}\" (READ_ONLY)"
                )
            for statement in definitions:
                self._connection.execute(statement)
            for schema, name, table in tables:
                self._connection.register("incoming", table)
                self._connection.execute(
                    f'CREATE TABLE "{schema}"."{name}" AS FROM incoming'
                )
                self._connection.unregister("incoming")
            self._connection.execute("SET enable_external_access = false")
            self._connection.execute("SET lock_configuration = true")
        except duckdb.Error as error:
            raise InternalError(
                f"A release cannot be opened: {error}",
                advice="'gammavo verify' tells which file is damaged.",
            ) from error

    def close(self) -> None:
        """Let go of the release files; nothing may be running."""
        self._connection.close()

    def look_up(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Return the rows of a small query of the archive's own.

        Parameters
        ----------
        sql
            One SELECT with a constant text; ``?`` stands for each value.
        values
            Of the user, perhaps: the engine never reads them as SQL.

        Raises
        ------
        InternalError
            It fails.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, list(values))
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except duckdb.Error as error:
            raise InternalError(f"The catalogue cannot be read: {error}") from error
        else:
            return rows
        finally:
            cursor.close()

    def execute(
        self,
        sql: str,
        *,
        seconds: float,
        on_start: OnStart | None = None,
        uploads: Sequence[pa.Table] = (),
    ) -> EngineResult:
        """Start a query that ``adql`` compiled and read its first batch.

        Parameters
        ----------
        sql
            One SELECT, made by ``adql``'s printer; never text of a user.
        seconds
            How long the engine may work on it.
        on_start
            Given the function that cancels the query, before the engine begins.
        uploads
            Tables that only this query sees, as ``t0``, ``t1`` ... with columns ``c0``,
            ``c1`` ...

        Raises
        ------
        UnavailableError, UsageError, InternalError
            As :meth:`EngineResult.batches`.
        """
        cursor = self._connection.cursor()
        for number, table in enumerate(uploads):
            names = [f"c{n}" for n in range(table.num_columns)]
            cursor.register("incoming", table.rename_columns(names))
            # Temporary tables belong to the cursor, and end with it.
            cursor.execute(f'CREATE TEMP TABLE "t{number}" AS FROM incoming')
            cursor.unregister("incoming")
        return EngineResult(
            cursor,
            sql,
            seconds=seconds,
            batch_rows=self._limits.batch_rows,
            on_start=on_start,
        )
