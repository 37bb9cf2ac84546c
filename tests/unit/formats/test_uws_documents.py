"""UWS documents: valid, complete, readable by others; JSON says the same."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvo.io import uws as pyvo_uws

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

UWS = "{http://www.ivoa.net/xml/UWS/v1.0}"
XLINK = "{http://www.w3.org/1999/xlink}href"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
URL = "http://example.org/tap/async/0123"
NOON = datetime(2026, 5, 4, 12, 0, 0, 250000, tzinfo=UTC)
PARAMETERS = (
    UwsParameter(
        "QUERY", "SELECT 'a<b&c' FROM t\nWHERE x > 1", f"{URL}/parameters/QUERY"
    ),
    UwsParameter("T1", None, f"{URL}/parameters/T1"),
    UwsParameter("TEXT", "a\x01b", f"{URL}/parameters/TEXT"),
)
RESULTS = (
    UwsResult("result", f"{URL}/results/result", "application/x-votable+xml", 2**40),
    UwsResult("log", f"{URL}/results/log", "text/plain", 0),
)
PENDING = UwsJob(
    id="0123",
    run_id="",
    phase="PENDING",
    created=NOON,
    started=None,
    ended=None,
    execution_duration=60,
    destruction=NOON,
    parameters=(),
    results=(),
    error=None,
)
COMPLETED = UwsJob(
    id="0123",
    run_id="mine & <yours>",
    phase="COMPLETED",
    created=NOON,
    started=NOON,
    ended=NOON,
    execution_duration=0,
    destruction=NOON,
    parameters=PARAMETERS,
    results=RESULTS,
    error=None,
)
FAILED = UwsJob(
    id="0123",
    run_id="x",
    phase="ERROR",
    created=NOON,
    started=NOON,
    ended=NOON,
    execution_duration=1,
    destruction=NOON,
    parameters=PARAMETERS[:1],
    results=(),
    error=UwsError("Line 1: <no> table \x00 & so on", transient=False),
)
REFERENCES = (
    UwsJobReference("0123", URL, "QUEUED", "", NOON),
    UwsJobReference("4567", "http://example.org/tap/async/4567", "ERROR", "a&b", NOON),
)
JOBS = {"pending": PENDING, "completed": COMPLETED, "failed": FAILED}
DOCUMENTS = {
    **{name: job_document(job) for name, job in JOBS.items()},
    "list": job_list_document(REFERENCES),
    "parameters": parameters_document(PARAMETERS),
    "results": results_document(RESULTS),
}


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_valid_by_the_schema(name: str, all_stilts, tmp_path: Path):
    for stilts in all_stilts:
        assert stilts.schema_errors(DOCUMENTS[name], tmp_path) == ""


def test_the_schema_would_find_a_fault(all_stilts, tmp_path: Path):
    broken = DOCUMENTS["failed"].replace(b' type="fatal"', b"")
    assert broken != DOCUMENTS["failed"]
    assert all("type" in s.schema_errors(broken, tmp_path) for s in all_stilts)


def child(top: ET.Element, name: str) -> ET.Element:
    found = top.find(f"{UWS}{name}")
    assert found is not None
    return found


def test_a_pending_job():
    top = ET.fromstring(DOCUMENTS["pending"])
    assert top.tag == f"{UWS}job"
    assert top.get("version") == "1.1"
    for name in ("ownerId", "quote", "startTime", "endTime"):
        assert child(top, name).get(NIL) == "true"
        assert child(top, name).text is None
    assert child(top, "creationTime").text == "2026-05-04T12:00:00.250Z"
    assert child(top, "executionDuration").text == "60"
    assert top.find(f"{UWS}errorSummary") is None
    assert top.find(f"{UWS}runId") is None


def test_parameters_by_value_and_by_reference():
    top = ET.fromstring(DOCUMENTS["completed"])
    found = {
        p.get("id"): (p.get("byReference"), p.text) for p in child(top, "parameters")
    }
    assert found == {
        "QUERY": ("false", PARAMETERS[0].value),
        "T1": ("true", f"{URL}/parameters/T1"),
        "TEXT": ("true", f"{URL}/parameters/TEXT"),
    }


def test_results_are_absolute_and_the_principal_is_first():
    top = ET.fromstring(DOCUMENTS["completed"])
    first = child(top, "results")[0]
    assert first.get("id") == "result"
    assert first.get(XLINK) == f"{URL}/results/result"
    assert first.get("mime-type") == "application/x-votable+xml"
    assert first.get("size") == str(2**40)


def test_an_error():
    top = ET.fromstring(DOCUMENTS["failed"])
    summary = child(top, "errorSummary")
    assert (summary.get("type"), summary.get("hasDetail")) == ("fatal", "true")
    assert child(summary, "message").text == "Line 1: <no> table \ufffd & so on"


def test_a_list():
    top = ET.fromstring(DOCUMENTS["list"])
    assert (top.tag, top.get("version")) == (f"{UWS}jobs", "1.1")
    assert [(job.get("id"), job.get(XLINK)) for job in top] == [
        (reference.id, reference.href) for reference in REFERENCES
    ]
    assert [child(job, "phase").text for job in top] == ["QUEUED", "ERROR"]
    assert child(top[1], "runId").text == "a&b"


@pytest.mark.parametrize("name", list(JOBS))
def test_pyvo_reads_a_job(name: str):
    job = JOBS[name]
    found = pyvo_uws.parse_job(io.BytesIO(DOCUMENTS[name]).read)
    assert (found.jobid, found.phase, found.version) == (job.id, job.phase, "1.1")
    assert found.executionduration.sec == job.execution_duration
    assert found.destruction.datetime.replace(tzinfo=UTC) == job.destruction
    assert [r.href for r in found.results] == [r.href for r in job.results]
    assert [p.id_ for p in found.parameters] == [p.name for p in job.parameters]
    if job.error is not None:
        assert found.errorsummary.message.content.startswith("Line 1: <no> table")


def test_pyvo_reads_a_list():
    found = pyvo_uws.parse_job_list(io.BytesIO(DOCUMENTS["list"]).read)
    assert [(job.jobid, job.phase) for job in found] == [
        ("0123", "QUEUED"),
        ("4567", "ERROR"),
    ]


def shown_in_xml(document: bytes) -> dict[str, object]:
    """Return what a job's XML says, by the names that JSON has."""
    top = ET.fromstring(document)

    def text(name: str) -> str | None:
        found = top.find(f"{UWS}{name}")
        return None if found is None else found.text

    error = top.find(f"{UWS}errorSummary")
    return {
        "version": top.get("version"),
        **{
            name: text(name)
            for name in (
                "jobId",
                "runId",
                "ownerId",
                "phase",
                "quote",
                "creationTime",
                "startTime",
                "endTime",
                "destruction",
            )
        },
        "executionDuration": int(child(top, "executionDuration").text or ""),
        "parameters": [
            {
                "id": p.get("id"),
                "value": p.text or "",
                "byReference": p.get("byReference") == "true",
            }
            for p in child(top, "parameters")
        ],
        "results": [
            {
                "id": r.get("id"),
                "href": r.get(XLINK),
                "mime-type": r.get("mime-type"),
                "size": int(r.get("size") or ""),
            }
            for r in child(top, "results")
        ],
        "errorSummary": None
        if error is None
        else {
            "type": error.get("type"),
            "hasDetail": error.get("hasDetail") == "true",
            "message": child(error, "message").text,
        },
    }


