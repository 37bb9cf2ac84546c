"""Mission times to MJD in TT, good time intervals, T-MOC."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy.time import Time, TimeDelta
from hypothesis import given
from hypothesis import strategies as st
from mocpy import TimeMOC

from gammavo.dl3.findings import Findings, UnusableFileError
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.intervals import COARSE_ORDER, Intervals
from gammavo.dl3.times import TimeReference, time_reference


def reference(*headers: dict[str, Any]) -> tuple[TimeReference, Findings]:
    findings = Findings()
    chain = HeaderChain(
        tuple((f"header {n}", header.get) for n, header in enumerate(headers))
    )
    return time_reference(chain, file="f.fits", findings=findings), findings


@pytest.mark.parametrize("scale", ["tt", "tai", "utc", "tdb"])
@pytest.mark.parametrize("seconds", [0.0, 1.2345e8, 4.0e8])
def test_agrees_with_astropy(scale: str, seconds: float) -> None:
    header = {"MJDREFI": 53402, "MJDREFF": 0.25, "TIMESYS": scale}
    expected = Time(53402, 0.25, format="mjd", scale=scale)
    expected += TimeDelta(seconds, format="sec")
    found, findings = reference(header)
    assert findings.entries == []
    # The rates of TDB and TT differ by up to 2 ms, in the course of a year.
    tolerance = 4e-3 if scale == "tdb" else 1e-6
    assert found.mjd(np.array([seconds]))[0] == pytest.approx(
        expected.tt.mjd, abs=tolerance / 86400
    )


def test_leap_seconds_are_counted() -> None:
    # A UTC file with MET across the leap seconds of 2006, 2009 and 2012.
    found, _ = reference({"MJDREF": 53402.0, "TIMESYS": "UTC"})
    met = (Time("2013-01-01", scale="utc") - Time("2005-02-01", scale="utc")).sec
    expected = Time("2013-01-01", scale="utc").tt.mjd
    naive = Time(53402.0 + met / 86400, format="mjd", scale="utc").tt.mjd
    assert found.mjd(np.array([met]))[0] == pytest.approx(expected, abs=1e-10)
    assert (naive - expected) * 86400 == pytest.approx(3.0, abs=1e-3)


def test_gps_is_19_seconds_behind_tai() -> None:
    gps, _ = reference({"MJDREFI": 44244, "TIMESYS": "GPS"})
    tai, findings = reference({"MJDREFI": 44244, "TIMESYS": "TAI"})
    seconds = np.array([1e9])
    assert (gps.mjd(seconds) - tai.mjd(seconds))[0] * 86400 == pytest.approx(
        19, abs=1e-5
    )
    assert len(findings.entries) == 1
    expected = Time(1e9, format="gps").tt.mjd
    assert gps.mjd(seconds)[0] == pytest.approx(expected, abs=1e-10)


def test_units_timezero_and_the_first_header_with_an_epoch() -> None:
    header = {"MJDREFI": 51910, "MJDREFF": 0.5, "TIMEUNIT": "d", "TIMEZERO": 2.0}
    found, findings = reference({"TIMESYS": "TT"}, header)
    assert found.mjd(np.array([1.5]))[0] == 51914.0
    assert found.origin == "header 1 MJDREFI"
    assert findings.entries == []


def test_what_is_missing_or_unknown() -> None:
    found, findings = reference({"MJDREFI": 51910, "TIMEUNIT": "fortnight"})
    assert found.unit == 1.0
    assert [entry.keyword for entry in findings.entries] == ["TIMESYS", "TIMEUNIT"]
    with pytest.raises(UnusableFileError, match="unknown"):
        reference({"MJDREFI": 51910, "TIMESYS": "LOCAL"})
    with pytest.raises(UnusableFileError, match="when times count"):
        reference({"MJDREFF": 0.5, "TIMESYS": "TT"})


TT = TimeReference(55555.0, 43200.0, 1.0, "test")


def intervals(*pairs: tuple[float, float]) -> Intervals:
    start, stop = np.array(pairs).T
    return Intervals(start, stop, TT, "test")


def test_instants_are_in_an_interval_with_its_ends() -> None:
    good = intervals((0, 10), (20, 30))
    times = np.array([-0.1, 0, 5, 10, 10.1, 20, 30, 30.1])
    assert good.contain(times, TT).astype(int).tolist() == [0, 1, 1, 1, 0, 1, 1, 0]
    later = TimeReference(55555.0, 43205.0, 1.0, "five seconds later")
    assert good.contain(times - 5, later).astype(int).tolist() == [
        0,
        1,
        1,
        1,
        0,
        1,
        1,
        0,
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(1, 3000)), min_size=1, max_size=20
    )
)
def test_tmoc_covers_the_intervals_to_a_second(spans: list[tuple[int, int]]) -> None:
    edges = sorted((float(a), float(a + b)) for a, b in spans)
    merged: list[list[float]] = []
    for start, stop in edges:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    good = intervals(*((start, stop) for start, stop in merged))
    moc = TimeMOC.from_string(good.to_tmoc())
    excess = moc.total_duration.sec - good.duration
    assert -1e-3 <= excess <= 1.06 * len(merged)


def test_many_intervals_become_a_coarse_tmoc() -> None:
    start = np.arange(20_000) * 140.0
    good = Intervals(start, start + 130.0, TT, "test")
    moc = TimeMOC.from_string(good.to_tmoc())
    assert moc.max_order == COARSE_ORDER
    exact = TimeMOC.from_time_ranges(
        Time(55555.5 + good.start / 86400, format="mjd", scale="tt"),
        Time(55555.5 + good.stop / 86400, format="mjd", scale="tt"),
        order=COARSE_ORDER,
    )
    assert moc == exact
    assert len(good.to_tmoc()) < 1000
