"""TAP 1.1 ``/tap/async``: a query as a job (section 2.7.2).

Parameters are looked at when the job is run, and a query that is wrong makes a job that
failed, with the reason in it: a job that was never created could not say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gammavo.archive.workers import WorkerPool
from gammavo.jobs import Job, JobFolder, JobParameter, JobResult, JobTimes
from gammavo.protocols.context import TapSettings
from gammavo.protocols.http import Parameters
from gammavo.protocols.tap import query_request
from gammavo.protocols.uploads import named_uploads, table_uploads

__all__ = ["TAP_JOB", "TapJob"]

TAP_JOB: Final = "tap"
"""Name of the job type."""

_PARAMETERS: Final = frozenset(
    {
        "REQUEST",
        "VERSION",
        "LANG",
        "QUERY",
        "FORMAT",
        "RESPONSEFORMAT",
        "MAXREC",
        "UPLOAD",
    }
)


class TapJob:
    """The job type of asynchronous queries.

    Parameters
    ----------
    workers
        Answer the queries.
    settings
        How the TAP service answers.
    """

    name = TAP_JOB
    parameters = _PARAMETERS
    cumulative = frozenset({"UPLOAD"})

    def __init__(self, workers: WorkerPool, settings: TapSettings) -> None:
        limits = settings.limits
        self._workers = workers
        self._settings = settings
        self.times = JobTimes(
            round(limits.async_seconds),
            round(limits.max_async_seconds),
            timedelta(seconds=limits.retention_seconds),
            timedelta(seconds=limits.max_retention),
        )

    def check(self, parameters: Sequence[JobParameter]) -> None:
        """Look at the parameters, but not at the query itself.

        Raises
        ------
        UsageError
            A parameter is missing or wrong.
        """
        given = _texts(parameters)
        query_request(given, self._settings, seconds=1)
        named_uploads(given.all("UPLOAD"))

    async def run(self, job: Job, folder: JobFolder) -> tuple[JobResult, ...]:
        """Run the query; its result goes to a file as ``/tap/sync`` would send it.

        Raises
        ------
        GammavoError
            The query failed.
        """
        given = _texts(job.parameters)
        # The job's own limit may change while it runs, and cancels it when it is up.
        most = self._settings.limits.max_async_seconds
        query = query_request(given, self._settings, seconds=most)
        parts = {
            parameter.name: folder.input(parameter)
            for parameter in job.parameters
            if parameter.file is not None
        }
        with TemporaryDirectory(dir=folder.path) as fetched:
            uploads = await table_uploads(
                named_uploads(given.all("UPLOAD")),
                parts,
                folder=Path(fetched),
                limits=self._settings.uploads.fetch,
            )
            output = folder.outputs / "result"
            query = replace(query, uploads=uploads, output=str(output))
            answer = await self._workers.ask(query, client=job.owner)
        # The user asked for a name by the format; the file is called by its kind.
        name = f"result.{answer.head.extension}"
        output.rename(folder.outputs / name)
        return (JobResult("result", name, answer.head.media_type),)


def _texts(parameters: Sequence[JobParameter]) -> Parameters:
    return Parameters((p.name, p.value) for p in parameters if p.file is None)