@pytest.mark.parametrize("name", ["pending", "completed"])
def test_json_says_what_xml_says(name: str):
    assert json.loads(job_json(JOBS[name])) == shown_in_xml(DOCUMENTS[name])


TEXTS = st.text(max_size=20).map(lambda text: text.replace("\r", ""))
TIMES = st.datetimes(
    datetime.fromisoformat("1900-01-01"),
    datetime.fromisoformat("2200-01-01"),
    timezones=st.just(UTC),
)


@settings(max_examples=60, deadline=None)
@given(
    run_id=TEXTS.filter(lambda text: text.isprintable()),
    values=st.lists(st.none() | TEXTS, max_size=3),
    times=st.tuples(TIMES, st.none() | TIMES, st.none() | TIMES, TIMES),
    error=st.none() | st.tuples(st.text("abc<>&'\" ü\n", min_size=1), st.booleans()),
)
def test_json_says_what_xml_says_of_any_job(run_id, values, times, error):
    job = UwsJob(
        id="0123",
        run_id=run_id,
        phase="ERROR",
        created=times[0],
        started=times[1],
        ended=times[2],
        execution_duration=3,
        destruction=times[3],
        parameters=tuple(
            UwsParameter(f"P{n}", value, f"{URL}/parameters/P{n}")
            for n, value in enumerate(values)
        ),
        results=RESULTS,
        error=None if error is None else UwsError(*error),
    )
    assert json.loads(job_json(job)) == shown_in_xml(job_document(job))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            job_list_json(REFERENCES[1:]),
            {
                "version": "1.1",
                "jobs": [
                    {
                        "id": "4567",
                        "href": REFERENCES[1].href,
                        "phase": "ERROR",
                        "runId": "a&b",
                        "ownerId": None,
                        "creationTime": "2026-05-04T12:00:00.250Z",
                    }
                ],
            },
        ),
        (
            parameters_json(PARAMETERS[1:2]),
            {
                "parameters": [
                    {"id": "T1", "value": f"{URL}/parameters/T1", "byReference": True}
                ]
            },
        ),
        (
            results_json(RESULTS[1:]),
            {
                "results": [
                    {
                        "id": "log",
                        "href": f"{URL}/results/log",
                        "mime-type": "text/plain",
                        "size": 0,
                    }
                ]
            },
        ),
        (
            error_json(UwsError("No.", transient=True)),
            {
                "errorSummary": {
                    "type": "transient",
                    "hasDetail": True,
                    "message": "No.",
                }
            },
        ),
    ],
)
def test_json_of_the_parts(made: bytes, expected: dict[str, object]):
    assert json.loads(made) == expected


def test_pages_show_texts_as_texts():
    hostile = "<script>alert(1)</script>"
    reference = UwsJobReference("0123", f"{URL}0123", "QUEUED", hostile, NOON)
    listed = job_list_page([reference], url="http://example.org/tap/async").decode()
    assert "<script>" not in listed
    assert "&lt;script&gt;" in listed
    failed = replace(
        PENDING,
        phase="ERROR",
        run_id=hostile,
        parameters=PARAMETERS,
        error=UwsError(hostile, transient=False),
    )
    shown = job_page(failed, url="http://example.org/tap/async").decode()
    assert "<script>" not in shown
    assert 'href="http://example.org/adql?job=0123"' in shown
    assert "SELECT 'a&lt;b&amp;c' FROM t" in shown


@pytest.mark.parametrize(("phase", "reloads"), [("EXECUTING", True), ("ERROR", False)])
def test_page_of_a_running_job_reloads_itself(phase: str, reloads: bool):
    job = replace(PENDING, phase=phase)
    shown = job_page(job, url="http://example.org/tap/async").decode()
    assert ('http-equiv="refresh"' in shown) is reloads
