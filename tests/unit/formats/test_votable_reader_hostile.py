"""What is refused, with which words, and how much time and memory an attack can take."""

from __future__ import annotations

import base64
import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gammavo.formats.votable_reader import UploadLimits
from gammavo.model.errors import UsageError
from tests.unit.formats.votable_uploads import (
    packed,
    read,
    rows,
    stream,
    tabledata,
    votable,
)

INT = '<FIELD name="a" datatype="int"/>'
TEXT = '<FIELD name="a" datatype="char" arraysize="*"/>'
GOOD = tabledata(INT, ("1",), ("2",))
DOCTYPE = "<!DOCTYPE VOTABLE [{}]>\n<VOTABLE"


def refusal(document: bytes | str, **limits: int) -> str:
    """Return the text with which a document is refused; there is advice always."""
    with pytest.raises(UsageError) as caught:
        read(document, **limits)
    assert caught.value.advice
    return str(caught.value)


def with_doctype(content: str, cell: str = "1") -> str:
    return tabledata(TEXT, (cell,)).replace("<VOTABLE", DOCTYPE.format(content), 1)


@pytest.mark.parametrize(
    "content",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
        "<!ELEMENT TD ANY>",
        "".join(
            f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "boom"}">' for i in range(10)
        ),
    ],
)
def test_entities_are_refused(content: str) -> None:
    for cell in ("1", "&a;", "&a9;"):
        assert "DOCTYPE (line 2)" in refusal(with_doctype(content, cell))


def test_entities_of_a_dtd_are_refused() -> None:
    document = tabledata(TEXT, ("a&eacute;b",))
    assert "undefined entity in line 7" in refusal(document)
    named = document.replace("<VOTABLE", '<!DOCTYPE VOTABLE SYSTEM "a.dtd"><VOTABLE', 1)
    assert "the entity 'eacute' (line 7)" in refusal(named)


