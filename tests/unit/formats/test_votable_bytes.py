"""The exact bytes of BINARY and BINARY2, and the exact text of TABLEDATA."""

from __future__ import annotations

import base64
import struct
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from gammavo.model.columns import Column, Datatype
from tests.unit.formats.format_samples import record_batch, write

D = Datatype


def column(datatype: Datatype, arraysize: str | None = None) -> Column:
    return Column("x", datatype, "", arraysize=arraysize)


def stream_of(document: bytes) -> bytes:
    """Return the decoded content of the STREAM."""
    (stream,) = etree.fromstring(document).iter("{*}STREAM")
    return base64.b64decode(stream.text or "")


def text_of(document: bytes) -> str | None:
    """Return the text of the first cell."""
    return next(etree.fromstring(document).iter("{*}TD")).text


# column, value, its bytes in BINARY and BINARY2, its text in TABLEDATA
CELLS: list[tuple[Column, Any, bytes, str]] = [
    (column(D.BOOLEAN), True, b"T", "T"),
    (column(D.BOOLEAN), False, b"F", "F"),
    (column(D.SMALLINT), -2, b"\xff\xfe", "-2"),
    (column(D.INTEGER), 258, b"\0\0\1\2", "258"),
    (column(D.BIGINT), 2**53 + 1, struct.pack(">q", 2**53 + 1), "9007199254740993"),
    (column(D.REAL), 0.1, struct.pack(">f", 0.1), "0.1"),
    (column(D.DOUBLE), 0.1, struct.pack(">d", 0.1), "0.1"),
    (column(D.DOUBLE), 1e300, struct.pack(">d", 1e300), "1e+300"),
    (column(D.DOUBLE), float("nan"), struct.pack(">d", float("nan")), "NaN"),
    (column(D.DOUBLE), float("inf"), struct.pack(">d", float("inf")), "+Inf"),
    (column(D.DOUBLE), float("-inf"), struct.pack(">d", float("-inf")), "-Inf"),
    (column(D.VARCHAR), "abc", b"\0\0\0\3abc", "abc"),
    (column(D.VARCHAR, "5"), "abc", b"abc\0\0", "abc"),
    (column(D.VARCHAR, "5*"), "abc", b"\0\0\0\3abc", "abc"),
    (column(D.UNICODE), "aß", b"\0\0\0\2\0a\0\xdf", "aß"),
    (column(D.UNICODE), "😀", b"\0\0\0\2\xd8\x3d\xde\x00", "😀"),
    (column(D.UNICODE, "3"), "ß", b"\0\xdf\0\0\0\0", "ß"),
    (
        column(D.TIMESTAMP),
        datetime.fromisoformat("2020-01-02T03:04:05"),
        b"\0\0\0\x132020-01-02T03:04:05",
        "2020-01-02T03:04:05",
    ),
    (
        column(D.TIMESTAMP, "19"),
        datetime.fromisoformat("2020-01-02T03:04:05.000600"),
        b"\0\0\0\x1a2020-01-02T03:04:05.000600",
        "2020-01-02T03:04:05.000600",
    ),
    (column(D.POINT), [1.0, -2.5], struct.pack(">2d", 1, -2.5), "1 -2.5"),
    (column(D.POLYGON), [1.0, 2.0], struct.pack(">i2d", 2, 1, 2), "1 2"),
    (
        column(D.INTEGER, "*"),
        [7, None],
        struct.pack(">3i", 2, 7, -(2**31)),
        "7 -2147483648",
    ),
    (column(D.BOOLEAN, "*"), [True, None, False], b"\0\0\0\3T?F", "T ? F"),
    (column(D.REAL, "1*"), [None], struct.pack(">if", 1, float("nan")), "NaN"),
]

