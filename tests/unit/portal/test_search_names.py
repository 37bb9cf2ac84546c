"""Names of targets: the list of known sources, releases, places in names."""

from __future__ import annotations

import math

import pytest

from gammavo.model.observations import TargetDescription
from gammavo.portal.search.faults import FieldError
from gammavo.portal.search.names import Names, Origin
from gammavo.portal.search.places import coordinates, place_in_name
from gammavo.portal.search.sources import known_sources, name_key

PRECISE = ("HESS J", "VER J", "LHAASO J", "1FGL J", "IGR J", "PSR J", "RX J")
"""Names whose digits are those of the source itself, or of its pulsar."""


def separation(a: tuple[float, float], b: tuple[float, float]) -> float:
    (ra, dec), (other_ra, other_dec) = (map(math.radians, place) for place in (a, b))
    cosine = math.sin(dec) * math.sin(other_dec)
    cosine += math.cos(dec) * math.cos(other_dec) * math.cos(ra - other_ra)
    return math.degrees(math.acos(min(1.0, cosine)))


def row(name: str, ra: float, dec: float) -> dict[str, object]:
    a, d = math.radians(ra), math.radians(dec)
    x, y = math.cos(d) * math.cos(a), math.cos(d) * math.sin(a)
    return {"target_name": name, "x": x, "y": y, "z": math.sin(d)}


ROWS = [row("MSH15-52", 228.6, -58.8), row("MSH 15-5-02", 228.6, -59.8)]
ROWS += [row("custom", 10.0, 20.0), row("00:29:18 -73:00:00", 7.3, -73.0)]
NAMES = Names([TargetDescription("MSH 15-52", ("MSH 15-5-02",), "SNR")], ROWS)


def test_places_in_names_are_those_of_the_list():
    checked = 0
    for source in known_sources():
        for name in source.names:
            place = place_in_name(name)
            if place is None or not name.startswith(PRECISE):
                continue
            checked += 1
            apart = separation(place, (source.ra, source.dec))
            # Names in ten seconds of time and minutes of arc; positions of an extended
            # source and of its pulsar differ by more than either.
            assert apart < 0.27, f"{name} of {source.name}: {apart:.2f} deg"
    assert checked > 90


def test_list_is_sound():
    sources = known_sources()
    keys = [name_key(name) for source in sources for name in set(source.names)]
    assert len(sources) > 120
    assert len(keys) == len(set(keys))
    assert all(0 <= s.ra < 360 and abs(s.dec) <= 90 for s in sources)
    assert all(s.source_class for s in sources)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("83.63 22.01", (83.63, 22.01)),
        ("83.63,-22.01", (83.63, -22.01)),
        ("83.63d, +22.01d", (83.63, 22.01)),
        ("05:34:31.92 +22:00:52", (83.633, 22.01444)),
        ("5h34m31.92s -0d30m", (83.633, -0.5)),
        ("05 34 31.92 −22 00 52", (83.633, -22.01444)),
        ("gal 184.5575 -5.7844", (83.63307, 22.01444)),
        ("l=184.5575°, b=-5.7844°", (83.63307, 22.01444)),
        ("gal 0 91", None),
        ("400 22", None),
        ("10 91", None),
        ("05:64:00 +10:00:00", None),
        ("Crab", None),
        ("", None),
    ],
)
def test_coordinates(text: str, expected: tuple[float, float] | None):
    found = coordinates(text)
    assert found == (expected and pytest.approx(expected, abs=1e-4))


def test_a_name_that_nobody_knows_may_encode_its_place():
    found = NAMES.find("XYZ J1200+303")
    assert found.position == pytest.approx((180.125, 30.35))
    assert found.origin is Origin.NAME


def test_spellings_of_one_target_are_one():
    for name in ("MSH 15-52", "msh15-52", "MSH 15-5-02", "HESS J1514-591"):
        found = NAMES.find(name)
        assert found.name == "MSH 15-52"
        assert set(found.spellings) == {"MSH15-52", "MSH 15-5-02"}
        assert found.origin is Origin.LIST
    assert NAMES.usual("MSH 15-5-02") == "MSH 15-52"
    assert set(NAMES.spellings("MSH 15-52")) == {"MSH15-52", "MSH 15-5-02"}


def test_a_target_that_only_the_runs_know_is_where_they_point():
    found = NAMES.find("Custom")
    assert found.position == pytest.approx((10.0, 20.0))
    assert found.origin is Origin.RUNS


def test_what_runs_say_of_their_target_is_better_than_any_list():
    places = {"MSH 15-5-02": (228.6125, -59.27167), "elsewhere": (1.0, 2.0)}
    described = [TargetDescription("MSH 15-52", ("MSH 15-5-02",), "SNR")]
    names = Names(described, ROWS, places)
    for name in ("MSH15-52", "MSH 15-5-02"):
        found = names.find(name)
        assert found.position == (228.6125, -59.27167)
        assert found.origin is Origin.FILES
    assert names.find("Crab").origin is Origin.LIST
    assert names.observed() == ["00:29:18 -73:00:00", "MSH 15-52", "custom"]


def test_a_target_may_be_called_as_coordinates():
    assert NAMES.find("00:29:18 -73:00:00").spellings == ("00:29:18 -73:00:00",)


def test_wrong_names_give_suggestions():
    with pytest.raises(FieldError) as caught:
        NAMES.find("Krab Nebula")
    assert caught.value.suggestions[0] == "Crab Nebula"
    with pytest.raises(FieldError) as caught:
        NAMES.find("x" * 1000)
    assert caught.value.suggestions == ()


def test_online_is_asked_last():
    asked: list[str] = []

    def online(name: str) -> tuple[float, float] | None:
        asked.append(name)
        return (1.0, 2.0)

    assert NAMES.find("Crab", online).origin is Origin.LIST
    assert NAMES.find("Nowhere at all", online).origin is Origin.ONLINE
    assert asked == ["Nowhere at all"]
