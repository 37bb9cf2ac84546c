"""The pages and the JSON document of the tables: complete, escaped, accessible."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree, html

from gammavo.formats import Capability, Example, Interface, Language, Limit, TableAccess
from gammavo.formats import examples_document as examples
from gammavo.formats.service_pages import availability_page, capabilities_page
from gammavo.formats.tables_json import table_json, tableset_json
from gammavo.formats.tables_page import table_page, tables_page
from gammavo.formats.vosi_tables import table_document
from gammavo.model.columns import (
    Column,
    Datatype,
    ForeignKey,
    Schema,
    Table,
    TimeSystem,
)
from gammavo.model.statistics import ColumnStatistics
from gammavo.model.tap_schema import TAP_SCHEMA

TAP = "https://gamma.example.org/site/tap"
EVIL = "</style><script>alert('x')</script> & \"quoted\" \x01"
EVENTS = Table(
    "demo.events",
    f"Events. {EVIL}",
    (
        Column("obs_id", Datatype.VARCHAR, "Run", ucd="meta.id;obs", required=True),
        Column("energy", Datatype.REAL, EVIL, unit="TeV", indexed=True, principal=True),
        Column("size", Datatype.INTEGER, "", std=True, arraysize="*", utype="x:y.z"),
        Column(
            "event_time",
            Datatype.DOUBLE,
            "Time",
            unit="d",
            time=TimeSystem("TT", "TOPOCENTER", "MJD-origin"),
        ),
        Column("ra", Datatype.DOUBLE, "Place", frame="ICRS"),
        Column("hpx29", Datatype.BIGINT, "Secret", hidden=True),
    ),
    foreign_keys=(ForeignKey("demo.runs", (("obs_id", "obs_id"),), EVIL),),
    rows=1234567,
)
RUNS = Table("demo.runs", "Runs", EVENTS.columns[:1])
SCHEMAS = (Schema("demo", EVIL, (EVENTS, RUNS)), TAP_SCHEMA)
STATISTICS = {
    "obs_id": ColumnStatistics(0, values={f"run <{i}>": i for i in range(1, 9)}),
    "energy": ColumnStatistics(1234, 0.0123456789, 98.7654321),
    "event_time": ColumnStatistics(0, 55197.000766, 55197.000766),
    "ra": ColumnStatistics(7),
}
ACCESS = TableAccess(
    TAP,
    (
        Language(
            "ADQL",
            (("2.1", "ivo://ivoa.net/std/ADQL#v2.1"),),
            EVIL,
            {
                "ivo://ivoa.net/std/TAPRegExt#features-udf": [
                    ("f(a INT) -> INT", EVIL)
                ],
                "ivo://example.org/own#list": [("G", "")],
            },
        ),
    ),
    output_rows=Limit(1000, 10**6),
    upload_rows=Limit(50, 50),
)
CAPABILITY = Capability(
    "ivo://ivoa.net/std/VOSI#tables-1.1", Interface(f"{TAP}/tables")
)
EXAMPLE = Example("e-1", EVIL, EVIL, "SELECT 1 FROM t WHERE a < 'é'", ("demo.events",))


def one_table(table: Table = EVENTS) -> bytes:
    return table_page(table, schemas=SCHEMAS, statistics=STATISTICS, tap_url=TAP)


PAGES = {
    "tables": tables_page(SCHEMAS, tap_url=TAP),
    "table": one_table(),
    "tap_schema": one_table(TAP_SCHEMA.tables[2]),
    "capabilities": capabilities_page([ACCESS, CAPABILITY], tap_url=TAP),
    "availability": availability_page(
        True, up_since=datetime(2026, 1, 2, tzinfo=UTC), note=EVIL, tap_url=TAP
    ),
    "examples": examples("Examples", [EXAMPLE], tap_url=TAP),
}
every_page = pytest.mark.parametrize("name", PAGES)


def parsed(page: bytes) -> Any:
    """Return the page as a browser reads it: XHTML as XML, HTML as HTML."""
    if page.startswith(b"<?xml"):
        top = etree.fromstring(page)
        for element in top.iter():
            element.tag = etree.QName(element).localname
        return top
    assert page.startswith(b"<!DOCTYPE html>\n<html lang=")
    return html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))


@every_page
def test_a_page_is_complete_and_loads_nothing(name: str):
    top = parsed(PAGES[name])
    assert top.get("lang") == "en"
    assert top.findtext(".//title")
    assert len(top.findall(".//h1")) == 1
    assert top.find(".//main") is not None
    assert "width=device-width" in top.xpath("//meta[@name='viewport']/@content")[0]
    assert not top.xpath("//script | //link | //img | //iframe | //*[@style] | //@src")
    assert not [a for a in top.xpath("//@*") if a.attrname.startswith("on")]


@every_page
def test_the_policy_allows_the_style_and_nothing_else(name: str):
    top = parsed(PAGES[name])
    (policy,) = top.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    style = top.findtext(".//style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


@every_page
def test_tables_have_captions_and_scopes(name: str):
    for table in parsed(PAGES[name]).iter("table"):
        assert table.findtext("caption")
        assert table.get("role") == "table"
        for row in table.iter("tr"):
            scopes = {cell.get("scope") for cell in row.iter("th")}
            assert scopes in ({"col"}, {"row"})
        heads = len(table.findall("thead/tr/th"))
        assert all(len(row) == heads for row in table.findall("tbody/tr"))


@every_page
def test_ids_are_unique_and_links_have_texts(name: str):
    top = parsed(PAGES[name])
    ids = top.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in top.iter("a"):
        assert "".join(link.itertext()).strip()
        assert link.get("href").startswith(("https://gamma.example.org/site/", "#"))


@pytest.mark.parametrize("name", ["tables", "table", "capabilities", "examples"])
def test_texts_are_shown_as_they_are(name: str):
    assert EVIL.replace("\x01", "\ufffd") in "".join(parsed(PAGES[name]).itertext())


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_enough_in_both_schemes():
    style = parsed(PAGES["table"]).findtext(".//style")
    palettes = re.findall(r":root \{([^}]*)\}", style)
    assert len(palettes) == 2
    for palette in palettes:
        colours = dict(re.findall(r"--(\w+): (#\w+)", palette))
        for ink in ("ink", "soft", "link"):
            for paper in ("paper", "panel"):
                pair = sorted(luminance(colours[name]) for name in (ink, paper))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ink, paper, palette)


def cells(page: bytes) -> dict[str, dict[str, str]]:
    """Return the texts of the columns' cells, by column and head."""
    found = {}
    for row in parsed(page).findall(".//tbody/tr"):
        name = "".join(row.find("th").itertext())
        found[name] = {
            cell.get("data-label"): " ".join(" ".join(cell.itertext()).split())
            for cell in row.iter("td")
        }
    return found


