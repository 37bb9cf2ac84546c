"""What handlers know of the site that they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gammavo.archive import HduFiles, QueryService
from gammavo.archive.workers import WorkerPool
from gammavo.jobs import JobService
from gammavo.protocols.fetch import FetchLimits
from gammavo.protocols.stored_files import Handover

__all__ = ["Context", "FileSettings", "TapLimits", "TapSettings", "UploadSettings"]


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


@dataclass(frozen=True, slots=True)
class FileSettings:
    """How files are sent.

    Parameters
    ----------
    hdus
        Cuts HDUs out of files.
    package_runs
        Runs that a package may have, if it is not a whole release.
    handover
        How the web server in front is told to send files.
    """

    hdus: HduFiles
    package_runs: int
    handover: Handover


@dataclass(frozen=True, slots=True)
class Context:
    """The site behind the protocols.

    Parameters
    ----------
    queries
        Knows what is published.
    workers
        Answer ADQL while the user waits.
    jobs
        What users need not wait for.
    base_url
        Where the site is reached, without a slash at the end.
    tap
        How the TAP service answers.
    files
        How files are sent.
    started
        When the service began to answer, UTC.
    """

    queries: QueryService
    workers: WorkerPool
    jobs: JobService
    base_url: str
    tap: TapSettings
    files: FileSettings
    started: datetime

    @property
    def tap_url(self) -> str:
        """The base URL of the TAP service."""
        return f"{self.base_url}/tap"
