"""The fast way to read TABLEDATA accepts nothing that a parser of XML would not."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gammavo.formats.votable_reader import UploadLimits
from gammavo.formats.votable_reader.header import read_header
from gammavo.formats.votable_reader.tabledata import NotSimpleError, read_simple_rows
from gammavo.formats.votable_reader.tabledata_events import read_any_rows
from gammavo.model.errors import UsageError
from tests.unit.formats.votable_uploads import votable

LIMITS = UploadLimits()
FIELDS = '<FIELD datatype="{}" arraysize="*"/>' * 2
FIELDS = FIELDS.format("char", "unicodeChar")
PIECES = [
    *("<TR>", "</TR>", "<TD>", "</TD>", "<TD/>", "<TD />", "<TR/>", "</TD >", "<TRX>"),
    *("<TD>a</TD>", "<TD>a</TD><TD>b</TD>", "<TR><TD>a</TD><TD>b</TD></TR>"),
    *(
        "<!-- x -->",
        "<![CDATA[<TD>]]>",
        "<?p i?>",
        "<",
        ">",
        "/",
        "&",
        ";",
        "]]>",
        "]]",
    ),
    *(
        "&lt;",
        "&amp;lt;",
        "&#65;",
        "&#x1F600;",
        "&#0;",
        "&#xFFFE;",
        "&x;",
        "&#;",
        "&#x;",
    ),
    *("\x00", "\x0b", "\r", "\r\n", "\n", " ", "\t", "\x7f", "\x85", "\ufffe", "😀"),
]
ROW = "<TR><TD>{}</TD><TD>{}</TD></TR>"
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
BODIES = st.lists(
    st.builds(ROW.format, TEXTS, TEXTS) | st.builds("{}{}".format, TEXTS, TEXTS),
    max_size=4,
).map("".join)


def rows_of(blocks: list[Any]) -> list[Any]:
    return [
        row
        for block in blocks
        for row in zip(*(array.to_pylist() for array in block), strict=True)
    ]


def fast(document: bytes, start: int, stop: int) -> list[Any] | None:
    """Return the rows as the fast way reads them, None if it leaves them to XML."""
    fields = read_header(document, LIMITS).fields
    try:
        blocks = list(read_simple_rows(document, start, stop, fields, LIMITS))
    except NotSimpleError:
        return None
    return [
        row
        for block in blocks
        for row in zip(*(a.to_pylist() for a in block), strict=True)
    ]


def slow(document: bytes, start: int) -> list[Any] | str:
    """Return the rows as a parser of XML reads them, or its refusal."""
    fields = read_header(document, LIMITS).fields
    try:
        blocks = list(read_any_rows(document, start, fields, LIMITS))
    except UsageError as error:
        return str(error)
    return [
        row
        for block in blocks
        for row in zip(*(a.to_pylist() for a in block), strict=True)
    ]


@settings(max_examples=400, deadline=None)
@given(BODIES)
@example(ROW.format("a", "b") + "\r\n" + ROW.format("&amp;lt;", "\r\n"))
@example(ROW.format("", "]]") + "<TR><TD/><TD>></TD></TR>")
@example("")
def test_both_ways_read_the_same(body: str) -> None:
    document = votable(FIELDS, f"<TABLEDATA>{body}</TABLEDATA>").encode()
    start = document.index(b"<TABLEDATA>") + len(b"<TABLEDATA>")
    found = fast(document, start, document.rindex(b"</TABLEDATA>"))
    if found is not None:
        assert slow(document, start) == found


def test_plain_rows_are_read_the_fast_way() -> None:
    rows = "\n".join([ROW.format("a &lt; b", "c"), "<TR><TD/><TD></TD></TR>"])
    document = votable(FIELDS, f"<TABLEDATA>\r\n {rows}\n</TABLEDATA>").encode()
    start = document.index(b"<TABLEDATA>") + len(b"<TABLEDATA>")
    found = fast(document, start, document.index(b"</TABLEDATA>"))
    assert found == [("a < b", "c"), (None, None)]
