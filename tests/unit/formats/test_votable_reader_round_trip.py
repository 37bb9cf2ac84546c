"""What astropy, STILTS and gammavo write is read back as it was."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.io.votable.tree import Field, Resource, TableElement, VOTableFile
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.formats import arrow_schema
from gammavo.formats.votable_reader import UploadLimits, read_votable
from gammavo.model.columns import Column, Datatype
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
from tests.unit.formats.votable_uploads import read, rows, stream

ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
ANY_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn")), max_size=12
)
NULL_OF = {"unsignedByte": 255, "short": -(2**15), "int": -(2**31), "long": -(2**63)}
DTYPE_OF = {"unsignedByte": "u1", "short": "i2", "int": "i4", "long": "i8"}


def integers(bits: int) -> st.SearchStrategy[int]:
    """Return whole numbers but the smallest, which means NULL."""
    return st.integers(-(2 ** (bits - 1)) + 1, 2 ** (bits - 1) - 1)


def lists(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=size, max_size=size)


def expected(value: Any, column: Column) -> Any:
    """Return what a value is once it was uploaded: NaN and what is blank are NULL."""
    if isinstance(value, list):
        items = [
            "nan" if isinstance(item, float) and math.isnan(item) else item
            for item in (single(item, column) for item in value)
        ]
        fixed = (column.votable[1] or "").isdigit()
        return None if fixed and set(items) <= {"nan", None} else items
    value = single(value, column)
    return None if isinstance(value, float) and math.isnan(value) else value


def single(value: Any, column: Column) -> Any:
    if isinstance(value, float) and column.datatype is Datatype.REAL:
        return float(np.float32(value))
    return value


REALS = st.floats(width=64)
OWN: list[tuple[Column, st.SearchStrategy[Any]]] = [
    (Column("a", datatype, "A value", arraysize=arraysize), values)
    for datatype, arraysize, values in (
        (Datatype.BOOLEAN, None, st.booleans()),
        (Datatype.SMALLINT, None, integers(16)),
        (Datatype.INTEGER, None, integers(32)),
        (Datatype.BIGINT, None, integers(64)),
        (Datatype.REAL, None, st.floats(width=32)),
        (Datatype.DOUBLE, None, REALS),
        (Datatype.VARCHAR, None, ASCII),
        (Datatype.VARCHAR, "16", ASCII),
        (Datatype.VARCHAR, "16*", ASCII),
        (Datatype.UNICODE, None, ANY_TEXT),
        (Datatype.UNICODE, "24", ANY_TEXT),
        (Datatype.REGION, None, ASCII),
        (Datatype.TIMESTAMP, None, st.datetimes(datetime.fromisoformat("1000-01-01"))),
        (Datatype.POINT, None, lists(REALS, 2)),
        (Datatype.CIRCLE, None, lists(REALS, 3)),
        (Datatype.POLYGON, None, lists(REALS, 6)),
        (Datatype.DOUBLE, "*", st.lists(REALS, max_size=4)),
        (Datatype.REAL, "2", lists(st.floats(width=32), 2)),
        (Datatype.INTEGER, "*", st.lists(st.none() | integers(32), max_size=4)),
        (Datatype.SMALLINT, "2", lists(st.none() | integers(16), 2)),
        (Datatype.BIGINT, "8*", st.lists(integers(64), max_size=8)),
        (Datatype.BOOLEAN, "*", st.lists(st.none() | st.booleans(), max_size=20)),
        (Datatype.BOOLEAN, "3", lists(st.none() | st.booleans(), 3)),
    )
]


@pytest.mark.parametrize("name", ["votable/td", "votable/b", "votable/b2"])
@pytest.mark.parametrize(
    "case", OWN, ids=[f"{c.datatype}-{c.arraysize}" for c, _ in OWN]
)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_own_documents_return(
    case: tuple[Column, st.SearchStrategy[Any]], name: str, data: st.DataObject
) -> None:
    column, values = case
    sent = data.draw(st.lists(st.none() | values, max_size=20))
    table = read(write(name, [column], [record_batch([column], [[v] for v in sent])]))
    assert table.columns == (column,)
    assert table.rows.schema.equals(arrow_schema([column]))
    wanted = [expected(value, column) for value in sent]
    if name != "votable/b2":
        wanted = [blank(value) for value in wanted]
    assert [expected(row[0], column) for row in rows(table)] == wanted


ASTROPY: dict[str, tuple[dict[str, str], st.SearchStrategy[Any]]] = {
    "boolean": ({}, st.booleans()),
    "unsignedByte": ({}, st.integers(0, 254)),
    "short": ({}, integers(16)),
    "int": ({}, integers(32)),
    "long": ({}, integers(64)),
    "float": ({}, st.floats(width=32, allow_nan=False)),
    "double": ({}, st.floats(allow_nan=False)),
    "char": ({"arraysize": "*"}, ASCII.map(str.strip)),
    "unicodeChar": ({"arraysize": "*"}, ANY_TEXT.map(str.strip)),
    "char 12": ({"arraysize": "12"}, ASCII.map(str.strip)),
    "int 3": ({"arraysize": "3"}, lists(integers(32), 3)),
    "double *": ({"arraysize": "*"}, st.lists(st.floats(allow_nan=False), max_size=4)),
    "float 2x2": ({"arraysize": "2x2"}, lists(st.floats(width=32, allow_nan=False), 4)),
    "doubleComplex": ({}, lists(st.floats(allow_nan=False), 2)),
    "bit 9": ({"arraysize": "9"}, lists(st.booleans(), 9)),
}


def astropy_document(
    kind: str, values: Sequence[Any], serialization: str, version: str
) -> bytes:
    """Return a table that astropy wrote, with a column of numbers before the other."""
    datatype = kind.split(maxsplit=1)[0]
    attributes, _ = ASTROPY[kind]
    file = VOTableFile(version=version)
    resource = Resource()
    file.resources.append(resource)
    table = TableElement(file)
    resource.tables.append(table)
    first = Field(file, name="n", datatype="int")
    second = Field(file, name="a", datatype=datatype, **attributes)
    if datatype in NULL_OF:
        second.values.null = NULL_OF[datatype]
    table.fields.extend([first, second])
    table.create_arrays(len(values))
    for number, value in enumerate(values):
        if value is None:
            stand_in = table.array["a"].data[number]
            if datatype in NULL_OF:
                stand_in = np.full_like(stand_in, NULL_OF[datatype])
            elif kind == "double *":
                stand_in = np.empty(0)
            elif datatype in {"float", "double"}:
                stand_in = np.full_like(stand_in, np.nan)
            table.array[number] = (number, stand_in)
            table.array.mask[number] = (False, True)
        elif kind == "doubleComplex":
            table.array[number] = (number, complex(*value))
        elif kind == "float 2x2":
            table.array[number] = (number, np.reshape(value, (2, 2)))
        elif isinstance(value, list):
            items = np.array(value, dtype=None if value else float)
            table.array[number] = (
                number,
                np.ma.array(items, mask=np.zeros(len(items), bool)),
            )
        else:
            table.array[number] = (number, value)
    table.format = serialization
    out = BytesIO()
    file.to_xml(out, tabledata_format=serialization)
    return out.getvalue()


@pytest.mark.parametrize(
    ("serialization", "version"),
    [
        ("tabledata", "1.1"),
        ("tabledata", "1.5"),
        ("binary", "1.2"),
        ("binary", "1.4"),
        ("binary2", "1.3"),
        ("binary2", "1.5"),
    ],
)
@pytest.mark.parametrize("kind", ASTROPY)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_documents_of_astropy(
    kind: str, serialization: str, version: str, data: st.DataObject
) -> None:
    _, values = ASTROPY[kind]
    # astropy masks no bits, and writes NaN + 0j for a complex NULL.
    if not kind.startswith(("bit", "doubleComplex")):
        values = st.none() | values
    sent = data.draw(st.lists(values, max_size=12))
    table = read(astropy_document(kind, sent, serialization, version))
    found = rows(table)
    assert [row[0] for row in found] == list(range(len(sent)))
    column = table.columns[1]
    wanted = [expected(value, column) for value in sent]
    got = [expected(row[1], column) for row in found]
    assert [blank(value) for value in got] == [blank(value) for value in wanted]


def blank(value: Any) -> Any:
    """Return a value as it is where what is empty is NULL."""
    return None if value in ("", []) else value


@pytest.mark.parametrize("extension", ["", ' extnum="2"'])
def test_a_fits_table_of_astropy(extension: str) -> None:
    columns = [
        fits.Column("l", "L", array=np.array([True, False])),
        fits.Column("x", "11X", array=np.arange(22).reshape(2, 11) % 3 == 0),
        fits.Column("b", "B", array=np.array([0, 255], "u1")),
        fits.Column("i", "I", null=-99, array=np.array([-99, 7], "i2")),
        fits.Column("j", "J", array=np.array([1, 2**31 + 1], "u4"), bzero=2**31),
        fits.Column("k", "K", array=np.array([2**63 - 1, 0], "u8"), bzero=2**63),
        fits.Column("e", "E", array=np.array([1.5, np.nan], "f4")),
        fits.Column("d", "2D", array=np.array([[1.0, 2.0], [np.nan] * 2])),
        fits.Column("s", "I", array=np.array([0, 3], "i2")),
        fits.Column("a", "6A", array=np.array(["it's  ", ""])),
        fits.Column("t", "19A", array=np.array(["2020-01-02T03:04:05", ""])),
        fits.Column("c", "C", array=np.array([1 + 2j, 3], "c8")),
        fits.Column("v", "3J", array=np.array([[1, 2, 3], [4, 5, 6]])),
        fits.Column("empty", "0D", array=np.zeros((2, 0))),
    ]
    fields = "".join(
        f'<FIELD name="{name}" datatype="{datatype}" {size}/>'
        for name, datatype, size in (
            ("l", "boolean", ""),
            ("x", "bit", 'arraysize="11"'),
            ("b", "unsignedByte", ""),
            ("i", "short", ""),
            ("j", "long", ""),
            ("k", "long", ""),
            ("e", "float", ""),
            ("d", "double", 'arraysize="2" xtype="point"'),
            ("s", "double", ""),
            ("a", "unicodeChar", 'arraysize="*"'),
            ("t", "char", 'arraysize="*" xtype="timestamp"'),
            ("c", "floatComplex", ""),
            ("v", "int", 'arraysize="*"'),
            ("empty", "double", 'arraysize="*"'),
        )
    )
    out = BytesIO()
    hdus = [
        fits.PrimaryHDU(np.zeros((3, 5), "i2")),
        fits.BinTableHDU.from_columns(columns),
    ]
    hdus[1].header["TSCAL9"] = 0.5
    hdus[1].header["TZERO9"] = 10
    if extension:
        hdus.insert(1, fits.ImageHDU(np.zeros(2000)))
    fits.HDUList(hdus).writeto(out)
    document = stream(fields, out.getvalue(), "FITS").replace(
        "<FITS>", f"<FITS{extension}>"
    )
    bits = [[(i + 11 * row) % 3 == 0 for i in range(11)] for row in range(2)]
    time = datetime.fromisoformat("2020-01-02T03:04:05")
    first, second = rows(read(document))
    assert first[:8] == [True, bits[0], 0, None, 1, 2**63 - 1, 1.5, [1, 2]]
    assert first[8:] == [10, "it's", time, [1, 2], [1, 2, 3], None]
    assert second[:8] == [False, bits[1], 255, 7, 2**31 + 1, 0, None, None]
    assert second[8:] == [11.5, None, None, [3, 0], [4, 5, 6], None]


@pytest.mark.parametrize(
    "ofmt",
    [
        "votable(format=TABLEDATA,version=V10,inline=true)",
        "votable(format=TABLEDATA,version=V12,inline=true)",
        "votable(format=BINARY,version=V11,inline=true)",
        "votable(format=BINARY2,version=V13,inline=true)",
        "votable(format=BINARY2,version=V14,inline=true)",
        "votable(format=FITS,version=V14,inline=true)",
    ],
)
def test_documents_of_stilts(
    ofmt: str, all_stilts: list[Stilts], tmp_path: Path
) -> None:
    columns = (*SCALAR_COLUMNS, *ARRAY_COLUMNS, POLYGON_COLUMN)
    # What STIL cannot write in every serialization is left out.
    lost = {"author", "Name", "released", "counts", "triple", "flags", "fluxes"}
    sent = [(*SCALARS, *ARRAYS, POLYGON), (None,) * len(columns)]
    source = tmp_path / "sent.vot"
    source.write_bytes(write("votable/b2", columns, [record_batch(columns, sent)]))
    target = tmp_path / "made.vot"
    subprocess.run(
        [
            all_stilts[0].launcher,
            *("tcopy", str(source), "ifmt=votable", f"ofmt={ofmt}", f"out={target}"),
        ],
        check=True,
        capture_output=True,
    )
    table = read_votable(target, limits=UploadLimits())
    assert [column.name for column in table.columns] == [c.name for c in columns]
    for row, values in zip(rows(table), sent, strict=True):
        for column, found, value in zip(columns, row, values, strict=True):
            if column.name not in lost:
                assert found == value, column.name
