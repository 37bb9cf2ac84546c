"""What is told of output columns: unit, UCD, type, description."""

from __future__ import annotations

import pytest

from gammavo.model.columns import Column, Datatype
from tests.unit.adql.adql_world import World


def _column(world: World, expression: str, table: str) -> Column:
    (column,) = world.compile(f"SELECT {expression} FROM gamma.{table}").columns
    return column


@pytest.mark.parametrize(
    ("table", "expression", "unit", "ucd", "datatype"),
    [
        ("observations", "exposure", "s", "time.duration", Datatype.DOUBLE),
        ("observations", "exposure AS e", "s", "time.duration", Datatype.DOUBLE),
        ("observations", "AVG(exposure)", "s", "time.duration;stat.mean", Datatype.DOUBLE),
        ("observations", "SUM(n_events)", None, "meta.number", Datatype.BIGINT),
        ("observations", "MIN(started)", None, "time.start;stat.min", Datatype.TIMESTAMP),
        ("observations", "COUNT(*)", None, "meta.number", Datatype.BIGINT),
        ("observations", "COUNT(exposure)", None, "meta.number", Datatype.BIGINT),
        ("observations", "MAX(s_ra) - MIN(s_ra)", "deg", "pos.eq.ra;arith.diff",
         Datatype.DOUBLE),
        ("observations", "IN_UNIT(exposure, 'h')", "h", "time.duration", Datatype.DOUBLE),
        ("observations", "exposure * 2", "s", None, Datatype.DOUBLE),
        ("observations", "s_ra + 10", "deg", None, Datatype.DOUBLE),
        ("observations", "s_ra / exposure", "deg.s**-1", None, Datatype.DOUBLE),
        ("observations", "SQRT(exposure * exposure)", "s", None, Datatype.DOUBLE),
        ("observations", "RADIANS(s_ra)", "rad", None, Datatype.DOUBLE),
        ("observations", "s_ra + exposure", None, None, Datatype.DOUBLE),
        ("observations", "n_tel + 1", None, None, Datatype.BIGINT),
        ("observations", "ABS(s_dec)", "deg", "pos.eq.dec;meta.main", Datatype.DOUBLE),
        ("observations", "UPPER(target)", None, None, Datatype.VARCHAR),
        ("observations", "COALESCE(n_tel, 1.5)", None, None, Datatype.DOUBLE),
        ("observations", "CAST(exposure AS INTEGER)", "s", "time.duration",
         Datatype.INTEGER),
        ("events", "energy", "TeV", "em.energy", Datatype.REAL),
        ("events", "MAX(energy)", "TeV", "em.energy;stat.max", Datatype.REAL),
        ("events", "energy * 1", "TeV", None, Datatype.DOUBLE),
        ("events", "DISTANCE(ra, dec, 1, 2)", "deg", "pos.angDistance", Datatype.DOUBLE),
        ("sources", "CONTAINS(pos, CIRCLE(1, 2, 3))", None, None, Datatype.INTEGER),
        ("sources", "POINT(ra, dec)", "deg", "pos.eq", Datatype.POINT),
        ("sources", "CIRCLE(pos, 1)", "deg", "pos.outline", Datatype.CIRCLE),
        ("sources", "BOX(pos, 1, 2)", "deg", "pos.outline", Datatype.POLYGON),
        ("sources", "CENTROID(CIRCLE(pos, 1))", "deg", "pos.eq", Datatype.POINT),
        ("sources", "REGION('circle 1 2 3')", None, "pos.outline", Datatype.REGION),
        ("sources", "AREA(CIRCLE(pos, 1))", "deg**2", "phys.angArea", Datatype.DOUBLE),
        ("sources", "COORD2(POINT(ra, dec))", "deg", "pos.eq.dec", Datatype.DOUBLE),
        ("sources", "COORD1(pos)", "deg", None, Datatype.DOUBLE),
        ("sources", "COORDSYS(pos)", None, "pos.frame", Datatype.VARCHAR),
        ("sources", "CAST('1 2 3' AS CIRCLE)", "deg", "pos.outline", Datatype.CIRCLE),
        ("observations", "AVG(AREA(s_region))", "deg**2", "phys.angArea;stat.mean",
         Datatype.DOUBLE),
        ("sources", "(SELECT MAX(energy) FROM gamma.events)", "TeV",
         "em.energy;stat.max", Datatype.REAL),
    ],
)  # fmt: skip
def test_units_and_ucds(
    world: World,
    table: str,
    expression: str,
    unit: str | None,
    ucd: str | None,
    datatype: Datatype,
) -> None:
    column = _column(world, expression, table)
    assert (column.unit, column.datatype) == (unit, datatype)
    if ucd is not None:
        assert column.ucd == ucd


def test_names_and_descriptions(world: World) -> None:
    text = (
        'SELECT obs_id AS "My Id", AVG( exposure ), 2 '
        "FROM gamma.observations GROUP BY obs_id"
    )
    first, mean, two = world.compile(text).columns
    assert (first.name, first.description) == ("My Id", "The obs_id")
    assert (mean.name, mean.description) == ("avg", "AVG( exposure )")
    assert two.name == "column_3"


def test_set_operators_take_the_metadata_of_the_left(world: World) -> None:
    text = (
        "SELECT exposure AS v FROM gamma.observations "
        "UNION SELECT energy FROM gamma.events"
    )
    (column,) = world.compile(text).columns
    assert (column.name, column.unit, column.datatype) == ("v", "s", Datatype.DOUBLE)


def test_metadata_go_through_subqueries(world: World) -> None:
    text = (
        "WITH w AS (SELECT AVG(energy) AS m FROM gamma.events) "
        "SELECT q.m FROM (SELECT m FROM w) q"
    )
    (column,) = world.compile(text).columns
    assert (column.unit, column.ucd) == ("TeV", "em.energy;stat.mean")


def test_tables_are_listed_once(world: World) -> None:
    text = (
        "SELECT 1 FROM gamma.events a, gamma.events b WHERE EXISTS "
        "(SELECT 1 FROM gamma.details)"
    )
    assert world.compile(text).tables == ("gamma.events", "gamma.details")


@pytest.mark.parametrize(
    ("expression", "votable"),
    [
        ("POINT(ra, dec)", ("double", "2", "point")),
        ("CIRCLE(ra, dec, r95)", ("double", "3", "circle")),
        ("POLYGON(pos, POINT(1, 2), POINT(2, 3))", ("double", "*", "polygon")),
        ("BOX(pos, 1, 2)", ("double", "*", "polygon")),
        ("REGION('box 1 2 3 4')", ("char", "*", "adql:REGION")),
    ],
)
def test_shapes_are_declared_as_dali_has_them(
    world: World, expression: str, votable: tuple[str, str, str]
) -> None:
    column = _column(world, expression, "sources")
    assert column.votable == votable
    assert column.frame == "ICRS"
