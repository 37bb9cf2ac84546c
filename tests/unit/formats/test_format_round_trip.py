"""Every datatype, with NULLs, written in each format and read back by another program.

``test_votable_round_trip`` does the same for VOTable. What a format cannot hold is said in
the function that tells what is expected of it.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.formats.arrow import is_list
from gammavo.model.columns import Column, Datatype
from tests.unit.formats.format_samples import write
from tests.unit.formats.test_votable_round_trip import CASES, NAMES, cut, plain

D = Datatype
Read = Callable[[bytes, Column], list[Any]]
Seen = Callable[[Any, Column], Any]


def exact(value: Any, column: Column) -> Any:
    """Return a value as it should come back where nothing is lost."""
    if isinstance(value, list):
        return [exact(item, column) for item in value]
    if isinstance(value, float) and column.datatype is D.REAL:
        return float(np.float32(value))
    if isinstance(value, datetime):
        return value.replace(fold=0)
    return value


def finite(value: Any, column: Column) -> Any:
    """Return a value for JSON, which has no NaN, no infinities and no times."""
    if isinstance(value, list):
        return [finite(item, column) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return exact(value, column)


def no_nan(value: Any, column: Column) -> Any:
    """Return a value where NULL, NaN, nothing but NULLs and "" are all the same."""
    if isinstance(value, datetime):
        return value.isoformat()
    return plain(exact(value, column))


def ascii_only(value: Any, column: Column) -> Any:
    """Return a value for FITS, which has printable ASCII only, and pads with blanks."""
    if isinstance(value, str):
        return re.sub(r"[^ -~]", "?", value).rstrip(" ") or None
    return no_nan(value, column)


def read_parquet(document: bytes, column: Column) -> list[Any]:
    return pq.read_table(BytesIO(document)).column(column.name).to_pylist()


def read_json(document: bytes, column: Column) -> list[Any]:
    rows = json.loads(document, parse_constant=pytest.fail)["data"]
    found = [row[0] for row in rows]
    if column.datatype in {D.REAL, D.DOUBLE} or column.datatype.is_geometry:
        return [_float(value, column) for value in found]
    return found


def _float(value: Any, column: Column) -> Any:
    """Return a number of JSON as a float, for 1 is 1.0 to JSON."""
    if isinstance(value, list):
        return [_float(item, column) for item in value]
    if value is None or isinstance(value, str):
        return value
    return exact(float(value), column)


def read_delimited(document: bytes, column: Column, separator: str) -> list[Any]:
    text = StringIO(document.decode(), newline="")
    quoting = csv.QUOTE_MINIMAL if separator == "," else csv.QUOTE_NONE
    header, *rows = csv.reader(text, delimiter=separator, quoting=quoting)
    assert header == [column.name]
    # A NULL in a table of one column is an empty line, which Python skips as no row.
    return [_parsed(row[0] if row else "", column) for row in rows]


def _parsed(cell: str, column: Column) -> Any:
    if cell == "":
        return None
    if is_list(column):
        return plain([_number(item, column) for item in cell.split(" ")])
    return plain(_number(cell, column))


def _number(text: str, column: Column) -> Any:
    if column.datatype is D.BOOLEAN:
        return {"true": True, "false": False}[text]
    if column.datatype.is_integer:
        return int(text)
    if column.datatype in {D.REAL, D.DOUBLE} or is_list(column):
        # The shortest text of a number of 32 bits means more only if read as such.
        return exact(float(text), column)
    return text


def read_fits(document: bytes, column: Column) -> list[Any]:
    assert len(document) % 2880 == 0
    with fits.open(BytesIO(document), logical_as_bytes=True) as units:
        units.verify("exception")
        null = units[1].header.get("TNULL1")
        return [_of_fits(value, null) for value in units[1].data[column.name]]


def _of_fits(value: Any, null: int | None) -> Any:
    logical = {b"T": True, b"F": False, b"\0": None, b"": None}
    if np.ndim(value):
        return plain([_of_fits(item, null) for item in np.asarray(value)])
    if isinstance(value, bytes):
        return logical[value]
    return None if null is not None and value == null else plain(value)


def read_ecsv(document: bytes, column: Column) -> list[Any]:
    table = Table.read(document.decode(), format="ascii.ecsv")
    return [plain(_unmasked(value)) for value in table[column.name]]


def _unmasked(value: Any) -> Any:
    if isinstance(value, np.ma.MaskedArray) and np.ndim(value):
        return [None if item is np.ma.masked else item for item in value]
    return value


FORMATS: dict[str, tuple[Read, Seen]] = {
    "parquet": (read_parquet, exact),
    "json": (read_json, finite),
    "csv": (lambda d, c: read_delimited(d, c, ","), no_nan),
    "tsv": (lambda d, c: read_delimited(d, c, "\t"), no_nan),
    "fits": (read_fits, ascii_only),
    "ecsv": (read_ecsv, no_nan),
}


def same(found: Any, expected: Any) -> bool:
    """Compare where NaN is itself, and -0.0 is not 0.0."""
    return repr(found) == repr(expected)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_values_return(
    case: tuple[Column, st.SearchStrategy[Any]], name: str, data: st.DataObject
) -> None:
    column, values = case
    read, seen = FORMATS[name]
    rows = data.draw(st.lists(st.none() | values, max_size=20))
    found = read(write(name, [column], cut(column, rows, data.draw)), column)
    assert same(found, [seen(value, column) for value in rows])
