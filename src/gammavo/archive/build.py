"""Making the files of a release: sorted Parquet, and the DuckDB file to serve."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from gammavo.archive.durable import sha256
from gammavo.archive.manifest import StoredTable
from gammavo.formats import arrow_schema
from gammavo.model.columns import Column, Datatype, Table
from gammavo.model.errors import InternalError, UnavailableError

__all__ = [
    "BUILD_MEMORY",
    "build_database",
    "merge_events",
    "open_database",
    "stored",
    "write_table",
]

BUILD_MEMORY: Final = "384MB"
"""DuckDB's share while it sorts; beyond it, it spills to the build folder."""

_ROW_GROUP: Final = 122_880  # DuckDB's own row group: pruning works at this grain


def write_table(table: pa.Table, path: Path) -> None:
    """Write a small table as Parquet."""
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)


def merge_events(shards: Path, events: Table, target: Path, *, work: Path) -> None:
    """Merge the shards of all runs into one Parquet file sorted by HEALPix.

    Parameters
    ----------
    shards
        Folder of Parquet files, each with the columns that its run has.
    events
        Declaration of the table: its columns and their order.
    target
        The file to write.
    work
        Folder that the sort may spill to.
    """
    files = sorted(str(path) for path in shards.glob("*.parquet"))
    if not files:
        schema = arrow_schema(events.all_columns)
        write_table(schema.empty_table(), target)
        return
    names = ", ".join(f'"{column.name}"' for column in events.all_columns)
    with open_database(":memory:", work) as connection:
        relation = connection.read_parquet(files, union_by_name=True)
        missing = {c.name for c in events.all_columns} - set(relation.columns)
        if missing:
            raise RuntimeError(f"shards lack the columns {sorted(missing)}")
        # Unpositioned events (hpx29 = -1) come first and are in no cover.
        relation.project(names).order("hpx29, obs_id, event_id").write_parquet(
            str(target), compression="zstd", row_group_size=_ROW_GROUP
        )


def build_database(
    path: Path,
    tables: Sequence[tuple[str, Path]],
    *,
    columns: Iterable[Column],
    work: Path,
) -> dict[str, int]:
    """Build the DuckDB file of a release from its Parquet files.

    Parameters
    ----------
    path
        The file to make.
    tables
        Names in the file and the Parquet files that they are built from, in order.
    columns
        Of all tables.
    work
        Folder for temporary files.

    Returns
    -------
    dict
        Rows of each table.
    """
    rows = {}
    plain = {column.name for column in columns if _is_plain(column)}
    with open_database(str(path), work) as connection:
        connection.execute("SET preserve_insertion_order = true")
        for name, source in tables:
            _create(connection, name, connection.read_parquet(str(source)), plain)
            rows[name] = len(connection.table(name))
        connection.execute("CHECKPOINT")
    return rows


def _create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: duckdb.DuckDBPyRelation,
    plain: Collection[str],
) -> None:
    """Make a table of rows, in which the ``plain`` columns are not compressed."""
    columns = ", ".join(
        f'"{column}" {kind}'
        + (" USING COMPRESSION uncompressed" if column in plain else "")
        for column, kind in zip(rows.columns, rows.types, strict=True)
    )
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
    rows.insert_into(name)


def _is_plain(column: Column) -> bool:
    """Return whether a column is stored without compression.

    Measured numbers do not compress well, and unpacking them is most of the time of a
    cone in a crowded field. It is done for those that people look at, and those that
    places are found by: a fifth more of the file.
    """
    if column.hidden:
        return column.datatype in {Datatype.BIGINT, Datatype.DOUBLE}
    return column.principal and column.datatype in {Datatype.DOUBLE, Datatype.REAL}


def open_database(
    path: str, work: Path, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file within the limits of building.

    Parameters
    ----------
    path
        The file, or ``:memory:``.
    work
        Folder that it may spill to.
    read_only
        Whether the file stays as it is.

    Raises
    ------
    UnavailableError
        It cannot be made or opened.
    InternalError
        It was built and cannot be read.
    """
    try:
        connection = duckdb.connect(
            path,
            read_only=read_only,
            config={
                "memory_limit": BUILD_MEMORY,
                "threads": "2",
                "temp_directory": str(work / "spill"),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        # It would write to the terminal beside our own progress.
        connection.execute("SET enable_progress_bar = false")
    except duckdb.Error as error:
        if read_only:
            raise InternalError(f"{path} is damaged: {error}") from error
        raise UnavailableError(f"DuckDB cannot open {path}: {error}") from error
    else:
        return connection


def stored(folder: Path, path: Path, rows: int = 0) -> StoredTable:
    """Return the manifest entry of a finished file."""
    return StoredTable(
        path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path), rows
    )
