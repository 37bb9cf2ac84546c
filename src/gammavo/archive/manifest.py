"""``manifest.json``: what a release consists of and what made it."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gammavo.archive.durable import write_json
from gammavo.archive.extent import Coverage
from gammavo.archive.highlights import Highlights
from gammavo.model.errors import InternalError
from gammavo.model.observations import (
    ReleaseDescription,
    SourceFile,
    TargetDescription,
)
from gammavo.model.statistics import ColumnStatistics, TableStatistics

__all__ = ["FORMAT", "Manifest", "StoredTable", "software_versions"]

FORMAT = 2
"""Version of the layout that is written."""

_READABLE = frozenset({1, FORMAT})
"""Versions that are read; others are refused instead of guessed at. The first had no
statistics and no highlights."""

_SOFTWARE = ("gammavo", "astropy", "numpy", "pyarrow", "duckdb", "mocpy", "cdshealpix")


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A file of the release: path relative to its folder, bytes, SHA-256, rows."""

    path: str
    size: int
    sha256: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """All facts of one version of a release.

    Parameters
    ----------
    version
        Counts from 1.
    schema
        Schema of its tables.
    authority
        IVOA naming authority of its identifiers.
    created
        When it was published, ISO 8601 UTC.
    data_folder
        Absolute path of the DL3 files, which stay where they are.
    description
        What ``release.toml`` or a known description says.
    tables
        Parquet files and the DuckDB file.
    files
        The DL3 files that the products are in.
    optional_event_columns
        Those that the events table has.
    unicode_columns
        ObsCore columns with text that is not ASCII.
    counts
        ``runs``, ``events``, ``warnings``, ``errors`` (runs left out).
    software
        Versions of what built it.
    statistics
        Of the columns of its tables, by the name of the table without schema.
    highlights
        What is typical of it, None if it was published before they were looked for.
    coverage
        Where, when and at which energies it has data; None as for ``highlights``.
    """

    version: int
    schema: str
    authority: str
    created: str
    data_folder: str
    description: ReleaseDescription
    tables: tuple[StoredTable, ...]
    files: tuple[SourceFile, ...]
    optional_event_columns: tuple[str, ...]
    unicode_columns: tuple[str, ...]
    counts: dict[str, int]
    software: dict[str, str] = field(default_factory=dict)
    statistics: dict[str, TableStatistics] = field(default_factory=dict)
    highlights: Highlights | None = None
    coverage: Coverage | None = None

    @property
    def name(self) -> str:
        """Name of the release."""
        return self.description.name

    def rows(self, table: str) -> int:
        """Return how many rows a table has, named without its schema."""
        path = f"tables/{table}.parquet"
        return next((entry.rows for entry in self.tables if entry.path == path), 0)

    def write(self, path: Path) -> None:
        """Write the manifest as JSON, atomically."""
        write_json(path, {"format": FORMAT, **asdict(self)})

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest.

        Raises
        ------
        InternalError
            The file is missing, damaged or of another layout.
        """
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if document.pop("format") not in _READABLE:
                raise InternalError(
                    f"{path} has another layout than this version of gammavo.",
                    advice="Publish the release again.",
                )
            return cls._from_document(document)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InternalError(
                f"{path} cannot be read: {error}.",
                advice="Restore it from a backup or publish the release again.",
            ) from error

    @classmethod
    def _from_document(cls, document: dict[str, Any]) -> Manifest:
        description = document.pop("description")
        for name in ("creators", "subjects"):
            description[name] = tuple(description.get(name, ()))
        description["targets"] = tuple(
            TargetDescription(**{**target, "aliases": tuple(target["aliases"])})
            for target in description["targets"]
        )
        for name in ("optional_event_columns", "unicode_columns"):
            document[name] = tuple(document[name])
        if highlights := document.pop("highlights", None):
            document["highlights"] = Highlights(**highlights)
        if coverage := document.pop("coverage", None):
            document["coverage"] = Coverage.from_document(coverage)
        document["statistics"] = {
            table: {name: ColumnStatistics(**facts) for name, facts in columns.items()}
            for table, columns in document.pop("statistics", {}).items()
        }
        return cls(
            description=ReleaseDescription(**description),
            tables=tuple(StoredTable(**entry) for entry in document.pop("tables")),
            files=tuple(SourceFile(**entry) for entry in document.pop("files")),
            **document,
        )


def software_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that make a release."""
    return {
        "python": platform.python_version(),
        **{package: version(package) for package in _SOFTWARE},
    }
