"""``publish``: from a folder of DL3 files to a release in force.

Everything is built aside and synced to disk, then renamed to its place, then named in
the catalogue; the replacement of the catalogue file is the moment of publication. Killed
at any other moment, the former release stays in force.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.archive.build import (
    build_database,
    merge_events,
    open_database,
    stored,
    write_table,
)
from gammavo.archive.checks import write_checks
from gammavo.archive.datalink import link_table
from gammavo.archive.durable import sync_tree
from gammavo.archive.extent import find_coverage
from gammavo.archive.highlights import find_highlights
from gammavo.archive.ingest import IngestedRun, ingest_runs
from gammavo.archive.lint import check_tables
from gammavo.archive.manifest import Manifest, StoredTable, software_versions
from gammavo.archive.run_tables import runs_as_tables
from gammavo.archive.snapshot import check_release
from gammavo.archive.statistics import table_statistics
from gammavo.archive.store import Archive
from gammavo.archive.tables import (
    product_rows,
    release_tables,
    stored_obscore,
    to_arrow,
)
from gammavo.dl3 import Inventory, describe, find_runs, load_description
from gammavo.model.datalink import LINKS, RESPONSES
from gammavo.model.errors import ConflictError, UnavailableError, UsageError
from gammavo.model.events import OPTIONAL_EVENT_COLUMNS
from gammavo.model.identifiers import check_release_name, schema_name
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.observations import Level, ReleaseDescription, RunReport

__all__ = ["Progress", "PublishOptions", "PublishResult", "publish"]

Progress = Callable[[str, int, int], None]
"""Called with the step, how many of its parts are done, and how many there are."""


def _silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """How to publish.

    Parameters
    ----------
    authority
        IVOA naming authority, unless the release's description names one.
    name
        Name of the release; None for the one of its description.
    description
        ``release.toml`` to use instead of the one beside the data.
    processes
        How many processes read files; by default one for each processor.
    on_progress
        Told how far the work is.
    """

    authority: str
    name: str | None = None
    description: Path | None = None
    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    on_progress: Progress = _silent


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was published and what was found on the way."""

    manifest: Manifest
    reports: tuple[RunReport, ...]


def publish(archive: Archive, folder: Path, options: PublishOptions) -> PublishResult:
    """Publish the DL3 files of a folder as a new version of a release.

    The files stay where they are; the release holds tables and the SHA-256 of each file.

    Raises
    ------
    UsageError
        The folder has no usable run, or its description is wrong.
    ConflictError
        Another process is publishing, or another release has the same schema.
    UnavailableError
        The disk is full or a process was killed; the former release is in force.
    """
    folder = folder.resolve()
    inventory = find_runs(folder)
    description = _description(inventory, options)
    with archive.locked():
        _check_schema_is_free(archive, description.name)
        try:
            with archive.build_folder(description.name) as build:
                return _build(archive, build, inventory, description, options)
        except (OSError, duckdb.Error, pa.ArrowException) as error:
            raise _unavailable(archive, description.name, error) from error


def _unavailable(archive: Archive, name: str, error: Exception) -> UnavailableError:
    number = getattr(error, "errno", None)
    text = str(error)
    full = number == errno.ENOSPC or "No space left" in text or "out of disk" in text
    free = shutil.disk_usage(archive.root).free // 2**20
    return UnavailableError(
        f"Release {name!r} was not published: "
        + (f"the disk is full ({free} MiB free)." if full else f"{text}."),
        advice="Nothing has changed: what was published before is still in force."
        + (" Free some space and try again." if full else ""),
    )


def _description(inventory: Inventory, options: PublishOptions) -> ReleaseDescription:
    beside = inventory.folder / "release.toml"
    if options.description is not None:
        description = load_description(options.description)
    elif beside.is_file():
        description = load_description(beside)
    else:
        description = describe(inventory.folder, inventory)
    name = check_release_name(options.name or description.name)
    return replace(
        description, name=name, authority=description.authority or options.authority
    )


def _check_schema_is_free(archive: Archive, name: str) -> None:
    for other in archive.in_force():
        if other.name != name and other.schema == schema_name(name):
            raise ConflictError(
                f"The releases {other.name!r} and {name!r} would both have the schema "
                f"{other.schema!r}.",
                advice="Choose another name with --release.",
            )


def _build(
    archive: Archive,
    build: Path,
    inventory: Inventory,
    description: ReleaseDescription,
    options: PublishOptions,
) -> PublishResult:
    (build / "tables").mkdir()
    shards = build.parent / "shards"
    shards.mkdir()
    runs = _ingest(inventory, description, shards, options)
    reports = (inventory.report, *(run.report for run in runs))
    good = [run for run in runs if run.run is not None]
    if not good:
        raise UsageError(
            f"No run of {inventory.folder} can be published: {_first_error(reports)}",
            advice=f"'gammavo check {inventory.folder}' tells what is wrong with each.",
        )
    options.on_progress("tables", 0, 3)
    manifest = _manifest(archive, inventory, description, good, reports)
    check_tables([OBSCORE, OBSCORE_HEA, LINKS, RESPONSES, *release_tables(manifest)])
    manifest = _write_tables(build, shards, manifest, good, options)
    write_checks(build, reports)
    manifest.write(build / "manifest.json")
    check_release(build, manifest, temporary=build.parent / "trial")
    sync_tree(build)
    archive.adopt(build, manifest.name, manifest.version)
    archive.put_in_force(manifest.name, manifest.version)
    options.on_progress("tables", 3, 3)
    return PublishResult(manifest, reports)


