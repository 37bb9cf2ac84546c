"""The list of jobs: whose, which, in what order; and what creates none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from uws_site import BASE, LIST, Answer, Site, site

from gammavo.jobs import StorageLimits
from tests.support.job_site import rows

UWS = "{http://www.ivoa.net/xml/UWS/v1.0}"


def listed(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    top = ET.fromstring(answer.body)
    assert top.get("version") == "1.1"
    hrefs = [job.get("{http://www.w3.org/1999/xlink}href") or "" for job in top]
    assert all(href.startswith(BASE) for href in hrefs)
    return [href.removeprefix(BASE) for href in hrefs]


def test_filters(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            pending = await at.create()
            await asyncio.sleep(0.002)
            done = await at.create(PHASE="RUN")
            await at.ended(done)
            failed = await at.create(TEXT="bad", PHASE="RUN")
            everything = [failed, done, pending]
            assert listed(await at.get(LIST)) == everything
            assert listed(await at.get(f"{LIST}/")) == everything
            assert listed(await at.get(LIST, PHASE="COMPLETED")) == [done]
            both = await at.get(LIST, ("PHASE", "ERROR"), ("phase", "pending"))
            assert listed(both) == [failed, pending]
            assert listed(await at.get(LIST, LAST=2)) == [failed, done]
            assert listed(await at.get(LIST, PHASE="PENDING", LAST=1)) == [pending]
            assert listed(await at.get(LIST, LAST=0)) == []
            for phase in ("ARCHIVED", "HELD", "UNKNOWN"):
                assert listed(await at.get(LIST, PHASE=phase)) == []
            first = await at.get(pending)
            created = ET.fromstring(first.body).findtext(f"{UWS}creationTime")
            assert listed(await at.get(LIST, AFTER=created)) == [failed, done]
            assert listed(await at.get(LIST, AFTER="2001-01-01")) == everything
            assert listed(await at.get(LIST, AFTER="2100-01-01T00:00:00")) == []
            for wrong in (
                {"PHASE": "X"},
                {"LAST": "-1"},
                {"LAST": "x"},
                {"AFTER": "x"},
            ):
                assert (await at.get(LIST, **wrong)).status == 400

    asyncio.run(body())


def test_a_list_shows_the_sessions_own_jobs_only(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            assert listed(await at.get(LIST)) == []
            assert at.cookie == ""
            mine = [await at.create(), await at.create()]
            assert listed(await at.get(LIST)) == mine[::-1]
            stranger = at.stranger()
            assert listed(await stranger.get(LIST)) == []
            theirs = await stranger.create()
            assert listed(await stranger.get(LIST)) == [theirs]
            assert listed(await at.get(LIST)) == mine[::-1]
            # Whoever knows the address may use the job.
            assert (await stranger.get(mine[0])).status == 200
            forged = at.stranger(cookie=f"gammavo_session={'A' * 43}")
            assert listed(await forged.get(LIST)) == []

    asyncio.run(body())


def test_the_cookie(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            made = await at.post(LIST)
            cookie = made.headers["Set-Cookie"]
            name, _, token = cookie.split(";")[0].partition("=")
            assert name == "gammavo_session"
            assert len(token) == 43
            flags = {part.strip() for part in cookie.split(";")[1:]}
            assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/archive"} <= flags
            again = await at.post(LIST)
            assert again.headers["Set-Cookie"] == cookie
            stored = await asyncio.to_thread(lambda: list(rows().values()))
            assert token not in str(stored)
            assert len({row["session"] for row in stored}) == 1

            plain = Site(at.jobs, "http://localhost:8000")
            answer = await plain.post(LIST)
            assert answer.headers["Location"].startswith(
                "http://localhost:8000/tap/async/"
            )
            assert "Secure" not in answer.headers["Set-Cookie"]
            assert "Path=/;" in answer.headers["Set-Cookie"]

    asyncio.run(body())


@pytest.mark.parametrize(
    "cookie",
    [
        "gammavo_session=",
        "gammavo_session=short",
        f"gammavo_session={'a' * 42}'",
        f"other={'a' * 43}",
        f"xgammavo_session={'a' * 43}",
        "=; ;;gammavo_session",
    ],
)
def test_a_cookie_that_is_none_of_ours_begins_a_session(tmp_path: Path, cookie: str):
    async def body() -> None:
        async with site(tmp_path) as at:
            at.cookie = cookie
            made = await at.post(LIST)
            assert "a" * 40 not in made.headers["Set-Cookie"]
            assert listed(await at.get(LIST)) == [made.path]

    asyncio.run(body())


def test_our_cookie_among_others(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path) as at:
            job = await at.create()
            at.cookie = f"a=b; {at.cookie}; csrftoken=x"
            assert listed(await at.get(LIST)) == [job]

    asyncio.run(body())


@pytest.mark.parametrize(
    "wrong",
    [
        {"PHASE": "ABORT"},
        {"PHASE": ""},
        {"RUNID": "x" * 65},
        {"EXECUTIONDURATION": "long"},
        {"DESTRUCTION": "never"},
        {"TEXT": "a\0b"},
    ],
)
def test_what_creates_no_job(tmp_path: Path, wrong: dict[str, str]):
    async def body() -> None:
        async with site(tmp_path) as at:
            answer = await at.post(LIST, **wrong)
            assert answer.status == 400
            assert "QUERY_STATUS" in answer.text
            assert await asyncio.to_thread(rows().count) == 0

    asyncio.run(body())


def test_too_many_jobs(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path, storage=StorageLimits(2, 3)) as at:
            jobs = [await at.create() for _ in range(2)]
            jobs.append(await at.stranger(client="192.0.2.7").create())
            refused = await at.post(LIST)
            assert refused.status == 403
            assert "You have 2 jobs here" in refused.text
            full = await at.stranger(client="192.0.2.2").post(LIST)
            assert (full.status, full.headers["Retry-After"]) == (503, "10")
            await at.send("DELETE", jobs[1])
            assert (await at.post(LIST)).status == 303

    asyncio.run(body())


def test_clients_are_told_apart_by_their_address(tmp_path: Path):
    async def body() -> None:
        async with site(tmp_path, storage=StorageLimits(1, 10)) as at:
            await at.stranger().create()
            assert (await at.stranger().post(LIST)).status == 403
            # Whoever invents a cookie is nobody else for that.
            invented = {"cookie": f"gammavo_session={'x' * 43}"}
            assert (
                await at.stranger().send("POST", LIST, headers=invented)
            ).status == 403
            assert (await at.stranger(client="192.0.2.7").post(LIST)).status == 303

    asyncio.run(body())
