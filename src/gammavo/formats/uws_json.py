"""The JSON twins of the UWS documents: the same names, ``null`` for ``xsi:nil``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gammavo.formats.uws import (
    UWS_VERSION,
    UwsError,
    UwsJob,
    UwsJobReference,
    UwsParameter,
    UwsResult,
)
from gammavo.formats.uws_times import utc_text

__all__ = ["error_json", "job_json", "job_list_json", "parameters_json", "results_json"]


def job_json(job: UwsJob) -> bytes:
    """Return a job."""
    return _text(
        {
            "version": UWS_VERSION,
            "jobId": job.id,
            "runId": job.run_id or None,
            "ownerId": None,
            "phase": job.phase,
            "quote": None,
            "creationTime": utc_text(job.created),
            "startTime": _time(job.started),
            "endTime": _time(job.ended),
            "executionDuration": job.execution_duration,
            "destruction": utc_text(job.destruction),
            "parameters": _parameters(job.parameters),
            "results": _results(job.results),
            "errorSummary": None if job.error is None else _error(job.error),
        }
    )


def job_list_json(jobs: Iterable[UwsJobReference]) -> bytes:
    """Return a list of jobs."""
    entries = [
        {
            "id": job.id,
            "href": job.href,
            "phase": job.phase,
            "runId": job.run_id or None,
            "ownerId": None,
            "creationTime": utc_text(job.created),
        }
        for job in jobs
    ]
    return _text({"version": UWS_VERSION, "jobs": entries})


def parameters_json(parameters: Iterable[UwsParameter]) -> bytes:
    """Return the parameters of a job."""
    return _text({"parameters": _parameters(parameters)})


def results_json(results: Iterable[UwsResult]) -> bytes:
    """Return the results of a job."""
    return _text({"results": _results(results)})


def error_json(error: UwsError) -> bytes:
    """Return why a job failed."""
    return _text({"errorSummary": _error(error)})


def _text(content: dict[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()


def _time(time: datetime | None) -> str | None:
    return None if time is None else utc_text(time)


def _parameters(parameters: Iterable[UwsParameter]) -> list[dict[str, Any]]:
    return [
        {
            "id": parameter.name,
            "value": parameter.content,
            "byReference": parameter.by_reference,
        }
        for parameter in parameters
    ]


def _results(results: Iterable[UwsResult]) -> list[dict[str, Any]]:
    return [
        {
            "id": result.id,
            "href": result.href,
            "mime-type": result.media_type,
            "size": result.size,
        }
        for result in results
    ]


def _error(error: UwsError) -> dict[str, Any]:
    return {"type": error.kind, "hasDetail": True, "message": error.message}
