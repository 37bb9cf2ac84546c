"""VOSI tables, capabilities and availability."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from gammavo.formats import (
    UPLOAD_INLINE,
    Capability,
    DataModel,
    Interface,
    Language,
    Limit,
    TableAccess,
    availability,
    capabilities,
    table_document,
    tableset,
)
from gammavo.model.columns import Column, Datatype, ForeignKey, Schema, Table
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.tap_schema import TAP_SCHEMA
from tests.unit.formats.conftest import Stilts

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ODD = Table(
    "release.odd",
    "All <types> \x01",
    (
        *(Column(f"c_{d.lower()}", d, "d") for d in Datatype),
        Column("size", Datatype.INTEGER, "", arraysize="*", required=True),
        Column('a "b"', Datatype.DOUBLE, "", indexed=True, principal=True, std=True),
        Column("hpx29", Datatype.BIGINT, "", hidden=True),
    ),
    utype="x:y",
    foreign_keys=(ForeignKey("tap_schema.columns", (("size", "size"),), "why"),),
    rows=12,
)
SCHEMAS = (
    TAP_SCHEMA,
    Schema("ivoa", "IVOA models", (OBSCORE_HEA,), utype="ivo://x"),
    Schema("release", "A release", (ODD,)),
    Schema("nothing", ""),
)
BASE = "https://gamma.example.org/tap"
FEATURES = "ivo://ivoa.net/std/TAPRegExt#features-"
ACCESS = TableAccess(
    BASE,
    languages=(
        Language(
            "ADQL",
            (
                ("2.0", "ivo://ivoa.net/std/ADQL#v2.0"),
                ("2.1", "ivo://ivoa.net/std/ADQL#v2.1"),
            ),
            "ADQL 2.1",
            {
                f"{FEATURES}adqlgeo": [("POINT", ""), ("CIRCLE", "")],
                f"{FEATURES}udf": [("ivo_f(a DOUBLE) -> DOUBLE", "a < b")],
            },
        ),
    ),
    data_models=(DataModel("ObsCore-1.1", "ivo://ivoa.net/std/ObsCore#core-1.1"),),
    upload_methods=(UPLOAD_INLINE,),
    retention_seconds=Limit(3600),
    execution_seconds=Limit(60, 600),
    output_rows=Limit(1000, 10**6),
    upload_rows=Limit(hard=10**5),
)
ENTRIES = (
    ACCESS,
    Capability(
        "ivo://ivoa.net/std/VOSI#tables-1.1",
        Interface(f"{BASE}/tables", version="1.1"),
        "Tables",
    ),
    Capability(
        "ivo://ivoa.net/std/DALI#examples",
        Interface(f"{BASE}/examples", kind="vr:WebBrowser"),
    ),
)


def columns_of(document: bytes) -> dict[str, etree._Element]:
    return {e.findtext("name"): e for e in etree.fromstring(document).iter("column")}


def test_tableset_lists_schemas_and_tables() -> None:
    top = etree.fromstring(tableset(SCHEMAS, detail="max"))
    assert top.tag == "{http://www.ivoa.net/xml/VOSITables/v1.0}tableset"
    assert [s.findtext("name") for s in top] == [s.name for s in SCHEMAS]
    assert [t.findtext("name") for t in top.iter("table")] == [
        t.name for s in SCHEMAS for t in s
    ]


def test_least_detail_has_no_columns() -> None:
    top = etree.fromstring(tableset(SCHEMAS, detail="min"))
    assert {e.tag for e in top.iter("table", "column", "foreignKey")} == {"table"}
    assert len(list(top.iter("table"))) == 7


def test_names_are_delimited_where_queries_must() -> None:
    names = list(columns_of(table_document(ODD)))
    assert names[-2:] == ['"size"', '"a ""b"""']
    assert names[0] == "c_boolean"


def test_hidden_columns_stay_hidden() -> None:
    assert "hpx29" not in table_document(ODD).decode()


def test_types_and_flags() -> None:
    columns = columns_of(table_document(ODD))
    types = {
        name: (e.find("dataType").text, dict(e.find("dataType").attrib))
        for name, e in columns.items()
    }
    kind = {XSI_TYPE: "vs:VOTableType"}
    assert types["c_double"] == ("double", kind)
    assert types["c_varchar"] == ("char", {**kind, "arraysize": "*"})
    assert types["c_circle"] == (
        "double",
        {**kind, "arraysize": "3", "extendedType": "circle"},
    )
    flags = {n: [f.text for f in e.iter("flag")] for n, e in columns.items()}
    assert flags['"size"'] == []
    assert flags['"a ""b"""'] == ["indexed", "principal", "nullable"]
    assert columns['"a ""b"""'].get("std") == "true"
    assert columns["c_double"].get("std") == "false"


def test_foreign_keys() -> None:
    (key,) = etree.fromstring(table_document(ODD)).iter("foreignKey")
    assert [e.text.strip() for e in key.iter() if len(e) == 0] == [
        "tap_schema.columns",
        '"size"',
        '"size"',
        "why",
    ]


def test_availability_is_in_utc() -> None:
    when = datetime(2026, 1, 2, 3, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    top = etree.fromstring(availability(True, up_since=when, note="a < b"))
    assert [e.text for e in top] == ["true", "2026-01-02T01:00:00Z", "a < b"]
    top = etree.fromstring(availability(False, up_since=when.astimezone(UTC)))
    assert [e.text for e in top] == ["false", "2026-01-02T01:00:00Z"]


def test_capabilities_of_a_tap_service() -> None:
    tap, tables, examples = etree.fromstring(capabilities(ENTRIES))
    assert tap.get("standardID") == "ivo://ivoa.net/std/TAP"
    assert tap.get(XSI_TYPE) == "tr:TableAccess"
    assert dict(tap.find("interface").attrib) == {
        XSI_TYPE: "vs:ParamHTTP",
        "role": "std",
        "version": "1.1",
    }
    url = tap.find("interface/accessURL")
    assert (url.get("use"), url.text) == ("base", BASE)
    assert [v.get("ivo-id") for v in tap.iter("version")] == [
        "ivo://ivoa.net/std/ADQL#v2.0",
        "ivo://ivoa.net/std/ADQL#v2.1",
    ]
    assert [f.text for f in tap.iter("form")] == [
        "POINT",
        "CIRCLE",
        "ivo_f(a DOUBLE) -> DOUBLE",
    ]
    assert tap.findtext("outputFormat/mime") == "application/x-votable+xml"
    assert tap.findtext("outputFormat/alias") == "votable"
    limits = tap.find("outputLimit")
    assert [(e.tag, e.text, e.get("unit")) for e in limits] == [
        ("default", "1000", "row"),
        ("hard", "1000000", "row"),
    ]
    assert [e.text for e in tap.find("executionDuration")] == ["60", "600"]
    assert tap.find("uploadMethod").get("ivo-id") == UPLOAD_INLINE
    assert tables.find("interface/accessURL").get("use") == "full"
    assert examples.find("interface").get(XSI_TYPE) == "vr:WebBrowser"


@pytest.mark.parametrize(
    "document",
    [
        tableset(SCHEMAS, detail="max"),
        tableset(SCHEMAS, detail="min"),
        table_document(ODD),
        availability(True, up_since=datetime.now(UTC), note="fine"),
        capabilities(ENTRIES),
    ],
    ids=["tableset", "least", "table", "availability", "capabilities"],
)
def test_documents_follow_their_schemas(
    document: bytes, all_stilts: list[Stilts], tmp_path: Path
) -> None:
    for stilts in all_stilts:
        assert stilts.schema_errors(document, tmp_path) == ""
