"""Shapes on the sky, compared with plain trigonometry of the same rows."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.model.regions import separation, unit_vector
from tests.unit.adql.adql_world import World

RIM = 1e-9
"""Degrees: rows closer to a rim than this may be in or out."""

longitudes = st.one_of(
    st.floats(0, 360), st.sampled_from([0.0, 180.0, 359.9999, 360.0])
)
latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 0.0, 90.0, 22.0]))
radii = st.one_of(
    st.floats(0, 180), st.sampled_from([0.0, 1e-7, 0.5, 89.9999, 90.0, 120.0, 180.0])
)


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return separation(unit_vector(*a), unit_vector(*b))


def _check(found: list[Any], depths: dict[Any, float]) -> None:
    """Compare with how far inside (positive) or outside each row is, in degrees."""
    # The chord of nearly 180 degrees hardly depends on the angle.
    inside = {key for key, depth in depths.items() if depth > RIM}
    outside = {key for key, depth in depths.items() if depth < -RIM}
    assert inside <= set(found)
    assert not outside & set(found)
    assert len(found) == len(set(found))


def _rows(world: World, table: str, key: str, lon: str, lat: str) -> dict[Any, Any]:
    return {
        row[key]: (row[lon], row[lat])
        for row in world.rows[table]
        if row[lon] is not None
    }


@settings(max_examples=60, deadline=None)
@given(longitudes, latitudes, radii)
def test_points_in_a_circle(world: World, ra: float, dec: float, r: float) -> None:
    rows = _rows(world, "gamma.sources", "name", "ra", "dec")
    depths = {key: r - _apart(place, (ra, dec)) for key, place in rows.items()}
    if r > 179.9999:
        depths = dict.fromkeys(depths, 1.0 if r == 180 else 0.0)
    select = "SELECT name FROM gamma.sources WHERE"
    shape = f"CONTAINS(POINT(ra, dec), CIRCLE({ra!r}, {dec!r}, {r!r}))"
    found = world.values(f"{select} {shape} = 1")
    _check(found, depths)
    same = [
        f"{select} 1 = {shape}",
        f"{select} INTERSECTS(CIRCLE({ra!r}, {dec!r}, {r!r}), POINT(ra, dec)) = 1",
        f"{select} DISTANCE(POINT({ra!r}, {dec!r}), POINT(ra, dec)) <= {r!r}",
        # Neither the index nor the hidden vectors serve these two.
        f"{select} CONTAINS(POINT(ra + 0, dec), CIRCLE({ra!r}, {dec!r}, {r!r})) = 1",
        f"{select} NOT 0 = {shape}",
    ]
    for text in same[:3] + same[4:]:
        assert sorted(world.values(text)) == sorted(found)
    _check(world.values(same[3]), {k: d for k, d in depths.items() if abs(d) > 1e-6})
    others = world.values(f"{select} 0 = {shape}")
    assert sorted(others + found) == sorted(rows)


@pytest.mark.parametrize(
    "place", [(0.0, 90.0), (0.0, -90.0), (0.0, 0.0), (359.99, 5.0)]
)
@pytest.mark.parametrize("r", [0.01, 5.0, 30.0, 59.0, 61.0, 100.0])
def test_index_search_loses_no_row(
    world: World, place: tuple[float, float], r: float
) -> None:
    ra, dec = place
    shape = f"CIRCLE({ra}, {dec}, {r})"
    text = "SELECT name FROM gamma.sources WHERE 1 = CONTAINS(POINT({}, dec), {})"
    indexed, plain = text.format("ra", shape), text.format("ra + 0", shape)
    assert world.compile(indexed).access == ("indexed" if r < 60 else "scan")
    assert world.compile(plain).access == "scan"
    assert sorted(world.values(indexed)) == sorted(world.values(plain))


@settings(max_examples=40, deadline=None)
@given(st.floats(75, 92), st.floats(15, 29), st.floats(0, 8))
def test_regions(world: World, ra: float, dec: float, r: float) -> None:
    circles = {
        row["obs_id"]: tuple(map(float, row["s_region"].split()[2:]))
        for row in world.rows["gamma.observations"]
        if row["s_region"]
    }
    apart = {key: _apart((c[0], c[1]), (ra, dec)) for key, c in circles.items()}
    select = "SELECT obs_id FROM gamma.observations WHERE 1 ="
    shape = f"CIRCLE('ICRS', {ra!r}, {dec!r}, {r!r})"
    for text, depth in (
        (f"INTERSECTS(s_region, {shape})", lambda c, d: c + r - d),
        (f"INTERSECTS({shape}, s_region)", lambda c, d: c + r - d),
        (f"CONTAINS(POINT({ra!r}, {dec!r}), s_region)", lambda c, d: c - d),
        (f"CONTAINS({shape}, s_region)", lambda c, d: c - r - d),
        (f"CONTAINS(s_region, {shape})", lambda c, d: r - c - d),
    ):
        depths = {key: depth(circles[key][2], apart[key]) for key in circles}
        _check(world.values(f"{select} {text}"), depths)


def test_circles_of_columns(world: World) -> None:
    text = (
        "SELECT name FROM gamma.sources "
        "WHERE 1 = CONTAINS(POINT(83.6, 22), CIRCLE(ra, dec, r95))"
    )
    rows = [row for row in world.rows["gamma.sources"] if row["r95"] is not None]
    depths = {
        row["name"]: row["r95"] - _apart((row["ra"], row["dec"]), (83.6, 22.0))
        for row in rows
    }
    _check(world.values(text), depths)
    assert 0 < len(world.values(text)) < 40


def _winding(place: tuple[float, float], polygon: list[tuple[float, float]]) -> bool:
    """Tell whether a point lies in a polygon, by the angles under which it sees edges."""
    point = unit_vector(*place)
    total = 0.0
    for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        total += _angle(point, unit_vector(*a), unit_vector(*b))
    return abs(total) > math.pi


def _angle(p: Any, a: Any, b: Any) -> float:
    def dot(u: Any, v: Any) -> float:
        return sum(x * y for x, y in zip(u, v, strict=True))

    def cross(u: Any, v: Any) -> Any:
        return (
            u[1] * v[2] - u[2] * v[1],
            u[2] * v[0] - u[0] * v[2],
            u[0] * v[1] - u[1] * v[0],
        )

    left, right = cross(p, a), cross(p, b)
    return math.atan2(dot(p, cross(left, right)), dot(left, right))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(3, 9), st.booleans())
def test_points_in_a_polygon(
    world: World, chance: random.Random, corners: int, mirrored: bool
) -> None:
    """Star-shaped polygons, most of them not convex, in both directions of turning."""
    angles = sorted(
        (i + chance.uniform(0.1, 0.9)) * math.tau / corners for i in range(corners)
    )
    steps = zip(angles, [*angles[1:], angles[0] + math.tau], strict=True)
    if max(b - a for a, b in steps) > 3:
        return
    centre = 83.6 + chance.uniform(-1, 1), 22 + chance.uniform(-1, 1)
    polygon = []
    for angle in angles:
        reach = chance.uniform(0.5, 4)
        dec = centre[1] + reach * math.sin(angle)
        ra = centre[0] + reach * math.cos(angle) / math.cos(math.radians(centre[1]))
        polygon.append((ra, dec))
    if mirrored:
        polygon.reverse()
    numbers = ", ".join(f"{ra!r}, {dec!r}" for ra, dec in polygon)
    text = (
        "SELECT event_id FROM gamma.events "
        "WHERE {} = CONTAINS(POINT(ra, dec), POLYGON({}))"
    )
    found = set(world.values(text.format(1, numbers)))
    rows = _rows(world, "gamma.events", "event_id", "ra", "dec")
    assert found == {key for key, place in rows.items() if _winding(place, polygon)}
    assert set(world.values(text.format(0, numbers))) == set(rows) - found


@settings(max_examples=40, deadline=None)
@given(longitudes, latitudes, longitudes, latitudes)
def test_distance(world: World, ra: float, dec: float, ra2: float, dec2: float) -> None:
    expected = _apart((ra, dec), (ra2, dec2))
    found = world.value(f"DISTANCE(POINT({ra!r}, {dec!r}), POINT({ra2!r}, {dec2!r}))")
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_distances_of_rows(world: World) -> None:
    text = "SELECT name, DISTANCE(POINT(ra, dec), POINT(263.6, -22)) FROM gamma.sources"
    rows = _rows(world, "gamma.sources", "name", "ra", "dec")
    for name, found in world.ask(text):
        assert found == pytest.approx(_apart(rows[name], (263.6, -22.0)), rel=1e-12)


def test_rows_without_position_are_in_no_answer(world: World) -> None:
    shape = "CONTAINS(POINT(s_ra, s_dec), CIRCLE(83.6, 22, 3))"
    text = "SELECT obs_id FROM gamma.observations WHERE {} = " + shape
    inside, outside = world.values(text.format(1)), world.values(text.format(0))
    known = _rows(world, "gamma.observations", "obs_id", "s_ra", "s_dec")
    assert len(known) < len(world.rows["gamma.observations"])
    assert sorted(inside + outside) == sorted(known)


@pytest.mark.parametrize(
    ("where", "access"),
    [
        ("1 = CONTAINS(POINT(ra, dec), CIRCLE(83, 22, 1))", "indexed"),
        ("CONTAINS(POINT(ra, dec), CIRCLE(83, 22, 1)) = 1 AND name = 'S01'", "indexed"),
        ("DISTANCE(POINT(ra, dec), POINT(83, 22)) < 1", "indexed"),
        ("1 > DISTANCE(ra, dec, 83, 22)", "indexed"),
        ("DISTANCE(ra, dec, 83, 22) BETWEEN 0.5 AND 1", "indexed"),
        ("DISTANCE(ra, dec, 83, 22) < 1 OR DISTANCE(ra, dec, 8, 22) < 1", "indexed"),
        ("DISTANCE(ra, dec, 83, 22) < 1 OR name = 'S01'", "scan"),
        ("NOT DISTANCE(ra, dec, 83, 22) < 1", "scan"),
        ("0 = CONTAINS(POINT(ra, dec), CIRCLE(83, 22, 1))", "scan"),
        ("DISTANCE(ra, dec, 83, 22) > 1", "scan"),
        ("DISTANCE(dec, ra, 83, 22) < 1", "scan"),
    ],
)
def test_which_conditions_use_the_index(world: World, where: str, access: str) -> None:
    text = f"SELECT name FROM gamma.sources WHERE {where}"
    assert world.compile(text).access == access
    plain = text.replace("ra, dec", "ra + 0, dec")
    assert sorted(world.values(text)) == sorted(world.values(plain))


def test_index_search_goes_through_subqueries(world: World) -> None:
    condition = "DISTANCE(POINT(a, b), POINT(83.6, 22)) < 1"
    for source in (
        "(SELECT name, ra AS a, dec AS b FROM gamma.sources) q",
        "(SELECT name, ra AS a, dec AS b FROM gamma.sources UNION ALL "
        "SELECT name, ra, dec FROM gamma.sources) q",
    ):
        text = f"SELECT DISTINCT name FROM {source} WHERE {condition}"
        assert world.compile(text).access == "indexed"
        direct = condition.replace("a, b", "ra, dec")
        expected = world.values(f"SELECT name FROM gamma.sources WHERE {direct}")
        assert sorted(world.values(text)) == sorted(expected)
