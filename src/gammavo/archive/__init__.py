"""Releases on disk and the engines that query them.

A release is immutable: Parquet tables (the truth), a DuckDB file built from them, and a
manifest with the SHA-256 of everything. Publishing builds aside, then renames; the
catalogue file says which version of each release is in force.
"""

from gammavo.archive.engines.duckdb import EngineLimits
from gammavo.archive.examples import EXAMPLES
from gammavo.archive.files import StoredFile, find_file
from gammavo.archive.manifest import Manifest
from gammavo.archive.publish import PublishOptions, PublishResult, publish
from gammavo.archive.queries import QueryResult, QueryService, ServiceOptions
from gammavo.archive.snapshot import Snapshot
from gammavo.archive.store import Archive, ReleaseState, ReleaseStatus
from gammavo.archive.verify import VerifyResult, verify

__all__ = [
    "EXAMPLES",
    "Archive",
    "EngineLimits",
    "Manifest",
    "PublishOptions",
    "PublishResult",
    "QueryResult",
    "QueryService",
    "ReleaseState",
    "ReleaseStatus",
    "ServiceOptions",
    "Snapshot",
    "StoredFile",
    "VerifyResult",
    "find_file",
    "publish",
    "verify",
]
