"""DataLink as clients and validators see it: STILTS, pyvo, plain HTTP."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
import pyvo

from tests.conftest import missing
from tests.protocol.test_tap_sync import VOTABLE, ask, status_of, sync
from tests.support.server import Server
from tests.support.stilts import stilts_launchers

DID = "ivo://example.org/hess-dl3-dr1?23523"
REQUESTS = {
    "known": [f"{DID}/events"],
    "unknown": ["ivo://example.org/nothing?1/events"],
    "many": [f"{DID}/events", "nothing", f"{DID}/aeff", f"{DID}/bundle", "23526"],
    "none": [],
}
NEWER_WORDS = ("'package'", "'documentation'")
"""Words of the vocabulary datalink/core that the list in STILTS 3.4 lacks."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def links(server: Server, *identifiers: str) -> tuple[str, bytes]:
    body = urlencode([("ID", identifier) for identifier in identifiers]).encode()
    response, content = ask(
        server, "/datalink/links", method="POST", body=body, headers=FORM
    )
    assert response.status == 200, content
    return response.getheader("Content-Type", ""), content


def rows(document: bytes) -> list[list[str]]:
    cells = ET.fromstring(document).iter(f"{VOTABLE}TR")
    return [[cell.text or "" for cell in row] for row in cells]


@pytest.mark.parametrize("name", REQUESTS)
def test_datalinklint_finds_nothing(
    hess_server: Server, stilts: str, tmp_path: Path, name: str
):
    path = tmp_path / "links.vot"
    path.write_bytes(links(hess_server, *REQUESTS[name])[1])
    done = subprocess.run(
        [stilts, "datalinklint", f"votable={path}", "maxrepeat=9999"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Totals: Errors:" in done.stdout, done.stderr
    found = [
        line
        for line in done.stdout.splitlines()
        if line.startswith(("E-", "W-", "F-"))
        and not (line.startswith("E-SMCO") and any(w in line for w in NEWER_WORDS))
    ]
    assert found == []


def test_get_and_post_and_formats(hess_server: Server):
    media_type, posted = links(hess_server, "23523")
    assert media_type == "application/x-votable+xml;content=datalink"
    response, got = ask(hess_server, "/datalink/links?id=23523&NONSENSE=1")
    assert (response.status, got) == (200, posted)
    response, text = ask(hess_server, "/datalink/links?ID=23523&RESPONSEFORMAT=csv")
    assert text.decode().startswith("ID,access_url,service_def")
    response, text = ask(hess_server, "/datalink/links?ID=23523&RESPONSEFORMAT=bogus")
    assert response.status == 400
    assert status_of(text)[0] == "ERROR"
    response, text = ask(hess_server, "/datalink/links?ID=23523", method="HEAD")
    assert (response.status, text) == (200, b"")


def test_links_that_this_server_has_lead_to_files(hess_server: Server):
    _, document = links(hess_server, f"{DID}/bundle")
    (this,) = (row for row in rows(document) if row[4] == "#this")
    response, content = ask(hess_server, this[1].removeprefix(hess_server.url))
    assert response.status == 200
    assert len(content) == int(this[7])


def test_hostile_identifiers_stay_texts(hess_server: Server):
    hostile = ["../../etc/passwd", "<b>&amp;", "' OR 1=1 --", "\x00", "ivo://a?b/../c"]
    _, document = links(hess_server, *hostile)
    found = rows(document)
    assert len(found) == len(hostile)
    assert all(row[3].startswith("NotFoundFault: ") for row in found)
    assert found[1][0] == hostile[1]


def test_a_thousand_and_ten_thousand(hess_server: Server):
    products = sync(
        hess_server, QUERY="SELECT obs_publisher_did FROM ivoa.obscore", FORMAT="csv"
    )[1].decode()
    known = products.split()[1:]
    assert len(known) == 630
    many = [*known, *(f"ivo://example.org/x?{n}/events" for n in range(370))]
    started = time.perf_counter()
    _, document = links(hess_server, *many)
    assert time.perf_counter() - started < 3
    assert len({row[0] for row in rows(document)}) == 1000
    _, document = links(hess_server, *(str(number) for number in range(10_000)))
    assert len(rows(document)) == 2000
    assert b'value="OVERFLOW"' in document


def test_pyvo_iterates_over_links(hess_server: Server):
    service = pyvo.dal.TAPService(hess_server.tap)
    adql = (
        "SELECT obs_id, obs_publisher_did AS did FROM ivoa.obscore "
        "WHERE dataproduct_type = 'event' AND target_name = 'Crab Nebula'"
    )
    found = {
        link.original_row["obs_id"]: {row.semantics for row in link}
        for link in service.search(adql).iter_datalinks()
    }
    assert set(found) == {"23523", "23526", "23559", "23592"}
    assert all("#calibration" in words for words in found.values())
    job = service.run_async(adql)
    assert len(list(job.iter_datalinks())) == 4


def test_only_results_with_identifiers_tell_of_links(hess_server: Server):
    for columns, form, count in (
        ("obs_publisher_did", "votable", 1),
        ("obs_publisher_did", "votable/td", 1),
        ("obs_publisher_did, s_ra", "votable/b", 1),
        ("obs_id, s_ra", "votable", 0),
    ):
        query = f"SELECT TOP 1 {columns} FROM ivoa.obscore"
        _, document = sync(hess_server, QUERY=query, FORMAT=form)
        assert document.count(b'utype="adhoc:service"') == count, columns
    _, text = sync(
        hess_server,
        QUERY="SELECT TOP 1 obs_publisher_did FROM ivoa.obscore",
        FORMAT="csv",
    )
    assert b"adhoc" not in text


@pytest.mark.parametrize("name", ["datalink", "soda"])
def test_vosi(hess_server: Server, tmp_path: Path, name: str):
    assert ask(hess_server, f"/{name}/availability")[0].status == 200
    response, content = ask(hess_server, f"/{name}/capabilities")
    assert response.status == 200
    path = tmp_path / "capabilities.xml"
    path.write_bytes(content)
    launchers = stilts_launchers()
    if not launchers:
        missing("no STILTS: set GAMMAVO_STILTS to its launcher")
    subprocess.run(
        [launchers[-1], "xsdvalidate", f"doc={path}", "uselocals=true"], check=True
    )
