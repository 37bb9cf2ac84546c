"""The one way to ask: ADQL in, a stream of rows with their metadata out."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from gammavo.adql import UPLOAD_SCHEMA, Catalog, CompiledQuery, translate
from gammavo.archive.engines.duckdb import EngineLimits, EngineResult, OnStart
from gammavo.archive.manifest import Manifest
from gammavo.archive.snapshot import ProductSpelling, Snapshot, open_snapshot
from gammavo.archive.store import Archive
from gammavo.model.columns import Column, Schema, Table
from gammavo.model.errors import InternalError, UsageError

__all__ = ["QueryResult", "QueryService", "QueryUpload", "ServiceOptions"]

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.2
"""Seconds between looks at the catalogue: how soon a publish is seen."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How the tables are shown and what queries may use.

    Parameters
    ----------
    base_url
        Where this site is reached, without a slash at the end.
    limits
        Memory, threads and disk of the engine.
    spelling
        Words of ``dataproduct_type``.
    strict_vocabulary
        Whether comparisons accept only the spelling that is shown.
    """

    base_url: str
    limits: EngineLimits
    spelling: ProductSpelling = ProductSpelling.OBSCORE
    strict_vocabulary: bool = False


@dataclass(frozen=True, slots=True)
class QueryUpload:
    """A table of the user, seen by one query only.

    Parameters
    ----------
    name
        The query calls it ``TAP_UPLOAD.name``.
    columns
        What its columns are.
    rows
        Its rows; types as ``formats.arrow_schema(columns)``.
    """

    name: str
    columns: tuple[Column, ...]
    rows: pa.Table


@dataclass(slots=True)
class QueryResult:
    """A running query.

    Parameters
    ----------
    columns
        Metadata of the result's columns.
    releases
        The releases whose tables the query reads.
    access
        How the rows are found: ``indexed``, ``scan``, ``cross-match`` or ``nested-loop``.
    overflow
        Whether rows were cut off; True only after the batches were read.
    """

    columns: tuple[Column, ...]
    releases: tuple[Manifest, ...]
    access: str
    _engine_result: EngineResult
    _row_limit: int | None
    _overflows: bool
    overflow: bool = field(default=False)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, cut at the row limit; to be called once.

        Raises
        ------
        UnavailableError, UsageError, InternalError
            As ``EngineResult.batches``.
        """
        left = self._row_limit
        if left is None:
            yield from self._engine_result.batches()
            return
        for batch in self._engine_result.batches():
            wanted = batch.slice(0, left)
            left -= wanted.num_rows
            self.overflow = self._overflows and wanted.num_rows < batch.num_rows
            ends = self.overflow or not (left or self._overflows)
            if ends:
                self._engine_result.cancel()
            if wanted.num_rows:
                yield wanted
            if ends:
                return

    def cancel(self) -> None:
        """Stop the query, from any thread."""
        self._engine_result.cancel()


class QueryService:
    """Answers queries on the releases in force; sees a publish within a second.

    Parameters
    ----------
    archive
        The folder of the releases.
    options
        How the tables are shown and what queries may use.

    Attributes
    ----------
    fault
        Whether a newer catalogue is there that cannot be opened.
    """

    def __init__(self, archive: Archive, options: ServiceOptions) -> None:
        self.archive = archive
        self.options = options
        self.fault = False
        self._lock = threading.Lock()
        self._looked = 0.0
        self._identity = self._catalogue_identity()
        self._snapshot = self._open()

    def snapshot(self) -> Snapshot:
        """Return what is published now; running queries keep the one they began with."""
        if time.monotonic() - self._looked > _LOOK_EVERY and self._lock.acquire(
            blocking=False
        ):
            try:
                identity = self._catalogue_identity()
                if identity != self._identity:
                    self._identity = identity
                    self._snapshot = self._open()
                    self.fault = False
            except (InternalError, OSError):
                # What was published before is still good; the publisher reads the log.
                self.fault = True
                _log.exception("the new catalogue cannot be opened")
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._snapshot

    def compile(
        self, adql: str, *, max_rows: int | None, uploads: Sequence[Table] = ()
    ) -> CompiledQuery:
        """Check a query and translate it, without running it.

        Parameters
        ----------
        adql
            The query.
        max_rows
            Rows after which its result would be cut, None for no limit.
        uploads
            Tables that would come along with it, called ``TAP_UPLOAD.<name>``.

        Raises
        ------
        UsageError
            It is not correct ADQL, or names what does not exist.
        """
        catalog = self.snapshot().catalog
        if uploads:
            schema = Schema(UPLOAD_SCHEMA, "Tables of the user", tuple(uploads))
            catalog = catalog.with_tables(schema, stored_schema="")
        return self._compile(catalog, adql, max_rows)

    def _compile(
        self, catalog: Catalog, adql: str, max_rows: int | None
    ) -> CompiledQuery:
        return translate(
            adql,
            catalog,
            max_rows=max_rows,
            strict_vocabulary=self.options.strict_vocabulary,
        )

    def query(
        self,
        adql: str,
        *,
        max_rows: int | None,
        seconds: float,
        on_start: OnStart | None = None,
        uploads: Sequence[QueryUpload] = (),
    ) -> QueryResult:
        """Start a query and read its first rows.

        Parameters
        ----------
        adql
            The query.
        max_rows
            Rows after which the result is cut, None for no limit.
        seconds
            How long the engine may work.
        on_start
            Given the function that cancels the query, before the engine begins.
        uploads
            Tables that come along with the query.

        Raises
        ------
        UsageError
            The query is wrong; the text says where.
        UnavailableError
            It takes too long or too much memory.
        InternalError
            A fault of the service.
        """
        snapshot = self.snapshot()
        catalog = snapshot.catalog
        if uploads:
            catalog = catalog.with_tables(_upload_schema(uploads), stored_schema="")
        compiled = self._compile(catalog, adql, max_rows)
        result = snapshot.engine.execute(
            compiled.sql,
            seconds=seconds,
            on_start=on_start,
            uploads=[upload.rows for upload in uploads],
        )
        schemas = {name.partition(".")[0] for name in compiled.tables}
        everywhere = "ivoa" in schemas
        return QueryResult(
            compiled.columns,
            tuple(m for m in snapshot.releases if everywhere or m.schema in schemas),
            compiled.access,
            result,
            compiled.row_limit,
            compiled.overflows,
        )

    def _open(self) -> Snapshot:
        return open_snapshot(
            self.archive,
            limits=self.options.limits,
            base_url=self.options.base_url,
            spelling=self.options.spelling,
        )

    def _catalogue_identity(self) -> tuple[int, int] | None:
        try:
            status = self.archive.catalogue_path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino


def _upload_schema(uploads: Sequence[QueryUpload]) -> Schema:
    for upload in uploads:
        names = Counter(column.name for column in upload.columns)
        repeated = [name for name, count in names.items() if count > 1]
        if repeated:
            raise UsageError(
                f"The uploaded table {upload.name} has several columns called "
                f"{repeated[0]!r}.",
                advice="Give its columns different names.",
            )
    tables = tuple(
        Table(
            f"{UPLOAD_SCHEMA}.{upload.name}",
            "Uploaded with the query",
            upload.columns,
            # How a cross-match is done depends on it.
            rows=upload.rows.num_rows,
        )
        for upload in uploads
    )
    return Schema(UPLOAD_SCHEMA, "Tables that came along with the query", tables)
