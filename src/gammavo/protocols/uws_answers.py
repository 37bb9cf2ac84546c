"""Jobs as responses: XML, JSON or pages, values in plain text, redirections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from gammavo.formats import error_document
from gammavo.formats.uws import (
    UwsError,
    UwsJob,
    UwsJobReference,
    UwsParameter,
    UwsResult,
    job_document,
    job_list_document,
    parameters_document,
    results_document,
)
from gammavo.formats.uws_json import (
    error_json,
    job_json,
    job_list_json,
    parameters_json,
    results_json,
)
from gammavo.formats.uws_pages import job_list_page, job_page
from gammavo.jobs import Job, JobError, JobReference
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import XML_TYPES, Form, accepted, is_for_a_browser

__all__ = ["JobAnswers", "plain", "see_other"]

_JSON_TYPE: Final = "application/json"
_FRESH: Final = {"Cache-Control": "no-store", "Vary": "Accept, Sec-Fetch-Dest"}


class JobAnswers:
    """Makes the answers to one request.

    Parameters
    ----------
    request
        What was asked; it decides between XML, JSON and a page.
    url
        Of the list of jobs.
    """

    def __init__(self, request: Request, url: str) -> None:
        self._json = _wants_json(request)
        self._page = _wants_page(request)
        self._url = url

    def job(self, job: Job) -> Response:
        """Return the whole of a job."""
        shown = UwsJob(
            id=job.id,
            run_id=job.run_id,
            phase=str(job.phase),
            created=job.created,
            started=job.started,
            ended=job.ended,
            execution_duration=job.execution_duration,
            destruction=job.destruction,
            parameters=self._parameters(job),
            results=self._results(job),
            error=None if job.error is None else _error(job.error),
        )
        if self._page:
            return _page(job_page(shown, url=self._url))
        return self._document(job_json(shown) if self._json else job_document(shown))

    def jobs(self, references: Iterable[JobReference]) -> Response:
        """Return a list of jobs."""
        shown = [
            UwsJobReference(
                id=job.id,
                href=f"{self._url}/{job.id}",
                phase=str(job.phase),
                run_id=job.run_id,
                created=job.created,
            )
            for job in references
        ]
        if self._page:
            return _page(job_list_page(shown, url=self._url))
        write = job_list_json if self._json else job_list_document
        return self._document(write(shown))

    def parameters(self, job: Job) -> Response:
        """Return the parameters of a job."""
        write = parameters_json if self._json else parameters_document
        return self._document(write(self._parameters(job)))

    def results(self, job: Job) -> Response:
        """Return the results of a job."""
        write = results_json if self._json else results_document
        return self._document(write(self._results(job)))

    def error(self, error: JobError) -> Response:
        """Return why a job failed: a VOTable, as DALI 1.1 section 4.2 says."""
        if self._json:
            return self._document(error_json(_error(error)))
        headers = {"Content-Type": "application/x-votable+xml", **_FRESH}
        return Response(200, headers, error_document(error.message))

    def _document(self, content: bytes) -> Response:
        media_type = _JSON_TYPE if self._json else "text/xml"
        return Response(200, {"Content-Type": media_type, **_FRESH}, content)

    def _parameters(self, job: Job) -> tuple[UwsParameter, ...]:
        above = f"{self._url}/{job.id}/parameters"
        return tuple(
            UwsParameter(
                name=parameter.name,
                value=parameter.value if parameter.file is None else None,
                href=f"{above}/{quote(parameter.name)}",
            )
            for parameter in job.parameters
        )

    def _results(self, job: Job) -> tuple[UwsResult, ...]:
        above = f"{self._url}/{job.id}/results"
        return tuple(
            UwsResult(
                id=result.id,
                href=f"{above}/{quote(result.id)}",
                media_type=result.media_type,
                size=result.size,
            )
            for result in job.results
        )


def plain(text: str) -> Response:
    """Return a single value of a job."""
    headers = {"Content-Type": "text/plain; charset=utf-8", **_FRESH}
    return Response(200, headers, text.encode())


def see_other(url: str, **headers: str) -> Response:
    """Send the client to another address."""
    return Response(303, {"Location": url, **headers})


def _page(content: bytes) -> Response:
    return Response(
        200, {"Content-Type": "text/html; charset=utf-8", **_FRESH}, content
    )


def _error(error: JobError) -> UwsError:
    return UwsError(error.message, error.transient)


def _wants_page(request: Request) -> bool:
    """Return whether a person is asking; what makes or changes jobs redirects anyway."""
    if request.method not in {"GET", "HEAD"}:
        return False
    wanted = request.parameters.one("RESPONSEFORMAT")
    if wanted is None:
        return is_for_a_browser(request)
    return wanted.lower() in {Form.PAGE, "text/html"}


def _wants_json(request: Request) -> bool:
    """Return whether JSON is asked for by name, and not less than XML.

    RESPONSEFORMAT counts in what only reads; sent with a job it is the job's own.
    """
    if request.method in {"GET", "HEAD"}:
        wanted = request.parameters.one("RESPONSEFORMAT")
        if wanted is not None:
            return wanted.lower() in {"json", _JSON_TYPE}
    weights = accepted(request)
    for_xml = max(weights.get(kind, 0.0) for kind in XML_TYPES)
    return weights.get(_JSON_TYPE, 0.0) > for_xml
