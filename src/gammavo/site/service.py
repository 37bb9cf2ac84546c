"""A site: its folder, its settings, its archive and the service that queries it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gammavo.archive import Archive, EngineLimits, QueryService, ServiceOptions
from gammavo.protocols import Context, TapLimits
from gammavo.site.config import SiteConfig, find_site, load_config

__all__ = ["Site"]


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

    def queries(self, base_url: str) -> QueryService:
        """Open the releases for queries."""
        engine = self.config.engine
        limits = EngineLimits(
            memory=engine.memory,
            threads=engine.threads or os.cpu_count() or 1,
            temporary=self.folder / "temporary",
            temporary_size=engine.temporary_size,
        )
        tap = self.config.tap
        return QueryService(
            self.archive,
            ServiceOptions(base_url, limits, tap.product_type, tap.strict_vocabulary),
        )

    def context(self, base_url: str) -> Context:
        """Return what the protocol handlers need."""
        site, tap = self.config.site, self.config.tap
        return Context(
            queries=self.queries(base_url),
            base_url=base_url,
            publisher=site.publisher,
            contact=site.contact,
            limits=TapLimits(tap.default_rows, tap.max_rows, tap.sync_seconds),
            started=datetime.now(UTC),
        )
