"""Parquet and ECSV as other programs read them: metadata, names, missing rows."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io.votable import parse
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.formats import Info, ResultStream, arrow_schema, find_format
from gammavo.formats.distinct import distinct_names
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UnavailableError
from tests.unit.formats.format_samples import (
    ARRAY_COLUMNS,
    ARRAYS,
    SCALAR_COLUMNS,
    SCALARS,
    record_batch,
    write,
)

D = Datatype
COLUMNS = SCALAR_COLUMNS + ARRAY_COLUMNS
ROW = [*SCALARS, *ARRAYS]
NUMBER = Column("n", D.INTEGER, "", required=True)
INFOS = (Info("query", 'SELECT "a" < b'), Info("creator", "A"), Info("creator", "Ö\n"))


def parquet(document: bytes) -> tuple[pa.Table, bytes]:
    """Return the rows and the VOTable of a file."""
    file = pq.ParquetFile(BytesIO(document))
    metadata = file.metadata.metadata
    assert metadata[b"IVOA.VOTable-Parquet.version"] == b"1.0"
    return file.read(), metadata[b"IVOA.VOTable-Parquet.content"]


def broken_off() -> Iterator[Any]:
    yield record_batch((NUMBER,), [[1]])
    raise UnavailableError("Out of time.")


def test_parquet_has_the_votable_of_its_columns() -> None:
    batch = record_batch(COLUMNS, [ROW])
    table, content = parquet(write("parquet", COLUMNS, [batch], infos=INFOS))
    assert table.column_names == [c.name for c in COLUMNS]
    (resource_,) = parse(BytesIO(content), verify="exception").resources
    (described,) = resource_.tables
    assert [f.name for f in described.fields] == table.column_names
    assert [f.ucd for f in described.fields] == [c.ucd for c in COLUMNS]
    assert b"<DATA" not in content
    assert b"OVERFLOW" not in content
    assert table.schema.field("energy").metadata[b"unit"] == b"TeV"


def test_parquet_says_why_rows_are_missing() -> None:
    batch = record_batch((NUMBER,), [[1]])
    _, content = parquet(write("parquet", (NUMBER,), [batch], overflow=True))
    after = content.split(b"</TABLE>")[1]
    assert b'<INFO name="QUERY_STATUS" value="OVERFLOW"/>' in after
    table, content = parquet(write("parquet", (NUMBER,), broken_off(), overflow=True))
    assert table.to_pydict() == {"n": [1]}
    after = content.split(b"</TABLE>")[1]
    assert b'<INFO name="QUERY_STATUS" value="ERROR">Out of time.</INFO>' in after
    assert b"OVERFLOW" not in after


def test_parquet_has_nulls_even_where_a_table_requires_values() -> None:
    table, _ = parquet(write("parquet", (NUMBER,), [record_batch((NUMBER,), [[None]])]))
    assert table.to_pydict() == {"n": [None]}


def test_parquet_without_rows() -> None:
    table, _ = parquet(write("parquet", COLUMNS, []))
    assert table.num_rows == 0
    assert table.schema.types == arrow_schema(COLUMNS).types


def test_row_groups_leave_as_they_are_full() -> None:
    batches = (
        pa.record_batch([pa.array(np.arange(50_000, dtype=np.int32))], names=["x"])
        for _ in range(20)
    )
    blocks = find_format("parquet").write(ResultStream((NUMBER,), batches))
    sizes = [len(block) for block in blocks]
    file = 50_000 * 4
    assert len(sizes) >= 7
    assert max(sizes) < 6 * file


def test_equal_names_are_told_apart() -> None:
    twice = (NUMBER, NUMBER, Column("n_2", D.INTEGER, ""), NUMBER)
    batch = record_batch(twice, [[1, 2, 3, 4]])
    names = ["n", "n_3", "n_2", "n_4"]
    table, _ = parquet(write("parquet", twice, [batch]))
    assert table.column_names == names
    found = Table.read(write("ecsv", twice, [batch]).decode(), format="ascii.ecsv")
    assert found.colnames == names
    assert list(found[0]) == [1, 2, 3, 4]


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b"]), max_size=8))
def test_distinct_names_are_distinct(names: list[str]) -> None:
    found = distinct_names([Column(name, D.REAL, "") for name in names])
    assert len(set(found)) == len(names)
    for name, original in zip(found, names, strict=True):
        assert name.startswith(original)
    if len(set(names)) == len(names):
        assert found == names


def ecsv(document: bytes) -> Table:
    return Table.read(document.decode(), format="ascii.ecsv")


def test_ecsv_has_all_metadata() -> None:
    column = Column("é: #x", D.REAL, "It's: \"#\n\t\x85é😀", "TeV", "em", "a.b", "q")
    other = Column("n", D.POINT, "", frame="ICRS")
    batch = record_batch((column, other), [[1.5, [1.0, 2.0]]])
    table = ecsv(write("ecsv", (column, other), [batch], infos=INFOS))
    found = table["é: #x"]
    assert str(found.unit) == "TeV"
    assert found.description == column.description
    assert found.dtype == np.float32
    assert found.meta == {"ucd": "em", "utype": "a.b", "xtype": "q"}
    assert table["n"].shape == (1, 2)
    assert dict(table.meta) == {
        "QUERY_STATUS": "OK",
        "query": 'SELECT "a" < b',
        "creator": ["A", "Ö"],
    }


def test_the_header_of_ecsv_is_ascii_for_readers_that_take_it_for_latin_1() -> None:
    text = write("ecsv", (NUMBER,), [], infos=(Info("α", "β\x9f"),))
    assert text.isascii()
    assert ecsv(text).meta["α"] == "β\x9f"


def test_ecsv_says_that_rows_are_missing() -> None:
    batch = record_batch((NUMBER,), [[1]])
    table = ecsv(write("ecsv", (NUMBER,), [batch], overflow=True))
    assert table.meta["QUERY_STATUS"] == "OVERFLOW"


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.name)
def test_ecsv_of_one_column_keeps_rows_of_null(column: Column) -> None:
    batch = record_batch((column,), [[None]] * 3)
    assert len(ecsv(write("ecsv", (column,), [batch]))) == 3


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["#", "# x", '"', ",", "a,b", '#"', "-", "=1+1", "N/A"]))
)
def test_ecsv_returns_texts_that_mean_something_to_readers(texts: list[str]) -> None:
    name = Column("name", D.VARCHAR, "")
    batches = [record_batch((name,), [[t] for t in texts])] if texts else []
    assert list(ecsv(write("ecsv", (name,), batches))["name"]) == texts


def test_large_results_stay_within_a_few_batches_of_memory() -> None:
    text = Column("t", D.VARCHAR, "")
    value = Column("v", D.DOUBLE, "")
    rows = 20_000
    batch = record_batch((text, value), [["x" * 200, float(i)] for i in range(rows)])
    for name in ("fits", "ecsv", "parquet", "text", "html"):
        stream = ResultStream((text, value), iter([batch] * 60))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = sum(map(len, find_format(name).write(stream)))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert size > 2**20
        assert grown < 160 * 1024, f"{name} grew by {grown} KiB"