def test_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: Any, **__: Any) -> None:
        raise AssertionError("the reader opened something")

    monkeypatch.setattr(socket, "socket", forbid)
    monkeypatch.setattr("builtins.open", forbid)
    for link in ("http://127.0.0.1/x", "file:///etc/passwd", "ftp://h/x.gz", "x.fits"):
        for element in ("BINARY", "BINARY2", "FITS"):
            body = f'<{element}><STREAM href="{link}" encoding="gzip"/></{element}>'
            text = refusal(votable(INT, body))
            assert f"(line 6) is a link to '{link}'; links are not followed" in text
    body = "<PARQUET type='VOTable-remote-file'><STREAM href='x'/></PARQUET>"
    assert "in another file" in refusal(votable(INT, body))


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("SIMPLE  =                    T", "is a FITS file, not a VOTable"),
        ('{"a": 1}', "is JSON"),
        ("a,b\n1,2\n", "not well-formed"),
        ("<html/>", "is no VOTable, its root element is html"),
        ('<VOTABLE xmlns="http://www.w3.org/1999/xhtml"/>', "is no VOTable"),
        ('<VOTABLE version="2.0"/>', "is VOTable 2.0"),
        ("<VOTABLE version='1.4'><RESOURCE/></VOTABLE>", "has no TABLE"),
        ("<VOTABLE><RESOURCE><TABLE/></RESOURCE></VOTABLE>", "has no FIELDs"),
        (GOOD[:-12], "cut off"),
        (GOOD[: GOOD.index("<TR>") + 8], "cut off"),
        (GOOD[: GOOD.index("</TR>")], "cut off"),
        (GOOD.replace("</TABLE>", ""), "mismatched tag in line 11"),
        (GOOD + "<x/>", "not well-formed"),
        (GOOD.replace("<TD>2", "<TD>\x012"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD>]]>2"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD>&2"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD>&#0;2"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD>&#xD800;2"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD>\uffff2"), "not well-formed XML: .* in line 8"),
        (GOOD.replace("<TD>2", "<TD><b>2</b>"), "row 2 \\(line 8\\).*b is within TD"),
        (GOOD.replace("<TR><TD>2", "<TR>x<TD>2"), "row 2 \\(line 8\\).*text in TR"),
        (GOOD.replace("<TD>2</TD>", ""), "row 2 \\(line 8\\).*0 cells for 1 FIELDs"),
        (GOOD.replace("<TD>2", "<TD>2</TD><TD>"), "row 2.*more cells than FIELDs"),
        (GOOD.replace("<TD>2", "<TD encoding='base64'>AA"), "a TD is encoded"),
        (
            GOOD.replace("<TD>2", "<TD>two"),
            "row 2 \\(line 8\\), FIELD 1 'a'.*'two' is not",
        ),
        (GOOD.replace("<TD>2", "<TD>2.5"), "'2.5' is not a whole number"),
        (GOOD.replace("<TD>2", "<TD>2147483648"), "not a whole number of this size"),
        (
            GOOD.replace('"int"', '"string"'),
            "FIELD 1 'a' .*\\(line 5\\).*datatype 'string'",
        ),
        (GOOD.replace(' datatype="int"', ""), "has no datatype"),
        (GOOD.replace('"int"', '"int" arraysize="two"'), "has the arraysize 'two'"),
        (GOOD.replace('"int"', '"int" arraysize="0"'), "arrays without elements"),
        (GOOD.replace('"int"', '"int" arraysize="0x*"'), "arrays without elements"),
        (GOOD.replace('"int"', '"int" arraysize="2"'), "has 1 elements.*wants 2"),
        (GOOD.replace('"int"', '"int" arraysize="2x*"'), "wants a multiple of 2"),
        (
            GOOD.replace('"int"', '"int" arraysize="2*"').replace(">2<", ">1 2 3<"),
            "row 2.*wants a multiple of 1, 2 at most",
        ),
        (GOOD.replace('"int"', '"boolean"').replace(">2<", ">maybe<"), "not a truth"),
        (
            GOOD.replace('"int"', '"unsignedByte"').replace(">2<", ">256<"),
            "from 0 to 255",
        ),
        (
            GOOD.replace('"int"', '"unsignedByte"').replace(">2<", ">-1<"),
            "from 0 to 255",
        ),
        (GOOD.replace('"int"', '"float"').replace(">2<", ">1,5<"), "not a number"),
        (
            GOOD.replace(
                '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-7"?>'
            ),
            "encoding 'utf-7', which is not read",
        ),
    ],
)
def test_wrong_documents(document: str, text: str) -> None:
    with pytest.raises(UsageError, match=text) as caught:
        read(document)
    assert caught.value.advice


