"""The parameters of cut-outs: what they mean, and what is refused."""

from __future__ import annotations

import math

import pytest

from gammavo.model.errors import UsageError
from gammavo.model.selections import Selection, Shape
from gammavo.protocols.http import Parameters
from gammavo.protocols.soda_parameters import (
    CutoutWish,
    MultiValuedError,
    cutout_wish,
)


def wish(*pairs: tuple[str, str]) -> CutoutWish:
    return cutout_wish(Parameters([("ID", "a"), *pairs]))


def selection(*pairs: tuple[str, str]) -> Selection:
    (only,) = wish(*pairs).selections()
    return only


def test_energies_are_tev_whatever_they_were():
    assert selection(("ENERGY", "1e12 1e13")).energy == (1.0, 10.0)
    low, high = selection(("BAND", "1.239841984332e-19 1.239841984332e-18")).energy
    assert (low, high) == pytest.approx((1.0, 10.0), rel=1e-12)
    assert selection(("BAND", "-Inf 1.239841984332e-18")).energy == (1.0, math.inf)
    assert selection(("ENERGY", "-Inf +Inf")).energy == (-math.inf, math.inf)


def test_band_and_energy_together_mean_both():
    both = selection(("BAND", "1.239841984332e-19 1"), ("ENERGY", "5e12 Inf"))
    assert both.energy == (5.0, pytest.approx(10.0))


def test_names_have_no_case_and_blank_values_do_not_count():
    found = selection(("circle", "1 2 3"), ("TIME", " "), ("POLYGON", ""))
    assert found.area.shape is Shape.CIRCLE
    assert found.area.numbers == (1, 2, 3)
    assert found.time is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("83 +Inf 20 24", (83, 360, 20, 24)),
        ("-Inf 83 20 24", (0, 83, 20, 24)),
        ("-Inf +Inf -Inf +Inf", (0, 360, -90, 90)),
        ("350 10 20 24", (350, 10, 20, 24)),
    ],
)
def test_open_ends_of_a_range(text: str, numbers: tuple[float, ...]):
    assert selection(("POS", f"RANGE {text}")).area.numbers == numbers


def test_pos_is_the_same_as_the_others():
    circle = selection(("POS", "CIRCLE 1 2 3")).area
    assert circle == selection(("CIRCLE", "1 2 3")).area
    polygon = selection(("POS", "polygon 0 0 1 0 1 1")).area
    assert polygon == selection(("POLYGON", "0 0 1 0 1 1")).area


def test_every_combination_of_values():
    many = wish(
        ("ID", "b"), ("CIRCLE", "1 2 3"), ("POS", "RANGE 1 2 3 4"), ("TIME", "1 2")
    )
    assert many.identifiers == ("a", "b")
    assert many.count == 4
    assert [s.area.shape for s in many.selections()] == [Shape.CIRCLE, Shape.RANGE]
    with pytest.raises(MultiValuedError):
        many.check_single()
    wish(("ID", "b"), ("CIRCLE", "1 2 3"), ("TIME", "1 2")).check_single()


def test_selections_survive_the_way_to_a_worker():
    import json

    for pairs in ([("POLYGON", "0 0 1 0 1 1")], [("TIME", "-Inf 5")], []):
        sent = selection(*pairs)
        document = json.loads(json.dumps(sent.to_document()))
        assert Selection.from_document(document) == sent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIRCLE", "1 2"),
        ("CIRCLE", "NaN 2 3"),
        ("CIRCLE", "1 2 -3"),
        ("CIRCLE", "1 2 Inf"),
        ("CIRCLE", "1 91 3"),
        ("CIRCLE", "1 2 181"),
        ("CIRCLE", "1_0 2 3"),
        ("CIRCLE", "١ 2 3"),
        ("CIRCLE", "1;2;3"),
        ("CIRCLE", "1 2 0x3"),
        ("POLYGON", "0 0 1 1"),
        ("POLYGON", "0 0 1 1 2"),
        ("POLYGON", "0 0 1 0 2 0"),
        ("POLYGON", "0 0 1 1 0 1 1 0"),
        ("POLYGON", "0 0 120 0 240 0"),
        ("POLYGON", "0 0 1 0 1 95"),
        ("POLYGON", "0 0 Inf 0 1 1"),
        ("POLYGON", "1 " * 1000),
        ("POS", "BOX 1 2 3 4"),
        ("POS", "CIRCLE"),
        ("POS", "RANGE 1 2 4 3"),
        ("POS", "RANGE 1 2 95 99"),
        ("POS", "RANGE 1 2 3"),
        ("POS", "RANGE 0 361 0 1"),
        ("POS", "RANGE 1e300 1e300 0 1"),
        ("POS", "RANGE +Inf 1 0 1"),
        ("BAND", "2 1"),
        ("BAND", "-2 -1"),
        ("BAND", "1 2 3"),
        ("ENERGY", "one two"),
        ("ENERGY", "nan nan"),
        ("TIME", "2 1"),
        ("TIME", "1e9999 2"),
    ],
)
def test_what_is_refused(name: str, value: str):
    with pytest.raises(UsageError) as caught:
        wish((name, value))
    assert len(str(caught.value)) < 400


def test_without_an_identifier():
    with pytest.raises(UsageError, match="ID is missing"):
        cutout_wish(Parameters([("CIRCLE", "1 2 3")]))
