"""What astropy reads from our documents is what was written, whatever the batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from astropy.io.votable import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.model.columns import Column, Datatype
from tests.unit.formats.format_samples import record_batch, write

SERIALIZATIONS = ["votable/td", "votable/b2", "votable/b"]

ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
# astropy trims the text of a cell; STILTS does not.
WORDS = ASCII.map(str.strip)
UNICODE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn")),
    max_size=12,
).map(str.strip)
DOUBLES = st.floats(width=64)
TIMES = st.datetimes(datetime.fromisoformat("1000-01-01"))


def integers(bits: int) -> st.SearchStrategy[int]:
    """Return whole numbers but the smallest, which means NULL in BINARY."""
    return st.integers(-(2 ** (bits - 1)) + 1, 2 ** (bits - 1) - 1)


def column(datatype: Datatype, arraysize: str | None = None) -> Column:
    return Column("value", datatype, "A value", arraysize=arraysize)


CASES: list[tuple[Column, st.SearchStrategy[Any]]] = [
    (column(Datatype.BOOLEAN), st.booleans()),
    (column(Datatype.SMALLINT), integers(16)),
    (column(Datatype.INTEGER), integers(32)),
    (column(Datatype.BIGINT), integers(64)),
    (column(Datatype.REAL), st.floats(width=32)),
    (column(Datatype.DOUBLE), DOUBLES),
    (column(Datatype.VARCHAR), WORDS),
    (column(Datatype.VARCHAR, "16"), WORDS),
    (column(Datatype.VARCHAR, "16*"), WORDS),
    (column(Datatype.UNICODE), UNICODE),
    (column(Datatype.REGION), WORDS),
    (column(Datatype.TIMESTAMP), TIMES),
    (column(Datatype.POINT), st.lists(DOUBLES, min_size=2, max_size=2)),
    (column(Datatype.CIRCLE), st.lists(DOUBLES, min_size=3, max_size=3)),
    (column(Datatype.POLYGON), st.lists(DOUBLES, max_size=8)),
    (column(Datatype.DOUBLE, "*"), st.lists(DOUBLES, max_size=4)),
    (column(Datatype.REAL, "*"), st.lists(st.floats(width=32), max_size=4)),
    (column(Datatype.INTEGER, "*"), st.lists(integers(32), max_size=4)),
    (column(Datatype.SMALLINT, "2"), st.lists(integers(16), min_size=2, max_size=2)),
    (column(Datatype.BIGINT, "8*"), st.lists(integers(64), max_size=8)),
    (column(Datatype.BOOLEAN, "*"), st.lists(st.booleans(), max_size=20)),
]
NAMES = [f"{c.datatype}-{c.arraysize}" for c, _ in CASES]


def plain(value: Any) -> Any:
    """Return what astropy read as Python: NULL, NaN, nothing but them, "" are all None.

    astropy itself masks NaN; ``test_votable_bytes`` tells NULL from NaN.
    """
    if value is np.ma.masked or value is None:
        return None
    if isinstance(value, (np.ndarray, list, tuple)) and np.ndim(value):
        items = [plain(item) for item in value]
        return items if any(item is not None for item in items) else None
    item = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
    if isinstance(item, float) and math.isnan(item):
        return None
    return None if item == "" else item


def expected(value: Any, column: Column) -> Any:
    """Return what a reader can see of a value; astropy widens lists of REAL."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return plain([expected(item, column) for item in value])
    if isinstance(value, float) and column.datatype is Datatype.REAL:
        value = float(np.float32(value))
    return plain(value)


@pytest.mark.parametrize("name", SERIALIZATIONS)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_values_return(
    case: tuple[Column, st.SearchStrategy[Any]], name: str, data: st.DataObject
) -> None:
    column, values = case
    rows = data.draw(st.lists(st.none() | values, max_size=20))
    document = write(name, [column], cut(column, rows, data.draw))
    table = parse(BytesIO(document), verify="exception").get_first_table()
    found = [expected(plain(value), column) for value in table.array["value"]]
    assert found == [expected(value, column) for value in rows]


def cut(column: Column, values: Sequence[Any], draw: Callable[[Any], Any]) -> list[Any]:
    """Cut one large batch into slices, some empty, at any place."""
    whole = record_batch([column], [[None], *([v] for v in values), [None]])
    places = sorted(draw(st.lists(st.integers(0, len(values)), max_size=3)))
    bounds = [0, *places, len(values)]
    return [whole.slice(start + 1, stop - start) for start, stop in pairwise(bounds)]
