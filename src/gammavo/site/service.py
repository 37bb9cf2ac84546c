"""A site: its folder, its settings, its archive and the service that queries it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gammavo.archive import (
    Archive,
    EngineLimits,
    HduFiles,
    QueryService,
    ServiceOptions,
)
from gammavo.archive.workers import PoolLimits, WorkerOptions, WorkerPool
from gammavo.formats.votable_reader import UploadLimits
from gammavo.jobs import JobService, JobType, QueueLimits, StorageLimits
from gammavo.jobs.database import database_settings
from gammavo.model.errors import NotFoundError
from gammavo.portal import PageContext, QueryLimits, Texts, load_assets
from gammavo.protocols import (
    ROUTES,
    FetchLimits,
    FileSettings,
    Handover,
    Publisher,
    PublishingRegistry,
    RegistrySite,
    TapLimits,
    TapSettings,
    UploadSettings,
)
from gammavo.site.colours import style_sheet
from gammavo.site.config import SiteConfig, find_site, load_config

__all__ = ["Site"]

DAY: Final = 86_400
_BATCH_NICENESS: Final = 5
_MOST_THREADS: Final = 4
"""Threads that a query uses of its own: more of them help large scans only."""


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

    def service_options(self, base_url: str) -> ServiceOptions:
        """Return how queries see the releases."""
        engine, tap = self.config.engine, self.config.tap
        limits = EngineLimits(
            memory=engine.memory,
            threads=engine.threads or min(os.cpu_count() or 1, _MOST_THREADS),
            temporary=self.temporary,
            temporary_size=engine.temporary_size,
        )
        return ServiceOptions(base_url, limits, tap.product_type, tap.strict_vocabulary)

    def queries(self, base_url: str) -> QueryService:
        """Open the releases for queries of this process."""
        return QueryService(self.archive, self.service_options(base_url))

    def workers(self, base_url: str) -> WorkerPool:
        """Return the workers for users who wait, not yet started."""
        engine = self.config.engine
        processors = os.cpu_count() or 1
        workers = engine.workers or processors + 2
        return self._pool(
            base_url,
            PoolLimits(
                workers=workers,
                ready=min(workers, processors),
                waiting=engine.waiting_queries,
                per_client=max(1, workers - 1),
                spool=self.temporary,
                spool_bytes=engine.spool_bytes,
            ),
        )

    def batch_workers(self, base_url: str) -> WorkerPool:
        """Return the workers for jobs, which yield to the others."""
        workers = self.config.engine.batch_workers
        limits = PoolLimits(
            workers, ready=1, waiting=workers, per_client=workers, spool=self.temporary
        )
        return self._pool(
            base_url,
            limits,
            niceness=_BATCH_NICENESS,
            output_bytes=self.config.jobs.result_bytes,
        )

    def _pool(
        self,
        base_url: str,
        limits: PoolLimits,
        *,
        niceness: int = 0,
        output_bytes: int = 0,
    ) -> WorkerPool:
        options = WorkerOptions(
            archive=self.folder / "archive",
            service=self.service_options(base_url),
            memory=self.config.engine.worker_memory_bytes,
            niceness=niceness,
            uploads=UploadLimits(
                document_bytes=self.config.tap.upload_bytes,
                rows=self.config.tap.upload_rows,
            ),
            output_bytes=output_bytes,
        )
        return WorkerPool(options, limits)

    def tap_settings(self) -> TapSettings:
        """Return how the TAP service answers."""
        site, tap = self.config.site, self.config.tap
        return TapSettings(
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
        )

    def registry(
        self, queries: QueryService, *, keep_datestamps: bool = True
    ) -> PublishingRegistry:
        """Return what the VO registry is told of the site.

        Parameters
        ----------
        queries
            Know what is published, and where the site is reached.
        keep_datestamps
            Whether this is the service that harvesters know.
        """
        site, registry = self.config.site, self.config.registry
        facts = RegistrySite(
            title=site.title,
            authority=site.authority,
            base_url=queries.options.base_url,
            publisher=Publisher(
                name=site.publisher,
                short_name=registry.short_name,
                description=registry.description,
                url=registry.url,
                contact_name=registry.contact_name,
                mail=site.contact,
                address=registry.contact_address,
            ),
            queries=queries,
            tap=self.tap_settings(),
            paths=frozenset(route.path for route in ROUTES),
            records_per_answer=registry.records_per_answer,
        )
        path = self.folder / "registry.json" if keep_datestamps else None
        return PublishingRegistry(facts, path)

    def file_settings(self) -> FileSettings:
        """Return how files are sent."""
        files = self.config.files
        return FileSettings(
            hdus=HduFiles(self.folder / "cache" / "hdus", files.hdu_cache_bytes),
            package_runs=files.package_runs,
            handover=Handover(files.send_by, files.internal_location.rstrip("/")),
        )

    def pages(
        self, base_url: str, queries: QueryService, workers: WorkerPool
    ) -> PageContext:
        """Return what pages know of the site.

        Raises
        ------
        NotFoundError
            The logo is not there.
        """
        site = self.config.site
        assets = load_assets()
        if style := style_sheet(site.colour, site.colour_dark):
            assets = assets.with_content("site.css", style.encode())
        if site.logo:
            logo = self.folder / site.logo
            if not logo.is_file():
                raise NotFoundError(
                    f"There is no logo {logo}.",
                    advice="Put it there, or set logo = ''.",
                )
            assets = assets.with_content(f"logo{logo.suffix}", logo.read_bytes())
        texts = Texts(
            title=site.title,
            publisher=site.publisher,
            contact=site.contact,
            introduction=site.introduction,
            footer=site.footer,
        )
        tap = self.config.tap
        limits = QueryLimits(
            tap.default_rows, tap.max_rows, tap.sync_seconds, tap.upload_bytes
        )
        return PageContext(
            texts,
            base_url,
            queries,
            workers,
            limits,
            assets,
            self.config.files.package_runs,
            self.config.search.sesame,
        )

    def jobs(self, types: Iterable[JobType]) -> JobService:
        """Return the jobs of the site, which are not executed before they are started."""
        jobs = self.config.jobs
        return JobService(
            self.folder / "jobs",
            types,
            queue=QueueLimits(
                self.config.engine.batch_workers, jobs.concurrent_per_user
            ),
            storage=StorageLimits(
                jobs.stored_per_user, jobs.stored, self.config.tap.upload_bytes
            ),
        )

    @property
    def database(self) -> dict[str, Any]:
        """Django's settings of the database."""
        return database_settings(
            self.config.site.database or self.folder / "site.sqlite3"
        )
