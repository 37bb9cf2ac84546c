"""UWS 1.1 over plain HTTP: jobs from creation to end, and every part of them."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.protocol.test_tap_sync import status_of
from tests.support.processes import becomes_idle
from tests.support.server import Server
from tests.support.uws import HREF, NIL, PATIENCE, UWS, LiveJob, Session, ask

QUERY = "SELECT obs_id, s_ra FROM ivoa.obscore ORDER BY obs_publisher_did"
ENDLESS = (
    "SELECT COUNT(*) AS n FROM simulated_dl3.events a, simulated_dl3.events b, "
    "simulated_dl3.events c WHERE SIN(a.ra + b.ra + c.ra) > 2"
)
PARTS = (
    "/phase",
    "/executionduration",
    "/destruction",
    "/quote",
    "/owner",
    "/parameters",
    "/results",
)
CHANGES = {
    "": {"ACTION": "DELETE"},
    "/phase": {"PHASE": "RUN"},
    "/parameters": {"QUERY": QUERY},
    "/destruction": {"DESTRUCTION": "2999-01-01"},
    "/executionduration": {"EXECUTIONDURATION": "9"},
}
DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def documents() -> set[bytes]:
    """Collect every UWS document that these tests see."""
    return set()


@pytest.fixture
def session(server: Server, documents: set[bytes]) -> Session:
    return Session(server.tap, documents)


@pytest.fixture(scope="module")
def longest_waits(server: Server) -> Iterator[list[Future[tuple[float, str]]]]:
    """Wait for what never comes, while the other tests run."""
    session = Session(server.tap)

    def wait(job: LiveJob, seconds: str) -> tuple[float, str]:
        started = time.monotonic()
        found = job.document(WAIT=seconds).findtext(f"{UWS}phase") or ""
        return time.monotonic() - started, found

    with ThreadPoolExecutor(2) as threads:
        yield [
            threads.submit(wait, session.create(QUERY), seconds)
            for seconds in ("-1", "1000000")
        ]


@pytest.fixture(scope="module")
def other(server: Server) -> Session:
    return Session(server.tap)


# They take half a minute, so they begin here.
@pytest.mark.usefixtures("longest_waits")
class TestCreation:
    def test_the_address_of_a_new_job(self, session: Session):
        reply = session.ask("POST", session.url, {"LANG": "ADQL", "QUERY": QUERY})
        assert (reply.status, reply.body) == (303, b"")
        job = LiveJob(session, reply.headers["Location"])
        assert job.url == f"{session.url}/{job.id}"
        assert re.fullmatch(r"[0-9a-f]{32}", job.id)
        assert job.phase == "PENDING"
        assert job.value("jobId") == job.id
        assert job.document().get("version") == "1.1"

    def test_nothing_at_all_makes_a_pending_job(self, session: Session):
        job = session.create()
        assert job.phase == "PENDING"
        assert list(job.get("/parameters").xml) == []

    def test_a_multipart_form(self, session: Session):
        boundary = "<<<--MULTIPART-->>>"
        fields = {"LANG": "ADQL", "query": QUERY, "Phase": "run", "MAXREC": "1"}
        parts = "".join(
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        body = f"{parts}--{boundary}--\r\n".encode()
        kind = {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
        # A length, and without one: chunks, as STILTS and TOPCAT send forms.
        for sent in (body, iter([body[:100], body[100:]])):
            reply = ask("POST", session.url, body=sent, headers=kind)
            assert reply.status == 303
            job = LiveJob(session, reply.headers["Location"])
            assert job.result().count(b"OVERFLOW") == 1

    def test_it_runs_at_once_if_that_is_wanted(self, session: Session):
        job = session.run(QUERY, FORMAT="csv")
        assert job.result().startswith(b"obs_id,s_ra")

    def test_what_is_sent_in_the_address_of_a_post_counts(self, session: Session):
        reply = session.ask("POST", f"{session.url}?LANG=ADQL&RUNID=x", {"QUERY": "q"})
        job = LiveJob(session, reply.headers["Location"])
        assert job.get("/parameters/lang").text == "ADQL"
        assert job.get("/parameters/QUERY").text == "q"
        assert job.value("runId") == "x"

    def test_reading_never_creates_or_runs(self, session: Session):
        job = session.create(QUERY)
        assert session.ask("GET", session.url, {"QUERY": QUERY}).status == 200
        assert session.listed() == [job.url]
        assert job.get("/phase", {"PHASE": "RUN"}).text == "PENDING"
        assert job.get(fields={"ACTION": "DELETE"}).status == 200
        assert job.phase == "PENDING"

    @pytest.mark.parametrize(
        ("fields", "text"),
        [
            ({"PHASE": "ABORT"}, "PHASE"),
            ({"RUNID": "x" * 65}, "RUNID"),
            ({"EXECUTIONDURATION": "soon"}, "EXECUTIONDURATION"),
            ({"EXECUTIONDURATION": "-1"}, "EXECUTIONDURATION"),
            ({"DESTRUCTION": "2026-13-01"}, "DESTRUCTION"),
        ],
    )
    def test_what_cannot_be_kept(
        self, session: Session, fields: dict[str, str], text: str
    ):
        reply = session.ask("POST", session.url, fields)
        assert reply.status == 400
        assert text in status_of(reply.body)[1]

    def test_wrong_parameters_make_a_job_that_says_so(self, session: Session):
        for fields, text in (
            ({"LANG": "SQL"}, "LANG"),
            ({"QUERY": ""}, "QUERY"),
            ({"FORMAT": "docx"}, "docx"),
            ({"MAXREC": "many"}, "MAXREC"),
            ({"QUERY": "SELECT nothing FROM ivoa.obscore"}, "Line 1, column 8"),
        ):
            job = session.run(**{"query": QUERY, **fields})
            assert job.end() == "ERROR"
            assert text in job.message


class TestParts:
    def test_each_has_its_type_and_says_what_the_job_says(self, session: Session):
        job = session.run(QUERY, RUNID="<mine> & yours")
        assert job.end() == "COMPLETED"
        document = job.document()
        for part, name in (
            ("/phase", "phase"),
            ("/executionduration", "executionDuration"),
            ("/destruction", "destruction"),
        ):
            reply = job.get(part)
            assert reply.media_type == "text/plain"
            assert reply.text == document.findtext(f"{UWS}{name}")
        for part, name in (("/quote", "quote"), ("/owner", "ownerId")):
            reply = job.get(part)
            assert (reply.status, reply.media_type, reply.body) == (
                200,
                "text/plain",
                b"",
            )
            element = document.find(f"{UWS}{name}")
            assert element is not None
            assert element.get(NIL) == "true"
        assert document.findtext(f"{UWS}runId") == "<mine> & yours"
        for part in ("parameters", "results"):
            reply = job.get(f"/{part}")
            assert reply.media_type == "text/xml"
            element = document.find(f"{UWS}{part}")
            assert element is not None
            assert ET.canonicalize(
                ET.tostring(reply.xml), strip_text=True
            ) == ET.canonicalize(ET.tostring(element), strip_text=True)

    def test_times_are_utc_and_in_order(self, session: Session):
        before = datetime.now(UTC) - timedelta(milliseconds=1)
        job = session.run(QUERY)
        assert job.end() == "COMPLETED"
        names = ("creationTime", "startTime", "endTime", "destruction")
        texts = [job.value(name) for name in names]
        assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}Z", text) for text in texts)
        times = [before, *map(datetime.fromisoformat, texts)]
        assert times == sorted(times)
        assert times[-2] <= datetime.now(UTC)

    def test_the_result(self, session: Session):
        job = session.run(QUERY, RESPONSEFORMAT="votable/td")
        body = job.result()
        entries = list(job.get("/results").xml)
        assert [entry.get("id") for entry in entries] == ["result"]
        assert entries[0].get(HREF) == f"{job.url}/results/result"
        assert entries[0].get("size") == str(len(body))
        reply = job.get("/results/result")
        assert entries[0].get("mime-type") == reply.headers["Content-Type"]
        assert reply.headers["Content-Length"] == str(len(body))
        part = job.get("/results/result", Range="bytes=5-14")
        assert (part.status, part.body) == (206, body[5:15])
        tag = {"If-None-Match": reply.headers["ETag"]}
        assert job.get("/results/result", **tag).status == 304
        assert job.get("/results/other").status == 404
        assert job.get("/error").status == 404

    def test_parameters_are_listed_in_canonical_form(self, session: Session):
        job = session.create(lang="ADQL", Query="SELECT 'é<&' FROM x", whatever="1")
        found = {p.get("id"): p.text for p in job.get("/parameters").xml}
        assert found == {"LANG": "ADQL", "QUERY": "SELECT 'é<&' FROM x"}
        assert job.get("/parameters/query").text == "SELECT 'é<&' FROM x"
        assert job.get("/parameters/MAXREC").status == 404

    def test_head_agrees_with_get(self, session: Session):
        job = session.run(QUERY)
        job.end()
        failed = session.run("SELECT")
        failed.end()
        urls = [
            session.url,
            job.url,
            f"{job.url}/results/result",
            f"{failed.url}/error",
        ]
        for url in [*urls, *(f"{job.url}{part}" for part in PARTS)]:
            got, head = session.ask("GET", url), session.ask("HEAD", url)
            assert (head.status, head.body) == (200, b""), url
            assert head.headers["Content-Type"] == got.headers["Content-Type"]
        assert session.ask("HEAD", f"{job.url}/error").status == 404

    def test_json_says_the_same(self, session: Session):
        good, bad = session.run(QUERY, RUNID="mine"), session.run("SELECT")
        assert (good.end(), bad.end()) == ("COMPLETED", "ERROR")
        wanted = {"Accept": "application/json"}
        for job in (good, bad):
            document, reply = job.document(), job.get(**wanted)
            assert reply.media_type == "application/json"
            twin = json.loads(reply.body)
            for name in ("jobId", "runId", "phase", "creationTime", "destruction"):
                assert (twin[name] or None) == document.findtext(f"{UWS}{name}")
            for part in ("parameters", "results"):
                alone = json.loads(job.get(f"/{part}", **wanted).body)
                assert alone == {part: twin[part]}
        assert twin["errorSummary"]["message"] == bad.message
        listed = json.loads(session.ask("GET", session.url, headers=wanted).body)
        assert bad.id in json.dumps(listed)
        assert good.id in json.dumps(listed)


def eventually(condition: Callable[[], bool]) -> bool:
    """Return whether something becomes true within a while."""
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class TestRunning:
    def test_a_failed_job_says_why(self, session: Session):
        job = session.run("SELECT s_raa FROM ivoa.obscore")
        assert job.end() == "ERROR"
        summary = job.document().find(f"{UWS}errorSummary")
        assert summary is not None
        assert summary.get("type") == "fatal"
        assert summary.get("hasDetail") == "true"
        assert "Line 1, column 8" in job.message
        assert "s_ra" in job.message
        reply = job.get("/error")
        assert (reply.status, reply.media_type) == (200, "application/x-votable+xml")
        assert status_of(reply.body) == ("ERROR", job.message)
        assert list(job.get("/results").xml) == []
        assert job.get("/results/result").status == 404

    def test_execution_duration_ends_a_long_query(self, session: Session):
        job = session.run(ENDLESS, EXECUTIONDURATION="1")
        assert job.end() == "ERROR"
        assert "executionDuration of 1 s" in job.message
        took = job.time("endTime") - job.time("startTime")
        assert timedelta(seconds=1) <= took < timedelta(seconds=10)

    def test_abort_ends_the_job_and_the_engine(self, server: Server, session: Session):
        job = session.run(ENDLESS)
        job.becomes("EXECUTING")
        asked = datetime.now(UTC)
        reply = job.post("/phase", PHASE="ABORT")
        assert (reply.status, reply.headers["Location"]) == (303, job.url)
        assert job.phase == "ABORTED"
        assert job.time("endTime") - asked < timedelta(seconds=10)
        assert "aborted on request" in job.message
        assert job.post("/phase", PHASE="ABORT").status == 303
        assert becomes_idle(server)

    @pytest.mark.parametrize("run", ["", "RUN"])
    def test_abort_before_it_executes(self, session: Session, run: str):
        job = session.create(QUERY)
        assert job.post("/phase", PHASE="ABORT").status == 303
        assert job.phase == "ABORTED"
        assert job.post("/phase", PHASE=run or "RUN").status in {400, 403}

    @pytest.mark.parametrize("method", ["DELETE", "ACTION"])
    @pytest.mark.parametrize("query", [QUERY, ENDLESS], ids=["ended", "running"])
    def test_a_deleted_job_is_gone(
        self, server: Server, session: Session, method: str, query: str
    ):
        job = session.run(query)
        job.becomes("EXECUTING" if query == ENDLESS else "COMPLETED")
        folder = server.folder / "site" / "jobs" / job.id
        # A job without files gets its folder a moment after it executes.
        assert eventually(folder.is_dir)
        if method == "DELETE":
            reply = session.ask("DELETE", job.url)
        else:
            reply = job.post(ACTION="DELETE")
        assert (reply.status, reply.headers["Location"]) == (303, session.url)
        assert not folder.exists()
        for part in ("", *PARTS, "/error", "/results/result", "/parameters/QUERY"):
            assert job.get(part).status == 404, part
        for part, fields in CHANGES.items():
            assert job.post(part, **fields).status == 404, part
        assert session.ask("DELETE", job.url).status == 404
        assert session.listed() == []
        assert becomes_idle(server)

    def test_overflow_is_said_only_when_rows_were_cut(self, session: Session):
        td = {"RESPONSEFORMAT": "votable/td"}
        cut = session.run(QUERY, MAXREC="3", **td).result()
        assert (cut.count(b"<TR>"), cut.count(b"OVERFLOW")) == (3, 1)
        none = session.run(QUERY, MAXREC="0", **td).result()
        assert (none.count(b"<TR>"), none.count(b"OVERFLOW")) == (0, 1)
        top = session.run(QUERY.replace("SELECT", "SELECT TOP 3"), MAXREC="3", **td)
        assert top.result().count(b"OVERFLOW") == 0

    def test_every_format_has_the_bytes_of_sync(self, session: Session):
        capabilities = ask("GET", f"{session.tap}/capabilities").xml
        names = [entry.text or "" for entry in capabilities.iter("alias")]
        assert {"votable", "csv"} <= set(names)
        query = "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea"
        for name in names:
            whole = session.run(query, RESPONSEFORMAT=name)
            same = session.sync(query, RESPONSEFORMAT=name)
            assert same.status == 200
            assert DATE.sub(b"", whole.result()) == DATE.sub(b"", same.body), name
            stored = whole.get("/results/result").headers
            assert stored["Content-Type"] == same.headers["Content-Type"]

    def test_200_jobs_at_once_are_all_right(self, session: Session):
        def answer(number: int) -> bytes:
            query = f"SELECT COUNT(*) + {number} AS n FROM ivoa.obscore"
            return session.run(query, FORMAT="tsv").result()

        count = int(
            session.sync(
                "SELECT COUNT(*) AS n FROM ivoa.obscore", FORMAT="tsv"
            ).text.split()[1]
        )
        session.create()  # makes the cookie
        with ThreadPoolExecutor(32) as threads:
            found = list(threads.map(answer, range(200)))
        assert found == [f"n\n{count + number}\n".encode() for number in range(200)]
        assert len(session.listed(("PHASE", "COMPLETED"))) == 200


class TestChanges:
    def test_parameters_may_change_until_the_job_runs(self, session: Session):
        job = session.create("SELECT 1", FORMAT="csv")
        reply = job.post("/parameters", query=QUERY, MAXREC="1", RUNID="changed")
        assert (reply.status, reply.headers["Location"]) == (303, job.url)
        assert job.get("/parameters/QUERY").text == QUERY
        assert job.value("runId") == "changed"
        assert job.post("/parameters", RUNID="x" * 65).status == 400
        assert job.post("/phase", PHASE="RUN").status == 303
        assert job.result().count(b"\n") == 2
        assert job.post("/parameters", QUERY="SELECT 1").status == 403
        assert job.post("/parameters", RUNID="late").status == 403
        assert job.get("/parameters/QUERY").text == QUERY

    def test_parameters_of_a_running_job_are_fixed(self, session: Session):
        job = session.run(ENDLESS)
        job.becomes("EXECUTING")
        assert job.post("/parameters", QUERY=QUERY).status == 403
        assert session.ask("DELETE", job.url).status == 303

    def test_execution_duration(self, session: Session):
        job = session.create(QUERY)
        default = job.get("/executionduration").text
        assert default == "600"
        for wanted, kept in (("30", "30"), ("100000", "3600"), ("0", "3600")):
            reply = job.post("/executionduration", EXECUTIONDURATION=wanted)
            assert (reply.status, reply.headers["Location"]) == (303, job.url)
            assert job.get("/executionduration").text == kept
        for wrong in ("x", "-1", ""):
            reply = job.post("/executionduration", EXECUTIONDURATION=wrong)
            assert reply.status == 400
        assert job.post("/executionduration").status == 400

    def test_execution_duration_of_a_running_job(self, session: Session):
        job = session.run(ENDLESS)
        job.becomes("EXECUTING")
        assert job.post("/executionduration", EXECUTIONDURATION="1").status == 303
        assert job.end() == "ERROR"
        assert job.post("/executionduration", EXECUTIONDURATION="9").status == 403

    def test_destruction(self, session: Session):
        job = session.create(QUERY)
        kept = job.time("destruction") - job.time("creationTime")
        assert kept == timedelta(days=7)
        soon = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
        for text in (f"{soon:%Y-%m-%dT%H:%M:%SZ}", f"{soon:%Y-%m-%dT%H:%M:%S.000}"):
            reply = job.post("/destruction", DESTRUCTION=text)
            assert (reply.status, reply.headers["Location"]) == (303, job.url)
            assert job.get("/destruction").text == f"{soon:%Y-%m-%dT%H:%M:%S.000Z}"
        assert job.post("/destruction", DESTRUCTION="2999-01-01").status == 303
        most = job.time("destruction") - datetime.now(UTC)
        assert timedelta(days=29) < most <= timedelta(days=30)
        for wrong in ("never", "", "2026-02-30", "1"):
            assert job.post("/destruction", DESTRUCTION=wrong).status == 400
        assert job.post("/destruction").status == 400

    @pytest.mark.parametrize("query", [QUERY, ENDLESS], ids=["ended", "running"])
    def test_destruction_deletes(self, server: Server, session: Session, query: str):
        job = session.run(query)
        job.becomes("EXECUTING" if query == ENDLESS else "COMPLETED")
        folder = server.folder / "site" / "jobs" / job.id
        # A job without files gets its folder a moment after it executes.
        assert eventually(folder.is_dir)
        soon = datetime.now(UTC) + timedelta(seconds=1)
        job.post("/destruction", DESTRUCTION=f"{soon:%Y-%m-%dT%H:%M:%S.%f}Z")
        end = time.monotonic() + PATIENCE
        while (reply := job.get(fields={"WAIT": "5"})).status == 200:
            assert time.monotonic() < end
        assert reply.status == 404
        assert datetime.now(UTC) >= soon
        while folder.exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        assert becomes_idle(server)


class TestLists:
    def test_a_list_shows_the_sessions_own_jobs(self, session: Session, other: Session):
        mine, yours = session.create(QUERY), other.create(QUERY)
        assert session.listed() == [mine.url]
        assert yours.url in other.listed()
        assert mine.url not in other.listed()
        assert Session(session.tap).listed() == []
        forged = Session(session.tap)
        forged.cookie = "gammavo_session=" + "A" * 43
        assert forged.listed() == []

    def test_whoever_knows_the_address_may_use_the_job(
        self, session: Session, other: Session
    ):
        job = LiveJob(other, session.create(QUERY, FORMAT="csv").url)
        assert job.post("/phase", PHASE="RUN").status == 303
        assert job.result().startswith(b"obs_id")
        assert other.ask("DELETE", job.url).status == 303
        assert session.listed() == []

    def test_filters(self, session: Session):
        jobs = [session.create(QUERY)]
        for number in range(5):
            time.sleep(0.002)  # creation times have milliseconds
            jobs.append(session.run(QUERY if number % 2 else "SELECT"))
        assert [job.end() for job in jobs[1:]] == ["ERROR", "COMPLETED"] * 2 + ["ERROR"]
        newest = [job.url for job in reversed(jobs)]
        pending, failed, done = newest[5:], newest[0::2][:3], newest[1:5:2]
        after = ("AFTER", jobs[2].value("creationTime"))
        expected: list[tuple[list[tuple[str, str]], list[str]]] = [
            ([], newest),
            ([("PHASE", "PENDING")], pending),
            ([("PHASE", "ERROR")], failed),
            ([("PHASE", "PENDING"), ("phase", "COMPLETED")], done + pending),
            ([("PHASE", "EXECUTING")], []),
            ([("PHASE", "ARCHIVED")], []),
            ([("LAST", "2")], newest[:2]),
            ([("LAST", "99")], newest),
            ([("LAST", "1"), ("PHASE", "PENDING")], pending),
            ([after], newest[:3]),
            ([after, ("PHASE", "ERROR")], failed[:2]),
            ([after, ("PHASE", "ERROR"), ("LAST", "1")], failed[:1]),
            ([("AFTER", "2999-01-01")], []),
            ([("AFTER", "2020-01-01T00:00:00")], newest),
        ]
        for filters, urls in expected:
            assert session.listed(*filters) == urls, filters

    @pytest.mark.parametrize(
        "wrong", [("PHASE", "DONE"), ("LAST", "-1"), ("LAST", "x"), ("AFTER", "now")]
    )
    def test_wrong_filters(self, session: Session, wrong: tuple[str, str]):
        session.create()
        reply = session.ask("GET", session.url, [wrong])
        assert reply.status == 400
        assert wrong[0] in status_of(reply.body)[1] or wrong[1] in reply.text


class TestRefusals:
    @pytest.mark.parametrize(
        ("method", "part", "fields", "status"),
        [
            ("POST", "", {"PHASE": "RUN"}, 403),
            ("POST", "", {"QUERY": QUERY}, 403),
            ("POST", "", {}, 403),
            ("POST", "", {"ACTION": "ARCHIVE"}, 400),
            ("POST", "/phase", {}, 400),
            ("POST", "/phase", {"PHASE": "COMPLETED"}, 400),
            ("POST", "/phase", [("PHASE", "RUN"), ("PHASE", "ABORT")], 400),
            ("POST", "/owner", {}, 405),
            ("POST", "/quote", {}, 405),
            ("POST", "/error", {}, 405),
            ("POST", "/results", {}, 405),
            ("POST", "/results/result", {}, 405),
            ("DELETE", "/phase", {}, 405),
            ("DELETE", "/results", {}, 405),
            ("PUT", "", {}, 405),
            ("PUT", "/phase", {}, 405),
            ("PATCH", "/parameters", {}, 405),
            ("GET", "/nothing", {}, 404),
            ("GET", "/error", {}, 404),
            ("GET", "/results/result", {}, 404),
            ("GET", "/parameters/UPLOAD", {}, 404),
            ("GET", "?WAIT=soon", {}, 400),
            ("GET", "?WAIT=5&PHASE=DONE", {}, 400),
        ],
    )
    def test_of_a_job(self, session: Session, method, part, fields, status):
        job = session.create(QUERY)
        reply = session.ask(method, f"{job.url}{part}", fields)
        assert reply.status == status
        assert status_of(reply.body)[0] == "ERROR"
        if status == 405:
            assert "GET" in reply.headers["Allow"]
            assert method not in reply.headers["Allow"]
        assert job.phase == "PENDING"

    def test_of_a_completed_job(self, session: Session):
        job = session.run(QUERY)
        assert job.end() == "COMPLETED"
        assert job.post("/phase", PHASE="RUN").status == 403
        assert job.post("/phase", PHASE="ABORT").status == 403
        assert job.phase == "COMPLETED"

    @pytest.mark.parametrize(
        "name", ["0" * 32, "nothing", "..%2F..", "%00", "x" * 3000, "é".encode().hex()]
    )
    def test_a_job_that_is_not_there(self, session: Session, name: str):
        job = LiveJob(session, f"{session.url}/{name}")
        for part in ("", *PARTS, "/error", "?WAIT=-1"):
            assert job.get(part).status == 404, part
        for part, fields in CHANGES.items():
            assert job.post(part, **fields).status == 404, part
        # With a slash in it, it is no address of a job.
        assert session.ask("DELETE", job.url).status in {404, 405}

    def test_the_list_itself_cannot_be_deleted(self, session: Session):
        assert session.ask("DELETE", session.url).status == 405


def test_no_wait_is_longer_than_proxies_allow(
    longest_waits: list[Future[tuple[float, str]]],
):
    for waiting in longest_waits:
        seconds, phase = waiting.result(PATIENCE)
        assert phase == "PENDING"
        assert 20 < seconds < 60


def test_every_document_is_valid(
    session: Session, documents: set[bytes], stilts: str, tmp_path: Path
):
    running, waiting = session.run(ENDLESS), session.create(QUERY, RUNID="a<b")
    running.becomes("EXECUTING")
    jobs = [running, waiting, session.run("SELECT"), session.run(QUERY)]
    assert (jobs[2].end(), jobs[3].end()) == ("ERROR", "COMPLETED")
    for job in jobs:
        for part in ("", "/parameters", "/results"):
            job.get(part)
    session.listed()
    running.post("/phase", PHASE="ABORT")
    running.document()
    # One call judges all of them, within an element of our own.
    schema = tmp_path / "documents.xsd"
    schema.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'targetNamespace="urn:documents"><xs:element name="documents"><xs:complexType>'
        '<xs:sequence><xs:any namespace="##other" processContents="strict" '
        'maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    path = tmp_path / "documents.xml"
    inner = b"\n".join(document.partition(b"?>")[2] for document in documents)
    path.write_bytes(b'<d:documents xmlns:d="urn:documents">%s</d:documents>' % inner)
    done = subprocess.run(
        [
            stilts,
            "xsdvalidate",
            "uselocals=true",
            f"schemaloc=urn:documents={schema}",
            f"doc={path}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    for name in ("job", "jobs", "parameters", "results"):
        assert b"<uws:%s " % name.encode() in inner
