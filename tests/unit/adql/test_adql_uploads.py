"""Tables that come along with one query: any names, and nothing of the base changed."""

from __future__ import annotations

from typing import Any

import pytest

from gammavo.adql import AdqlError, Catalog, translate
from gammavo.model.columns import Column, Datatype, Schema, Table
from tests.unit.adql.adql_world import World

NAMES = ("u", "U", "size", 'say "hi"', "ra", "select", "Ünï", "a.b", " x ", "")


def _upload() -> Schema:
    columns = tuple(Column(name, Datatype.INTEGER, "uploaded") for name in NAMES)
    text = (
        Column("unit", Datatype.DOUBLE, "x", unit="(10**999999999)"),
        Column("word", Datatype.VARCHAR, "x"),
    )
    return Schema(
        "TAP_UPLOAD",
        "Uploads",
        (
            Table("TAP_UPLOAD.mine", "x", columns),
            Table("TAP_UPLOAD.Other.one", "x", text),
            Table("TAP_UPLOAD.other.ONE", "x", text[1:]),
        ),
    )


@pytest.fixture(scope="module")
def uploaded(world: World) -> World:
    engine = world.engine.cursor()
    names = ", ".join(f'"c{n}" INTEGER' for n in range(len(NAMES)))
    engine.execute(f"CREATE TEMP TABLE t0 ({names})")
    marks = ", ".join("?" for _ in NAMES)
    engine.execute(f"INSERT INTO t0 VALUES ({marks})", list(range(len(NAMES))))
    engine.execute("CREATE TEMP TABLE t1 AS SELECT 2.5::DOUBLE AS c0, 'one' AS c1")
    engine.execute("CREATE TEMP TABLE t2 AS SELECT 'two' AS c0")
    base = Catalog([Schema("gamma", "x", ())])
    catalog = base.with_tables(_upload(), stored_schema="")
    return World(catalog, engine, {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('SELECT "u", "U", "size" FROM TAP_UPLOAD.mine', (0, 1, 2)),
        ('SELECT m."say ""hi""", ra FROM tap_upload.MINE AS m', (3, 4)),
        ('SELECT RA, "select", "Ünï" FROM "TAP_UPLOAD"."mine"', (4, 5, 6)),
        ('SELECT "a.b", mine." x " FROM TAP_UPLOAD.mine', (7, 8)),
        ("SELECT * FROM TAP_UPLOAD.mine", tuple(range(len(NAMES)))),
        ("SELECT TAP_UPLOAD.mine.* FROM TAP_UPLOAD.mine", tuple(range(len(NAMES)))),
        ('SELECT word FROM TAP_UPLOAD."Other.one"', ("one",)),
        ('SELECT word FROM TAP_UPLOAD."other.ONE"', ("two",)),
        ('SELECT MAX("U") FROM TAP_UPLOAD.mine GROUP BY "u" HAVING MAX("U") > 0', (1,)),
        (
            'SELECT a."U" FROM TAP_UPLOAD.mine a JOIN TAP_UPLOAD.mine b ON a."U" = b."U"',
            (1,),
        ),
        ('SELECT "U" FROM (SELECT * FROM TAP_UPLOAD.mine) q', (1,)),
        ('WITH w AS (SELECT * FROM TAP_UPLOAD.mine) SELECT "U" FROM w', (1,)),
        ("SELECT unit * unit AS v FROM TAP_UPLOAD.\"Other.one\"", (6.25,)),
    ],
)  # fmt: skip
def test_names_are_found(
    uploaded: World, query: str, expected: tuple[Any, ...]
) -> None:
    assert uploaded.ask(query) == [expected]


def test_no_name_of_an_upload_is_in_the_sql(uploaded: World) -> None:
    sql = uploaded.compile("SELECT * FROM TAP_UPLOAD.mine").sql
    for name in ("mine", "TAP_UPLOAD", "size", "hi", "select", "Ünï", "a.b"):
        assert name not in sql


def test_the_result_has_the_names_of_the_upload(uploaded: World) -> None:
    compiled = uploaded.compile("SELECT * FROM TAP_UPLOAD.mine")
    names = [column.name for column in compiled.columns]
    assert names == list(NAMES)
    assert compiled.tables == ("TAP_UPLOAD.mine",)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT u FROM TAP_UPLOAD.mine", 'write "u" or "U"'),
        ('SELECT word FROM TAP_UPLOAD."OTHER.one"', "unknown table"),
        ("SELECT ra FROM mine", 'did you mean "TAP_UPLOAD.mine"?'),
        ('SELECT ra FROM "tap_upload".mine', "unknown table"),
        ("SELECT dec FROM TAP_UPLOAD.mine", "unknown column"),
        ("SELECT c1 FROM TAP_UPLOAD.mine", "unknown column"),
        ("SELECT ra FROM t0", "unknown table"),
    ],
)
def test_wrong_names_are_explained(uploaded: World, query: str, message: str) -> None:
    with pytest.raises(AdqlError, match=message.replace("?", r"\?")):
        uploaded.compile(query)


def test_the_base_does_not_know_uploads() -> None:
    base = Catalog([Schema("gamma", "x", ())])
    extended = base.with_tables(_upload())
    query = 'SELECT "U" FROM TAP_UPLOAD.mine'
    sql = translate(query, extended, max_rows=None).sql
    assert 'FROM "TAP_UPLOAD".t0 AS t0' in sql
    assert "t0.c1" in sql
    with pytest.raises(AdqlError, match="unknown table"):
        translate(query, base, max_rows=None)
    assert extended.functions("IVO_HASWORD") == base.functions("ivo_hasword") != ()


def test_two_tables_whose_names_differ_in_case(uploaded: World) -> None:
    columns = (Column("v", Datatype.INTEGER, "x"),)
    schema = Schema(
        "TAP_UPLOAD",
        "x",
        (Table("TAP_UPLOAD.t", "x", columns), Table("TAP_UPLOAD.T", "x", columns)),
    )
    catalog = Catalog(()).with_tables(schema)
    with pytest.raises(AdqlError, match="delimit"):
        translate("SELECT v FROM TAP_UPLOAD.t", catalog, max_rows=None)
    sql = translate('SELECT v FROM TAP_UPLOAD."T"', catalog, max_rows=None).sql
    assert '"TAP_UPLOAD".t1' in sql
