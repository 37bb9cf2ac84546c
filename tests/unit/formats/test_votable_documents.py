"""The frame of a VOTable document: head, FIELDs, statuses, errors."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import astropy
import pytest
from lxml import etree

from gammavo.formats import Info, ResultStream, error_document, find_format
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UnavailableError, UsageError
from tests.unit.formats.format_samples import (
    MJD,
    SCALAR_COLUMNS,
    SCALARS,
    record_batch,
    write,
)

SERIALIZATIONS = ["votable/td", "votable/b2", "votable/b"]
NAMESPACE = {"v": "http://www.ivoa.net/xml/VOTable/v1.3"}
NUMBER = Column("n", Datatype.INTEGER, "A number")


def statuses(document: bytes) -> list[tuple[str, str, str]]:
    """Return (value, content, 'before' or 'after' the table) of each QUERY_STATUS."""
    tree = etree.fromstring(document)
    found = []
    for element in tree.iterfind(".//v:INFO[@name='QUERY_STATUS']", NAMESPACE):
        before = any(e.tag.endswith("TABLE") for e in element.itersiblings())
        place = "before" if before else "after"
        found.append((element.get("value"), element.text or "", place))
    return found


@pytest.mark.parametrize("name", SERIALIZATIONS)
@pytest.mark.parametrize("rows", [None, 0, 1])
def test_a_complete_result_has_one_status(name: str, rows: int | None) -> None:
    batches = [] if rows is None else [record_batch([NUMBER], [[5]]).slice(0, rows)]
    document = write(name, [NUMBER], batches)
    assert statuses(document) == [("OK", "", "before")]
    resources = etree.fromstring(document).findall("v:RESOURCE", NAMESPACE)
    assert [r.get("type") for r in resources] == ["results"]


@pytest.mark.parametrize("name", SERIALIZATIONS)
def test_overflow_is_told_after_the_table(name: str) -> None:
    document = write(name, [NUMBER], [record_batch([NUMBER], [[5]])], overflow=True)
    assert statuses(document) == [("OK", "", "before"), ("OVERFLOW", "", "after")]


@pytest.mark.parametrize("name", SERIALIZATIONS)
def test_an_error_after_rows_closes_the_document_and_is_told(name: str) -> None:
    def rows() -> Iterator[object]:
        yield record_batch([NUMBER], [[5], [6]])
        raise UnavailableError("Out of <time>.", advice="Use async.")

    document = write(name, [NUMBER], rows(), overflow=True)
    assert statuses(document) == [
        ("OK", "", "before"),
        ("ERROR", "Out of <time>. Use async.", "after"),
    ]


@pytest.mark.parametrize("name", [*SERIALIZATIONS, "csv", "tsv", "json"])
def test_an_error_before_the_first_row_reaches_the_caller(name: str) -> None:
    def rows() -> Iterator[object]:
        raise UsageError("Division by zero.")
        yield

    chunks = find_format(name).write(ResultStream((NUMBER,), rows()))
    with pytest.raises(UsageError, match="Division"):
        next(chunks)


@pytest.mark.parametrize("name", SERIALIZATIONS)
def test_other_errors_are_not_hidden(name: str) -> None:
    def rows() -> Iterator[object]:
        yield record_batch([NUMBER], [[5]])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(name, [NUMBER], rows())


def test_fields_carry_the_metadata_of_columns() -> None:
    column = Column(
        "t_min",
        Datatype.DOUBLE,
        "Start <of> & all",
        unit="d",
        ucd="time.start",
        utype="obscore:Char.TimeAxis",
        time=MJD,
    )
    document = write("votable/td", [column, NUMBER], [])
    tree = etree.fromstring(document)
    field = tree.find(".//v:FIELD", NAMESPACE)
    assert dict(field.attrib) == {
        "ID": "t_min",
        "name": "t_min",
        "datatype": "double",
        "unit": "d",
        "ucd": "time.start",
        "utype": "obscore:Char.TimeAxis",
        "ref": "system_1",
    }
    assert field.findtext("v:DESCRIPTION", None, NAMESPACE) == "Start <of> & all"
    system = tree.find(".//v:TIMESYS", NAMESPACE)
    assert dict(system.attrib) == {
        "ID": "system_1",
        "timeorigin": "MJD-origin",
        "timescale": "TT",
        "refposition": "TOPOCENTER",
    }


def test_columns_of_one_frame_share_a_coosys() -> None:
    columns = [Column(n, Datatype.DOUBLE, "", frame="ICRS") for n in ("ra", "dec")]
    tree = etree.fromstring(write("votable/td", columns, []))
    systems = [(e.get("ID"), e.get("system")) for e in tree.iter("{*}COOSYS")]
    assert systems == [("system_1", "ICRS")]
    assert [e.get("ref") for e in tree.iter("{*}FIELD")] == ["system_1"] * 2


def test_any_alias_gets_a_unique_and_valid_id() -> None:
    names = ["a", "a", "A", "1", "", "count(*)", "system_1", "x\x01y", "é", "-"]
    columns = [Column(n, Datatype.DOUBLE, "", frame="ICRS") for n in names]
    document = write("votable/b2", columns, [])
    fields = list(etree.fromstring(document).iter("{*}FIELD"))
    assert [f.get("name") for f in fields] == [
        n.replace("\x01", "\ufffd") for n in names
    ]
    ids = [f.get("ID") for f in fields]
    assert ids[:4] == ["a", "a_2", "A", "_1"]
    assert len({*ids, "system_1"}) == len(names) + 1
    assert all(i[0].isalpha() or i[0] == "_" for i in ids)


@pytest.mark.parametrize(
    ("name", "declared"), [("votable/td", 0), ("votable/b2", 0), ("votable/b", 4)]
)
def test_only_binary_declares_numbers_for_null(name: str, declared: int) -> None:
    document = write(name, SCALAR_COLUMNS, [])
    assert len(list(etree.fromstring(document).iter("{*}VALUES"))) == declared


def test_infos_stand_in_the_head() -> None:
    infos = (Info("query", 'SELECT "a" < b\n'), Info("citation", "x", "text & more"))
    document = write("votable/td", [NUMBER], [], infos=infos)
    found = [
        (e.get("name"), e.get("value"), e.text)
        for e in etree.fromstring(document).iter("{*}INFO")
    ]
    assert found[1:] == [
        ("query", 'SELECT "a" < b\n', None),
        ("citation", "x", "text & more"),
    ]


@pytest.mark.parametrize("name", SERIALIZATIONS)
def test_documents_follow_the_schema(name: str) -> None:
    schema = Path(astropy.__file__).parent / "io/votable/data/VOTable.v1.4.xsd"
    rows = record_batch(SCALAR_COLUMNS, [SCALARS])
    document = write(
        name, SCALAR_COLUMNS, [rows], infos=(Info("a", "b"),), overflow=True
    )
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(BytesIO(document)))


def test_error_document_tells_the_message() -> None:
    document = error_document("No <table> \x00 & 'x'", infos=(Info("a", "b"),))
    assert [
        (e.get("name"), e.get("value"), e.text)
        for e in etree.fromstring(document).iter("{*}INFO")
    ] == [
        ("QUERY_STATUS", "ERROR", "No <table> \ufffd & 'x'"),
        ("a", "b", None),
    ]
