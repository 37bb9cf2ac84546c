"""Times of the search form, against astropy."""

from __future__ import annotations

import pytest
from astropy.time import Time

from gammavo.portal.search.faults import FieldError
from gammavo.portal.search.times import leap_seconds, time_in, time_text


@pytest.mark.parametrize(
    "text", ["2006-07-28", "2006-07-28T21:30", "1999-01-01 00:00:00.5"]
)
@pytest.mark.parametrize("scale", ["utc", "tt"])
def test_dates_are_as_astropy_has_them(text: str, scale: str):
    expected = Time(text.replace(" ", "T"), scale=scale).tt.mjd
    assert time_in(text, scale) == pytest.approx(expected, abs=1e-10)


def test_leap_seconds_can_be_given():
    expected = Time("2016-12-31T23:59:60", scale="utc").tt.mjd
    assert time_in("2016-12-31T23:59:60", "utc") == pytest.approx(expected, abs=1e-10)


def test_mjd_is_terrestrial_time():
    assert time_in(" 53944.9 ", "mjd") == 53944.9


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("yesterday", "utc"),
        ("2006-02-30", "utc"),
        ("2006-13-01", "tt"),
        ("2006-07-28T25:00:00", "tt"),
        ("2015-12-31T23:59:60", "utc"),
        ("53944.9", "utc"),
        ("2006-07-28", "mjd"),
        ("nan", "mjd"),
        ("1e99", "mjd"),
        ("٢٠٠٦-07-28", "utc"),
    ],
)
def test_other_texts_are_refused(text: str, scale: str):
    with pytest.raises(FieldError):
        time_in(text, scale)


@pytest.mark.parametrize("scale", ["utc", "tt", "mjd"])
def test_what_is_written_is_read_again(scale: str):
    mjd = time_in("2006-07-28T21:30:07", "utc")
    assert time_in(time_text(mjd, scale), scale) == pytest.approx(mjd, abs=6e-6)


def test_last_leap_second_is_that_of_2017():
    assert leap_seconds()[-1] == (57754.0, 37.0)
    assert leap_seconds()[0] == (41317.0, 10.0)
