"""The small picture of the sky around a run."""

from __future__ import annotations

import re

import pytest
from made_observation import observation

from gammavo.portal.observation.field import Field, field_of


def drawn(**values: object) -> Field:
    field = field_of(observation(**values), None, [])  # type: ignore[arg-type]
    assert field is not None
    return field


def extent(path: str) -> tuple[float, float]:
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d", path)]
    xs, ys = numbers[::2], numbers[1::2]
    return max(xs) - min(xs), max(ys) - min(ys)


def test_footprint_is_round_and_fits():
    width, height = extent(drawn().footprint)
    assert width == pytest.approx(height, rel=0.01)
    assert 200 < width < 300


def test_north_is_up_and_east_to_the_left():
    run = observation()
    field = field_of(run, (84.2, 22.3), [])
    assert field is not None
    assert field.target is not None
    assert float(field.target.x) < 150
    assert float(field.target.y) < 150


def test_neighbours_outside_are_left_out():
    rows = [
        {"s_ra": 83.0, "s_dec": 22.0, "obs_id": "2", "link": "/obs/r/2"},
        {"s_ra": 200.0, "s_dec": 22.0, "obs_id": "3", "link": "/obs/r/3"},
    ]
    field = field_of(observation(), None, rows)
    assert field is not None
    assert [mark.text for mark in field.neighbours] == ["2"]


@pytest.mark.parametrize(
    ("ra", "dec"), [(0.0, 89.9), (0.0, -89.5), (359.9, 0.0), (180.0, 60.0)]
)
def test_poles_and_the_origin_of_right_ascension(ra: float, dec: float):
    region = f"CIRCLE ICRS {ra} {dec} 2.5"
    field = drawn(s_ra=ra, s_dec=dec, s_region=region)
    width, height = extent(field.footprint)
    assert width == pytest.approx(height, rel=0.02)
    assert field.grid


def test_no_region_and_no_pointing():
    assert drawn(s_region=None).footprint == ""
    assert field_of(observation(s_ra=None), None, []) is None
