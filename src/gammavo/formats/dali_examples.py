"""DALI-examples 1.1 section 2.3: example queries in a page that programs can read too.

XHTML with RDFa Lite: an element ``typeof="example"`` holds ``property`` elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, document, root

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


def examples_document(title: str, examples: Sequence[Example]) -> bytes:
    """Return the page with all examples."""
    top = root("html", {"": "http://www.w3.org/1999/xhtml"})
    add(add(top, "head"), "title", title)
    body = add(top, "body", attributes={"vocab": _VOCABULARY})
    add(body, "h1", title)
    for entry in examples:
        _add_example(body, entry)
    return document(top)


def _add_example(body: ET.Element, entry: Example) -> None:
    element = add(
        body,
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
        add(add(element, "p"), "code", name, {"property": "table"})
    add(element, "pre", entry.query, {"property": "query"})
