"""Descriptions of the service: which form a client gets, and what is in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from gammavo.model.columns import Column, Datatype, Schema, Table
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.model.statistics import ColumnStatistics
from gammavo.model.tap_schema import TAP_SCHEMA
from gammavo.protocols import Parameters, Request, Response
from gammavo.protocols.negotiation import Form, wanted_form
from gammavo.protocols.tap_metadata import (
    tap_availability,
    tap_examples,
    tap_table,
    tap_tables,
)

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
LYNX = "text/html, text/plain, text/sgml, application/xhtml+xml, */*;q=0.01"
JAVA_17 = "text/html, image/gif, image/jpeg, */*; q=0.2"
JAVA_8 = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


def ask(accept: str = "", *, dest: str = "", **parameters: str) -> Request:
    headers = {"accept": accept, "sec-fetch-dest": dest}
    sent = {name: value for name, value in headers.items() if value}
    return Request("GET", Parameters(parameters.items()), sent)


@pytest.mark.parametrize(
    ("accept", "dest", "form"),
    [
        ("", "", Form.XML),
        ("*/*", "", Form.XML),
        (JAVA_17, "", Form.XML),
        (JAVA_8, "", Form.XML),
        ("application/xml", "", Form.XML),
        ("text/xml, text/html", "", Form.XML),
        ("text/html;q=0.5, application/xml;q=0.4, */*", "", Form.XML),
        ("text/html, application/*", "", Form.XML),
        ("text/html;q=0", "", Form.XML),
        ("text/html;q=nonsense", "", Form.XML),
        (FIREFOX, "", Form.PAGE),
        (CHROMIUM, "", Form.PAGE),
        (LYNX, "", Form.PAGE),
        ("text/html", "", Form.PAGE),
        ("TEXT/HTML ; charset=utf-8", "", Form.PAGE),
        ("*/*", "document", Form.PAGE),
        ("", "document", Form.PAGE),
        ("*/*", "empty", Form.XML),
        (FIREFOX, "iframe", Form.PAGE),
        ("application/json", "", Form.JSON),
        ("application/json, */*;q=0.5", "", Form.JSON),
        ("application/json, text/xml", "", Form.XML),
        ("application/json;q=0.9, text/xml;q=0.8", "", Form.JSON),
    ],
)
def test_who_gets_what(accept: str, dest: str, form: Form):
    assert wanted_form(ask(accept, dest=dest), offered=tuple(Form)) is form


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("xml", Form.XML),
        ("text/xml", Form.XML),
        ("application/xml", Form.XML),
        ("HTML", Form.PAGE),
        ("text/html", Form.PAGE),
        (" json ", Form.JSON),
        ("application/json", Form.JSON),
    ],
)
def test_responseformat_decides(name: str, form: Form):
    request = ask(FIREFOX, dest="document", responseformat=name)
    assert wanted_form(request, offered=tuple(Form)) is form


def test_a_form_that_there_is_not():
    with pytest.raises(UsageError, match="xml, json, html"):
        wanted_form(ask(RESPONSEFORMAT="fits"), offered=tuple(Form))
    offered = (Form.XML, Form.PAGE)
    with pytest.raises(UsageError, match="'json'"):
        wanted_form(ask(RESPONSEFORMAT="json"), offered=offered)
    assert wanted_form(ask("application/json"), offered=offered) is Form.XML


TABLE = Table("demo.t", "A table", (Column("a", Datatype.REAL, "A column"),), rows=3)


@pytest.fixture
def context() -> Any:
    snapshot = SimpleNamespace(
        releases=(),
        schemas=(Schema("demo", "Demo", (TABLE,)), TAP_SCHEMA),
        statistics={"demo.t": {"a": ColumnStatistics(0, 1.5, 2.5)}},
    )
    return SimpleNamespace(
        queries=SimpleNamespace(snapshot=lambda: snapshot, fault=False),
        tap_url="https://x.org/tap",
        started=datetime(2026, 1, 2, tzinfo=UTC),
    )


def body(response: Response) -> bytes:
    assert response.status == 200
    assert isinstance(response.body, bytes)
    return response.body


def test_tables_in_each_form(context: Any):
    answers = {f: tap_tables(ask(RESPONSEFORMAT=f), context) for f in Form}
    assert {a.headers["Vary"] for a in answers.values()} == {"Accept, Sec-Fetch-Dest"}
    assert answers[Form.XML].headers["Content-Type"] == "text/xml"
    assert etree.fromstring(body(answers[Form.XML])).findtext(".//name") == "demo"
    assert answers[Form.PAGE].headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"https://x.org/tap/tables/demo.t" in body(answers[Form.PAGE])
    (column,) = json.loads(body(answers[Form.JSON]))["schemas"][0]["tables"][0][
        "columns"
    ]
    assert column["statistics"]["maximum"] == 2.5


def test_least_detail_in_json(context: Any):
    request = ask("application/json", detail="min")
    content = json.loads(body(tap_tables(request, context)))
    assert content["schemas"][0]["tables"][0] == {
        "name": "demo.t",
        "description": "A table",
        "utype": None,
        "nrows": 3,
    }
    with pytest.raises(UsageError, match="min or max"):
        tap_tables(ask(detail="some"), context)


def test_one_table_in_each_form(context: Any):
    xml = body(tap_table(ask(JAVA_17), context, name="DEMO.T"))
    assert etree.fromstring(xml).findtext("name") == "demo.t"
    assert b"1.5 to 2.5" in body(tap_table(ask(FIREFOX), context, name="demo.t"))
    found = json.loads(body(tap_table(ask("application/json"), context, name="demo.t")))
    assert found["columns"][0]["statistics"]["minimum"] == 1.5
    for form in ("xml", "html", "json"):
        with pytest.raises(NotFoundError, match=r"demo\.none"):
            tap_table(ask(RESPONSEFORMAT=form), context, name="demo.none")


def test_availability_in_both_forms(context: Any):
    xml = etree.fromstring(body(tap_availability(ask(), context)))
    assert xml[0].text == "true"
    page = body(tap_availability(ask(dest="document"), context))
    assert b"since 2026-01-02 00:00 UTC" in page
    context.queries.fault = True
    assert b"see the log" in body(tap_availability(ask(FIREFOX), context))


def test_examples_are_xhtml_for_all(context: Any):
    for accept in ("", FIREFOX, JAVA_17):
        answer = tap_examples(ask(accept), context)
        assert answer.headers["Content-Type"] == "application/xhtml+xml"
        assert etree.fromstring(body(answer)).tag.endswith("html")
