"""What handlers know of the site that they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gammavo.archive import QueryService
from gammavo.archive.workers import WorkerPool

__all__ = ["Context", "TapLimits"]


@dataclass(frozen=True, slots=True)
class TapLimits:
    """Limits of queries.

    Parameters
    ----------
    default_rows, max_rows
        Rows of a result when the user says nothing, and at most.
    sync_seconds
        Seconds that a synchronous query may work.
    """

    default_rows: int
    max_rows: int
    sync_seconds: float


@dataclass(frozen=True, slots=True)
class Context:
    """The site behind the protocols.

    Parameters
    ----------
    queries
        Knows what is published.
    workers
        Answer ADQL.
    base_url
        Where the site is reached, without a slash at the end.
    publisher, contact
        Who publishes, and an address for questions; may be empty.
    limits
        Of queries.
    started
        When the service began to answer, UTC.
    """

    queries: QueryService
    workers: WorkerPool
    base_url: str
    publisher: str
    contact: str
    limits: TapLimits
    started: datetime

    @property
    def tap_url(self) -> str:
        """The base URL of the TAP service."""
        return f"{self.base_url}/tap"
