"""Statistics of columns: computed when a release is published, merged when it is served.

They are kept in the manifest. VODataService 1.2 and TAP 1.1 have no place for a minimum,
a maximum or a vocabulary, so they are shown on the HTML pages of the tables and in their
JSON document only (VODataService 1.3, a draft, has elements for them).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb

from gammavo.archive.manifest import Manifest
from gammavo.archive.tables import ACCESS_PATH, release_tables
from gammavo.model.columns import Column, Datatype, Table
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.statistics import (
    MAX_VALUES,
    ColumnStatistics,
    TableStatistics,
    merged,
)

__all__ = ["ShownWord", "largest_value", "published_statistics", "table_statistics"]

ShownWord = Callable[[str], str | None]
"""Takes the canonical type of a product, returns what a column shows for it."""

_MAX_LENGTH: Final = 80
"""Longer texts are prose, not words of a vocabulary."""

_COUNTED: Final = frozenset(
    {
        Datatype.BOOLEAN,
        Datatype.SMALLINT,
        Datatype.INTEGER,
        Datatype.VARCHAR,
        Datatype.UNICODE,
    }
)
"""Types of columns that may hold a vocabulary."""


def table_statistics(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[Column]]
) -> dict[str, TableStatistics]:
    """Return the statistics of tables in the DuckDB file of a release.

    Parameters
    ----------
    connection
        The file, open for reading.
    tables
        Columns to look at by the name of the table in the file.
    """
    return {
        name: dict(_statistics(connection, name, columns))
        for name, columns in tables.items()
    }


def _statistics(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column]
) -> Iterator[tuple[str, ColumnStatistics]]:
    expressions = [item for column in columns for item in _aggregates(column)]
    row: Any = connection.execute(
        # Names are those of our declarations.
        f'SELECT COUNT(*), {", ".join(expressions)} FROM "{table}"'  # noqa: S608
    ).fetchone()
    rows, facts = row[0], iter(row[1:])
    for column in columns:
        filled, minimum, maximum, different = (next(facts) for _ in range(4))
        values = None
        # The number of different values is an estimate; twice the limit is safe.
        if different is not None and different <= 2 * MAX_VALUES:
            values = _values(connection, table, column.name, filled)
        yield (
            column.name,
            ColumnStatistics(rows - filled, minimum, maximum, values),
        )


def _aggregates(column: Column) -> tuple[str, str, str, str]:
    """Return what to compute: values there, smallest, largest, how many different."""
    name = f'"{column.name}"'
    filled, smallest, largest, different = f"COUNT({name})", "NULL", "NULL", "NULL"
    if column.arraysize is not None:
        return filled, smallest, largest, different
    if column.datatype in {Datatype.REAL, Datatype.DOUBLE}:
        # DuckDB sorts NaN above all numbers.
        filled = f"COUNT({name}) FILTER (NOT isnan({name}))"
        finite = f"FILTER (isfinite({name}))"
        smallest, largest = f"MIN({name}) {finite}", f"MAX({name}) {finite}"
    elif column.datatype.is_integer:
        smallest, largest = f"MIN({name})", f"MAX({name})"
    if column.datatype in _COUNTED:
        different = f"approx_count_distinct({name})"
    return filled, smallest, largest, different


def _values(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, filled: int
) -> dict[str, int] | None:
    """Return how many rows have each value; None if that is no small vocabulary."""
    rows = connection.execute(
        # By position: a column may have any name that an alias could have.
        f'SELECT CAST("{column}" AS VARCHAR), COUNT(*) FROM "{table}" '  # noqa: S608
        f'WHERE "{column}" IS NOT NULL '
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MAX_VALUES + 1}"
    ).fetchall()
    # Where no value comes twice, the values name rows.
    named = len(rows) == filled and filled > 1
    if named or len(rows) > MAX_VALUES or any(len(w) > _MAX_LENGTH for w, _ in rows):
        return None
    return dict(rows)


def published_statistics(
    releases: Sequence[Manifest], shown: Mapping[str, ShownWord]
) -> dict[str, TableStatistics]:
    """Return the statistics of the tables of a snapshot, by qualified name.

    A table that several releases share is left out if one of them was published before
    there were statistics.

    Parameters
    ----------
    releases
        The releases in force.
    shown
        For each ObsCore column that is made from the type of the product: which word it
        shows for a type.
    """
    tables: dict[str, TableStatistics] = {}
    for manifest in releases:
        for table in release_tables(manifest):
            if found := manifest.statistics.get(table.local_name):
                tables[table.name] = found
    for name in (OBSCORE.name, OBSCORE_HEA.name):
        local = name.rpartition(".")[2]
        parts = [manifest.statistics.get(local, {}) for manifest in releases]
        common = set.intersection(*(set(part) for part in parts)) if parts else set()
        if common:
            tables[name] = {
                column: merged(part[column] for part in parts) for column in common
            }
    if obscore := tables.get(OBSCORE.name):
        tables[OBSCORE.name] = {**obscore, **_made(obscore, shown)}
    return tables


def largest_value(releases: Sequence[Manifest], table: Table, column: str) -> float:
    """Return the largest number in a column of a table that all releases share.

    It is infinite if a release was published before there were statistics, and 0 where
    there are no numbers.
    """
    unknown = {column: ColumnStatistics(0, maximum=math.inf)}
    largest = (
        manifest.statistics.get(table.local_name, unknown)[column].maximum
        for manifest in releases
    )
    return max((float(value) for value in largest if value is not None), default=0.0)


def _made(
    obscore: TableStatistics, shown: Mapping[str, ShownWord]
) -> dict[str, ColumnStatistics]:
    """Return the statistics of the columns that a snapshot makes from stored ones."""
    made = {"access_url": ColumnStatistics(obscore[ACCESS_PATH.name].nulls)}
    types = obscore["product_type"].values or {}
    for column, word in shown.items():
        nulls = 0
        counts: dict[str, int] = {}
        for term, count in types.items():
            text = word(term)
            if text is None:
                nulls += count
            else:
                counts[text] = counts.get(text, 0) + count
        made[column] = ColumnStatistics(nulls, values=counts)
    return made
