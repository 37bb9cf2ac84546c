"""Polygons of every form, everywhere on the sky, against samples of their boundaries."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.adql import Catalog
from gammavo.model.columns import (
    Column,
    Datatype,
    Schema,
    SkyPosition,
    SkyRegion,
    Table,
)
from tests.unit.adql.adql_world import Row, World, create_table, with_index
from tests.unit.adql.sky_truth import (
    OUTLINES,
    apart,
    boundary,
    coordinates,
    placed,
    star,
    sunflower,
    vectors,
    within,
)

Polygon = list[tuple[float, float]]

CENTRES = [
    (0.0, 90.0),
    (0.0, -90.0),
    (0.0, 0.0),
    (359.9, 5.0),
    (180.0, -60.0),
    (83.6, 22.0),
]
"""Both poles, both sides of longitude 0, and elsewhere."""

CLEAR = 0.02
"""Degrees: shapes closer to touching than this are not judged by samples."""

NAMES = sorted(OUTLINES)


def _column(name: str, datatype: Datatype) -> Column:
    return Column(name, datatype, "For tests")


POINTS = Table(
    "points",
    "Directions",
    (_column("id", Datatype.INTEGER), _column("ra", Datatype.DOUBLE),
     _column("dec", Datatype.DOUBLE), _column("circle_text", Datatype.REGION),
     _column("radius", Datatype.DOUBLE)),
    positions=(SkyPosition("ra", "dec"),),
    regions=(SkyRegion("circle_text"),),
)  # fmt: skip
POLYGONS = Table(
    "polygons",
    "Outlines at all centres",
    (_column("id", Datatype.INTEGER), _column("outline", Datatype.POLYGON)),
)


def _places() -> Polygon:
    """Return directions all over the sky, and closer together at the centres."""
    chance = random.Random(5)
    near = [
        placed(
            [(chance.gauss(0, 1), chance.gauss(0, 1)) for _ in range(60)], centre, s, 0
        )
        for centre in CENTRES
        for s in (1e-3, 5)
    ]
    return [*coordinates(sunflower(800)), *(place for group in near for place in group)]


@pytest.fixture(scope="module")
def places() -> Polygon:
    return _places()


@pytest.fixture(scope="module")
def outlines() -> list[Polygon]:
    chance = random.Random(7)
    return [
        placed(
            OUTLINES[name][:: chance.choice([1, -1])], centre, 8, chance.uniform(0, 6)
        )
        for name in NAMES
        for centre in CENTRES
    ]


@pytest.fixture(scope="module")
def sky(places: Polygon, outlines: list[Polygon]) -> World:
    rows: list[Row] = [
        {
            "id": number,
            "ra": ra,
            "dec": dec,
            "radius": radius,
            "circle_text": f"CIRCLE ICRS {ra!r} {dec!r} {radius}",
        }
        for number, (ra, dec) in enumerate(places)
        for radius in [(number % 7) + 0.5]
    ]
    areas: list[Row] = [
        {
            "id": number,
            "outline": [float(value) for vertex in polygon for value in vertex],
        }
        for number, polygon in enumerate(outlines)
    ]
    engine = duckdb.connect()
    engine.execute("SET threads = 2")
    create_table(engine, "", POINTS, with_index(POINTS, rows))
    create_table(engine, "", POLYGONS, [*areas, {"id": -1, "outline": None}])
    return World(Catalog([Schema("", "For tests", (POINTS, POLYGONS))]), engine, {})


def _written(polygon: Polygon) -> str:
    return "POLYGON(" + ", ".join(f"{lon!r}, {lat!r}" for lon, lat in polygon) + ")"


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([*NAMES, "star"]),
    st.sampled_from(CENTRES),
    st.sampled_from([1e-3, 0.3, 5.0, 25.0, 50.0]),
    st.floats(0, 6.28),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_points_in_constant_polygons(
    sky: World,
    places: Polygon,
    name: str,
    centre: tuple[float, float],
    size: float,
    turned: float,
    backwards: bool,
    chance: random.Random,
) -> None:
    outline = OUTLINES.get(name) or star(chance, chance.randint(5, 20))
    polygon = placed(outline[::-1] if backwards else outline, centre, size, turned)
    expected = set(np.flatnonzero(within(vectors(places), polygon)).tolist())
    text = "SELECT id FROM points WHERE {} = CONTAINS(POINT(ra, dec), {})"
    shape = _written(polygon)
    assert set(sky.values(text.format(1, shape))) == expected
    assert set(sky.values(text.format(0, shape))) == set(range(len(places))) - expected
    # Neither an index nor a constant: what polygons of rows are tested by.
    rows = shape.replace("POLYGON(", "POLYGON(0 * id + ")
    assert set(sky.values(text.format(1, rows))) == expected


@pytest.mark.parametrize(
    ("name", "centre"),
    [(name, CENTRES[i - k]) for i, name in enumerate(NAMES) for k in (0, 2)],
)
def test_circles_and_constant_polygons(
    sky: World, places: Polygon, name: str, centre: tuple[float, float]
) -> None:
    polygon = placed(OUTLINES[name], centre, 12, len(name))
    _check_circles(
        places,
        polygon,
        lambda test: sky.values(
            "SELECT id FROM points WHERE 1 = "
            + test.format(c="circle_text", p=_written(polygon))
        ),
    )


@pytest.mark.parametrize("number", range(0, len(NAMES) * len(CENTRES), 7))
def test_circles_and_polygons_of_rows(
    sky: World, places: Polygon, outlines: list[Polygon], number: int
) -> None:
    _check_circles(
        places,
        outlines[number],
        lambda test: sky.values(
            f"SELECT points.id FROM points, polygons WHERE polygons.id = {number} "
            "AND 1 = " + test.format(c="CIRCLE(ra, dec, radius)", p="outline")
        ),
    )


def _check_circles(
    places: Polygon, polygon: Polygon, ask: Callable[[str], list[int]]
) -> None:
    """Compare tests of a circle {c} and a polygon {p} with samples of its boundary."""
    rim = boundary(polygon)
    inside = within(vectors(places), polygon)
    reach = apart(vectors(places), rim)
    sign, radius = np.where(inside, 1, -1), np.arange(len(places)) % 7 + 0.5
    depths = {
        "meet": radius + sign * reach.min(axis=1),
        "in": sign * reach.min(axis=1) - radius,
        "around": radius - reach.max(axis=1),
    }
    for test, kind in (
        ("INTERSECTS({c}, {p})", "meet"),
        ("INTERSECTS({p}, {c})", "meet"),
        ("CONTAINS({c}, {p})", "in"),
        ("CONTAINS({p}, {c})", "around"),
    ):
        _check(ask(test), dict(enumerate(depths[kind].tolist())))


def _check(found: Sequence[int], depths: dict[int, float]) -> None:
    assert len(found) == len(set(found))
    sure = {key for key, depth in depths.items() if depth > CLEAR}
    never = {key for key, depth in depths.items() if depth < -CLEAR}
    assert sure <= set(found)
    assert not never & set(found)


@pytest.mark.parametrize("radius", [89.0, 91.0, 120.0, 170.0, 180.0])
def test_polygons_in_large_circles(
    sky: World, outlines: list[Polygon], radius: float
) -> None:
    text = (
        "SELECT id FROM polygons WHERE 1 = CONTAINS(outline, "
        f"CIRCLE(83.6, 22.0, {radius}))"
    )
    depths = {}
    for number, polygon in enumerate(outlines):
        reach = apart(vectors([(83.6, 22.0)]), boundary(polygon))
        depths[number] = radius - float(reach.max())
        one = (
            f"SELECT 1 FROM polygons WHERE id = 0 AND 1 = CONTAINS({_written(polygon)},"
        )
        found = sky.values(f"{one} CIRCLE(83.6, 22.0, {radius}))")
        if abs(depths[number]) > CLEAR:
            assert bool(found) == (depths[number] > 0)
    if radius == 180:
        depths = dict.fromkeys(depths, 1.0)
    _check(sky.values(text), depths)


def _sampled(first: Polygon, second: Polygon) -> tuple[bool, bool] | None:
    """Return whether polygons meet, and the first is in the second; None: too close."""
    rims = boundary(first, 60), boundary(second, 60)
    inside = within(rims[0], second)
    crossing = bool(inside.any() and not inside.all())
    if not crossing and apart(*rims).min() < 0.3:
        return None
    meet = crossing or bool(inside.all() or within(rims[1][:1], first).all())
    return meet, bool(inside.all())


@settings(max_examples=5, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(range(len(CENTRES))),
    st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2)),
    st.sampled_from([0.5, 2.0, 8.0, 20.0]),
    st.floats(0, 6.28),
)
def test_polygons_and_polygons(
    sky: World,
    outlines: list[Polygon],
    name: str,
    centre: int,
    shift: tuple[float, float],
    size: float,
    turned: float,
) -> None:
    (place,) = placed([shift], CENTRES[centre], 8, 0)
    polygon = placed(OUTLINES[name], place, size, turned)
    near = range(centre, len(outlines), len(CENTRES))
    forms = ("INTERSECTS({a}, {b})", "INTERSECTS({b}, {a})", "CONTAINS({a}, {b})")
    tests = ", ".join((*forms, "CONTAINS({b}, {a})"))
    asked = _written(polygon)
    columns = tests.format(a="outline", b=asked)
    rows = {
        number: tuple(answers)
        for number, *answers in sky.ask(f"SELECT id, {columns} FROM polygons")
    }
    for number in near:
        other = outlines[number]
        columns = tests.format(a=_written(other), b=asked)
        assert sky.ask(f"SELECT {columns} FROM polygons WHERE id = 0") == [rows[number]]
        truth, back = _sampled(other, polygon), _sampled(polygon, other)
        if truth is not None and back is not None:
            assert rows[number] == (truth[0], truth[0], truth[1], back[1])


def test_a_polygon_holds_itself_and_its_corners(
    sky: World, outlines: list[Polygon]
) -> None:
    """Whatever lies on a rim is in: exactly the same numbers leave no doubt."""
    everything = list(range(len(outlines)))
    for test in ("CONTAINS(outline, outline)", "INTERSECTS(outline, outline)"):
        text = f"SELECT id FROM polygons WHERE 1 = {test}"
        assert sorted(sky.values(text)) == everything
    for number in range(0, len(outlines), 5):
        lon, lat = outlines[number][2]
        text = (
            f"SELECT CONTAINS(POINT({lon!r}, {lat!r}), outline) FROM polygons "
            f"WHERE id = {number}"
        )
        assert sky.values(text) == [1]


def test_a_notch_is_outside(sky: World) -> None:
    """Polygons with common corners: no edges cross, and yet one leaves the other."""
    arrow, whole = (
        "POLYGON({z}0, 0, 2, 0, 2, 1, 1, 1, 1, 2, 0, 2)",
        "POLYGON(0, 0, 2, 1, 1, 2)",
    )
    for zero in ("", "0 * id + "):
        test = f"CONTAINS({whole}, {arrow.format(z=zero)})"
        text = f"SELECT {test} FROM polygons WHERE id = 0"
        assert sky.values(text) == [0]
        small = "POLYGON(0, 0, 1, 0, 1, 1, 0, 1)"
        text = text.replace(whole, small)
        assert sky.values(text) == [1]


def test_nothing_is_in_a_polygon_that_is_null(sky: World) -> None:
    select = "SELECT COUNT(*) FROM polygons WHERE id = -1 AND"
    for test in (
        "CONTAINS(POINT(1, 2), outline)",
        "CONTAINS(outline, CIRCLE(1, 2, 100))",
        "INTERSECTS(outline, POLYGON(0, 0, 1, 0, 1, 1))",
        "CONTAINS(POINT(1, 2), POLYGON(0, 0, 1, 0, 1, AREA(outline)))",
    ):
        for wanted in (0, 1):
            assert sky.values(f"{select} {wanted} = {test}") == [0]
    assert sky.ask(
        "SELECT AREA(outline), CENTROID(outline), outline FROM polygons WHERE id = -1"
    ) == [(None, None, None)]


def test_vertices_on_one_great_circle_make_no_belt(world: World):
    outline = "0, 60, 90, 80, 180, 60, 180, 85, 270, 89, 0, 85"
    for place, inside in (
        ("180, 0", 0),
        ("0, 0", 0),
        ("0, 50", 0),
        ("0, -90", 0),
        ("1e-12, 0", 0),
        ("90, 85", 1),
        ("120, 82", 1),
        ("300, 80", 0),
    ):
        found = world.value(f"CONTAINS(POINT({place}), POLYGON({outline}))")
        assert found == inside, place
