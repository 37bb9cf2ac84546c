"""Quick looks: significance, projection, target against background, curves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gammavo.dl3 import describe, find_runs
from gammavo.dl3.quicklook import (
    Migration,
    ResponseCurves,
    RunView,
    compare_target,
    energy_distribution,
    li_ma,
    open_view,
    response_view,
    sky_map,
    time_line,
)
from gammavo.dl3.quicklook.response_curves import _raised
from gammavo.dl3.quicklook.sky_map import tangent_plane


@pytest.mark.parametrize(
    ("on", "off", "alpha", "expected"),
    [
        # The values are those of gammapy 2.1 (WStatCountsStatistic).
        (13, 11, 0.5, 2.092832),
        (108, 78, 0.5, 6.896519),
        (0, 10, 0.1, -1.380653),
        (5, 0, 0.2, 4.232918),
        (194, 183, 1 / 9, 20.239886),
        (0, 0, 0.2, 0.0),
    ],
)
def test_significance(on: int, off: int, alpha: float, expected: float):
    assert li_ma(on, off, alpha) == pytest.approx(expected, abs=1e-6)


def test_tangent_plane_is_that_of_the_fits_standard():
    from astropy.wcs import WCS

    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [83.63, 62.0]
    wcs.wcs.crpix = [0.0, 0.0]
    wcs.wcs.cdelt = [1.0, 1.0]
    ra, dec = np.array([80.0, 83.63, 91.0, 263.63]), np.array([60.0, 64.0, 62.0, -62])
    x, y = tangent_plane(ra, dec, (83.63, 62.0))
    truth = wcs.wcs_world2pix(ra[:3], dec[:3], 0)
    assert x[:3] == pytest.approx(truth[0] + 1, abs=1e-9)
    assert y[:3] == pytest.approx(truth[1] + 1, abs=1e-9)
    assert np.isnan(x[3])


def view_of(events: dict[str, np.ndarray], **changes: object) -> RunView:
    number = len(events["ra"])
    filled = {
        "energy": np.ones(number, np.float32),
        "event_time": np.full(number, 55000.005),
        "in_gti": np.ones(number, np.int16),
        **events,
    }
    view = RunView(
        "1",
        (83.6, 21.5),
        True,
        2.5,
        "Crab",
        (83.6, 22.0),
        0.1,
        filled,
        np.array([55000.0]),
        np.array([55000.01]),
        800.0,
        (0.5, None),
        {},
        (),
    )
    return replace(view, **changes)


def test_a_flat_field_has_no_excess_and_a_source_has_its_own():
    rng = np.random.default_rng(1)
    radius, angle = 2 * np.sqrt(rng.random(80_000)), 2 * np.pi * rng.random(80_000)
    dec = 21.5 + radius * np.cos(angle)
    ra = 83.6 + radius * np.sin(angle) / np.cos(np.radians(dec))
    flat = compare_target(view_of({"ra": ra, "dec": dec}))
    assert flat is not None
    assert flat.method == "reflected regions"
    assert abs(flat.significance) < 3.5
    assert flat.alpha * flat.n_off == pytest.approx(80_000 * 0.1**2 / 4, rel=0.1)
    assert flat.off.sum() == pytest.approx(flat.on.sum(), rel=0.1)
    ra = np.append(ra, np.full(300, 83.6))
    dec = np.append(dec, np.full(300, 22.01))
    source = compare_target(view_of({"ra": ra, "dec": dec}))
    assert source is not None
    assert source.n_off == flat.n_off
    assert source.excess == pytest.approx(flat.excess + 300)
    assert source.significance > 15


def test_a_target_on_the_axis_has_a_ring_and_one_outside_nothing():
    events = {"ra": np.full(10, 83.6), "dec": np.full(10, 21.5)}
    ring = compare_target(view_of(events, target_position=(83.6, 21.5)))
    assert ring is not None
    assert (ring.method, ring.n_on, ring.n_off) == ("ring", 10, 0)
    assert compare_target(view_of(events, target_position=(83.6, 30.0))) is None
    assert compare_target(view_of(events, target_position=None)) is None


def test_events_that_are_not_finite_or_not_in_good_time_do_not_count():
    ra, dec = np.array([83.6, np.nan, 83.6]), np.array([22.0, 22.0, 22.0])
    gti = np.array([1, 1, 0], np.int16)
    found = compare_target(view_of({"ra": ra, "dec": dec, "in_gti": gti}))
    assert found is not None
    assert found.n_on == 1


def test_an_empty_run_and_a_run_without_position_can_be_looked_at():
    empty = view_of({"ra": np.zeros(0), "dec": np.zeros(0)})
    found = sky_map(empty)
    assert found is not None
    assert found.counts.sum() == 0
    assert energy_distribution(empty) is None
    assert np.nanmax(time_line(empty).rate) == 0
    assert sky_map(replace(empty, centre=None)) is None


def test_a_map_counts_every_event_once_and_east_is_left():
    view = view_of({"ra": np.array([84.6, 83.6]), "dec": np.array([21.5, 40.0])})
    found = sky_map(view)
    assert found is not None
    assert (found.counts.sum(), found.outside) == (1, 1)
    column = int(np.argmax(found.counts.sum(axis=0)))
    assert column < found.counts.shape[1] // 2
    assert found.smooth.sum() == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("dec", [-89.9, 0.0, 89.5])
def test_graticules_exist_everywhere(dec: float):
    view = view_of({"ra": np.zeros(1), "dec": np.full(1, dec)}, centre=(0.01, dec))
    found = sky_map(view)
    assert found is not None
    assert 2 <= len(found.meridians) <= 9
    assert 2 <= len(found.parallels) <= 9
    assert all(abs(line.at) <= found.half_width for line in found.meridians)


def test_rates_know_the_gaps_between_intervals():
    times = np.array([55000.001, 55000.009])
    events = {"ra": np.zeros(2), "dec": np.zeros(2), "event_time": times}
    start, stop = np.array([55000.0, 55000.008]), np.array([55000.002, 55000.01])
    found = time_line(view_of(events, start=start, stop=stop))
    assert found.ontime == pytest.approx(0.004 * 86400)
    known = np.isfinite(found.rate)
    assert 20 <= known.sum() <= 28
    width = 0.01 * 86400 / len(found.rate)
    assert np.nansum(found.rate) * width == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("s-1 MeV-1 sr-1", "s⁻¹ MeV⁻¹ sr⁻¹"),
        ("1/s/MeV/sr", "s⁻¹ MeV⁻¹ sr⁻¹"),
        ("MeV**-1 s**-1", "MeV⁻¹ s⁻¹"),
        ("", ""),
    ],
)
def test_units_are_shown_raised(unit: str, shown: str):
    assert _raised(unit) == shown


def test_a_simulated_run_shows_all_its_responses(simulated: Path):
    inventory = find_runs(simulated)
    description = describe(simulated, inventory)
    with open_view(simulated, inventory.runs[0], description) as view:
        assert view.livetime > 0
        views = {r: response_view(r, h) for r, h in view.responses.items()}
    assert {"aeff", "edisp", "psf", "bkg"} <= set(views)
    assert isinstance(views["edisp"], Migration)
    area = views["aeff"]
    assert isinstance(area, ResponseCurves)
    assert area.unit == "m²"
    assert len(area.curves) > 1


def test_the_crab_is_seen(test_data: Path):
    folder = test_data / "hess-dl3-dr1"
    inventory = find_runs(folder)
    run = next(run for run in inventory.runs if run.obs_id == "23523")
    with open_view(folder, run, describe(folder, inventory)) as view:
        # Radius and regions of the reference: 20.24 sigma, 9 regions, excess 174.
        found = compare_target(replace(view, on_radius=0.11))
        assert found is not None
        assert found.regions == 9
        assert found.excess == pytest.approx(174, rel=0.05)
        assert found.significance == pytest.approx(20.24, abs=0.5)