def _first_error(reports: tuple[RunReport, ...]) -> str:
    errors = [
        finding.message
        for report in reports
        for finding in report.findings
        if finding.level is Level.ERROR
    ]
    return errors[0] if errors else "there is none."


def _ingest(
    inventory: Inventory,
    description: ReleaseDescription,
    shards: Path,
    options: PublishOptions,
) -> list[IngestedRun]:
    done = 0
    total = len(inventory.runs)
    options.on_progress("runs", 0, total)

    def count(_: IngestedRun) -> None:
        nonlocal done
        done += 1
        options.on_progress("runs", done, total)

    return ingest_runs(
        inventory,
        description,
        shards=shards,
        processes=options.processes,
        on_run=count,
    )


def _manifest(
    archive: Archive,
    inventory: Inventory,
    description: ReleaseDescription,
    good: list[IngestedRun],
    reports: tuple[RunReport, ...],
) -> Manifest:
    files = {file.path: file for run in good if run.run for file in run.run.files}
    optional = {name for run in good for name in run.optional_columns}
    levels = [report.level for report in reports[1:]]
    return Manifest(
        version=archive.next_version(description.name),
        schema=schema_name(description.name),
        authority=description.authority,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data_folder=str(inventory.folder),
        description=description,
        tables=(),
        files=tuple(files[path] for path in sorted(files)),
        optional_event_columns=tuple(
            name for name in OPTIONAL_EVENT_COLUMNS if name in optional
        ),
        unicode_columns=(),
        counts={
            "runs": len(good),
            "events": sum(run.events for run in good),
            "warnings": levels.count(Level.WARNING),
            "errors": levels.count(Level.ERROR),
        },
        software=software_versions(),
    )


def _write_tables(
    build: Path,
    shards: Path,
    manifest: Manifest,
    good: list[IngestedRun],
    options: PublishOptions,
) -> Manifest:
    """Write Parquet and DuckDB files; return the manifest with their hashes."""
    events, origins = release_tables(manifest)
    rows = product_rows(
        (run.run for run in good if run.run is not None),
        release=manifest.description,
        authority=manifest.authority,
    )
    columns = {
        "obscore": stored_obscore(),
        "obscore_hea": OBSCORE_HEA.columns,
        "value_origins": origins.columns,
        "events": events.columns,
    }
    paths = {name: build / "tables" / f"{name}.parquet" for name in columns}
    unicode_columns: tuple[str, ...] = ()
    # The rows of the events come from the shards.
    for (name, table_columns), table_rows in zip(columns.items(), rows, strict=False):
        table = to_arrow(table_rows, table_columns)
        write_table(table, paths[name])
        if name == "obscore":
            unicode_columns = _unicode_columns(table)
    merge_events(shards, events, paths["events"], work=build.parent)
    paths["links"] = build / "tables" / "links.parquet"
    links = link_table(
        (run.run for run in good if run.run is not None),
        release=manifest.description,
        authority=manifest.authority,
    )
    write_table(links, paths["links"])
    options.on_progress("tables", 1, 3)
    database = build / "release.duckdb"
    counts = build_database(
        database,
        list(paths.items()),
        columns=chain(events.all_columns, *columns.values()),
        work=build.parent,
    )
    shutil.rmtree(shards)
    options.on_progress("tables", 2, 3)
    files = [stored(build, path, counts[name]) for name, path in paths.items()]
    files.append(stored(build, database))
    files += _write_run_tables(build, good)
    with open_database(str(database), build.parent, read_only=True) as connection:
        return replace(
            manifest,
            tables=tuple(files),
            unicode_columns=unicode_columns,
            statistics=table_statistics(connection, columns),
            highlights=find_highlights(connection),
            coverage=find_coverage(connection),
        )


def _write_run_tables(build: Path, good: list[IngestedRun]) -> list[StoredTable]:
    """Write the tables that index files are made from; they are not queried."""
    files = []
    tables = runs_as_tables([run.run for run in good if run.run is not None])
    for name, table in tables.items():
        path = build / "tables" / f"{name}.parquet"
        write_table(table, path)
        files.append(stored(build, path, table.num_rows))
    return files


def _unicode_columns(table: pa.Table) -> tuple[str, ...]:
    """Return the text columns that hold more than ASCII."""

    def is_ascii(values: Any) -> bool:
        return bool(
            pc.all(pc.string_is_ascii(values), skip_nulls=True).as_py() is not False
        )

    return tuple(
        field.name
        for field in table.schema
        if pa.types.is_string(field.type) and not is_ascii(table.column(field.name))
    )
