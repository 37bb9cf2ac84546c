"""Shapes as values, and what is calculated of them: AREA, CENTROID, COORD1, BOX, CAST."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adql.adql_world import World
from tests.unit.adql.sky_truth import (
    OUTLINES,
    Outline,
    apart,
    area,
    coordinates,
    placed,
    star,
    sunflower,
    vectors,
    within,
)

CENTRES = [(0.0, 90.0), (0.0, -90.0), (0.0, 0.0), (359.9, 5.0), (180.0, -60.0)]

SKY = sunflower(40_000)

ROW = "0 * id + "
"""Before a number: the same number, but only the rows know it."""


def _numbers(polygon: Outline) -> str:
    return ", ".join(f"{lon!r}, {lat!r}" for lon, lat in polygon)


def _gap(found: Any, expected: tuple[float, float]) -> float:
    """Return the angle between two positions in degrees."""
    return float(apart(vectors([found]), vectors([expected])).max())


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([*sorted(OUTLINES), "star"]),
    st.sampled_from(CENTRES),
    st.sampled_from([10.0, 25.0, 50.0]),
    st.floats(0, 6.28),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_area_and_centroid_of_polygons(
    world: World,
    name: str,
    centre: tuple[float, float],
    size: float,
    turned: float,
    backwards: bool,
    chance: random.Random,
) -> None:
    outline = OUTLINES.get(name) or star(chance, chance.randint(5, 12))
    polygon = placed(outline[::-1] if backwards else outline, centre, size, turned)
    inside = within(SKY, polygon)
    mean = SKY[inside].mean(axis=0)
    (middle,) = coordinates(mean[np.newaxis] / np.linalg.norm(mean))
    for numbers in (_numbers(polygon), ROW + _numbers(polygon)):
        shape = f"POLYGON({numbers})"
        text = f"SELECT AREA({shape}), CENTROID({shape}), {shape} FROM numbers WHERE id = 1"
        ((square, found, values),) = world.ask(text)
        assert square == pytest.approx(area(polygon), rel=1e-9)
        assert square == pytest.approx(inside.mean() * 41252.961, rel=0.1)
        assert _gap(found, middle) < 0.6  # the points are a degree apart
        assert np.reshape(values, (-1, 2)) == pytest.approx(np.array(polygon), abs=1e-9)


def test_centroid_of_a_symmetric_polygon_is_exact(world: World) -> None:
    for zero in ("", ROW):
        for size in (1e-4, 1, 40):
            box = f"BOX({zero}83.6, 22, {size}, {size / 2})"
            ((found, square),) = world.ask(
                f"SELECT CENTROID({box}), AREA({box}) FROM numbers WHERE id = 1"
            )
            assert _gap(found, (83.6, 22.0)) < 1e-9
            if size == 1e-4:
                assert square == pytest.approx(size * size / 2, rel=1e-6)


@pytest.mark.parametrize("radius", [0.0, 1e-6, 0.5, 90.0, 179.0, 180.0, 200.0])
def test_area_of_circles(world: World, radius: float) -> None:
    cap = 2 * math.pi * (1 - math.cos(math.radians(min(radius, 180))))
    for zero in ("", ROW):
        found = world.value(f"AREA(CIRCLE(1, 2, {zero}{radius}))")
        expected = cap * math.degrees(1) ** 2
        assert found == pytest.approx(expected, rel=1e-9 if radius > 0.01 else 0.1)
    assert world.value("AREA(CIRCLE(1, 2, 0 - id))") is None
    assert world.value("AREA(POINT(1, 2))") == 0


def test_regions_of_the_table(world: World) -> None:
    text = (
        "SELECT s_region, AREA(s_region), CENTROID(s_region), CAST(s_region AS CIRCLE), "
        "COORD1(CENTROID(s_region)), COORDSYS(s_region) FROM gamma.observations"
    )
    answers = world.ask(text)
    assert sum(row[0] is None for row in answers) > 0
    for region, square, centre, circle, longitude, system in answers:
        if region is None:
            assert (square, centre, circle, longitude, system) == (None,) * 5
            continue
        lon, lat, radius = map(float, region.split()[2:])
        cap = 2 * math.pi * (1 - math.cos(math.radians(radius)))
        assert square == pytest.approx(cap * math.degrees(1) ** 2, rel=1e-9)
        assert centre == pytest.approx([lon, lat], abs=1e-10)
        assert circle == pytest.approx([lon, lat, radius], abs=1e-10)
        assert (longitude, system) == (centre[0], "ICRS")
    grouped = world.ask(
        "SELECT s_region, AREA(s_region), CENTROID(s_region), COUNT(*) "
        "FROM gamma.observations GROUP BY s_region"
    )
    assert {row[:2] for row in grouped} == {row[:2] for row in answers}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("POINT(10, -20)", [10, -20]),
        ("POINT('ICRS', 370, 5)", [10, 5]),
        ("POINT(-10, 5)", [350, 5]),
        ("POINT(id - 11, 5)", [350, 5]),
        ("POINT(360, 5)", [360, 5]),
        ("POINT(1, id + 89)", [1, 90]),
        ("POINT(1, id + 90)", None),
        ("POINT(1, NULL)", None),
        ("CIRCLE(POINT(1, 2), 3)", [1, 2, 3]),
        ("CIRCLE(id, 2, r)", [1, 2, 0.5]),
        ("CIRCLE(id, 2, NULL)", None),
        ("POLYGON(1, 2, 3, 2, 2, 4)", [1, 2, 3, 2, 2, 4]),
        ("POLYGON(id, 2, 3, 2, 2, 4)", [1, 2, 3, 2, 2, 4]),
        ("POLYGON(POINT(1, 2), POINT(3, 2), CENTROID(CIRCLE(2, 4, 9)))",
         [1, 2, 3, 2, 2, 4]),
        ("POLYGON(1, 2, 3, 2, 2, NULL)", None),
        ("BOX(1, 2, id - 1, 3)", None),
        ("BOX(1, 2, 3, 180 * id)", None),
        ("COORD1(POINT(1, 2))", 1),
        ("COORD2(POINT(small, id))", 1),
        ("COORD2(POINT(1, NULL))", None),
        ("COORD1(CENTROID(CIRCLE(7, 8, 9)))", 7),
        ("COORDSYS(POINT(1, 2))", "ICRS"),
        ("COORDSYS(CIRCLE(1, 2, small))", "ICRS"),
        ("COORDSYS(POINT(1, id + 90))", None),
        ("CAST('12.3 45.6' AS POINT)", [12.3, 45.6]),
        ("CAST('12.3 45.6 1.0' AS CIRCLE)", [12.3, 45.6, 1]),
        ("CAST(' 1.0 0.1 2.0 0.2 3.0 0.4 ' AS POLYGON)", [1, 0.1, 2, 0.2, 3, 0.4]),
        ("CAST('circle 1 2 3' AS CIRCLE)", [1, 2, 3]),
        ("CAST('1' || ' 2 3' AS CIRCLE)", [1, 2, 3]),
        ("CAST('1' || ' 2 -3' AS CIRCLE)", None),
        ("CAST('1' || ' 92' AS POINT)", None),
        ("CAST('1' || ' nan' AS POINT)", None),
        ("CAST('1' || ' 2 x' AS CIRCLE)", None),
        ("CAST('1' || ' 2' AS CIRCLE)", None),
        ("CAST(word AS POINT)", None),
        ("CAST(NULL AS POLYGON)", None),
        ("CAST(CAST('1' || ' 2' AS POINT) AS POINT)", [1, 2]),
        ("CAST(REGION('CIRCLE 1 2 3') AS CIRCLE)", [1, 2, 3]),
        ("COALESCE(CAST(word AS POINT), POINT(1, 2))", [1, 2]),
        ("DISTANCE(CENTROID(CIRCLE(id, 2, 3)), POINT(1, 2))", 0),
        ("CONTAINS(CAST('1' || ' 2' AS POINT), CAST('1' || ' 2 3' AS CIRCLE))", 1),
        ("CONTAINS(COALESCE(CAST(word AS POINT), POINT(1, 9)), CIRCLE(1, 2, 3))", 0),
    ],
)  # fmt: skip
def test_values(world: World, expression: str, expected: Any) -> None:
    found = world.value(expression)
    assert found == (
        pytest.approx(expected) if isinstance(expected, list) else expected
    )


@settings(max_examples=8, deadline=None)
@given(
    st.floats(0, 360),
    st.sampled_from([-90.0, -89.0, -22.0, 0.0, 60.0, 90.0]),
    st.floats(0.01, 100),
    st.floats(0.01, 100),
)
def test_boxes(
    world: World, ra: float, dec: float, width: float, height: float
) -> None:
    """A position is in a box if its angles along both arms are within half the sizes."""
    lon, lat = math.radians(ra), math.radians(dec)
    centre = vectors([(ra, dec)])[0]
    east = np.array([-math.sin(lon), math.cos(lon), 0.0])
    north = np.array(
        [-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)]
    )
    rows = {
        row["name"]: vectors([(row["ra"], row["dec"])])[0]
        for row in world.rows["gamma.sources"]
    }
    depths = {}
    for name, place in rows.items():
        along = [
            math.degrees(math.atan2(place @ a, place @ centre)) for a in (east, north)
        ]
        sizes = (width, height)
        depths[name] = min(s / 2 - abs(a) for s, a in zip(sizes, along, strict=True))
    for zero in ("", "0 * ra + "):
        box = f"BOX({zero}{ra!r}, {dec!r}, {width!r}, {height!r})"
        text = (
            f"SELECT name FROM gamma.sources WHERE 1 = CONTAINS(POINT(ra, dec), {box})"
        )
        found = set(world.values(text))
        assert {name for name, depth in depths.items() if depth > 1e-6} <= found
        assert not found & {name for name, depth in depths.items() if depth < -1e-6}


def test_corners_of_a_box(world: World) -> None:
    for zero in ("", ROW):
        found = world.value(f"BOX({zero}10, 0, 4, 2)")
        corners = np.reshape(found, (4, 2))
        assert corners[:, 0] == pytest.approx([12, 12, 8, 8])
        assert corners[0, 1] == pytest.approx(-corners[1, 1])
        assert corners[0, 1] == pytest.approx(1, abs=1e-3)
        assert corners[2] == pytest.approx([8, corners[1, 1]])


def test_shapes_go_through_subqueries(world: World) -> None:
    text = (
        "SELECT name, square FROM (SELECT name, CIRCLE(ra, dec, 1) AS c, "
        "BOX(ra, dec, 2, 2) AS b, AREA(BOX(ra, dec, 2, 2)) AS square FROM gamma.sources) q "
        "WHERE 1 = CONTAINS(POINT(83.6, 22), {})"
    )
    direct = "SELECT name FROM gamma.sources WHERE 1 = CONTAINS(POINT(83.6, 22), {})"
    for name, shape in (("c", "CIRCLE(ra, dec, 1)"), ("b", "BOX(ra, dec, 2, 2)")):
        found = world.ask(text.format(name))
        assert {row[0] for row in found} == set(world.values(direct.format(shape)))
        assert all(row[1] == pytest.approx(4, rel=1e-3) for row in found)
    united = (
        "SELECT POINT(ra, dec) AS p FROM gamma.sources UNION "
        "SELECT pos FROM gamma.sources UNION SELECT CENTROID(CIRCLE(1, 2, 3)) FROM numbers"
    )
    assert len(world.ask(united)) == len(world.rows["gamma.sources"]) + 1


def test_shapes_of_groups(world: World) -> None:
    text = (
        "SELECT obs_id, CONTAINS(POINT(AVG(ra), AVG(dec)), "
        "BOX(AVG(ra), AVG(dec), 1, 1)) FROM gamma.events GROUP BY obs_id"
    )
    assert {row[1] for row in world.ask(text)} == {1}
    text = "SELECT POINT(ra, dec), COUNT(*) FROM gamma.sources GROUP BY ra, dec"
    assert sorted(row[0] for row in world.ask(text)) == sorted(
        [row["ra"], row["dec"]] for row in world.rows["gamma.sources"]
    )
    text = "SELECT AREA(CIRCLE(pos, r95)) AS a, COUNT(*) FROM gamma.sources GROUP BY a"
    assert len(world.ask(text)) > 3


def test_subqueries_within_shapes(world: World) -> None:
    text = (
        "SELECT COUNT(*) FROM gamma.sources WHERE 1 = CONTAINS(POINT("
        "(SELECT MAX(ra) FROM gamma.sources), (SELECT MAX(dec) FROM gamma.sources)), "
        "BOX(ra, dec, 170, 170))"
    )
    (count,) = world.values(text)
    assert 0 < count <= len(world.rows["gamma.sources"])


def test_nested_shapes_are_compiled_once_per_level(world: World) -> None:
    """The time to compile grows with the depth, not with a power of it."""
    value = "1"
    for _ in range(12):
        value = f"COORD1(CENTROID(CIRCLE({value} + id, 2, 3)))"
    assert world.value(value) == 13
