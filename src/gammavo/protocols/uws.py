"""UWS 1.1: a list of jobs of one type, each job, and the parts of a job.

What a job does is not known here: :func:`job_routes` puts jobs of any type at any address.
HTML is never sent, and nothing is sent to a job's own address but its deletion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote

from gammavo.formats.uws_times import utc_text
from gammavo.jobs import Job, JobInput, JobService, JobWishes
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.protocols.http import Request, Response
from gammavo.protocols.stored_files import stored_file
from gammavo.protocols.uws_answers import JobAnswers, plain, see_other
from gammavo.protocols.uws_requests import (
    check_deletion,
    destruction_in,
    duration_in,
    filter_in,
    waiting_in,
    word_in,
)
from gammavo.protocols.uws_sessions import known_session, session_for

__all__ = ["JobRoute", "JobSite", "job_routes"]

_READ: Final = ("GET", "HEAD")
_READ_WRITE: Final = ("GET", "HEAD", "POST")


class JobSite(Protocol):
    """What the handlers need of the site."""

    @property
    def base_url(self) -> str:
        """Where the site is reached, without a slash at the end."""

    @property
    def jobs(self) -> JobService:
        """The jobs of the site."""


class JobRoute(NamedTuple):
    """An entry of the route table."""

    path: str
    methods: tuple[str, ...]
    handler: Callable[..., Any]
    summary: str


def job_routes(prefix: str, job_type: str) -> tuple[JobRoute, ...]:
    """Return the addresses of a list of jobs.

    Parameters
    ----------
    prefix
        Address of the list below the base URL, e.g. ``tap/async``.
    job_type
        Name of the type of its jobs.
    """
    at = _JobList(prefix, job_type)
    job = f"{prefix}/<str:job>"
    return (
        JobRoute(prefix, _READ_WRITE, at.jobs, "Jobs: yours, and new ones"),
        JobRoute(f"{prefix}/", _READ_WRITE, at.jobs, "The same, with a slash"),
        JobRoute(job, (*_READ_WRITE, "DELETE"), at.job, "A job"),
        JobRoute(f"{job}/phase", _READ_WRITE, at.phase, "Its phase: RUN, ABORT"),
        JobRoute(
            f"{job}/executionduration",
            _READ_WRITE,
            at.execution_duration,
            "Seconds that it may execute",
        ),
        JobRoute(
            f"{job}/destruction", _READ_WRITE, at.destruction, "When it is deleted"
        ),
        JobRoute(f"{job}/quote", _READ, at.unknown, "Empty: no estimate is made"),
        JobRoute(f"{job}/owner", _READ, at.unknown, "Empty: jobs are anonymous"),
        JobRoute(f"{job}/error", _READ, at.error, "Why it failed"),
        JobRoute(f"{job}/parameters", _READ_WRITE, at.parameters, "Its parameters"),
        JobRoute(
            f"{job}/parameters/<str:name>", _READ, at.parameter, "The value of one"
        ),
        JobRoute(f"{job}/results", _READ, at.results, "Its results"),
        JobRoute(f"{job}/results/<str:name>", _READ, at.result, "One result"),
    )


@dataclass(frozen=True, slots=True)
class _JobList:
    """The handlers of one list of jobs."""

    prefix: str
    job_type: str

    def jobs(self, request: Request, context: JobSite) -> Response:
        """List the jobs of the session, or create one (UWS 1.1 section 2.2.2.1)."""
        if request.method == "POST":
            return self._create(request, context)
        wanted = filter_in(request.parameters)
        session = known_session(request)
        found = (
            []
            if session is None
            else context.jobs.references(self.job_type, session, wanted)
        )
        return self._answers(request, context).jobs(found)

    def _create(self, request: Request, context: JobSite) -> Response:
        given = request.parameters
        phase = word_in(given, "PHASE")
        if phase not in {None, "RUN"}:
            raise UsageError(f"PHASE is {phase!r}.", advice="A new job can only RUN.")
        wishes = JobWishes(
            given.one("RUNID"), duration_in(given), destruction_in(given)
        )
        session = session_for(request, context.base_url)
        job = context.jobs.create(
            self.job_type,
            self._inputs(request, context),
            wishes,
            session=session.key,
            owner=session.owner,
        )
        if phase == "RUN":
            context.jobs.run(self.job_type, job.id)
        return see_other(self._url(context, job.id), **{"Set-Cookie": session.cookie})

    async def job(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show a job, after a wait if that is asked for, or delete it."""
        if request.method == "POST":
            check_deletion(request.parameters)
        if request.method in {"POST", "DELETE"}:
            await asyncio.to_thread(context.jobs.delete, self.job_type, job)
            return see_other(self._url(context))
        seconds, phase = waiting_in(request.parameters)
        found = await context.jobs.wait(self.job_type, job, seconds, phase)
        return self._answers(request, context).job(found)

    def phase(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show the phase of a job, or RUN or ABORT it."""
        if request.method != "POST":
            return plain(str(self._find(context, job).phase))
        word = word_in(request.parameters, "PHASE")
        if word == "RUN":
            context.jobs.run(self.job_type, job)
        elif word == "ABORT":
            context.jobs.abort(self.job_type, job)
        else:
            raise UsageError(f"PHASE is {word!r}.", advice="It can be RUN or ABORT.")
        return see_other(self._url(context, job))

    def execution_duration(
        self, request: Request, context: JobSite, *, job: str
    ) -> Response:
        """Show or set how many seconds a job may execute."""
        if request.method != "POST":
            return plain(str(self._find(context, job).execution_duration))
        seconds = duration_in(request.parameters)
        if seconds is None:
            raise UsageError("The parameter EXECUTIONDURATION is missing.")
        context.jobs.set_execution_duration(self.job_type, job, seconds)
        return see_other(self._url(context, job))

    def destruction(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show or set when a job is deleted."""
        if request.method != "POST":
            return plain(utc_text(self._find(context, job).destruction))
        time = destruction_in(request.parameters)
        if time is None:
            raise UsageError("The parameter DESTRUCTION is missing.")
        context.jobs.set_destruction(self.job_type, job, time)
        return see_other(self._url(context, job))

    def unknown(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show what is not known of any job: nothing."""
        self._find(context, job)
        return plain("")

    def error(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show why a job failed."""
        found = self._find(context, job)
        if found.error is None:
            raise NotFoundError(f"The job is {found.phase}: there is no error.")
        return self._answers(request, context).error(found.error)

    def parameters(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show the parameters of a job, or give it some."""
        if request.method != "POST":
            found = self._find(context, job)
            return self._answers(request, context).parameters(found)
        context.jobs.add_parameters(
            self.job_type,
            job,
            self._inputs(request, context),
            run_id=request.parameters.one("RUNID"),
        )
        return see_other(self._url(context, job))

    def parameter(
        self, request: Request, context: JobSite, *, job: str, name: str
    ) -> Response:
        """Show the value of a parameter; several texts are one a line."""
        found = self._find(context, job)
        values = [p for p in found.parameters if p.name == name.upper()]
        if not values:
            raise NotFoundError(f"The job has no parameter {name[:64]!r}.")
        if values[-1].file is None:
            return plain("\n".join(parameter.value for parameter in values))
        # The user's own bytes: never as something that a browser would show.
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        path = context.jobs.folder(found).input(values[-1])
        tag = f"{found.id}-{values[-1].file}"
        return stored_file(request, path, tag=tag, headers=headers)

    def results(self, request: Request, context: JobSite, *, job: str) -> Response:
        """Show the results of a job."""
        found = self._find(context, job)
        return self._answers(request, context).results(found)

    def result(
        self, request: Request, context: JobSite, *, job: str, name: str
    ) -> Response:
        """Send a result of a job."""
        found = self._find(context, job)
        result = next((r for r in found.results if r.id == name), None)
        if result is None:
            # astroquery shows this text of a job that failed, and no other.
            raise NotFoundError(
                f"The job is {found.phase} and has no result {name[:64]!r}.",
                advice=found.error.message if found.error else "",
            )
        headers = {
            "Content-Type": result.media_type,
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(result.file)}",
        }
        path = context.jobs.folder(found).result(result)
        return stored_file(
            request, path, tag=f"{found.id}-{quote(name)}", headers=headers
        )

    def _find(self, context: JobSite, job_id: str) -> Job:
        return context.jobs.find(self.job_type, job_id)

    def _url(self, context: JobSite, job_id: str = "") -> str:
        url = f"{context.base_url}/{self.prefix}"
        return f"{url}/{job_id}" if job_id else url

    def _answers(self, request: Request, context: JobSite) -> JobAnswers:
        return JobAnswers(request, self._url(context))

    def _inputs(self, request: Request, context: JobSite) -> list[JobInput]:
        """Return the job's own parameters in a request."""
        texts = [
            JobInput(name, value)
            for name in sorted(context.jobs.parameter_names(self.job_type))
            for value in request.parameters.all(name)
        ]
        return texts + [JobInput(file.name, file=file.path) for file in request.files]
