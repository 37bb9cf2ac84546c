"""The sky drawn on the server: projection, edges, poles."""

from __future__ import annotations

import math
import re

import pytest

from gammavo.portal.allsky import HEIGHT, WIDTH, Place, all_sky
from gammavo.portal.allsky import _circle as circle
from gammavo.portal.allsky import _merged as merged
from gammavo.portal.allsky import region_corners as corners

GALACTIC_CENTRE = (266.40499, -28.93617)
NORTH_POLE = (192.85948, 27.12825)
ANTICENTRE = (86.40499, 28.93617)


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def drawn(centre: tuple[float, float], radius: float) -> str:
    place = Place(circle(*centre, radius), 1, "x")
    return all_sky([place]).footprints[0].path


def test_the_centre_of_the_galaxy_is_in_the_middle():
    xs, ys = zip(*points(drawn(GALACTIC_CENTRE, 2.5)), strict=True)
    assert sum(xs) / len(xs) == pytest.approx(WIDTH / 2, abs=0.3)
    assert sum(ys) / len(ys) == pytest.approx(HEIGHT / 2, abs=0.3)


def test_longitudes_increase_to_the_left():
    # Vela (l = 264) is right of the centre, Cygnus X-1 (l = 71) left of it.
    vela, cygnus = drawn((128.836, -45.176), 1), drawn((299.59, 35.2), 1)
    assert points(vela)[0][0] > WIDTH / 2 > points(cygnus)[0][0]


def test_a_circle_at_the_edge_is_drawn_in_two_halves():
    path = drawn(ANTICENTRE, 3)
    assert path.count("M") == 2
    xs = [x for x, _ in points(path)]
    assert min(xs) < 20
    assert max(xs) > WIDTH - 20
    # Nothing crosses the map: no point is near its middle.
    assert not [x for x in xs if abs(x - WIDTH / 2) < WIDTH / 4]


def test_a_circle_around_a_pole_reaches_it():
    path = drawn(NORTH_POLE, 5)
    top = min(y for _, y in points(path))
    assert top == pytest.approx(HEIGHT / 2 - (WIDTH / 2 - 10) / 2, abs=0.2)


def test_a_circle_has_its_radius_everywhere():
    ra, dec = 83.63, 89.0
    for lon, lat in circle(ra, dec, 2.5):
        cosine = math.sin(math.radians(lat)) * math.sin(math.radians(dec)) + math.cos(
            math.radians(lat)
        ) * math.cos(math.radians(dec)) * math.cos(math.radians(lon - ra))
        assert math.degrees(math.acos(cosine)) == pytest.approx(2.5, abs=1e-6)


@pytest.mark.parametrize(
    ("region", "number"),
    [
        ("CIRCLE ICRS 83.6 22.0 2.5", 16),
        ("Circle 83.6 22.0 2.5", 16),
        ("POLYGON ICRS 10 10 12 10 11 12", 3),
        ("UNION ICRS (CIRCLE 1 2 3)", 0),
        ("CIRCLE ICRS", 0),
    ],
)
def test_regions_of_obscore(region: str, number: int):
    assert len(corners(region)) == number


def test_many_close_pointings_become_one_place():
    rows = [
        {"ra": 10 + i / 1000, "dec": 20.0, "runs": 2, "target": "x", "s_region": "r"}
        for i in range(100)
    ]
    assert [row["runs"] for row in merged([*rows, {**rows[0], "dec": -20.0}])] == [
        200,
        2,
    ]
