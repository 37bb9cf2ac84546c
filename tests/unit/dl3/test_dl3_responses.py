"""Summaries of responses against closed forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from synthetic_dl3 import ENERGY_EDGES, OFFSET_EDGES, aeff, bkg, edisp, psf, response

from gammavo.dl3.fits import open_fits
from gammavo.dl3.grids import nearest, quantile
from gammavo.dl3.responses import Response, read_response

# Radius of a circle that holds 68 % of a two-dimensional Gaussian, in sigma.
R68 = np.sqrt(-2 * np.log(0.32))
AXES = [("ENERG", ENERGY_EDGES, "TeV"), ("THETA", OFFSET_EDGES, "deg")]


def summary(tmp_path: Path, role: str, hdu: Any) -> Response:
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "irf.fits")
    with open_fits(tmp_path, "irf.fits") as file:
        return read_response(role, file.hdus[1])


def radius(found: Response) -> float | None:
    assert found.containment is not None
    return found.containment.at_reference()


def test_psf_table_of_a_gaussian(tmp_path: Path) -> None:
    edges = np.linspace(0, 1, 201)
    centres = 0.5 * (edges[1:] + edges[:-1])
    density = np.exp(-0.5 * (centres / 0.1) ** 2)
    full = np.broadcast_to(density[:, None, None], (200, 3, 30)).copy()
    full[:, :, 29] = 0  # nothing at the highest energy
    hdu = response("PSF", [*AXES, ("RAD", edges, "deg")], {"RPSF": (full, "sr-1")})
    found = summary(tmp_path, "psf", hdu)
    assert radius(found) == pytest.approx(0.1 * R68, rel=1e-3)
    assert found.containment is not None
    assert np.isnan(found.containment.radius[29])
    assert found.containment.extremes(0.1, 100) == pytest.approx((0.1 * R68,) * 2, 1e-3)


def test_psf_of_one_and_of_two_gaussians(tmp_path: Path) -> None:
    one = summary(tmp_path, "psf", psf(0.07))
    assert radius(one) == pytest.approx(0.07 * R68, rel=1e-3)
    assert one.radius is None  # a PSF says nothing of the field of view
    values = {
        name: (np.full((3, 30), value), unit)
        for name, value, unit in (
            ("SCALE", 1.0, "sr-1"),
            ("SIGMA_1", 0.1, "deg"),
            ("AMPL_2", 0.25, ""),
            ("SIGMA_2", 0.2, "deg"),
            ("AMPL_3", 0.0, ""),
            ("SIGMA_3", 0.0, "deg"),
        )
    }
    (tmp_path / "two").mkdir()
    two = radius(summary(tmp_path / "two", "psf", response("PSF", AXES, values)))
    assert two is not None
    # Both Gaussians hold half: sum of the tails is 32 %.
    tails = 0.5 * np.exp(-0.5 * (two / np.array([0.1, 0.2])) ** 2)
    assert tails.sum() == pytest.approx(0.32, abs=1e-4)


def test_psf_of_king_form(tmp_path: Path) -> None:
    gamma, sigma = 2.5, 0.05
    values = {
        "GAMMA": (np.full((3, 30), gamma), ""),
        "SIGMA": (np.full((3, 30), sigma), "deg"),
    }
    found = radius(summary(tmp_path, "psf", response("PSF", AXES, values)))
    assert found is not None
    outside = (1 + found**2 / (2 * gamma * sigma**2)) ** (1 - gamma)
    assert outside == pytest.approx(0.32, abs=1e-6)


def test_psf_of_unknown_form_is_kept_with_a_warning(tmp_path: Path) -> None:
    hdu = response("PSF", AXES, {"OTHER": (np.ones((3, 30)), "")})
    found = summary(tmp_path, "psf", hdu)
    assert found.containment is None
    assert "no resolution" in found.findings[0].message


@pytest.mark.parametrize("norm", [1.0, 0.24, 2400.0])
def test_width_of_the_energy_dispersion(tmp_path: Path, norm: float) -> None:
    found = summary(tmp_path, "edisp", edisp(0.12, norm=norm))
    assert found.migration_width == pytest.approx(0.12 * 0.99446, rel=1e-3)
    assert found.energies == pytest.approx((0.1, 100.0))


def test_effective_area_and_background(tmp_path: Path) -> None:
    found = summary(tmp_path, "aeff", aeff())
    assert found.area is not None
    assert found.radius == 3.0
    assert found.selection == "full-enclosure"
    low, high = found.area.declared()
    assert low is not None
    assert high is not None
    assert (low.energy, high.energy) == (0.3, 80.0)
    (tmp_path / "bkg").mkdir()
    assert summary(tmp_path / "bkg", "bkg", bkg(reach=1.75)).radius == 1.75


def test_only_one_declared_end_of_the_energy_range(tmp_path: Path) -> None:
    found = summary(tmp_path, "aeff", aeff({"LO_THRES": 0.3, "HI_THRES": 100.0}))
    assert found.area is not None
    low, high = found.area.declared()
    assert low is not None
    assert high is not None
    assert high.energy == 100.0  # the end of the grid, but the low one is meant


@pytest.mark.parametrize("unit", ["GeV", "TeV"])
def test_units_of_the_energy_axis(tmp_path: Path, unit: str) -> None:
    factor = {"GeV": 1e3, "TeV": 1.0}[unit]
    hdu = response(
        "AEFF",
        [("ENERG", factor * ENERGY_EDGES, unit), ("THETA", OFFSET_EDGES, "deg")],
        {"EFFAREA": (np.ones((3, 30)), "m2")},
    )
    assert summary(tmp_path, "aeff", hdu).energies == pytest.approx((0.1, 100.0))


def test_response_with_a_single_offset_bin_says_nothing_of_the_field(
    tmp_path: Path,
) -> None:
    edges = np.array([0.39, 0.41])
    hdu = response(
        "AEFF",
        [("ENERG", ENERGY_EDGES, "TeV"), ("THETA", edges, "deg")],
        {"EFFAREA": (np.ones((1, 30)), "m2")},
    )
    assert summary(tmp_path, "aeff", hdu).radius is None


def test_nearest_prefers_the_first_of_two() -> None:
    assert nearest(np.array([0.0, 1.0]), 0.5) == 0
    assert nearest(np.array([0.0, 0.5, 1.0]), 0.5) == 1


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_quantiles_grow_and_stay_inside(weights: list[float]) -> None:
    edges = np.arange(len(weights) + 1.0)
    found = quantile(edges, np.array(weights), 0.16, 0.5, 0.84)
    if sum(weights) > 0:
        assert found is not None
        assert 0 <= found[0] <= found[1] <= found[2] <= len(weights)
    else:
        assert found is None