def test_the_page_of_a_table_has_what_vosi_has():
    shown = cells(one_table())
    document = etree.fromstring(table_document(EVENTS))
    for column in document.iter("column"):
        entry = shown.pop(column.findtext("name"))
        assert (column.findtext("unit") or "") == entry["Unit"]
        for tag in ("ucd", "utype"):
            assert (column.findtext(tag) or "") in entry["UCD and utype"]
        flags = {flag.text for flag in column.iter("flag")}
        assert ("indexed" in flags) is ("indexed" in entry["Marks"])
        assert ("principal" in flags) is ("principal" in entry["Marks"])
        assert ("nullable" in flags) is ("never empty" not in entry["Marks"])
        assert (column.get("std") == "true") is ("standard" in entry["Marks"])
    assert shown == {}


def test_types_tell_lists_frames_and_time_scales():
    shown = cells(one_table())
    assert shown['"size"']["Type"] == "INTEGER list [*]"
    assert shown["ra"]["Type"] == "DOUBLE ICRS"
    assert shown["event_time"]["Type"] == "DOUBLE MJD TT, TOPOCENTER"


def test_statistics_are_shown():
    shown = cells(one_table())
    values = shown["obs_id"]["Values"]
    assert values.startswith("8 different values run <8> (8) run <7> (7)")
    assert shown["energy"]["Values"] == "0.0123457 to 98.7654 1 234 empty"
    assert shown["event_time"]["Values"] == "55197.00077"
    assert shown["ra"]["Values"] == "7 empty"
    assert shown['"size"']["Values"] == ""


