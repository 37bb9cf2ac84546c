"""Pages that describe the service to people: complete, without scripts, safe to show.

Nothing is loaded from elsewhere, and the page says so in a Content-Security-Policy of its
own. Pages are trees of elements, so that texts are escaped whatever they hold.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add

__all__ = [
    "add_head",
    "add_navigation",
    "add_row",
    "add_table",
    "html_document",
    "page",
    "query_url",
]

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff;
  --line: #d0d7de; --link: #0550ae; --panel: #f6f8fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9ea7b3; --paper: #0d1117; --line: #30363d;
    --link: #6cb6ff; --panel: #161b22; }
}
* { box-sizing: border-box; }
body { color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 80rem; padding: 1rem 1.25rem; overflow-wrap: break-word; }
h1, h2, h3, p, li { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
p, ul { max-width: 46rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link);
  outline-offset: 2px; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
th code, td > code { white-space: nowrap; }
small code, li code { overflow-wrap: anywhere; }
pre { background: var(--panel); border-radius: .5rem; overflow-x: auto; padding: .75rem; }
nav, .soft, small { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none;
  margin: 0; padding: 0; }
:target { background: var(--panel); outline: 2px solid var(--link); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0;
  text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-size: .9rem; }
td small, th small { display: block; }
td ul { margin: 0; padding-left: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 50rem) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  table, tbody, tr, th, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  th, td { border: 0; padding: .1rem 0; }
  th code, td > code { white-space: normal; overflow-wrap: anywhere; }
  td:empty { display: none; }
  td[data-label]::before { color: var(--soft); content: attr(data-label) ": "; }
  dl { display: block; }
  dd { margin-bottom: .5rem; }
}
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'"
)
_BLOCKS: Final = """
head meta title style body nav main section h1 h2 h3 p pre ul li table caption thead tbody
tr dl dt dd div
"""
_LINE_ENDS: Final = frozenset(_BLOCKS.split())


def page(title: str) -> tuple[ET.Element, ET.Element]:
    """Return the root element of an HTML page and its empty body.

    Parameters
    ----------
    title
        Of the window; the body needs its own heading.
    """
    top = ET.Element("html", {"lang": "en"})
    head = add(top, "head")
    add(head, "meta", attributes={"charset": "utf-8"})
    add_head(head, title)
    return top, add(top, "body")


def add_head(head: ET.Element, title: str) -> None:
    """Append title, policy, viewport and style to the head of a page."""
    policy = {"http-equiv": "Content-Security-Policy", "content": _POLICY}
    add(head, "meta", attributes=policy)
    add(
        head,
        "meta",
        attributes={
            "name": "viewport",
            "content": "width=device-width, initial-scale=1",
        },
    )
    add(head, "title", title)
    add(head, "style", _STYLE)


def html_document(top: ET.Element) -> bytes:
    """Return the document of a page in HTML syntax, a line for each block."""
    for element in top.iter():
        if element.tag in _LINE_ENDS:
            element.tail = "\n"
    text = ET.tostring(top, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{text}\n".encode()


def add_navigation(
    body: ET.Element, tap_url: str, *, other_forms: Sequence[str] = (), path: str = ""
) -> None:
    """Append links to the pages of the service, and to other forms of this one.

    Parameters
    ----------
    body
        Of the page.
    tap_url
        Base URL of the TAP service.
    other_forms
        What else RESPONSEFORMAT may be here.
    path
        Of the page, below the base URL.
    """
    navigation = add(body, "nav", attributes={"aria-label": "Service"})
    links = add(navigation, "ul")
    for text, url in (
        ("Data centre", f"{tap_url.rpartition('/')[0]}/"),
        ("Tables", f"{tap_url}/tables"),
        ("Examples", f"{tap_url}/examples"),
        ("Capabilities", f"{tap_url}/capabilities"),
        *(
            (f"As {f.upper()}", f"{tap_url}{path}?RESPONSEFORMAT={f}")
            for f in other_forms
        ),
    ):
        add(add(links, "li"), "a", text, {"href": url})


def add_table(parent: ET.Element, caption: str, heads: Sequence[str]) -> ET.Element:
    """Append a table with a caption and column heads; return its empty body.

    The roles say what the elements are where a narrow screen shows them as blocks.
    """
    table = add(parent, "table", attributes={"role": "table"})
    add(table, "caption", caption)
    head = add(table, "thead", attributes={"role": "rowgroup"})
    row = add(head, "tr", attributes={"role": "row"})
    for text in heads:
        add(row, "th", text, {"scope": "col", "role": "columnheader"})
    return add(table, "tbody", attributes={"role": "rowgroup"})


def add_row(
    body: ET.Element, heads: Sequence[str], *, anchor: str | None = None
) -> dict[str, ET.Element]:
    """Append a row; return its empty cells by column head, the first heads the row.

    Parameters
    ----------
    body
        As :func:`add_table` returned it.
    heads
        The same as of the table.
    anchor
        Name by which links find the row.
    """
    row = add(body, "tr", attributes={"role": "row", "id": anchor})
    first, *others = heads
    cells = {first: add(row, "th", attributes={"scope": "row", "role": "rowheader"})}
    for text in others:
        cells[text] = add(row, "td", attributes={"role": "cell", "data-label": text})
    return cells


def query_url(tap_url: str, adql: str, **parameters: str) -> str:
    """Return the address at which a query is answered as a page."""
    given: Mapping[str, str] = {"LANG": "ADQL", "RESPONSEFORMAT": "html", **parameters}
    return f"{tap_url}/sync?{urlencode({**given, 'QUERY': adql})}"
