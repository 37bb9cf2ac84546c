"""A site: its folder, its settings, its archive and the service that queries it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gammavo.archive import Archive, EngineLimits, QueryService, ServiceOptions
from gammavo.archive.workers import PoolLimits, WorkerOptions, WorkerPool
from gammavo.protocols import Context, FetchLimits, TapLimits, UploadSettings
from gammavo.site.config import SiteConfig, find_site, load_config

__all__ = ["Site"]

DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Site:
    """A site on disk.

    Parameters
    ----------
    folder
        The folder with ``gammavo.toml``.
    config
        Its settings.
    """

    folder: Path
    config: SiteConfig

    @classmethod
    def open(cls, folder: Path) -> Site:
        """Open a site folder.

        Raises
        ------
        NotFoundError, UsageError
            The folder is not a site, or its settings are wrong.
        """
        return cls(find_site(folder), load_config(folder))

    @property
    def archive(self) -> Archive:
        """The releases of the site."""
        return Archive(self.folder / "archive")

    def base_url(self, host: str, port: int) -> str:
        """Return where users reach a server that listens at host and port."""
        shown = f"[{host}]" if ":" in host else host
        return self.config.site.public_url or f"http://{shown}:{port}"

    @property
    def temporary(self) -> Path:
        """Folder for what is not kept: spilled data, waiting results, uploads."""
        return self.folder / "temporary"

    def service_options(self, base_url: str, *, threads: int = 0) -> ServiceOptions:
        """Return how queries see the releases.

        Parameters
        ----------
        base_url
            Where users reach the site.
        threads
            Threads of the engine; 0 for the number in the settings.
        """
        engine, tap = self.config.engine, self.config.tap
        limits = EngineLimits(
            memory=engine.memory,
            threads=threads or engine.threads or os.cpu_count() or 1,
            temporary=self.temporary,
            temporary_size=engine.temporary_size,
        )
        return ServiceOptions(base_url, limits, tap.product_type, tap.strict_vocabulary)

    def queries(self, base_url: str) -> QueryService:
        """Open the releases for queries of this process."""
        return QueryService(self.archive, self.service_options(base_url))

    def workers(self, base_url: str) -> WorkerPool:
        """Return the query workers, not yet started."""
        engine = self.config.engine
        processors = os.cpu_count() or 1
        workers = engine.workers or processors + 2
        threads = engine.threads or max(1, processors // workers)
        return WorkerPool(
            WorkerOptions(
                archive=self.folder / "archive",
                service=self.service_options(base_url, threads=threads),
                memory=engine.worker_memory_bytes,
            ),
            PoolLimits(
                workers=workers,
                waiting=engine.waiting_queries,
                per_client=max(1, workers - 1),
                spool=self.temporary,
                spool_bytes=engine.spool_bytes,
            ),
        )

    def context(self, base_url: str) -> Context:
        """Return what the protocol handlers need."""
        site, tap = self.config.site, self.config.tap
        return Context(
            queries=self.queries(base_url),
            workers=self.workers(base_url),
            base_url=base_url,
            publisher=site.publisher,
            contact=site.contact,
            limits=TapLimits(
                tap.default_rows,
                tap.max_rows,
                tap.sync_seconds,
                tap.async_seconds,
                tap.max_async_seconds,
                tap.retention_days * DAY,
                tap.max_retention_days * DAY,
            ),
            uploads=UploadSettings(
                folder=self.temporary,
                size=tap.upload_bytes,
                rows=tap.upload_rows,
                fetch=FetchLimits(
                    tap.upload_bytes, tap.fetch_seconds, private=tap.fetch_private
                ),
            ),
            started=datetime.now(UTC),
        )
