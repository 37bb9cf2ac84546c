"""Every datatype of VOTable, with its NULLs, in every serialization, by hand."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from gammavo.formats import arrow_schema
from gammavo.model.columns import Datatype
from gammavo.model.errors import UsageError
from tests.unit.formats.votable_uploads import packed, read, rows, stream, tabledata

# datatype, other attributes, cells, the same in BINARY, values
CASES: dict[str, tuple[str, str, list[str], bytes, list[Any]]] = {
    "boolean": (
        "boolean",
        "",
        ["T", "false", "1", "f", "True", "0", "?", "", " t "],
        b"TF1fT0?\0t",
        [True, False, True, False, True, False, None, None, True],
    ),
    "bit": ("bit", "", ["1", "0", ""], b"\x80\0\0", [True, False, None]),
    "unsignedByte": (
        "unsignedByte",
        "",
        ["0", "255", "0x1F", " +7 "],
        bytes((0, 255, 31, 7)),
        [0, 255, 31, 7],
    ),
    "short": (
        "short",
        "",
        ["-32768", "32767", "+1"],
        packed("3h", -32768, 32767, 1),
        [-32768, 32767, 1],
    ),
    "int": (
        "int",
        "",
        [str(-(2**31)), str(2**31 - 1), "0xff"],
        packed("3i", -(2**31), 2**31 - 1, 255),
        [-(2**31), 2**31 - 1, 255],
    ),
    "long": (
        "long",
        "",
        [str(-(2**63)), str(2**63 - 1), str(2**53 + 1)],
        packed("3q", -(2**63), 2**63 - 1, 2**53 + 1),
        [-(2**63), 2**63 - 1, 2**53 + 1],
    ),
    "float": (
        "float",
        "",
        ["1.5", "-Inf", "NaN", " +2. "],
        packed("4f", 1.5, -math.inf, math.nan, 2.0),
        [1.5, -math.inf, None, 2.0],
    ),
    "double": (
        "double",
        "",
        ["0.1", "1e300", "+Inf", "nan", ".5"],
        packed("5d", 0.1, 1e300, math.inf, math.nan, 0.5),
        [0.1, 1e300, math.inf, None, 0.5],
    ),
    "floatComplex": (
        "floatComplex",
        "",
        ["1 2", "-1.5 0", "NaN NaN"],
        packed("6f", 1, 2, -1.5, 0, math.nan, math.nan),
        [[1, 2], [-1.5, 0], None],
    ),
    "doubleComplex": (
        "doubleComplex",
        'arraysize="*"',
        ["1 2 3 4", ""],
        packed("i4di", 2, 1, 2, 3, 4, 0),
        [[1, 2, 3, 4], None],
    ),
    "char": ("char", "", ["A", ""], b"A\0", ["A", None]),
    "char[*]": (
        "char",
        'arraysize="*"',
        ["a b", "", " x "],
        packed("i3sii3s", 3, b"a b", 0, 3, b" x "),
        ["a b", None, " x "],
    ),
    "char[4]": (
        "char",
        'arraysize="4"',
        ["ab", "abcd", ""],
        b"ab\0\0abcd\0\0\0\0",
        ["ab", "abcd", None],
    ),
    "char[4*]": (
        "char",
        'arraysize="4*"',
        ["ab", ""],
        packed("i2si", 2, b"ab", 0),
        ["ab", None],
    ),
    "unicodeChar[*]": (
        "unicodeChar",
        'arraysize="*"',
        ["Größe", "😀", "a", ""],
        b"".join(
            packed("i", len(text.encode("utf-16-be")) // 2) + text.encode("utf-16-be")
            for text in ("Größe", "😀", "a", "")
        ),
        ["Größe", "😀", "a", None],
    ),
    "unicodeChar[3]": (
        "unicodeChar",
        'arraysize="3"',
        ["Σa", "abc"],
        "Σa\0abc".encode("utf-16-be"),
        ["Σa", "abc"],
    ),
    "int[3]": (
        "int",
        'arraysize="3"',
        ["1 -2\n3", ""],
        packed("6i", 1, -2, 3, -9, -9, -9),
        [[1, -2, 3], None],
    ),
    "short[2x*]": (
        "short",
        'arraysize="2x*"',
        ["1 2 3 4", ""],
        packed("i4hi", 4, 1, 2, 3, 4, 0),
        [[1, 2, 3, 4], None],
    ),
    "double[2x2]": (
        "double",
        'arraysize="2x2"',
        ["1 2 NaN 4", "NaN NaN NaN NaN"],
        packed("8d", 1, 2, math.nan, 4, *[math.nan] * 4),
        [[1, 2, "nan", 4], None],
    ),
    "unsignedByte[*]": (
        "unsignedByte",
        'arraysize="*"',
        ["1 255", ""],
        packed("i2Bi", 2, 1, 255, 0),
        [[1, 255], None],
    ),
    "boolean[3]": (
        "boolean",
        'arraysize="3"',
        ["T F ?", "? ? ?"],
        b"TF????",
        [[True, False, None], None],
    ),
    "bit[10]": (
        "bit",
        'arraysize="10"',
        ["1011000001", "0 0 0 0 0 0 0 0 1 1"],
        bytes((0b10110000, 0b01000000, 0, 0b11000000)),
        [[c == "1" for c in "1011000001"], [c == "1" for c in "0000000011"]],
    ),
    "bit[*]": (
        "bit",
        'arraysize="*"',
        ["101", "011111111", ""],
        packed("iBiBBi", 3, 0b10100000, 9, 0b01111111, 0b10000000, 0),
        [[c == "1" for c in "101"], [c == "1" for c in "011111111"], None],
    ),
}


def field(name: str) -> str:
    datatype, attributes, *_ = CASES[name]
    null = '<VALUES null="-9"/>' if name.startswith("int[") else ""
    return f'<FIELD name="a" datatype="{datatype}" {attributes}>{null}</FIELD>'


def plain(value: Any) -> Any:
    """Return a value with NaN as a text, which is equal to itself."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def column(document: str) -> list[Any]:
    table = read(document)
    assert table.rows.schema.equals(arrow_schema(table.columns))
    table.rows.validate(full=True)
    return [plain(row[0]) for row in rows(table)]


