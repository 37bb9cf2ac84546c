"""CSV, TSV and JSON, read back with the standard library."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.formats import ResultStream, find_format
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UnavailableError
from tests.unit.formats.format_samples import (
    ARRAY_COLUMNS,
    ARRAYS,
    ODD_TEXT,
    SCALAR_COLUMNS,
    SCALARS,
    record_batch,
    write,
)

D = Datatype
TEXTS = st.lists(st.tuples(st.none() | st.text(), st.none() | st.text()), max_size=8)
PAIR = (Column("a", D.UNICODE, ""), Column('b, "c"', D.UNICODE, ""))
COLUMNS = SCALAR_COLUMNS + ARRAY_COLUMNS
ROW = (*SCALARS, *ARRAYS)


def broken_off() -> Iterator[Any]:
    """Yield a row, then fail."""
    yield record_batch(PAIR, [["x", "y"]])
    raise UnavailableError("Out of time.")


@settings(deadline=None)
@given(rows=TEXTS)
def test_csv_returns_any_text(rows: list[tuple[str | None, str | None]]) -> None:
    batches = [record_batch(PAIR, rows)] if rows else []
    text = write("csv", PAIR, batches).decode()
    header, *found = csv.reader(StringIO(text, newline=""))
    assert header == ["a", 'b, "c"']
    assert found == [[a or "", b or ""] for a, b in rows]


def test_csv_tells_null_from_an_empty_text() -> None:
    rows = [record_batch(PAIR, [[None, ""], ["", None], ["x", "y"]])]
    assert write("csv", PAIR, rows) == b'a,"b, ""c"""\r\n,""\r\n"",\r\nx,y\r\n'


def test_csv_cells() -> None:
    text = write("csv", COLUMNS, [record_batch(COLUMNS, [ROW, [None] * len(ROW)])])
    _, first, nulls = csv.reader(StringIO(text.decode(), newline=""))
    assert nulls == [""] * len(COLUMNS)
    assert first == [
        "true",
        "-32767",
        "2147483647",
        "9007199254740993",
        "1.5",
        "59000.123456789",
        ODD_TEXT,
        "Müller 😀 Σ",
        "2020-01-02T03:04:05.000600",
        "CIRCLE ICRS 83.6 22 2.5",
        "abc",
        "12",
        "äß",
        "Infinity",
        "1 -2.5",
        "1 2 0.1",
        "1 null 3",
        "1 2 null",
        "true false null",
        "0.1 NaN NaN Infinity",
    ]


@settings(deadline=None)
@given(rows=TEXTS)
def test_tsv_has_one_line_per_row_and_one_tab_between_cells(
    rows: list[tuple[str | None, str | None]],
) -> None:
    batches = [record_batch(PAIR, rows)] if rows else []
    lines = write("tsv", PAIR, batches).decode().split("\n")
    assert lines[0] == 'a\tb, "c"'
    assert lines[-1] == ""
    assert [line.split("\t") for line in lines[1:-1]] == [
        [flat(a), flat(b)] for a, b in rows
    ]


def flat(text: str | None) -> str:
    """Return text with blanks for what would break a line of TSV."""
    blanks = (text or "").replace("\r\n", " ")
    return blanks.replace("\t", " ").replace("\r", " ").replace("\n", " ")


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_a_broken_result_is_not_passed_off_as_whole(name: str) -> None:
    with pytest.raises(UnavailableError):
        write(name, PAIR, broken_off())


@settings(deadline=None)
@given(rows=TEXTS)
def test_json_returns_any_text(rows: list[tuple[str | None, str | None]]) -> None:
    batches = [record_batch(PAIR, rows)] if rows else []
    found = json.loads(write("json", PAIR, batches))
    assert found["data"] == [list(row) for row in rows]
    assert [c["name"] for c in found["metadata"]] == ["a", 'b, "c"']
    assert found["overflow"] is False


@settings(deadline=None)
@given(values=st.lists(st.none() | st.floats()))
def test_json_has_null_for_what_is_no_number(values: list[float | None]) -> None:
    number = Column("x", D.DOUBLE, "")
    batches = [record_batch([number], [[v] for v in values])] if values else []
    text = write("json", [number], batches).decode()
    found = json.loads(text, parse_constant=pytest.fail)
    finite = [v if v is not None and abs(v) < float("inf") else None for v in values]
    assert found["data"] == [[v] for v in finite]


def test_json_cells_and_metadata() -> None:
    batches = [record_batch(COLUMNS, [ROW]), record_batch(COLUMNS, [[None] * len(ROW)])]
    found = json.loads(write("json", COLUMNS, batches, overflow=True))
    first, nulls = found["data"]
    assert nulls == [None] * len(COLUMNS)
    assert first[: len(SCALARS)] == [
        SCALARS[i].isoformat() if isinstance(SCALARS[i], datetime) else SCALARS[i]
        for i in range(len(SCALARS) - 1)
    ] + [None]
    assert first[len(SCALARS) :] == [
        [1.0, -2.5],
        [1.0, 2.0, 0.1],
        [1, None, 3],
        [1, 2, None],
        [True, False, None],
        [0.1, None, None, None],
    ]
    assert found["overflow"] is True
    assert found["metadata"][4] == {
        "name": "energy",
        "datatype": "float",
        "arraysize": None,
        "xtype": None,
        "unit": "TeV",
        "ucd": "em.energy",
        "utype": None,
        "description": "Energy",
    }


def test_json_tells_why_the_rows_broke_off() -> None:
    found = json.loads(write("json", PAIR, broken_off(), overflow=True))
    assert found["data"] == [["x", "y"]]
    assert found["error"] == "Out of time."
    assert found["overflow"] is False


def test_json_without_rows_is_whole() -> None:
    chunks = find_format("json").write(ResultStream(PAIR, iter([])))
    assert json.loads(b"".join(chunks))["data"] == []
