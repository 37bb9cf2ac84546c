"""A job at its addresses: every method, every refusal (UWS 1.1 section 2.2)."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from uws_site import BASE, LIST, ROUTES, Answer, site

from tests.support.job_site import TestJob, rows

UWS = "{http://www.ivoa.net/xml/UWS/v1.0}"
CHILDREN = (
    "phase executionduration destruction quote owner error parameters results".split()
)


def shown(answer: Answer, name: str) -> str | None:
    assert answer.status == 200, answer.text
    found = ET.fromstring(answer.body).find(f".//{UWS}{name}")
    return None if found is None else found.text


def parameters(answer: Answer) -> list[tuple[str | None, str | None]]:
    top = ET.fromstring(answer.body)
    return [(p.get("id"), p.text) for p in top.iter(f"{UWS}parameter")]


def test_from_creation_to_result(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            made = await at.post(LIST, text="hello", LANG="ADQL", RunId="mine")
            job = made.path
            assert made.headers["Location"].startswith(f"{BASE}{LIST}/")
            assert made.body == b""
            document = await at.get(job)
            assert document.headers["Content-Type"] == "text/xml"
            assert document.headers["Cache-Control"] == "no-store"
            assert shown(document, "jobId") == job.rpartition("/")[2]
            assert shown(document, "runId") == "mine"
            assert shown(document, "phase") == "PENDING" == await at.phase(job)
            assert parameters(document) == [("TEXT", "hello")]
            assert (await at.post(f"{job}/phase", PHASE="RUN")).path == job
            assert await at.ended(job) == "COMPLETED"
            document = await at.get(job)
            results = list(ET.fromstring(document.body).iter(f"{UWS}result"))
            href = results[0].get("{http://www.w3.org/1999/xlink}href")
            assert href == f"{BASE}{job}/results/result"
            result = await at.get(f"{job}/results/result")
            assert (result.status, result.body) == (200, b"hello")
            assert result.headers["Content-Type"] == "text/plain"
            assert result.headers["Content-Length"] == "5"
            assert (
                "filename*=UTF-8''result.txt" in result.headers["Content-Disposition"]
            )

    asyncio.run(body())


def test_run_in_the_creating_request(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="x", PHASE="RUN")
            assert await at.phase(job) != "PENDING"
            assert await at.ended(job) == "COMPLETED"
            assert parameters(await at.get(job)) == [("TEXT", "x")]

    asyncio.run(body())


@pytest.mark.parametrize("at_once", [True, False])
def test_a_refused_job_is_there_and_says_why(tmp_path: Path, at_once: bool):
    async def body() -> None:
        async with site(tmp_path) as at:
            if at_once:
                job = await at.create(TEXT="bad", PHASE="RUN")
            else:
                job = await at.create(TEXT="bad")
                assert (await at.get(f"{job}/error")).status == 404
                assert (await at.post(f"{job}/phase", PHASE="RUN")).path == job
            document = await at.get(job)
            assert shown(document, "phase") == "ERROR"
            assert shown(document, "message") == "The text is bad. Send a good one."
            error = await at.get(f"{job}/error")
            assert error.status == 200
            assert error.headers["Content-Type"] == "application/x-votable+xml"
            assert 'value="ERROR">The text is bad.' in error.text
            assert (await at.get(f"{job}/results/result")).status == 404

    asyncio.run(body())


def test_scalars_are_plain_text_and_say_what_the_document_says(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create()
            document = await at.get(job)
            for child, name in {
                "phase": "phase",
                "executionduration": "executionDuration",
                "destruction": "destruction",
                "quote": "quote",
                "owner": "ownerId",
            }.items():
                answer = await at.get(f"{job}/{child}")
                assert answer.status == 200
                assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
                assert answer.text == (shown(document, name) or "")
            assert (await at.get(f"{job}/parameters")).headers[
                "Content-Type"
            ] == "text/xml"
            assert (await at.get(f"{job}/results")).text.count("<uws:results") == 1

    asyncio.run(body())


def test_execution_duration(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(EXECUTIONDURATION="7")
            read = f"{job}/executionduration"
            assert (await at.get(read)).text == "7"
            for sent, kept in {
                "30": "30",
                "2.1": "3",
                "99999": "600",
                "0": "600",
            }.items():
                assert (await at.post(read, ExecutionDuration=sent)).path == job
                assert (await at.get(read)).text == kept
            for wrong in ("-1", "x", "", "1e3", "nan"):
                assert (await at.post(read, EXECUTIONDURATION=wrong)).status == 400
            assert (await at.post(read)).status == 400
            assert (await at.get(read)).text == "600"

    asyncio.run(body())


def test_a_job_that_is_too_long_ends_in_time_and_says_so(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            begin = time.monotonic()
            job = await at.create(SECONDS="60", EXECUTIONDURATION="1", PHASE="RUN")
            assert await at.ended(job) == "ERROR"
            assert time.monotonic() - begin < 6
            assert "executionDuration of 1 s" in (await at.get(f"{job}/error")).text
            late = await at.post(f"{job}/executionduration", EXECUTIONDURATION="9")
            assert late.status == 403

    asyncio.run(body())


def test_destruction(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime(
                "%Y-%m-%dT%H:%M"
            )
            job = await at.create(DESTRUCTION=tomorrow)
            read = f"{job}/destruction"
            assert (await at.get(read)).text == f"{tomorrow}:00.000Z"
            later = (datetime.now(UTC) + timedelta(days=2)).strftime(
                "%Y-%m-%dT%H:%M:%S"
            )
            assert (await at.post(read, DESTRUCTION=f"{later}Z")).path == job
            assert (await at.get(read)).text == f"{later}.000Z"
            assert (await at.post(read, DESTRUCTION="2999-01-01")).path == job
            assert (await at.get(read)).text < "2990"
            assert (await at.post(read, DESTRUCTION="tomorrow")).status == 400
            assert (await at.post(read)).status == 400
            assert (await at.post(read, DESTRUCTION="2001-01-01T00:00:00")).path == job
            await at.handle.becomes(lambda: not rows().exists())
            assert (await at.get(job)).status == 404

    asyncio.run(body())


def test_abort(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(SECONDS="60", PHASE="RUN")
            assert (await at.post(f"{job}/phase", PHASE="ABORT")).path == job
            document = await at.get(job)
            assert shown(document, "phase") == "ABORTED"
            assert shown(document, "message") == "The job was aborted on request."
            assert (await at.post(f"{job}/phase", PHASE="ABORT")).path == job
            assert (await at.post(f"{job}/phase", PHASE="RUN")).status == 403

    asyncio.run(body())


def test_what_a_phase_does_not_allow(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(PHASE="RUN")
            assert await at.ended(job) == "COMPLETED"
            for word in ("RUN", "ABORT"):
                refused = await at.post(f"{job}/phase", PHASE=word)
                assert refused.status == 403
                assert "The job is COMPLETED" in refused.text
            for word in ("SUSPEND", ""):
                assert (await at.post(f"{job}/phase", PHASE=word)).status == 400
            assert (await at.post(f"{job}/phase")).status == 400
            assert (await at.post(f"{job}/parameters", TEXT="new")).status == 403
            assert (await at.post(f"{job}/parameters", RUNID="new")).status == 403

    asyncio.run(body())


def test_parameters(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="a", QUERY="SELECT 1")
            answer = await at.post(
                f"{job}/parameters", text="b", RUNID="mine", JUNK="x"
            )
            assert answer.path == job
            document = await at.get(job)
            assert parameters(document) == [("QUERY", "SELECT 1"), ("TEXT", "b")]
            assert shown(document, "runId") == "mine"
            assert parameters(await at.get(f"{job}/parameters")) == parameters(document)
            assert (await at.get(f"{job}/parameters/text")).text == "b"
            assert (await at.get(f"{job}/parameters/OTHER")).status == 404
            assert (await at.post(f"{job}/parameters", RUNID="x" * 65)).status == 400
            assert (await at.post(f"{job}/parameters", TEXT="a\0")).status == 400

    asyncio.run(body())


def test_files_as_parameters(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path / "jobs") as at:
            first, second = tmp_path / "a", tmp_path / "b"
            first.write_bytes(b"<VOTABLE/>")
            second.write_bytes(b"<script>")
            answer = await at.send(
                "POST", LIST, files={"t1": first}, UPLOAD="mine,param:t1"
            )
            job = answer.path
            await at.send(
                "POST", f"{job}/parameters", files={"u": second}, UPLOAD="more,param:u"
            )
            assert not first.exists()
            document = await at.get(job)
            assert parameters(document) == [
                ("UPLOAD", "mine,param:t1"),
                ("T1", f"{BASE}{job}/parameters/T1"),
                ("UPLOAD", "more,param:u"),
                ("U", f"{BASE}{job}/parameters/U"),
            ]
            assert document.text.count('byReference="true"') == 2
            file = await at.get(f"{job}/parameters/U")
            assert file.body == b"<script>"
            assert file.headers["Content-Type"] == "application/octet-stream"
            assert file.headers["Content-Disposition"].startswith("attachment")
            both = await at.get(f"{job}/parameters/UPLOAD")
            assert both.text == "mine,param:t1\nmore,param:u"

    asyncio.run(body())


@pytest.mark.parametrize("delete", ["DELETE", "POST"])
@pytest.mark.parametrize("seconds", ["0", "60"])
def test_delete(tmp_path: Path, delete: str, seconds: str):
    async def body() -> None:
        kind = TestJob()
        async with site(tmp_path, kind) as at:
            job = await at.create(SECONDS=seconds, PHASE="RUN")
            await at.get(job, WAIT=5, PHASE="QUEUED")
            sent = {"ACTION": "DELETE"} if delete == "POST" else {}
            answer = await at.send(delete, job, **sent)
            assert answer.status == 303
            assert answer.headers["Location"] == f"{BASE}{LIST}"
            for path in (job, *(f"{job}/{child}" for child in CHILDREN)):
                assert (await at.get(path)).status == 404
            assert (await at.send("DELETE", job)).status == 404

    asyncio.run(body())
    assert [path.name for path in tmp_path.iterdir()] == ["queue.lock"]


def test_a_job_takes_nothing_else_at_its_own_address(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="a")
            assert (await at.post(job, TEXT="b")).status == 403
            assert (await at.post(job, PHASE="RUN")).status == 403
            assert (await at.post(job, ACTION="EXPLODE")).status == 400
            document = await at.get(job)
            assert (shown(document, "phase"), parameters(document)) == (
                "PENDING",
                [("TEXT", "a")],
            )

    asyncio.run(body())


def test_methods_and_addresses_that_there_are_not(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create()
            for path in (
                f"{job}/quote",
                f"{job}/owner",
                f"{job}/error",
                f"{job}/results",
            ):
                assert (await at.post(path)).status == 405
            for path in (LIST, *(f"{job}/{child}" for child in CHILDREN)):
                assert (await at.send("DELETE", path)).status == 405
            for path in (
                f"{job}/nothing",
                f"{job}/results/result",
                f"{LIST}/{'0' * 32}",
            ):
                assert (await at.get(path)).status == 404
            foreign = f"{LIST}/{'0' * 32}"
            assert (await at.post(f"{foreign}/phase", PHASE="RUN")).status == 404
            assert (await at.post(f"{foreign}/parameters", TEXT="x")).status == 404
            assert (
                await at.post(f"{foreign}/destruction", DESTRUCTION="2030-01-01")
            ).status == 404

    asyncio.run(body())


def test_wait(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(SECONDS="0.5")
            begin = time.monotonic()
            assert shown(await at.get(job, WAIT="1"), "phase") == "PENDING"
            assert time.monotonic() - begin >= 1
            begin = time.monotonic()
            assert (
                shown(await at.get(job, WAIT="20", PHASE="QUEUED"), "phase")
                == "PENDING"
            )
            await at.post(f"{job}/phase", PHASE="RUN")
            await at.get(job, WAIT="-1", PHASE="QUEUED")
            found = await at.get(job, WAIT="-1", PHASE="EXECUTING")
            assert shown(found, "phase") == "COMPLETED"
            assert shown(await at.get(job, WAIT="-1"), "phase") == "COMPLETED"
            assert time.monotonic() - begin < 10
            for wrong in ("x", "1.5", "--1", "9" * 20):
                assert (await at.get(job, WAIT=wrong)).status == 400
            assert (await at.get(job, WAIT="1", PHASE="DREAMING")).status == 400

    asyncio.run(body())


def test_browsers_get_pages_of_jobs(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="x")
            browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
            for path in (job, LIST):
                answer = await at.get(path, headers=browser)
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                answer = await at.get(path, RESPONSEFORMAT="html")
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            answer = await at.get(f"{job}/parameters", headers=browser)
            assert answer.headers["Content-Type"] == "text/xml"

    asyncio.run(body())


def test_json_where_it_is_asked_for(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="x", RESPONSEFORMAT="json")
            for accept in (
                "application/json",
                "application/json, text/plain, */*",
                "application/xml;q=0.5, application/json;q=0.9",
            ):
                answer = await at.get(job, headers={"accept": accept})
                assert answer.headers["Content-Type"] == "application/json"
                assert json.loads(answer.body)["phase"] == "PENDING"
            for accept in (
                "",
                "*/*",
                "text/html, image/gif, image/jpeg, */*; q=0.2",
                "application/xml, application/json",
                "application/json;q=0",
                "application/json;q=much",
            ):
                answer = await at.get(job, headers={"accept": accept})
                assert answer.headers["Content-Type"] == "text/xml", accept
            for path in (job, LIST, f"{job}/parameters", f"{job}/results"):
                answer = await at.get(path, RESPONSEFORMAT="JSON")
                assert isinstance(json.loads(answer.body), dict)
                answer = await at.get(path, headers={"accept": "application/json"})
                assert "Accept" in answer.headers["Vary"]
                assert isinstance(json.loads(answer.body), dict)
            await at.post(f"{job}/phase", PHASE="ABORT")
            error = await at.get(f"{job}/error", RESPONSEFORMAT="application/json")
            assert json.loads(error.body)["errorSummary"]["type"] == "transient"

    asyncio.run(body())


def test_ranges_and_tags_of_a_result(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create(TEXT="0123456789", PHASE="RUN")
            assert await at.ended(job) == "COMPLETED"
            result = f"{job}/results/result"
            part = await at.get(result, headers={"range": "bytes=2-4"})
            assert (part.status, part.body) == (206, b"234")
            assert part.headers["Content-Range"] == "bytes 2-4/10"
            head = await at.send("HEAD", result)
            assert (head.status, head.headers["Content-Length"]) == (200, "10")
            known = {"if-none-match": head.headers["ETag"]}
            assert (await at.get(result, headers=known)).status == 304
            (tmp_path / job[11:] / "outputs" / "result.txt").unlink()
            assert (await at.get(result)).status == 404

    asyncio.run(body())


def test_every_address_has_a_summary():
    assert len(ROUTES) == len({route.path for route in ROUTES}) == 13
    assert all(route.summary for route in ROUTES)