@pytest.mark.parametrize("name", CASES)
def test_values_in_tabledata(name: str) -> None:
    *_, cells, _, values = CASES[name]
    assert column(tabledata(field(name), *((cell,) for cell in cells))) == values


@pytest.mark.parametrize("name", CASES)
def test_values_tag_by_tag(name: str) -> None:
    *_, cells, _, values = CASES[name]
    document = tabledata(field(name), *((cell,) for cell in cells))
    assert column(document.replace("</TR>", "<!-- --></TR>", 1)) == values


@pytest.mark.parametrize("name", CASES)
def test_values_in_binary(name: str) -> None:
    *_, data, values = CASES[name]
    if name == "bit":  # there is no NULL in BINARY
        values = [True, False, False]
    assert column(stream(field(name), data)) == values


@pytest.mark.parametrize("name", CASES)
def test_nulls_in_binary2(name: str) -> None:
    *_, data, _ = CASES[name]
    width = len(packed("i", 0)) if "*" in field(name) else None
    empty = bytes(width or len(data) // len(CASES[name][2]))
    assert column(stream(field(name), b"\x80" + empty, "BINARY2")) == [None]


def test_empty_values_of_binary2_are_not_null() -> None:
    fields = (
        '<FIELD name="a" datatype="char" arraysize="*"/>'
        '<FIELD name="b" datatype="int" arraysize="*"/>'
        '<FIELD name="c" datatype="double"/>'
    )
    data = packed("BiidBiid", 0, 0, 0, 1.0, 0b00100000, 0, 0, 2.0)
    assert rows(read(stream(fields, data, "BINARY2"))) == [
        ["", [], 1.0],
        ["", [], None],
    ]


def test_nan_is_null_in_binary2_too() -> None:
    data = packed("Bd", 0, math.nan)
    assert column(stream('<FIELD name="a" datatype="double"/>', data, "BINARY2")) == [
        None
    ]


@pytest.mark.parametrize(
    ("datatype", "null", "cells"),
    [
        ("short", "-32768", ["-32768", "1"]),
        ("int", "0xFF", ["255", "1"]),
        ("long", str(-(2**63)), [str(-(2**63)), "1"]),
        ("unsignedByte", "255", ["255", "1"]),
        ("double", "-99.9", ["-99.90", "1"]),
    ],
)
def test_declared_null(datatype: str, null: str, cells: list[str]) -> None:
    fields = f'<FIELD name="a" datatype="{datatype}"><VALUES null="{null}"/></FIELD>'
    assert column(tabledata(fields, *((cell,) for cell in cells))) == [None, 1]


def test_declared_null_in_an_array() -> None:
    fields = (
        '<FIELD name="a" datatype="int" arraysize="*"><VALUES null="-1"/></FIELD>'
        '<FIELD name="b" datatype="int" arraysize="2"><VALUES null="-1"/></FIELD>'
    )
    found = rows(read(tabledata(fields, ("-1", "-1 -1"), ("1 -1", "1 -1"))))
    assert found == [[[None], None], [[1, None], [1, None]]]


@pytest.mark.parametrize("null", ["", "NaN", "x", "99999", "1e5"])
def test_impossible_null_is_ignored(null: str) -> None:
    fields = f'<FIELD name="a" datatype="short"><VALUES null="{null}"/></FIELD>'
    assert column(tabledata(fields, ("1",))) == [1]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2020-01-02", datetime(2020, 1, 2)),  # noqa: DTZ001 - DALI times have no zone
        ("2020-01-02T03:04:05", datetime(2020, 1, 2, 3, 4, 5)),  # noqa: DTZ001
        ("2020-01-02T03:04:05.5Z", datetime(2020, 1, 2, 3, 4, 5, 500000)),  # noqa: DTZ001
        (" 2020-01-02T03:04:05.1234567 ", datetime(2020, 1, 2, 3, 4, 5, 123456)),  # noqa: DTZ001
        ("", None),
    ],
)
@pytest.mark.parametrize("xtype", ["timestamp", "adql:TIMESTAMP"])
def test_times(text: str, time: datetime | None, xtype: str) -> None:
    fields = f'<FIELD name="a" datatype="char" arraysize="*" xtype="{xtype}"/>'
    length = packed("i", len(text))
    for document in (
        tabledata(fields, (text,)),
        stream(fields, length + text.encode()),
    ):
        table = read(document)
        assert rows(table) == [[time]]
        assert table.columns[0].datatype is Datatype.TIMESTAMP
        assert table.columns[0].votable == ("char", "*", xtype)


