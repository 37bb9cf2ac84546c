"""Releases on disk and the engines that query them.

A release is immutable: Parquet tables (the truth), a DuckDB file built from them, and a
manifest with the SHA-256 of everything. Publishing builds aside, then renames; the
catalogue file says which version of each release is in force.

This front is what answers queries. Publishing reads FITS files and needs a second to load:
it is in ``gammavo.archive.publish``, and what checks published files in ``verify``.
"""

from gammavo.archive.engines.duckdb import EngineLimits
from gammavo.archive.examples import EXAMPLES, published_examples
from gammavo.archive.files import StoredFile, find_file
from gammavo.archive.hdu_files import HduFiles, file_layout
from gammavo.archive.manifest import Manifest
from gammavo.archive.queries import QueryResult, QueryService, ServiceOptions
from gammavo.archive.run_tables import run_hdus, run_tables
from gammavo.archive.snapshot import Snapshot
from gammavo.archive.store import Archive, ReleaseState, ReleaseStatus
from gammavo.archive.target_places import target_places

__all__ = [
    "EXAMPLES",
    "Archive",
    "EngineLimits",
    "HduFiles",
    "Manifest",
    "QueryResult",
    "QueryService",
    "ReleaseState",
    "ReleaseStatus",
    "ServiceOptions",
    "Snapshot",
    "StoredFile",
    "file_layout",
    "find_file",
    "published_examples",
    "run_hdus",
    "run_tables",
    "target_places",
]
