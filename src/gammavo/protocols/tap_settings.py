"""Limits and manners of the TAP service, which the other services of rows share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gammavo.protocols.fetch import FetchLimits

__all__ = ["TapLimits", "TapSettings", "UploadSettings"]


@dataclass(frozen=True, slots=True)
class TapLimits:
    """Limits of queries.

    Parameters
    ----------
    default_rows, max_rows
        Rows of a result when the user says nothing, and at most.
    sync_seconds
        Seconds that a synchronous query may work.
    async_seconds, max_async_seconds
        Seconds that an asynchronous one may work when the user says nothing, and at most.
    retention_seconds, max_retention
        Seconds that its result is kept when the user says nothing, and at most.
    """

    default_rows: int
    max_rows: int
    sync_seconds: float
    async_seconds: float
    max_async_seconds: float
    retention_seconds: int
    max_retention: int


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """What is done with tables that users bring along.

    Parameters
    ----------
    folder
        Where they are while a query needs them.
    size
        Bytes of a table at most.
    rows
        Rows of a table at most.
    fetch
        Limits of those that are named by URL.
    """

    folder: Path
    size: int
    rows: int
    fetch: FetchLimits


@dataclass(frozen=True, slots=True)
class TapSettings:
    """How the TAP service of a site answers.

    Parameters
    ----------
    publisher, contact
        Who publishes, and an address for questions; may be empty.
    limits
        Of queries.
    uploads
        Of users' tables.
    """

    publisher: str
    contact: str
    limits: TapLimits
    uploads: UploadSettings