# column, bytes of NULL in BINARY, bytes of NULL in BINARY2 after the mask
NULLS: list[tuple[Column, bytes]] = [
    (column(D.BOOLEAN), b"?"),
    (column(D.SMALLINT), b"\x80\0"),
    (column(D.INTEGER), b"\x80\0\0\0"),
    (column(D.BIGINT), b"\x80\0\0\0\0\0\0\0"),
    (column(D.REAL), struct.pack(">f", float("nan"))),
    (column(D.DOUBLE), struct.pack(">d", float("nan"))),
    (column(D.VARCHAR), b"\0\0\0\0"),
    (column(D.VARCHAR, "2"), b"\0\0"),
    (column(D.UNICODE), b"\0\0\0\0"),
    (column(D.TIMESTAMP), b"\0\0\0\0"),
    (column(D.POINT), struct.pack(">2d", float("nan"), float("nan"))),
    (column(D.POLYGON), b"\0\0\0\0"),
    (column(D.SMALLINT, "2"), b"\x80\0\x80\0"),
]


@pytest.mark.parametrize(("column", "value", "data", "text"), CELLS)
def test_cells(column: Column, value: Any, data: bytes, text: str) -> None:
    rows = [record_batch([column], [[value]])]
    assert stream_of(write("votable/b", [column], rows)) == data
    assert stream_of(write("votable/b2", [column], rows)) == b"\0" + data
    assert text_of(write("votable/td", [column], rows)) == text


@pytest.mark.parametrize(("column", "data"), NULLS)
def test_nulls(column: Column, data: bytes) -> None:
    rows = [record_batch([column], [[None]])]
    assert stream_of(write("votable/b", [column], rows)) == data
    assert stream_of(write("votable/b2", [column], rows)) == b"\x80" + data
    assert text_of(write("votable/td", [column], rows)) is None


def test_the_null_mask_counts_columns_from_the_highest_bit() -> None:
    columns = [column(D.BOOLEAN)] * 10
    values = [True, None, True, True, True, True, True, None, True, None]
    document = write("votable/b2", columns, [record_batch(columns, [values])])
    assert stream_of(document) == b"\x41\x40" + b"T?TTTTT?T?"


def test_base64_runs_on_over_batches() -> None:
    number = column(D.SMALLINT)
    batches = [record_batch([number], [[v]]) for v in range(8)]
    document = write("votable/b", [number], batches)
    assert stream_of(document) == struct.pack(">8h", *range(8))
    assert document.count(b"=") == document.split(b"<STREAM")[0].count(b"=") + 1 + 2


def test_lists_of_slices_and_nulls_stay_with_their_rows() -> None:
    lists = column(D.INTEGER, "*")
    whole = record_batch([lists], [[[9]], [[1, 2]], [None], [[]], [[3]], [[9]]])
    document = write("votable/b", [lists], [whole.slice(1, 4)])
    assert stream_of(document) == struct.pack(">7i", 2, 1, 2, 0, 0, 1, 3)


def test_other_characters_than_ascii_are_marked_in_binary_char() -> None:
    text = column(D.VARCHAR)
    rows = [record_batch([text], [["Müller 😀"]])]
    assert stream_of(write("votable/b", [text], rows)) == b"\0\0\0\x08M?ller ?"
    assert text_of(write("votable/td", [text], rows)) == "Müller 😀"


def test_markup_and_characters_outside_xml_are_escaped() -> None:
    text = column(D.UNICODE)
    value = "a&b<c>d]]>e\"'\t\n\r\x00\x1f\ufffe\uffff\x7f"
    document = write("votable/td", [text], [record_batch([text], [[value], ["&"]])])
    cells = [e.text for e in etree.fromstring(document).iter("{*}TD")]
    assert cells == ["a&b<c>d]]>e\"'\t\n\r\ufffd\ufffd\ufffd\ufffd\x7f", "&"]


def test_many_rows_leave_in_bounded_chunks() -> None:
    from gammavo.formats import ResultStream, find_format

    text = column(D.VARCHAR)
    batch = record_batch([text], [["x" * 1000]] * 10_000)
    for name in ("votable/b2", "votable/td", "csv", "json"):
        chunks = list(find_format(name).write(ResultStream((text,), iter([batch]))))
        assert len(chunks) > 4
        assert max(map(len, chunks)) < 4 * 2**20


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\x01", "\x0b"])
def test_each_illegal_character_is_found_on_its_own(character: str) -> None:
    text = column(D.UNICODE)
    document = write("votable/td", [text], [record_batch([text], [[character]])])
    assert text_of(document) == "\ufffd"
