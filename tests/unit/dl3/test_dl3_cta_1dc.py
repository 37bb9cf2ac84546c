"""CTA 1DC: responses in a calibration database, no GADF classes, an index elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from gammavo.dl3 import describe, find_runs, read_run


@pytest.fixture(scope="module")
def cta(test_data: Path) -> Path:
    return test_data / "cta-1dc"


def test_runs_are_found_through_the_index_in_a_folder_of_its_own(cta: Path) -> None:
    inventory = find_runs(cta)
    assert inventory.report.findings == ()
    ids = [run.obs_id for run in inventory.runs]
    assert ids == ["110380", "111140", "111159", "111630"]
    place = inventory.runs[0].hdus["psf"]
    assert place.path == "caldb/data/cta/1dc/bcf/South_z20_50h/irf_file.fits"


@pytest.mark.parametrize("position", range(4))
def test_values_of_a_run(cta: Path, position: int) -> None:
    inventory = find_runs(cta)
    description = describe(cta, inventory)
    assert description.name == "cta-1dc"
    result = read_run(cta, inventory.runs[position], description)
    assert result.report.findings == ()
    assert result.run is not None
    assert result.events is not None
    assert result.optional == ("detx", "dety", "mc_id")
    names = [product.name for product in result.run.products]
    assert names == ["events", "aeff", "edisp", "psf", "bkg"]  # no bundle: two files
    assert len(result.run.files) == 2
    row = result.run.products[0].obscore
    assert row["target_name"] == "Galactic Plane Survey"
    assert "target_class" not in row
    assert row["s_fov"] == 10.0
    assert (row["t_max"] - row["t_min"]) * 86400 == pytest.approx(1800, abs=1e-3)
    assert row["s_resolution"] == pytest.approx(3600 * 1.56 * 0.051, rel=0.01)
    assert row["em_res_power"] == pytest.approx(1 / 2.355 / 0.069, rel=0.01)
    assert (result.events["offset_angle"] < 5.01).all()
    assert result.events["event_id"].min() > 0
    assert np.diff(result.events["event_id"]).min() > 0


def test_without_the_index_the_calibration_database_is_found(
    cta: Path, tmp_path: Path
) -> None:
    for part in ("data/baseline/gps/gps_baseline_110380.fits", "caldb"):
        target = tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (cta / part).is_dir() else shutil.copy
        copy(cta / part, target)
    inventory = find_runs(tmp_path)
    assert [run.obs_id for run in inventory.runs] == ["110380"]
    assert set(inventory.runs[0].hdus) == {
        "events",
        "gti",
        "aeff",
        "edisp",
        "psf",
        "bkg",
    }
    assert inventory.report.findings == ()