@pytest.mark.parametrize("text", ["yesterday", "2020-13-01", "2016-12-31T23:59:60"])
def test_wrong_times_are_refused(text: str) -> None:
    fields = '<FIELD name="a" datatype="char" arraysize="*" xtype="timestamp"/>'
    with pytest.raises(UsageError, match=r"row 2.*FIELD 1 'a'.*is not a time"):
        read(tabledata(fields, ("2020-01-01",), (text,)))


def test_text_outside_ascii_makes_a_column_unicode() -> None:
    fields = '<FIELD name="a" datatype="char" arraysize="9"/>'
    table = read(tabledata(fields, ("Größe",), ("abc",)))
    assert table.columns[0].votable == ("unicodeChar", "*", None)
    assert rows(table) == [["Größe"], ["abc"]]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_char_of_binary_outside_ascii(encoding: str) -> None:
    data = "Größe".encode(encoding)
    fields = '<FIELD name="a" datatype="char" arraysize="*"/>'
    assert column(stream(fields, packed("i", len(data)) + data)) == ["Größe"]


def test_texts_end_at_nul() -> None:
    fields = '<FIELD name="a" datatype="char" arraysize="*"/>'
    data = packed("i4si4s", 4, b"a\0b\0", 4, b"abcd")
    assert column(stream(fields, data)) == ["a", "abcd"]


def test_a_text_longer_than_its_arraysize_is_kept() -> None:
    fields = '<FIELD name="a" datatype="char" arraysize="2"/>'
    table = read(tabledata(fields, ("abc",)))
    assert rows(table) == [["abc"]]
    assert table.columns[0].arraysize is None


def test_a_table_of_empty_texts() -> None:
    fields = '<FIELD datatype="char" arraysize="0"/><FIELD datatype="int"/>'
    assert rows(read(stream(fields, packed("2i", 1, 2)))) == [[None, 1], [None, 2]]


def test_rows_in_many_blocks() -> None:
    fields = '<FIELD datatype="int"/><FIELD datatype="char" arraysize="*"/>'
    count = 80_000
    expected = [[i, f"n{i}"] for i in range(count)]
    cells = tabledata(fields, *((str(i), f"n{i}") for i in range(count)))
    data = b"".join(
        packed(f"ii{len(text)}s", i, len(text), text.encode()) for i, text in expected
    )
    for document in (cells, stream(fields, data)):
        table = read(document)
        assert table.rows.column(0).num_chunks > 1
        assert rows(table) == expected


def test_rows_of_one_size_in_many_blocks() -> None:
    fields = '<FIELD name="a" datatype="long"/><FIELD name="b" datatype="long"/>'
    data = packed("1100000q", *range(1_100_000))
    table = read(stream(fields, data))
    assert table.rows.column(0).num_chunks > 1
    assert table.rows.column(1).to_pylist() == list(range(1, 1_100_000, 2))


def test_a_table_without_rows_keeps_its_types() -> None:
    fields = '<FIELD name="a" datatype="int" arraysize="*"/>'
    for document in (tabledata(fields), stream(fields, b"")):
        table = read(document)
        assert table.rows.num_rows == 0
        assert table.rows.schema.types == [pa.list_(pa.int32())]


def test_what_a_mask_hides_is_not_looked_at() -> None:
    fields = '<FIELD name="a" datatype="char" arraysize="3" xtype="timestamp"/>'
    assert column(stream(fields, b"\x80xyz", "BINARY2")) == [None]
