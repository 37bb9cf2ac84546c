"""REGION: shapes written as text."""

from __future__ import annotations

import pytest

from gammavo.adql.geometry.regions import (
    RegionText,
    RegionTextError,
    is_icrs,
    parse_numbers,
    parse_region,
)
from tests.unit.adql.adql_world import World


@pytest.mark.parametrize(
    ("text", "kind", "numbers"),
    [
        ("Circle 1.2 2.3 5", "CIRCLE", (1.2, 2.3, 5)),
        ("CIRCLE ICRS 1.2 -2.3 5e-1", "CIRCLE", (1.2, -2.3, 0.5)),
        ("circle icrs geocenter spherical2 1 2 3", "CIRCLE", (1, 2, 3)),
        ("\tPosition\nUNKNOWNFRAME 12.3 45.6 ", "POINT", (12.3, 45.6)),
        ("point 12.3 45.6", "POINT", (12.3, 45.6)),
        ("Box ICRS BARYCENTER 1 2 3 4", "BOX", (1, 2, 3, 4)),
        ("polygon 1 2 3 4 5 +6", "POLYGON", (1, 2, 3, 4, 5, 6)),
        ("AllSky ICRS", "CIRCLE", (0, 0, 180)),
    ],
)
def test_shapes(text: str, kind: str, numbers: tuple[float, ...]) -> None:
    region = parse_region(text)
    assert (region.kind, region.numbers, region.parts) == (kind, numbers, ())


def test_unions_are_flat() -> None:
    region = parse_region("Union ICRS(Circle 1 2 3 union (Box 4 5 6 7 Position 8 9))")
    assert region.kind == "UNION"
    assert [(part.kind, part.numbers) for part in region.parts] == [
        ("CIRCLE", (1, 2, 3)),
        ("BOX", (4, 5, 6, 7)),
        ("POINT", (8, 9)),
    ]
    assert parse_region("Union (Circle 1 2 3)") == RegionText(
        "UNION", 0, parts=(RegionText("CIRCLE", 7, (1, 2, 3)),)
    )


@pytest.mark.parametrize(
    ("text", "offset", "unsupported"),
    [
        ("", 0, False),
        ("   ", 3, False),
        ("Circle", 6, False),
        ("Circle 1 2", 7, False),
        ("Circle 1 2 3 Circle 1 2 3", 13, False),
        ("Circle 1 2 1_0", 11, False),
        ("Circle 1 2 nan", 11, False),
        ("Circle GALACTIC 1 2 3", 7, True),
        ("Circle J2000 1 2 3", 7, True),
        ("Ellipse ICRS 1 2 3 4 5", 0, True),
        ("Not (Circle 1 2 3)", 0, True),
        ("Union (Circle 1 2 3", 19, False),
        ("Union Circle 1 2 3", 6, False),
        ("Union ()", 7, False),
        (")", 0, False),
    ],
)
def test_what_is_no_region(text: str, offset: int, unsupported: bool) -> None:
    with pytest.raises(RegionTextError) as caught:
        parse_region(text)
    assert (caught.value.offset, caught.value.unsupported) == (offset, unsupported)


def test_numbers_of_dali_arrays() -> None:
    assert parse_numbers(" 1 2.5\t-3 ", "CIRCLE") == (1, 2.5, -3)
    for text in ("1 2", "1 2 3 4", "1 2 3)", "1,2,3", ""):
        with pytest.raises(RegionTextError):
            parse_numbers(text, "CIRCLE")


def test_coordinate_systems() -> None:
    assert all(map(is_icrs, ("", "ICRS", "icrs  GEOCENTER", "UNKNOWNFRAME")))
    assert not any(map(is_icrs, ("FK5", "GALACTIC", "ICRS CARTESIAN2", "ICRS;")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Circle 1.2 2.30 5", "CIRCLE ICRS 1.2 2.3 5"),
        ("Position 370 -0.5", "POSITION ICRS 10 -0.5"),
        ("polygon 1 2 3 4 5 1", "POLYGON ICRS 1 2 3 4 5 1"),
        (
            "union (circle 1 2 3 polygon 10 2 30 4 50 1)",
            "UNION ICRS (CIRCLE 1 2 3 POLYGON 10 2 30 4 50 1)",
        ),
    ],
)
def test_regions_as_values(world: World, text: str, expected: str) -> None:
    assert world.value(f"REGION('{text}')") == expected


@pytest.mark.parametrize(
    ("region", "shape"),
    [
        ("Circle ICRS 83 22 2.5", "CIRCLE(83, 22, 2.5)"),
        ("Box 83 22 2.5 1", "BOX(83, 22, 2.5, 1)"),
        ("Polygon 80 20 90 20 85 25 83 21", "POLYGON(80, 20, 90, 20, 85, 25, 83, 21)"),
    ],
)
def test_regions_are_the_shapes_that_they_describe(
    world: World, region: str, shape: str
) -> None:
    for test in (
        "CONTAINS(POINT(s_ra, s_dec), {})",
        "INTERSECTS(s_region, {})",
        "CONTAINS(s_region, {})",
        "CONTAINS({}, s_region)",
    ):
        text = f"SELECT obs_id FROM gamma.observations WHERE 1 = {test}"
        expected = sorted(world.values(text.format(shape)))
        assert sorted(world.values(text.format(f"REGION('{region}')"))) == expected
    for function in ("AREA", "CENTROID"):
        found = world.value(f"{function}(REGION('{region}'))")
        assert found == world.value(f"{function}({shape})")


def test_unions_in_conditions(world: World) -> None:
    parts = (
        "CIRCLE(83, 22, 2)",
        "BOX(86, 22, 3, 3)",
        "POLYGON(70, 10, 80, 10, 80, 20)",
    )
    union = "REGION('union (circle 83 22 2 box 86 22 3 3 polygon 70 10 80 10 80 20)')"
    for test in ("CONTAINS(POINT(s_ra, s_dec), {})", "INTERSECTS({}, s_region)"):
        text = "SELECT obs_id FROM gamma.observations WHERE {} = " + test
        if test.startswith("CONTAINS"):
            assert world.compile(text.format(1, union)).access == "indexed"
        expected = {key for part in parts for key in world.values(text.format(1, part))}
        assert set(world.values(text.format(1, union))) == expected
        known = set(world.values(text.format(1, "CIRCLE(1, 2, 180)")))
        assert set(world.values(text.format(0, union))) == known - expected
    # All of a union must be in another shape; parts that are apart hold what one holds.
    for outer, inside in (("CIRCLE(83, 22, 30)", 1), ("CIRCLE(83, 22, 5)", 0)):
        assert world.value(f"CONTAINS({union}, {outer})") == inside
    apart = "REGION('union (circle 83 22 2 circle 93 22 2)')"
    for inner, inside in (("CIRCLE(93, 22, 1)", 1), ("CIRCLE(88, 22, 6)", 0)):
        assert world.value(f"CONTAINS({inner}, {apart})") == inside
    assert world.value(f"INTERSECTS({apart}, {union})") == 1


def test_measures_of_unions(world: World) -> None:
    union = "REGION('union icrs (circle 80 0 2 circle 90 0 2 position 7 8)')"
    one = world.value("AREA(CIRCLE(80, 0, 2))")
    assert world.value(f"AREA({union})") == pytest.approx(2 * one)
    assert world.value(f"CENTROID({union})") == pytest.approx([85, 0])
    assert world.value(f"COORDSYS({union})") == "ICRS"
    assert world.value("AREA(REGION('allsky'))") == pytest.approx(41252.96125)
