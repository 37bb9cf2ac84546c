"""UWS 1.1 documents in XML: a job, a list of jobs, and the parts of a job.

The namespace is still that of 1.0; the attribute ``version`` says 1.1. All links are
absolute. What is not known is null (``xsi:nil``): that nobody owns an anonymous job, and
when a job will be done, for which there is no estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, document, root
from gammavo.formats.uws_times import utc_text
from gammavo.formats.xml_text import legal

__all__ = [
    "UWS_VERSION",
    "UwsError",
    "UwsJob",
    "UwsJobReference",
    "UwsParameter",
    "UwsResult",
    "job_document",
    "job_list_document",
    "parameters_document",
    "results_document",
]

UWS_VERSION: Final = "1.1"
_NAMESPACES: Final = {
    "uws": "http://www.ivoa.net/xml/UWS/v1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_NULL: Final = {"xsi:nil": "true"}


@dataclass(frozen=True, slots=True)
class UwsParameter:
    """A parameter.

    Parameters
    ----------
    name
        In its canonical form.
    value
        A text, None for a file.
    href
        Where the value can be read.
    """

    name: str
    value: str | None
    href: str

    @property
    def by_reference(self) -> bool:
        """Whether documents give the address instead of the value.

        They do so for files, and for texts with characters that XML cannot hold.
        """
        return self.value is None or legal(self.value) != self.value

    @property
    def content(self) -> str:
        """The value, or its address."""
        if self.value is None or self.by_reference:
            return self.href
        return self.value


@dataclass(frozen=True, slots=True)
class UwsResult:
    """A result and where it is; ``size`` in bytes."""

    id: str
    href: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class UwsError:
    """Why a job failed, and whether it may succeed another time."""

    message: str
    transient: bool

    @property
    def kind(self) -> str:
        """The word of the schema for it."""
        return "transient" if self.transient else "fatal"


@dataclass(frozen=True, slots=True)
class UwsJob:
    """A job as its document shows it; ``execution_duration`` in seconds."""

    id: str
    run_id: str
    phase: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    execution_duration: int
    destruction: datetime
    parameters: tuple[UwsParameter, ...]
    results: tuple[UwsResult, ...]
    error: UwsError | None


@dataclass(frozen=True, slots=True)
class UwsJobReference:
    """A job as a list shows it."""

    id: str
    href: str
    phase: str
    run_id: str
    created: datetime


def job_document(job: UwsJob) -> bytes:
    """Return the ``uws:job`` document."""
    top = root("uws:job", _NAMESPACES, version=UWS_VERSION)
    add(top, "uws:jobId", job.id)
    if job.run_id:
        add(top, "uws:runId", job.run_id)
    add(top, "uws:ownerId", attributes=_NULL)
    add(top, "uws:phase", job.phase)
    add(top, "uws:quote", attributes=_NULL)
    _add_time(top, "uws:creationTime", job.created)
    _add_time(top, "uws:startTime", job.started)
    _add_time(top, "uws:endTime", job.ended)
    add(top, "uws:executionDuration", str(job.execution_duration))
    _add_time(top, "uws:destruction", job.destruction)
    _fill_parameters(add(top, "uws:parameters"), job.parameters)
    _fill_results(add(top, "uws:results"), job.results)
    if job.error is not None:
        summary = add(
            top,
            "uws:errorSummary",
            attributes={"type": job.error.kind, "hasDetail": "true"},
        )
        add(summary, "uws:message", job.error.message)
    return document(top)


def job_list_document(jobs: Iterable[UwsJobReference]) -> bytes:
    """Return the ``uws:jobs`` document."""
    top = root("uws:jobs", _NAMESPACES, version=UWS_VERSION)
    for job in jobs:
        entry = add(
            top,
            "uws:jobref",
            attributes={"id": job.id, "xlink:type": "simple", "xlink:href": job.href},
        )
        add(entry, "uws:phase", job.phase)
        if job.run_id:
            add(entry, "uws:runId", job.run_id)
        add(entry, "uws:ownerId", attributes=_NULL)
        _add_time(entry, "uws:creationTime", job.created)
    return document(top)


def parameters_document(parameters: Iterable[UwsParameter]) -> bytes:
    """Return the ``uws:parameters`` document."""
    top = root("uws:parameters", _NAMESPACES)
    _fill_parameters(top, parameters)
    return document(top)


def results_document(results: Iterable[UwsResult]) -> bytes:
    """Return the ``uws:results`` document."""
    top = root("uws:results", _NAMESPACES)
    _fill_results(top, results)
    return document(top)


def _add_time(parent: ET.Element, tag: str, time: datetime | None) -> None:
    if time is None:
        add(parent, tag, attributes=_NULL)
    else:
        add(parent, tag, utc_text(time))


def _fill_parameters(parent: ET.Element, parameters: Iterable[UwsParameter]) -> None:
    for parameter in parameters:
        by_reference = "true" if parameter.by_reference else "false"
        add(
            parent,
            "uws:parameter",
            parameter.content,
            {"id": parameter.name, "byReference": by_reference},
        )


def _fill_results(parent: ET.Element, results: Iterable[UwsResult]) -> None:
    for result in results:
        add(
            parent,
            "uws:result",
            attributes={
                "id": result.id,
                "xlink:type": "simple",
                "xlink:href": result.href,
                "size": str(result.size),
                "mime-type": result.media_type,
            },
        )
