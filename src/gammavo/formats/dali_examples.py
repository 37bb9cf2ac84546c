"""DALI-examples 1.1 section 2.3: example queries in a page that programs can read too.

XHTML with RDFa Lite: an element ``typeof="example"`` holds ``property`` elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, document, root
from gammavo.formats.pages import add_head, add_navigation, query_url

__all__ = ["Example", "examples_document"]

_VOCABULARY: Final = "http://www.ivoa.net/rdf/examples#"


@dataclass(frozen=True, slots=True)
class Example:
    """A query that works as it stands.

    Parameters
    ----------
    id
        Anchor within the page: a letter, then letters, digits, ``-`` and ``_``.
    title
        What the query answers, one line.
    description
        For people, one paragraph.
    query
        ADQL.
    tables
        Qualified names of the tables that the query reads.
    """

    id: str
    title: str
    description: str
    query: str
    tables: tuple[str, ...] = ()


def examples_document(
    title: str, examples: Sequence[Example], *, tap_url: str
) -> bytes:
    """Return the page with all examples.

    Parameters
    ----------
    title
        Of the page.
    examples
        In the order to show.
    tap_url
        Base URL of the TAP service, where each query can be tried.
    """
    namespaces = {"": "http://www.w3.org/1999/xhtml"}
    top = root("html", namespaces, **{"lang": "en", "xml:lang": "en"})
    add_head(add(top, "head"), title)
    body = add(top, "body", attributes={"vocab": _VOCABULARY})
    add_navigation(body, tap_url)
    main = add(body, "main")
    add(main, "h1", title)
    listed = add(main, "ul")
    for entry in examples:
        add(add(listed, "li"), "a", entry.title, {"href": f"#{entry.id}"})
    for entry in examples:
        _add_example(main, entry, tap_url)
    return document(top)


def _add_example(main: ET.Element, entry: Example, tap_url: str) -> None:
    element = add(
        main,
        "div",
        attributes={
            "typeof": "example",
            "id": entry.id,
            "resource": f"#{entry.id}",
        },
    )
    add(element, "h2", entry.title, {"property": "name"})
    add(element, "p", entry.description)
    for name in entry.tables:
        link = {"href": f"{tap_url}/tables/{quote(name)}"}
        add(
            add(add(element, "p"), "a", None, link), "code", name, {"property": "table"}
        )
    add(element, "pre", entry.query, {"property": "query"})
    run = {"href": query_url(tap_url, entry.query)}
    add(add(element, "p"), "a", "Run this query", run)
