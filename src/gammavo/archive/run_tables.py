"""Which file and HDU belongs to which run, and what an observation index says of it.

Two tables of a release that are not queried: ``hdus`` (a row for each part of a run) and
``observations`` (a row for each run, columns as in a GADF observation index). They answer
where a part of a run is, and index files of any selection of runs are made from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gammavo.archive.manifest import Manifest
from gammavo.archive.store import Archive
from gammavo.model.errors import InternalError, UnavailableError
from gammavo.model.observations import Run, RunHdu

__all__ = ["RUN_TABLES", "RunTables", "run_hdus", "run_tables", "runs_as_tables"]

RUN_TABLES: Final = ("hdus", "observations")
"""Names of the tables, as of their Parquet files."""

_HDUS: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("obs_id", "role", "hdu_class", "path")),
        ("hdu", pa.string()),
        ("size", pa.int64()),
    ]
)
_LARGEST: Final = 2**63
_MOST_COLUMNS: Final = 900
"""A FITS table has room for 999."""


@dataclass(frozen=True, slots=True)
class RunTables:
    """The tables of one release.

    Parameters
    ----------
    hdus
        ``obs_id`` and the fields of ``RunHdu``; all parts of a run follow each other.
    observations
        ``OBS_ID`` as text and what else an observation index says, a row for each run.
    """

    hdus: pa.Table
    observations: pa.Table

    def of_runs(self, obs_ids: Collection[str]) -> RunTables:
        """Return the rows of some runs."""
        wanted = pa.array(sorted(obs_ids), pa.string())
        return RunTables(
            self.hdus.filter(pc.is_in(self.hdus["obs_id"], value_set=wanted)),
            self.observations.filter(
                pc.is_in(self.observations["OBS_ID"], value_set=wanted)
            ),
        )

    def in_file(self, path: str) -> tuple[tuple[str, RunHdu], ...]:
        """Return the parts of runs that are in a file, each with the ``obs_id``."""
        return _parts(self.hdus.filter(pc.equal(self.hdus["path"], path)))

    def parts(self) -> tuple[tuple[str, RunHdu], ...]:
        """Return all parts of runs, each with the ``obs_id``."""
        return _parts(self.hdus)


def _parts(rows: pa.Table) -> tuple[tuple[str, RunHdu], ...]:
    return tuple((row.pop("obs_id"), RunHdu(**row)) for row in rows.to_pylist())


def runs_as_tables(runs: Sequence[Run]) -> dict[str, pa.Table]:
    """Return the tables of runs by name."""
    hdus = [{"obs_id": run.obs_id, **asdict(part)} for run in runs for part in run.hdus]
    names = list(dict.fromkeys(name for run in runs for name in run.index))
    columns = {"OBS_ID": pa.array([run.obs_id for run in runs], pa.string())}
    for name in names[:_MOST_COLUMNS]:
        columns.setdefault(name, _column([run.index.get(name) for run in runs]))
    tables = (pa.Table.from_pylist(hdus, _HDUS), pa.table(columns))
    return dict(zip(RUN_TABLES, tables, strict=True))


def _column(values: Sequence[Any]) -> pa.Array:
    """Return values as whole numbers, else as numbers, else as text."""
    given = [value for value in values if value is not None]
    numbers = all(isinstance(value, int | float) for value in given)
    if numbers and all(isinstance(value, bool) for value in given):
        return pa.array(values, pa.bool_())
    if numbers:
        whole = all(
            isinstance(value, int) and -_LARGEST <= value < _LARGEST for value in given
        )
        if whole:
            return pa.array(values, pa.int64())
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([None if v is None else str(v) for v in values], pa.string())


def run_tables(archive: Archive, manifest: Manifest) -> RunTables:
    """Return the tables of a release; they are kept, as they never change.

    Raises
    ------
    UnavailableError
        The release was published before there were such tables.
    InternalError
        They are damaged.
    """
    if not any(entry.path == "tables/hdus.parquet" for entry in manifest.tables):
        raise UnavailableError(
            f"Release {manifest.name!r} was published without an index of its HDUs.",
            advice="The publisher can publish it again; its files can be had one by one.",
        )
    return _read(archive.folder(manifest.name, manifest.version) / "tables")


@lru_cache(maxsize=64)
def _read(folder: Path) -> RunTables:
    try:
        return RunTables(*(pq.read_table(folder / f"{n}.parquet") for n in RUN_TABLES))
    except (OSError, pa.ArrowException) as error:
        raise InternalError(
            f"The tables in {folder} cannot be read: {error}.",
            advice="Restore them from a backup or publish the release again.",
        ) from error


def run_hdus(
    archive: Archive, manifest: Manifest, obs_ids: Collection[str]
) -> Mapping[str, tuple[RunHdu, ...]]:
    """Return the parts of runs: role, class, file, HDU and size of each.

    Parameters
    ----------
    archive, manifest
        The release.
    obs_ids
        Its runs; those that it does not have are not in the result.

    Raises
    ------
    UnavailableError, InternalError
        As :func:`run_tables`.
    """
    found: dict[str, tuple[RunHdu, ...]] = {}
    for obs_id, part in run_tables(archive, manifest).of_runs(obs_ids).parts():
        found[obs_id] = (*found.get(obs_id, ()), part)
    return found
