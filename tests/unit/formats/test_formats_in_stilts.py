"""STILTS reads the same table from every format that it knows."""

from __future__ import annotations

import csv
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from lxml import etree

from gammavo.formats import Info
from gammavo.model.columns import Column, Datatype
from tests.conftest import missing
from tests.unit.formats.conftest import Stilts
from tests.unit.formats.format_samples import (
    ARRAY_COLUMNS,
    ARRAYS,
    POLYGON,
    POLYGON_COLUMN,
    SCALAR_COLUMNS,
    SCALARS,
    record_batch,
    write,
)

HIDDEN = {"author", "Name"}
"""Columns whose characters FITS does not have, and STILTS does not decode in ECSV."""
COLUMNS = tuple(c for c in SCALAR_COLUMNS if c.name not in HIDDEN)
VALUES = [
    value
    for column, value in zip(SCALAR_COLUMNS, SCALARS, strict=True)
    if column.name not in HIDDEN
]
VALUES[6] = "a<b>&\"' ]]>, x;y #"
LISTS = (*ARRAY_COLUMNS, POLYGON_COLUMN)
WHOLE = ([1.0, -2.5], [1.0, 2.0, 0.1], [1, 2, 3], [4, 5, 6], [True, False], [0.5])
ROWS = [[*VALUES, *WHOLE, POLYGON], [*VALUES, *WHOLE, POLYGON[:4]]]
NULLS = [[*VALUES, *ARRAYS, POLYGON], [None] * len(COLUMNS + LISTS)]


def read(stilts: Stilts, file: Path, form: str, output: str = "csv") -> str | None:
    """Return a table as this STILTS reads it, None if it has no reader for it."""
    run = subprocess.run(
        [stilts.launcher, "tcopy", str(file), f"ifmt={form}", f"ofmt={output}"],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if run.returncode and "Unknown format" in run.stderr:
        return None
    assert run.returncode == 0, run.stderr
    return run.stdout


def cells(text: str, columns: int) -> list[list[str]]:
    return [row[:columns] for row in csv.reader(StringIO(text))]


def kept(form: str, rows: list[list[object]], folder: Path) -> Path:
    columns = COLUMNS + LISTS
    batches = [record_batch(columns, rows), record_batch(columns, rows[1:])]
    file = folder / form.replace("/", "_")
    infos = (Info("query", "SELECT 'a' < \"b\""),)
    file.write_bytes(write(form, columns, batches, infos=infos))
    return file


@pytest.mark.parametrize("name", ["fits", "ecsv", "votable/td"])
def test_the_table_is_the_same(
    name: str, all_stilts: list[Stilts], tmp_path: Path
) -> None:
    readers = 0
    for stilts in all_stilts:
        wanted = read(stilts, kept("votable/b2", ROWS, tmp_path), "votable")
        found = read(stilts, kept(name, ROWS, tmp_path), name.partition("/")[0])
        if found is None:
            continue  # ECSV is a package of its own in Debian
        readers += 1
        width = len(COLUMNS + LISTS)
        assert cells(found, width) == cells(wanted or "", width)
        nulls = read(stilts, kept("votable/b2", NULLS, tmp_path), "votable")
        found = read(stilts, kept(name, NULLS, tmp_path), name.partition("/")[0])
        assert cells(found or "", len(COLUMNS)) == cells(nulls or "", len(COLUMNS))
    if not readers:
        missing(f"no STILTS with a reader of {name}: Debian has starlink-ecsv-java")


def test_fits_carries_all_metadata(all_stilts: list[Stilts], tmp_path: Path) -> None:
    for stilts in all_stilts:
        file = kept("fits", ROWS, tmp_path)
        document = read(stilts, file, "(auto)", "votable") or ""
        top = etree.fromstring(document.encode())
        fields = {field.get("name"): field for field in top.iter("{*}FIELD")}
        assert list(fields) == [c.name for c in COLUMNS + LISTS]
        for column in COLUMNS + LISTS:
            field = fields[column.name]
            assert field.get("unit") == column.unit
            assert field.get("ucd") == column.ucd
            assert field.get("xtype") == column.votable[2]
            assert (field.findtext("{*}DESCRIPTION") or "") == column.description
        assert fields["t_min"].get("ref")
        remarks = {p.get("name"): p.get("value") for p in top.iter("{*}PARAM")}
        assert remarks["query"] == "SELECT 'a' < \"b\""


def test_a_fits_table_without_rows_is_read(
    all_stilts: list[Stilts], tmp_path: Path
) -> None:
    text = Column("t", Datatype.VARCHAR, "")
    for stilts in all_stilts:
        (tmp_path / "empty").write_bytes(write("fits", [text, *LISTS], []))
        found = read(stilts, tmp_path / "empty", "fits") or ""
        assert cells(found, 1) == [["t"]]
