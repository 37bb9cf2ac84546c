"""Types of columns, and batches cast to them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from gammavo.formats import arrow_schema, arrow_type
from gammavo.formats.arrow import conform
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import InternalError, UsageError

D = Datatype


@pytest.mark.parametrize(
    ("datatype", "arraysize", "wanted"),
    [
        (D.BOOLEAN, None, pa.bool_()),
        (D.SMALLINT, None, pa.int16()),
        (D.INTEGER, None, pa.int32()),
        (D.BIGINT, None, pa.int64()),
        (D.REAL, None, pa.float32()),
        (D.DOUBLE, None, pa.float64()),
        (D.VARCHAR, None, pa.string()),
        (D.VARCHAR, "8", pa.string()),
        (D.UNICODE, None, pa.string()),
        (D.REGION, None, pa.string()),
        (D.TIMESTAMP, None, pa.timestamp("us")),
        (D.POINT, None, pa.list_(pa.float64())),
        (D.CIRCLE, None, pa.list_(pa.float64())),
        (D.POLYGON, None, pa.list_(pa.float64())),
        (D.REAL, "*", pa.list_(pa.float32())),
        (D.INTEGER, "3", pa.list_(pa.int32())),
        (D.BOOLEAN, "*", pa.list_(pa.bool_())),
    ],
)
def test_types(datatype: Datatype, arraysize: str | None, wanted: pa.DataType) -> None:
    assert arrow_type(Column("x", datatype, "", arraysize=arraysize)) == wanted


def test_schema_fields_carry_metadata() -> None:
    columns = (
        Column("e", D.REAL, "Energy", unit="TeV", ucd="em.energy", required=True),
        Column("hpx29", D.BIGINT, "", hidden=True),
    )
    energy, index = arrow_schema(columns)
    assert energy.metadata == {
        b"description": b"Energy",
        b"unit": b"TeV",
        b"ucd": b"em.energy",
    }
    assert not energy.nullable
    assert (index.name, index.metadata, index.nullable) == ("hpx29", None, True)


@pytest.mark.parametrize(
    ("array", "datatype", "wanted"),
    [
        (pa.array(["a"], pa.large_string()), D.VARCHAR, ["a"]),
        (pa.array(["a"], pa.string_view()), D.VARCHAR, ["a"]),
        (pa.array(["a", None]).dictionary_encode(), D.VARCHAR, ["a", None]),
        (pa.array([Decimal(7)], pa.decimal128(38, 0)), D.BIGINT, [7]),
        (pa.array([7], pa.int64()), D.SMALLINT, [7]),
        (pa.array([0.5], pa.float64()), D.REAL, [0.5]),
        (pa.nulls(2), D.POINT, [None, None]),
        (pa.array([[1.0, 2.0]], pa.list_(pa.float64(), 2)), D.POINT, [[1.0, 2.0]]),
        (
            pa.array([datetime(2020, 1, 1, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
            D.TIMESTAMP,
            [datetime.fromisoformat("2020-01-01")],
        ),
    ],
)
def test_other_types_are_cast(array: pa.Array, datatype: Datatype, wanted: Any) -> None:
    batch = pa.RecordBatch.from_arrays([array], names=["c0"])
    column = Column("x", datatype, "")
    (found,) = conform(batch, [column])
    assert found.type == arrow_type(column)
    assert found.to_pylist() == wanted


@pytest.mark.parametrize(
    ("array", "column"),
    [
        (pa.array([2**40]), Column("total", D.INTEGER, "")),
        (pa.array([0.5]), Column("total", D.INTEGER, "")),
        (pa.array(["abcdef"]), Column("total", D.VARCHAR, "", arraysize="5")),
        (pa.array(["äöü😀a"]), Column("total", D.UNICODE, "", arraysize="5")),
        (pa.array([[1.0, 2.0, 3.0]]), Column("total", D.POINT, "")),
    ],
)
def test_values_that_do_not_fit_are_refused(array: pa.Array, column: Column) -> None:
    batch = pa.RecordBatch.from_arrays([array], names=["c0"])
    with pytest.raises(UsageError, match="total"):
        conform(batch, [column])


def test_another_number_of_columns_is_a_fault() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1])], names=["c0"])
    with pytest.raises(InternalError):
        conform(batch, [])
