"""Pages for people beside documents for programs, on live servers."""

from __future__ import annotations

import csv
import json
from io import StringIO
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import pyvo
from lxml import html

from tests.support.server import Server

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def get(url: str, **headers: str) -> tuple[str, bytes]:
    with urlopen(Request(url, headers=headers), timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


@pytest.mark.parametrize(
    "path", ["tables", "tables/ivoa.obscore", "capabilities", "availability"]
)
def test_browsers_get_a_page_and_programs_xml(server: Server, path: str):
    url = f"{server.tap}/{path}"
    kind, content = get(url)
    assert kind == "text/xml"
    assert content.startswith(b"<?xml")
    for headers in ({"Accept": FIREFOX}, {"Sec-Fetch-Dest": "document"}):
        kind, content = get(url, **headers)
        assert kind == "text/html; charset=utf-8"
        assert content.startswith(b"<!DOCTYPE html>")


def test_no_other_site_shows_a_page_within_its_own(server: Server):
    with urlopen(
        Request(f"{server.tap}/tables", headers={"Accept": FIREFOX})
    ) as answer:
        policies = answer.headers.get_all("Content-Security-Policy")
    assert "frame-ancestors 'none'" in policies


def test_every_link_of_the_pages_leads_somewhere(server: Server):
    waiting, seen = [f"{server.tap}/tables"], set[str]()
    while waiting:
        url = waiting.pop()
        seen.add(url)
        kind, content = get(url, Accept=FIREFOX)
        if "html" not in kind or "/sync?" in url or url == f"{server.url}/":
            continue
        top = html.document_fromstring(content)
        links = {link.partition("#")[0] for link in top.xpath("//a/@href")} - {""}
        waiting += list(links - seen - set(waiting))
    assert f"{server.tap}/tables/simulated_dl3.events" in seen
    assert sum("/sync?" in url for url in seen) > 10


@pytest.mark.parametrize("site", ["server", "hess_server"])
def test_each_example_returns_rows(site: str, request: pytest.FixtureRequest):
    running: Server = request.getfixturevalue(site)
    examples = pyvo.dal.TAPService(running.tap).examples
    assert len(examples) == 7
    for example in examples:
        query = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": example["QUERY"]}
        _, content = get(f"{running.tap}/sync?{urlencode(query)}")
        assert len(list(csv.reader(StringIO(content.decode())))) > 1, example["QUERY"]


def test_json_tells_what_a_query_finds(hess_server: Server):
    url = f"{hess_server.tap}/tables/hess_dl3_dr1.events?RESPONSEFORMAT=json"
    kind, content = get(url)
    assert kind == "application/json"
    facts = {c["name"]: c["statistics"] for c in json.loads(content)["columns"]}
    adql = "SELECT MIN(energy), MAX(energy), COUNT(*) FROM hess_dl3_dr1.events"
    query = {"LANG": "ADQL", "FORMAT": "json", "QUERY": adql}
    _, result = get(f"{hess_server.tap}/sync?{urlencode(query)}")
    (row,) = json.loads(result)["data"]
    energy = facts["energy"]
    assert [energy["minimum"], energy["maximum"]] == pytest.approx(row[:2], rel=1e-6)
    assert sum(facts["in_gti"]["values"].values()) == row[2]
