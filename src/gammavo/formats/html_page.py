"""A page that shows a result in a browser: complete, without scripts, safe to embed.

Nothing is loaded from elsewhere, and the page says so in a Content-Security-Policy of its
own, whatever the server sends with it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.ahead import encoded_ahead
from gammavo.formats.buffers import surrounded
from gammavo.formats.cells_text import Dialect, encode_text_rows
from gammavo.formats.results import Info, ResultStream, Rows
from gammavo.formats.xml_text import attributes, escape, escape_array
from gammavo.model.columns import Column, Datatype

__all__ = ["write_html"]

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif;
  --line: #d8dce2; --quiet: #59616c; --alert: #a3231b; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a4048; --quiet: #a3abb6; --alert: #ff9a90; }
}
body { margin: 1.5rem; }
h1 { font-size: 1.3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: Canvas; white-space: nowrap; }
th small, dt { color: var(--quiet); font-weight: normal; }
dd { margin: 0 0 .5rem 1rem; overflow-wrap: anywhere; }
.missing { color: var(--alert); font-weight: 600; }
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'"
)


def _cell_texts(array: pa.Array, column: Column) -> pa.Array:
    """Escape texts; make links of web addresses where a column holds such."""
    escaped = escape_array(array)
    if not (column.ucd or "").lower().startswith("meta.ref.ur"):
        return escaped
    # Other schemes, javascript: for one, would do something when they are clicked.
    web = pc.match_substring_regex(array, r"^(?i:https?)://[^\s]+$")
    target = pc.replace_substring(escaped, '"', "&quot;")
    start = surrounded(target, '<a rel="noreferrer" href="', '">')
    link = pc.binary_join_element_wise(start, escaped, "</a>", "")
    return pc.if_else(web, link, escaped)


def _null_element(column: Column) -> str:
    return "NaN" if column.datatype in {Datatype.REAL, Datatype.DOUBLE} else "null"


_HTML: Final = Dialect(
    row_start="<tr><td>",
    cell_separator="</td><td>",
    row_end="</td></tr>\n",
    null="",
    booleans=("false", "true"),
    not_finite=("NaN", "Infinity", "-Infinity"),
    text=_cell_texts,
    list_start="",
    list_separator=" ",
    list_end="",
    null_element=_null_element,
)


def write_html(stream: ResultStream) -> Iterator[bytes]:
    """Yield an HTML page; after the table it says how many rows there are."""
    rows = Rows(stream, keep_error=True)
    yield _start(stream.columns, stream.infos).encode()
    count = 0

    def counted() -> Iterator[list[pa.Array]]:
        nonlocal count
        for arrays in rows:
            count += len(arrays[0])
            yield arrays

    yield from encoded_ahead(
        counted(), lambda arrays: encode_text_rows(arrays, stream.columns, _HTML)
    )
    yield _end(rows, count).encode()


def _start(columns: Sequence[Column], infos: Sequence[Info]) -> str:
    heads = "".join(_head_cell(column) for column in columns)
    remarks = "".join(
        f"<dt>{escape(info.name)}</dt><dd>"
        f"{escape(f'{info.value} {info.text}'.strip())}</dd>\n"
        for info in infos
    )
    about = f"<details><summary>About this result</summary>\n<dl>{remarks}</dl>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Query result</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        "<main>\n<h1>Query result</h1>\n"
        f"{f'{about}</details>' if remarks else ''}\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )


def _head_cell(column: Column) -> str:
    title = attributes((("title", column.description or None),))
    unit = f"<br><small>{escape(column.unit)}</small>" if column.unit else ""
    return f'<th scope="col"{title}>{escape(column.name)}{unit}</th>'


def _end(rows: Rows, count: int) -> str:
    missing = ""
    if rows.error is not None:
        missing = f"The rows broke off: {escape(str(rows.error))}"
    elif rows.overflow:
        missing = "The result was cut at a limit: rows are missing."
    warning = f'<p class="missing" role="alert">{missing}</p>\n' if missing else ""
    return (
        f"</tbody>\n</table>\n<p>{count} row{'' if count == 1 else 's'}</p>\n"
        f"{warning}</main>\n</body>\n</html>\n"
    )
