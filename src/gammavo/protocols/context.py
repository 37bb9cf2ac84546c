"""What handlers know of the site that they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gammavo.archive import HduFiles, QueryService
from gammavo.archive.workers import WorkerPool
from gammavo.jobs import JobService
from gammavo.protocols.registry import PublishingRegistry
from gammavo.protocols.stored_files import Handover
from gammavo.protocols.tap_settings import TapLimits, TapSettings, UploadSettings

__all__ = ["Context", "FileSettings", "TapLimits", "TapSettings", "UploadSettings"]


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
    registry
        What the VO registry is told of the site.
    """

    queries: QueryService
    workers: WorkerPool
    jobs: JobService
    base_url: str
    tap: TapSettings
    files: FileSettings
    started: datetime
    registry: PublishingRegistry

    @property
    def tap_url(self) -> str:
        """The base URL of the TAP service."""
        return f"{self.base_url}/tap"
