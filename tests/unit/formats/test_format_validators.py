"""What the validators of STILTS have to say: nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from gammavo.formats import Info, error_document
from gammavo.model.columns import Column
from tests.unit.formats.conftest import Stilts
from tests.unit.formats.format_samples import (
    ARRAY_COLUMNS,
    ARRAYS,
    PLAIN_ARRAYS,
    PLAIN_SCALARS,
    POLYGON,
    POLYGON_COLUMN,
    SCALAR_COLUMNS,
    SCALARS,
    record_batch,
    write,
)

SERIALIZATIONS = ["votable/td", "votable/b2", "votable/b"]


def sample(name: str, version: tuple[int, int], *, overflow: bool = True) -> bytes:
    """Return every datatype with values, NULLs and plain values.

    The votlint of STILTS 3.4 reports errors, which 3.5 does not, for polygons in binary
    and for NULL and empty arrays in TABLEDATA: for it, arrays have values only.
    """
    columns: tuple[Column, ...] = SCALAR_COLUMNS + ARRAY_COLUMNS
    nulls: tuple[Any, ...] = (None,) * len(SCALARS)
    rows = [
        [*SCALARS, *ARRAYS],
        [*nulls, *ARRAYS],
        [*PLAIN_SCALARS, *ARRAYS],
    ]
    if version >= (3, 5):
        columns += (POLYGON_COLUMN,)
        empty = (None,) * len(ARRAYS)
        rows = [
            [*SCALARS, *ARRAYS, POLYGON],
            [*nulls, *empty, None],
            [*PLAIN_SCALARS, *PLAIN_ARRAYS, []],
        ]
    batch = record_batch(columns, rows)
    batches = [batch, batch.slice(1), batch.slice(2, 0), batch.slice(2)]
    infos = (Info("query", 'SELECT "a" < b'), Info("publisher", "x", "y & z"))
    return write(name, columns, batches, infos=infos, overflow=overflow)


@pytest.mark.parametrize("name", SERIALIZATIONS)
def test_votlint_is_silent(name: str, all_stilts: list[Stilts], tmp_path: Path) -> None:
    for stilts in all_stilts:
        document = sample(name, stilts.version)
        assert stilts.votlint(document, tmp_path) == []


def test_votlint_is_silent_about_no_rows(lint: Callable[[bytes], list[str]]) -> None:
    columns = (*SCALAR_COLUMNS, *ARRAY_COLUMNS, POLYGON_COLUMN)
    assert lint(write("votable/b2", columns, [])) == []


def test_votlint_is_silent_about_errors(lint: Callable[[bytes], list[str]]) -> None:
    assert lint(error_document("No <table> & nothing \x00")) == []


def test_stilts_reads_the_same_from_all_serializations(
    all_stilts: list[Stilts], tmp_path: Path
) -> None:
    for stilts in all_stilts:
        texts = {
            name: stilts.csv(sample(name, (3, 5), overflow=False), tmp_path)
            for name in SERIALIZATIONS
        }
        # BINARY has no NULL but NaN for lists of fixed size; else they are equal.
        size = len(SCALAR_COLUMNS)
        tables = {
            name: [row[:size] for row in csv.reader(StringIO(text))]
            for name, text in texts.items()
        }
        assert len(tables["votable/td"]) == 1 + 3 + 2 + 0 + 1
        assert tables["votable/td"] == tables["votable/b2"] == tables["votable/b"]
        assert tables["votable/td"][1][7] == "Müller 😀 Σ"
