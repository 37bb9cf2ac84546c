"""The cover of a cone: the fast way is used, and says the same as the public one."""

from __future__ import annotations

import math

import numpy as np
from astropy.coordinates import Latitude, Longitude
from astropy.units import Quantity
from cdshealpix import cone_search, lonlat_to_healpix
from hypothesis import given
from hypothesis import strategies as st

from gammavo.adql import cover


def test_the_fast_way_is_in_use():
    # With another version of cdshealpix it may be gone: then queries are slower.
    assert cover._cone_search().__name__ == "direct"


@given(st.floats(0, 360), st.floats(-90, 90), st.floats(1e-6, 1.0), st.integers(0, 8))
def test_it_says_the_same(ra: float, dec: float, radius: float, order: int):
    cells, orders = cover._cone_search()(ra, dec, radius, order)
    public = cone_search(
        Longitude(ra, "deg"), Latitude(dec, "deg"), Quantity(radius, "rad"), order, 2
    )
    assert np.array_equal(cells, public[0])
    assert np.array_equal(orders, public[1])


@given(
    st.floats(0, 359.999),
    st.floats(-90, 90),
    st.floats(1e-6, 60),
    st.floats(0, 360),
    st.floats(0, 1),
)
def test_no_point_of_a_cone_is_left_out(
    ra: float, dec: float, radius: float, angle: float, part: float
):
    distance = math.radians(radius * part)
    lat = math.radians(dec)
    bearing = math.radians(angle)
    sine = math.sin(lat) * math.cos(distance) + math.cos(lat) * math.sin(
        distance
    ) * math.cos(bearing)
    point_dec = math.asin(max(-1.0, min(1.0, sine)))
    point_ra = math.radians(ra) + math.atan2(
        math.sin(bearing) * math.sin(distance) * math.cos(lat),
        math.cos(distance) - math.sin(lat) * sine,
    )
    index = int(
        lonlat_to_healpix(
            Longitude(point_ra % (2 * math.pi), "rad"), Latitude(point_dec, "rad"), 29
        )[0]
    )
    ranges = cover.cone(ra, dec, math.radians(radius))
    assert any(first <= index <= last for first, last in ranges)
