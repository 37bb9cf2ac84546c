"""The form for cut-outs: units of people in, parameters of SODA out, mistakes at fields."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from made_observation import DID, observation

from gammavo.portal.observation.cutout import CutoutForm, cutout_form

pytestmark = pytest.mark.usefixtures("english")

TARGET = (83.63333, 22.01445)


class NoEvents:
    """Tables in which nothing is found; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def ask(self, adql: str, **values: Any) -> list[dict[str, Any]]:
        self.asked.append(values)
        return []


def form(**sent: str) -> CutoutForm:
    portal: Any = SimpleNamespace(rows=NoEvents())
    return cutout_form(portal, observation(), TARGET, {"cutout": "1", **sent})


def parameters(asked: CutoutForm) -> dict[str, list[str]]:
    assert not asked.is_wrong
    assert urlsplit(asked.link).path == "/vo/soda/sync"
    return parse_qs(urlsplit(asked.link).query)


def test_it_is_set_to_the_target():
    portal: Any = SimpleNamespace(rows=NoEvents())
    shown = cutout_form(portal, observation(), TARGET, {})
    values = {name: field.value for name, field in shown.fields.items() if field.value}
    assert values == {"ra": "83.63333", "dec": "+22.01445", "radius": "0.5"}
    assert not shown.link


def test_tev_become_ev_and_open_ends_infinite():
    found = parameters(
        form(ra="83.63", dec="22.01", radius="0.5", energy_min="1", time_max="53343.93")
    )
    assert found == {
        "ID": [DID],
        "CIRCLE": ["83.63 22.01 0.5"],
        "ENERGY": ["1000000000000 +Inf"],
        "TIME": ["-Inf 53343.93"],
    }


def test_nothing_limits_nothing():
    assert parameters(form()) == {"ID": [DID]}


@pytest.mark.parametrize(
    ("ra", "dec"),
    [
        ("05:34:32", "+22:00:52.02"),
        ("5h34m32s", "22d00m52.02s"),
        ("05 34 32", "22 00 52.02"),
        ("83,6333333", "22,01445"),
    ],
)
def test_positions_in_the_ways_that_people_write_them(ra: str, dec: str):
    circle = parameters(form(ra=ra, dec=dec, radius="1"))["CIRCLE"][0]
    numbers = [float(word) for word in circle.split()]
    assert numbers == pytest.approx([83.633333, 22.01445, 1], abs=1e-5)


def test_declination_just_south_of_the_equator():
    asked = form(ra="83.6", dec="-0:30:00", radius="60")
    assert parameters(asked)["CIRCLE"][0].split()[1] == "-0.5"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"ra": "abc", "dec": "1", "radius": "1"}, "ra"),
        ({"ra": "361", "dec": "1", "radius": "1"}, "ra"),
        ({"ra": "25:00:00", "dec": "1", "radius": "1"}, "ra"),
        ({"ra": "1", "dec": "-91", "radius": "1"}, "dec"),
        ({"ra": "1", "dec": "1:60:00", "radius": "1"}, "dec"),
        ({"ra": "1", "dec": "1", "radius": "0"}, "radius"),
        ({"ra": "1", "dec": "1"}, "radius"),
        ({"radius": "1", "dec": "1"}, "ra"),
        ({"energy_min": "-1"}, "energy_min"),
        ({"energy_min": "2", "energy_max": "1"}, "energy_max"),
        ({"time_min": "nan"}, "time_min"),
        ({"time_min": "inf"}, "time_min"),
        ({"ra": "1'; DROP", "dec": "1", "radius": "1"}, "ra"),
    ],
)
def test_a_mistake_is_told_at_its_field(sent: dict[str, str], field: str):
    asked = form(**sent)
    wrong = [name for name, entry in asked.fields.items() if entry.error]
    assert wrong == [field]
    assert not asked.link
    assert asked.fields[field].value == sent.get(field, "")


def test_an_empty_result_is_told_before_it_is_loaded():
    asked = form(ra="10", dec="5", radius="1")
    assert asked.error
    assert not asked.link
    assert form(time_min="53350").error
    assert form(energy_min="500").error
