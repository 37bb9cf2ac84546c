"""What handlers know of the site that they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gammavo.archive import QueryService

__all__ = ["Context", "TapLimits"]


@dataclass(frozen=True, slots=True)
class TapLimits:
    """Limits of synchronous queries: rows by default and at most, seconds."""

    default_rows: int
    max_rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Context:
    """The site behind the protocols.

    Parameters
    ----------
    queries
        Answers ADQL.
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
    base_url: str
    publisher: str
    contact: str
    limits: TapLimits
    started: datetime

    @property
    def tap_url(self) -> str:
        """The base URL of the TAP service."""
        return f"{self.base_url}/tap"
