"""Facts of a run: units, frames and scales are right, origins come along."""

from __future__ import annotations

import pytest
from made_observation import observation

from gammavo.portal.observation.facts import Fact, fact_groups, galactic
from gammavo.portal.observation.facts import _sexagesimal as sexagesimal
from gammavo.portal.observation.run import Observation
from gammavo.portal.observation.scales import instant

pytestmark = pytest.mark.usefixtures("english")


def facts(run: Observation) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for group in fact_groups(run):
        for fact in group.facts:
            found.setdefault(fact.label, []).append(fact)
    return found


def test_utc_is_behind_tt_by_leap_seconds_and_32_184():
    # 32 leap seconds and the 10 s of 1972 from 1999 to the end of 2005.
    moment = instant(53343.92234009259)
    assert moment.tt == "2004-12-04 22:08:10.184"
    assert moment.utc == "2004-12-04 22:07:06.000"
    assert instant(57754.5).utc.endswith("11:58:50.816")  # 2017, 37 s


def test_times_tell_scale_and_origin():
    found = facts(observation())
    (start,) = found["Start (TT)"]
    assert start.origin == "GTI table START, STOP"
    assert start.note == "MJD 53343.922340"
    assert "Start (UTC)" in found


def test_position_in_three_spellings():
    values = [fact.value for fact in facts(observation())["Pointing"]]
    assert values[0].startswith("RA\u00a083.6333°")
    assert values[1] == "05:34:32.00 +21:30:52.0"
    assert values[2].startswith("l\u00a0184.98")
    (offset,) = facts(observation())["Offset of the target"]
    assert offset.value == "0.50°"


@pytest.mark.parametrize(
    ("position", "text"),
    [
        ((359.9999999, -0.0000001), "00:00:00.00 -00:00:00.0"),
        ((83.633, 22.99999999), "05:34:31.92 +23:00:00.0"),
        ((0.0, -0.5), "00:00:00.00 -00:30:00.0"),
        ((10.0, -90.0), "00:40:00.00 -90:00:00.0"),
    ],
)
def test_rounding_carries_over_and_signs_stay(position, text):
    assert sexagesimal(position) == text


def test_galactic_centre_and_pole():
    longitude, latitude = galactic((266.40499, -28.93617))
    assert min(longitude, 360 - longitude) < 1e-3
    assert latitude == pytest.approx(0, abs=1e-3)
    assert galactic((192.85948, 27.12825))[1] == pytest.approx(90, abs=1e-3)


@pytest.mark.parametrize(
    "index",
    [
        {"RA_OBJ": 0.0, "DEC_OBJ": 0.0},
        {"RA_OBJ": 120.0, "DEC_OBJ": 22.0},
        {"RA_OBJ": 83.6, "DEC_OBJ": 122.0},
        {"RA_OBJ": "83.6", "DEC_OBJ": "22"},
    ],
)
def test_place_holders_are_no_position_of_the_target(index):
    run = observation(index={**index, "AZ_PNT": 0.0}, zenith_angle=None)
    assert run.target is None
    assert not {"Offset of the target", "Zenith angle", "Azimuth"} & set(facts(run))


def test_longitudes_end_before_360_degrees():
    values = [
        f.value
        for f in facts(observation(s_ra=267.681206, s_dec=-29.607505))["Pointing"]
    ]
    assert values[2].startswith("l\u00a00.0000°")


def test_what_is_unknown_is_left_out():
    bare = observation(
        index={},
        **dict.fromkeys(
            ["target_name", "s_ra", "s_dec", "t_min", "t_max", "energy_min", "ev_xel"]
        ),
    )
    found = facts(bare)
    assert not {"Pointing", "Target", "Start (TT)", "Energy range"} & set(found)
    assert "Livetime" in found
