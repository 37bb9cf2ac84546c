"""Where targets are, as runs say: believed if runs agree and can see the place."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from gammavo.archive.target_places import places_of

RUN = {"OBJECT": "A", "RA_OBJ": 10.0, "DEC_OBJ": 20.0, "RA_PNT": 10.5, "DEC_PNT": 20.0}


def places(*rows: dict[str, object]) -> dict[str, tuple[float, float]]:
    return dict(places_of(pa.Table.from_pylist([{**RUN, **row} for row in rows])))


def test_places_are_by_name():
    found = places({}, {"OBJECT": "B ", "RA_OBJ": 350.0, "RA_PNT": 349.5})
    assert found == {"A": (10.0, 20.0), "B": (350.0, 20.0)}


def test_the_middle_is_right_across_zero_and_at_poles():
    found = places({"RA_OBJ": 359.99, "RA_PNT": 0.0}, {"RA_OBJ": 0.01, "RA_PNT": 0.0})
    assert found["A"][0] % 360 == pytest.approx(0, abs=1e-4)
    pole = {"DEC_OBJ": 90.0, "DEC_PNT": 89.5}
    assert places(pole, {**pole, "RA_OBJ": 200.0})["A"][1] == pytest.approx(90)


@pytest.mark.parametrize(
    "row",
    [
        {"RA_OBJ": 0.0, "DEC_OBJ": 0.0, "RA_PNT": 0.5, "DEC_PNT": 0.0},
        {"RA_OBJ": 50.0},
        {"RA_OBJ": None},
        {"DEC_OBJ": 95.0},
        {"RA_OBJ": "10", "DEC_OBJ": "20"},
        {"OBJECT": None},
    ],
)
def test_what_cannot_be_is_no_place(row: dict[str, object]):
    assert places(row) == {}


def test_most_runs_have_to_agree():
    other = {"RA_OBJ": 12.0}
    assert places({}, {}, other) == {"A": (10.0, 20.0)}
    assert places({}, other) == {}


def test_an_index_may_say_nothing_of_targets_or_pointings():
    table = pa.Table.from_pylist([RUN])
    assert places_of(table.drop_columns(["RA_OBJ"])) == {}
    assert places_of(table.drop_columns(["RA_PNT", "DEC_PNT"])) == {"A": (10.0, 20.0)}


def test_release_of_hess(test_data: Path, tmp_path: Path):
    path = test_data / "hess-dl3-dr1" / "obs-index.fits.gz"
    from astropy.table import Table

    index = Table.read(path)
    table = pa.table({name: list(index[name]) for name in RUN})
    found = places_of(table)
    assert found["PKS 2155-304"] == pytest.approx((329.71667, -30.22556), abs=1e-4)
    assert len(found) > 30
