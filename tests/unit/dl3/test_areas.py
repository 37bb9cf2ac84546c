"""Areas of the sky: what lies in them, and which circles they meet."""

from __future__ import annotations

import numpy as np
import pytest

from gammavo.dl3.areas import contains, meets
from gammavo.model.regions import Circle, surrounding_polygon
from gammavo.protocols.http import Parameters
from gammavo.protocols.soda_parameters import cutout_wish


def area(name: str, text: str):
    (found,) = cutout_wish(Parameters([("ID", "x"), (name, text)])).areas
    return found


def inside(name: str, text: str, ra: float, dec: float) -> bool:
    return bool(contains(area(name, text), np.array([ra]), np.array([dec]))[0])


@pytest.mark.parametrize(
    ("name", "text", "ra", "dec", "expected"),
    [
        ("CIRCLE", "10 20 0.5", 10, 20.5, True),
        ("CIRCLE", "10 20 0.5", 10, 20.5001, False),
        ("CIRCLE", "359.9 0 0.5", 0.3, 0, True),
        ("CIRCLE", "0 90 1", 123, 89.5, True),
        ("CIRCLE", "-1 0 0.1", 359, 0, True),
        ("POS", "RANGE 10 12 -1 1", 12, 1, True),
        ("POS", "RANGE 10 12 -1 1", 12.01, 0, False),
        ("POS", "RANGE 350 10 -1 1", 5, 0, True),
        ("POS", "RANGE 350 10 -1 1", 20, 0, False),
        ("POS", "RANGE 0 360 89 90", 200, 89.1, True),
        ("POS", "RANGE -Inf Inf -Inf 0", 200, -80, True),
        ("POS", "RANGE -Inf Inf -Inf 0", 200, 80, False),
        ("POLYGON", "10 -1 12 -1 12 1 10 1", 11, 0, True),
        ("POLYGON", "10 1 12 1 12 -1 10 -1", 11, 0, True),
        ("POLYGON", "10 -1 12 -1 12 1 10 1", 191, 0, False),
        ("POLYGON", "359 -1 1 -1 1 1 359 1", 0, 0, True),
        ("POLYGON", "0 80 90 80 180 80 270 80", 45, 89, True),
        # A notch: the polygon is not convex.
        ("POLYGON", "0 0 4 0 4 4 2 1 0 4", 2, 3, False),
        ("POLYGON", "0 0 4 0 4 4 2 1 0 4", 0.5, 2, True),
    ],
)
def test_positions(name: str, text: str, ra: float, dec: float, *, expected: bool):
    assert inside(name, text, ra, dec) is expected


def test_nothing_contains_what_is_no_position():
    nowhere = np.array([np.nan])
    for name, text in (
        ("CIRCLE", "0 0 180"),
        ("POS", "RANGE 0 360 -90 90"),
        ("POLYGON", "0 0 9 0 9 9"),
    ):
        assert not contains(area(name, text), nowhere, nowhere)[0]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("CIRCLE", "15 0 2.9", False),
        ("CIRCLE", "15 0 3.1", True),
        ("POS", "RANGE 11 12 -1 1", True),
        ("POS", "RANGE 12.1 13 -1 1", False),
        ("POS", "RANGE 0 360 1.9 3", True),
        ("POLYGON", "11 -9 12 -9 12 9 11 9", True),
        ("POLYGON", "0 -40 40 -40 40 40 0 40", True),
        ("POLYGON", "12.5 -9 13 -9 13 9 12.5 9", False),
    ],
)
def test_meeting_a_field_of_view(name: str, text: str, *, expected: bool):
    assert meets(area(name, text), Circle(10, 0, 2)) is expected


@pytest.mark.parametrize("latitude", [-90.0, -20.0, 0.0, 65.0, 89.5])
def test_a_polygon_around_a_circle(latitude: float):
    circle = Circle(83.6, latitude, 2.5)
    text = " ".join(f"{x} {y}" for x, y in surrounding_polygon(circle, 8))
    around = area("POLYGON", text)
    rng = np.random.default_rng(1)
    ra, dec = rng.uniform(0, 360, 20000), rng.uniform(-90, 90, 20000)
    round_one = area("CIRCLE", f"83.6 {latitude} 2.5")
    larger = area("CIRCLE", f"83.6 {latitude} {2.5 / np.cos(np.pi / 8) + 0.01}")
    polygon = contains(around, ra, dec)
    assert polygon[contains(round_one, ra, dec)].all()
    assert contains(larger, ra, dec)[polygon].all()


def test_no_polygon_around_half_of_the_sky():
    assert surrounding_polygon(Circle(0, 0, 90), 8) == ()