def test_wrong_utf_8() -> None:
    broken = GOOD.encode().replace(b"<TD>2", b"<TD>\xe9")
    assert "Line 8" in refusal(broken)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (stream(INT, b"12345"), "end within row 2"),
        (stream(INT, b"1234", "BINARY2"), "end within row 1"),
        (stream(TEXT, packed("i1si", 1, b"a", 5)), "end within row 2"),
        (stream(TEXT, packed("i1sh", 1, b"a", 0)), "end within row 2"),
        (stream(TEXT, packed("i1si", 1, b"a", -1)), "end within row 2"),
        (stream(TEXT + INT, packed("i1siih", 1, b"a", 5, 0, 0)), "end within row 2"),
        (stream('<FIELD name="f" datatype="boolean"/>', b"TFx"), "row 3.*byte 120"),
        (
            stream('<FIELD name="f" datatype="boolean" arraysize="2"/>', b"TFTx"),
            "row 2.*byte 120",
        ),
        (stream('<FIELD name="f" datatype="char" arraysize="0"/>', b"x"), "no bytes"),
        (
            stream(
                '<FIELD name="f" datatype="int" arraysize="2*"/>',
                packed("4i", 3, 1, 2, 3),
            ),
            "row 1.*an array has 3 elements",
        ),
        (stream(INT, b"1234", attributes='encoding="none"'), "has the encoding 'none'"),
        (stream(INT, b"1234", attributes='x="y"'), "has the encoding None"),
        (stream(INT, b"1234").replace("MTIz", "M?Iz"), "is not base64"),
        (stream(INT, b"1234").replace("==", ""), "is not base64"),
        (stream(INT, b"1234", attributes='encoding="gzip"'), "unpacked with gzip"),
        (
            stream(INT, gzip.compress(b"1234")[:-9], attributes='encoding="gzip"'),
            "ends in the middle of its gzip",
        ),
        (stream(INT, b"1234", "FITS"), "a header has no END"),
        (stream(INT, bytes(6000), "FITS"), "a header has no END"),
    ],
)
def test_wrong_streams(document: str, text: str) -> None:
    with pytest.raises(UsageError, match=text) as caught:
        read(document)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("document", "limits", "text"),
    [
        (GOOD, {"document_bytes": 100}, "more than 100 bytes"),
        (GOOD, {"rows": 1}, "more than 1 rows"),
        (GOOD.replace("<TR>", "<TR >"), {"rows": 1}, "more than 1 rows"),
        (stream(INT, bytes(40)), {"rows": 9}, "more than 9 rows"),
        (stream(TEXT, bytes(40)), {"rows": 9}, "more than 9 rows"),
        (tabledata(INT * 3), {"columns": 2}, "more than 2 FIELDs (line 5)"),
        (
            tabledata(TEXT, ("a" * 10,), ("a" * 11,)),
            {"cell_bytes": 10},
            "row 2 (line 8)",
        ),
        (tabledata(TEXT, ("<![CDATA[aaaaaaaaaaa]]>",)), {"cell_bytes": 10}, "row 1"),
        (stream(TEXT, packed("i9s", 9, b"")), {"cell_bytes": 8}, "a value has 9 bytes"),
        (
            tabledata(INT.replace("/>", ' arraysize="9"/>')),
            {"cell_bytes": 35},
            "declares values of 36 bytes",
        ),
        (
            GOOD,
            {"depth": 4},
            "Line 6 of the uploaded table opens an element within 4 others",
        ),
        (GOOD.replace("<TR>", "<TR >"), {"depth": 6}, "Line 7"),
        (stream(INT, bytes(100)), {"table_bytes": 80}, "has more than 80 bytes"),
        (GOOD, {"table_bytes": 7}, "have more than 7 bytes"),
        (gzip.compress(GOOD.encode() * 9), {"document_bytes": 999}, "when unpacked"),
        (
            stream(INT, gzip.compress(bytes(10000)), attributes='encoding="gzip"'),
            {"table_bytes": 9999},
            "more than 9,999 bytes when unpacked",
        ),
        (
            tabledata(INT.replace("/>", ' arraysize="100"/>'), *[("",)] * 100),
            {"table_bytes": 39999},
            "have more than 39,999 bytes",
        ),
    ],
)
def test_limits(document: bytes | str, limits: dict[str, int], text: str) -> None:
    assert text in refusal(document, **limits)


def test_documents_at_their_limits() -> None:
    size = len(GOOD.encode())
    found = rows(
        read(GOOD, document_bytes=size, rows=2, columns=1, cell_bytes=4, depth=7)
    )
    assert found == [[1], [2]]


@pytest.mark.parametrize("limit", [0, -1, 2**31])
def test_impossible_limits(limit: int) -> None:
    with pytest.raises(ValueError, match="table_bytes must be from 1"):
        UploadLimits(table_bytes=limit)


def bomb_of_gzip() -> bytes:
    return gzip.compress(bytes(2**26), 1)


def bomb_in_a_stream() -> bytes:
    made = stream(TEXT, gzip.compress(bytes(2**26), 1), attributes='encoding="gzip"')
    return made.encode()


def long_comment() -> bytes:
    return GOOD.replace("<RESOURCE>", f"<RESOURCE><!--{'<' * 2**24}-->").encode()