def test_joins_lead_both_ways():
    for table, other in ((EVENTS, RUNS), (RUNS, EVENTS)):
        top = parsed(one_table(table))
        (entry,) = top.xpath("//section[h2='Joins']/ul/li")
        assert entry.find("a").get("href") == f"{TAP}/tables/{other.name}"
        assert "demo.events.obs_id = demo.runs.obs_id" in "".join(entry.itertext())


def test_the_first_rows_are_one_link_away():
    (link,) = parsed(one_table()).xpath("//a[contains(., 'Try it')]/@href")
    assert link.startswith(f"{TAP}/sync?")
    assert parse_qs(urlsplit(link).query) == {
        "LANG": ["ADQL"],
        "RESPONSEFORMAT": ["html"],
        "QUERY": ["SELECT TOP 10 * FROM demo.events"],
    }


def test_the_list_of_tables_leads_to_each():
    top = parsed(PAGES["tables"])
    assert [h.text for h in top.findall(".//h2")] == ["demo", "tap_schema"]
    links = top.xpath("//tbody//a/@href")
    assert links == [f"{TAP}/tables/{t.name}" for s in SCHEMAS for t in s]
    assert "1\u00a0234\u00a0567" in "".join(top.itertext())


def test_limits_and_functions_are_shown():
    text = "".join(parsed(PAGES["capabilities"]).itertext())
    assert "1\u00a0000 by default; 1\u00a0000\u00a0000 at most" in text
    assert "50 at most" in text
    assert "50 by default" not in text
    assert "Functions of this service" in text
    assert "f(a INT) -> INT" in text
    assert "ivo://example.org/own#list" in text


def test_examples_can_be_run_from_their_page():
    top = parsed(PAGES["examples"])
    (link,) = top.xpath("//a[.='Run this query']/@href")
    assert parse_qs(urlsplit(link).query)["QUERY"] == [EXAMPLE.query]
    assert top.xpath("//a[code='demo.events']/@href") == [f"{TAP}/tables/demo.events"]


def test_json_has_the_same_and_the_statistics():
    everything = json.loads(
        tableset_json(SCHEMAS, statistics={"demo.events": STATISTICS}, detail="max")
    )
    demo, tap_schema = everything["schemas"]
    assert (demo["name"], demo["description"]) == ("demo", EVIL)
    assert [t["name"] for t in tap_schema["tables"]] == [t.name for t in TAP_SCHEMA]
    events = demo["tables"][0]
    assert events == json.loads(table_json(EVENTS, statistics=STATISTICS))
    assert events["nrows"] == 1234567
    names = [column["name"] for column in events["columns"]]
    assert names == ["obs_id", "energy", '"size"', "event_time", "ra"]
    energy = events["columns"][1]
    assert energy["unit"] == "TeV"
    assert energy["datatype"] == "float"
    assert energy["indexed"]
    assert energy["statistics"] == {
        "nulls": 1234,
        "minimum": 0.0123456789,
        "maximum": 98.7654321,
        "values": None,
    }
    assert events["columns"][2]["statistics"] is None
    assert events["foreignKeys"][0]["targetTable"] == "demo.runs"
    least = json.loads(tableset_json(SCHEMAS, statistics={}, detail="min"))
    assert "columns" not in least["schemas"][0]["tables"][0]
