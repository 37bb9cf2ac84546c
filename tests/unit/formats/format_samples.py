"""Tables for tests of formats: every datatype, NULL, and text that needs care."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from gammavo.formats import Info, ResultStream, arrow_schema, find_format
from gammavo.model.columns import Column, Datatype, TimeSystem

MJD = TimeSystem("TT", "TOPOCENTER", "MJD-origin")

SCALAR_COLUMNS = (
    Column("flag", Datatype.BOOLEAN, "A flag"),
    Column("small", Datatype.SMALLINT, "16 bits"),
    Column("number", Datatype.INTEGER, "32 bits"),
    Column("big", Datatype.BIGINT, "64 bits"),
    Column("energy", Datatype.REAL, "Energy", unit="TeV", ucd="em.energy"),
    Column("t_min", Datatype.DOUBLE, "Start, a < b & c", unit="d", time=MJD),
    Column("name", Datatype.VARCHAR, 'The "name"', ucd="meta.id"),
    Column("author", Datatype.UNICODE, "Who"),
    Column("released", Datatype.TIMESTAMP, "When"),
    Column("s_region", Datatype.REGION, "Footprint", frame="ICRS"),
    Column("code", Datatype.VARCHAR, "Five characters", arraysize="5"),
    Column("count(*)", Datatype.BIGINT, ""),
    Column("Name", Datatype.UNICODE, "Five characters", arraysize="5"),
    Column('a "b" <c>', Datatype.DOUBLE, "An alias"),
)
ARRAY_COLUMNS = (
    Column("place", Datatype.POINT, "Where", unit="deg", frame="ICRS"),
    Column("area", Datatype.CIRCLE, "Where", unit="deg", frame="ICRS"),
    Column("counts", Datatype.INTEGER, "Some", arraysize="*"),
    Column("triple", Datatype.SMALLINT, "Three", arraysize="3"),
    Column("flags", Datatype.BOOLEAN, "Some", arraysize="*"),
    Column("fluxes", Datatype.REAL, "Some", arraysize="*"),
)
POLYGON_COLUMN = Column("outline", Datatype.POLYGON, "Where", unit="deg", frame="ICRS")

ODD_TEXT = "a<b>&\"'\t]]>, x;y"
SCALARS = (
    True,
    -(2**15) + 1,
    2**31 - 1,
    2**53 + 1,
    1.5,
    59000.123456789,
    ODD_TEXT,
    "Müller 😀 Σ",
    datetime.fromisoformat("2020-01-02T03:04:05.000600"),
    "CIRCLE ICRS 83.6 22 2.5",
    "abc",
    12,
    "äß",
    float("inf"),
)
PLAIN_SCALARS = (
    False,
    0,
    0,
    0,
    float("nan"),
    float("-inf"),
    "",
    "",
    datetime.fromisoformat("2020-01-02T03:04:05"),
    "",
    "",
    0,
    "",
    float("nan"),
)
ARRAYS = (
    [1.0, -2.5],
    [1.0, 2.0, 0.1],
    [1, None, 3],
    [1, 2, None],
    [True, False, None],
    [0.1, float("nan"), None, float("inf")],
)
PLAIN_ARRAYS = ([0.0, 0.0], [0.0, 0.0, 0.0], [], [0, 0, 0], [], [])
POLYGON = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]


def record_batch(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Any:
    """Return rows as a batch whose columns are named c0, c1, ..., as engines do."""
    schema = arrow_schema(columns)
    return pa.RecordBatch.from_arrays(
        [
            pa.array([row[i] for row in rows], schema.field(i).type)
            for i in range(len(columns))
        ],
        names=[f"c{i}" for i in range(len(columns))],
    )


def write(
    name: str,
    columns: Sequence[Column],
    batches: Iterable[Any],
    *,
    infos: tuple[Info, ...] = (),
    overflow: bool = False,
) -> bytes:
    """Return the document of some batches in a format."""
    stream = ResultStream(tuple(columns), iter(batches), infos, lambda: overflow)
    return b"".join(find_format(name).write(stream))