def long_attribute() -> bytes:
    return GOOD.replace("<RESOURCE>", f'<RESOURCE a="{"x" * 2**24}">').encode()


def long_comment_at_the_end() -> bytes:
    return GOOD.replace("</RESOURCE>", f"<!--{'x' * 2**24}--></RESOURCE>").encode()


def many_open_elements() -> bytes:
    return GOOD.replace("<RESOURCE>", "<RESOURCE>" * 2**20).encode()


def many_open_elements_at_the_end() -> bytes:
    return GOOD.replace("</RESOURCE>", "<INFO>" * 2**20).encode()


def many_open_elements_in_a_stream() -> bytes:
    return stream(INT, b"").replace("</STREAM>", "<a>" * 2**20).encode()


def many_short_rows() -> bytes:
    return votable(INT * 999, f"<TABLEDATA>{'<TR/>' * 2**20}</TABLEDATA>").encode()


def many_tags_in_a_cell() -> bytes:
    return GOOD.replace("<TD>2", "<TD>" * 2**20).encode()


def count_of_4_billion() -> bytes:
    return stream(TEXT, packed("I", 2**32 - 1)).encode()


def many_links_in_a_cell() -> bytes:
    return tabledata(TEXT, ("&" * 2**20,)).encode()


@pytest.mark.parametrize(
    "make",
    [
        bomb_of_gzip,
        bomb_in_a_stream,
        long_comment,
        long_attribute,
        long_comment_at_the_end,
        many_open_elements,
        many_open_elements_at_the_end,
        many_open_elements_in_a_stream,
        many_short_rows,
        many_tags_in_a_cell,
        count_of_4_billion,
        many_links_in_a_cell,
    ],
)
def test_attacks_are_refused_soon(make: Callable[[], bytes]) -> None:
    document = make()
    limit = max(2**20, len(document))
    tracemalloc.start()
    start = time.process_time()
    try:
        refusal(document, document_bytes=limit, table_bytes=2**22)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # tracemalloc makes everything several times as slow; a quadratic attack takes minutes.
    assert time.process_time() - start < 10
    assert peak < 4 * limit + 2**25


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_documents_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever is changed in a document: rows or a refusal, never another error."""
    fields = (
        INT + TEXT + '<FIELD name="c" datatype="double" arraysize="2" xtype="point"/>'
    )
    documents = [
        tabledata(fields, ("1", "a", "1 2"), ("2", "", "3 4")),
        stream(fields, packed("ii1sddii0sdd", 1, 1, b"a", 1, 2, 2, 0, b"", 3, 4)),
        stream(fields, packed("Bii1sdd", 0, 1, 1, b"a", 1, 2), "BINARY2"),
    ]
    document = bytearray(data.draw(st.sampled_from(documents)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(document) - 1))
        stop = place + data.draw(st.integers(0, 12))
        document[place:stop] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from(
                [b"<TR>", b"<TD>", b"</TD>", b"&lt;", b"<!--", b"<TD/>", b"*"]
            )
        )
    try:
        table = read(bytes(document))
    except UsageError as error:
        assert error.advice  # noqa: PT017 - either outcome is right
    else:
        table.rows.validate(full=True)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["BINARY", "BINARY2", "FITS"]))
@example(b"\0" * 64, "BINARY2")
def test_streams_of_anything_are_read_or_refused(content: bytes, element: str) -> None:
    fields = "".join(
        f'<FIELD name="a" datatype="{datatype}"{size}/>'
        for datatype, size in (
            ("boolean", ""),
            ("bit", ' arraysize="*"'),
            ("unicodeChar", ' arraysize="*"'),
            ("char", ' arraysize="3"'),
            ("short", ' arraysize="*"'),
        )
    )
    text = base64.b64encode(content).decode()
    body = f'<{element}><STREAM encoding="base64">{text}</STREAM></{element}>'
    try:
        table = read(votable(fields, body))
    except UsageError as error:
        assert error.message  # noqa: PT017 - either outcome is right
    else:
        table.rows.validate(full=True)
