"""The page of example queries, read by the rules of RDFa Lite that clients use."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lxml import etree
from pyvo.dal import TAPService
from requests import Response, Session
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from gammavo.formats import Example, examples_document

EXAMPLES = (
    Example(
        "crab-runs",
        "Runs on the <Crab>",
        "All of them & more",
        "SELECT *\nFROM ivoa.obscore\nWHERE s_ra < 84 AND target_name = 'Crab & co'",
        ("ivoa.obscore", "ivoa.obscore_hea"),
    ),
    Example("second", "Two", "Nothing", "SELECT 1 FROM tap_schema.tables"),
)


def test_each_example_has_its_properties() -> None:
    top = etree.fromstring(
        examples_document("Examples", EXAMPLES, tap_url="http://tap.example.org")
    )
    (body,) = top.iter("{http://www.w3.org/1999/xhtml}body")
    assert body.get("vocab") == "http://www.ivoa.net/rdf/examples#"
    found = [e for e in body.iter() if e.get("typeof") == "example"]
    assert [(e.get("id"), e.get("resource")) for e in found] == [
        ("crab-runs", "#crab-runs"),
        ("second", "#second"),
    ]
    first = [(e.get("property"), e.text) for e in found[0].iter() if e.get("property")]
    assert first == [
        ("name", "Runs on the <Crab>"),
        ("table", "ivoa.obscore"),
        ("table", "ivoa.obscore_hea"),
        ("query", EXAMPLES[0].query),
    ]


class Answer(BaseAdapter):
    """Answers every request with one document."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self._document = document

    def send(self, request: Any, *args: object, **kwargs: object) -> Response:
        del args, kwargs
        response = Response()
        response.status_code = 200
        response.url = request.url
        response.raw = HTTPResponse(BytesIO(self._document), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing to close."""


def test_pyvo_finds_the_queries() -> None:
    session = Session()
    session.mount(
        "http://",
        Answer(
            examples_document("Examples", EXAMPLES, tap_url="http://tap.example.org")
        ),
    )
    service = TAPService("http://tap.example.org", session=session)
    assert [e["QUERY"] for e in service.examples] == [e.query for e in EXAMPLES]
