"""FITS files as astropy sees them: headers, widths, the heap, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from astropy.io import fits
from astropy.io.votable import parse
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gammavo.formats import Info, ResultStream, find_format, fits_columns
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UnavailableError, UsageError
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
NUMBER = Column("n", D.INTEGER, "")
TEXT = Column("t", D.VARCHAR, "")
LIST = Column("l", D.DOUBLE, "", arraysize="*")
FLAGS = Column("f", D.BOOLEAN, "", arraysize="*")


def opened(document: bytes) -> fits.HDUList:
    """Return a file that keeps to the standard."""
    assert len(document) % 2880 == 0
    units = fits.open(BytesIO(document))
    units.verify("exception")
    return units


def table(columns: tuple[Column, ...], *rows: list[Any], **options: Any) -> Any:
    """Return the HDU of a result's table."""
    batches = [record_batch(columns, rows)] if rows else []
    return opened(write("fits", columns, batches, **options))[1]


def test_columns_carry_their_metadata() -> None:
    column = Column(
        "s_ra", D.DOUBLE, "It's long: " + "x" * 200, "deg", "pos.eq.ra", "Char.a", "q"
    )
    header = table((column,), [1.5]).header
    assert header["TTYPE1"] == "s_ra"
    assert header["TFORM1"] == "1D"
    assert header["TUNIT1"] == "deg"
    assert header["TCOMM1"] == column.description
    assert header["TUCD1"] == "pos.eq.ra"
    assert header["TUTYP1"] == "Char.a"
    assert header["TXTYP1"] == "q"


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=300))
def test_any_description_comes_back(text: str) -> None:
    # astropy 8.0 takes a quote and a slash for the end of the text; FITS does not.
    assume(not re.search(r"' *(/|$)", text))
    header = table((Column("x", D.INTEGER, text),), [1]).header
    assert header.get("TCOMM1", "") == text.rstrip(" ")


def test_the_primary_hdu_is_a_votable_with_all_that_is_known() -> None:
    infos = (Info("query", "SELECT <x>"), Info("publisher", "Größe", "& more"))
    batch = record_batch(COLUMNS, [[*SCALARS, *ARRAYS]])
    units = opened(write("fits", COLUMNS, [batch], infos=infos, overflow=True))
    assert units[0].header["VOTMETA"] is True
    data = bytes(units[0].data)
    (resource,) = parse(BytesIO(data), verify="exception").resources
    fields = resource.tables[0].fields
    assert [field.name for field in fields] == [c.name for c in COLUMNS]
    assert [(i.name, i.value) for i in resource.infos][:3] == [
        ("QUERY_STATUS", "OK"),
        ("query", "SELECT <x>"),
        ("publisher", "Größe"),
    ]
    assert b'value="OVERFLOW"' in data.split(b"</TABLE>")[1]


def test_remarks_are_comments_and_overflow_is_said() -> None:
    infos = (Info("query", "SELECT " + "a, " * 60 + "b"),)
    whole = table((NUMBER,), [1], infos=infos).header
    assert whole["QSTATUS"] == "OK"
    assert "".join(whole["COMMENT"]) == "query: SELECT " + "a, " * 60 + "b"
    cut = table((NUMBER,), [1], overflow=True).header
    assert cut["QSTATUS"] == "OVERFLOW"
    assert "rows are missing" in "".join(cut["COMMENT"])


def test_a_number_for_null_is_declared_only_where_there_are_nulls() -> None:
    assert "TNULL1" not in table((NUMBER,), [-(2**31)]).header
    assert table((NUMBER,), [None], [5]).header["TNULL1"] == -(2**31)


def test_texts_are_as_wide_as_the_longest() -> None:
    unit = table((TEXT, NUMBER), ["a", 1], ["abcde", 2], [None, 3], ["", 4])
    assert unit.header["TFORM1"] == "5A"
    assert list(unit.data["t"]) == ["a", "abcde", "", ""]
    assert list(unit.data["n"]) == [1, 2, 3, 4]


def test_one_long_text_does_not_make_the_file_huge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fits_columns, "_WASTE", 50_000)
    long = "y" * 1000
    rows = [["x", 1]] * 70 + [[long, 2]] + [[None, 3]]
    unit = table((TEXT, NUMBER), *rows)
    assert unit.header["TFORM1"] == "1PA(1000)"
    assert unit.header["NAXIS1"] == 8 + 4
    assert ["".join(unit.data["t"][i]) for i in (0, 70, 71)] == ["x", long, ""]
    assert list(unit.data["n"][-2:]) == [2, 3]


def test_the_heap_is_right_over_many_slices() -> None:
    batches = [
        record_batch((LIST, NUMBER, FLAGS), [[[float(i)] * (i % 4), i, [True] * i]])
        for i in range(40)
    ]
    unit = opened(write("fits", (LIST, NUMBER, FLAGS), batches))[1]
    assert unit.header["PCOUNT"] == sum(8 * (i % 4) + i for i in range(40))
    for i in range(40):
        assert list(unit.data["l"][i]) == [float(i)] * (i % 4)
        assert unit.data["n"][i] == i
        assert list(unit.data["f"][i]) == [True] * i


def test_characters_that_fits_cannot_hold_are_marked() -> None:
    unit = table((Column("u", D.UNICODE, ""),), ["a\x00b\n\x1b[1m"], ["Größe 😀"])
    assert list(unit.data["u"]) == ["a?b??[1m", "Gr??e ?"]
    assert "cannot hold" in "".join(unit.header["COMMENT"])


def test_names_that_fits_cannot_hold_are_marked() -> None:
    assert table((Column("α\n'x'", D.INTEGER, ""),), [1]).header["TTYPE1"] == "??'x'"


def test_no_rows() -> None:
    units = opened(write("fits", COLUMNS, []))
    assert units[1].header["NAXIS2"] == 0
    assert units[1].columns.names == [c.name for c in COLUMNS]


def test_999_columns_and_not_one_more() -> None:
    columns = tuple(Column(f"c{i}", D.SMALLINT, "") for i in range(1000))
    most = table(columns[:999], [1] * 999)
    assert most.header["TFIELDS"] == 999
    with pytest.raises(UsageError, match=r"999.*1000"):
        write("fits", columns, [])


def test_arrays_of_arrays_have_their_shape() -> None:
    grid = Column("g", D.SMALLINT, "", arraysize="2x3")
    unit = table((grid,), [[1, 2, 3, 4, 5, 6]])
    assert unit.header["TDIM1"] == "(2,3)"
    assert unit.data["g"][0].tolist() == [[1, 2], [3, 4], [5, 6]]


def broken_off() -> Iterator[Any]:
    yield record_batch((NUMBER,), [[1]])
    raise UnavailableError("Out of time.")


@pytest.mark.parametrize("name", ["fits", "ecsv", "text"])
def test_an_error_comes_before_the_first_byte(name: str) -> None:
    blocks = find_format(name).write(ResultStream((NUMBER,), broken_off()))
    with pytest.raises(UnavailableError, match="Out of time"):
        next(blocks)
