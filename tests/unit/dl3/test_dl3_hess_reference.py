"""H.E.S.S. DL3 DR1 against an independent calculation of its ObsCore rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gammavo.dl3 import Inventory, describe, find_runs, read_run
from gammavo.model.observations import ReleaseDescription, Run
from gammavo.model.regions import Circle
from tests.conftest import missing

FEW = ("20136", "20151", "23523", "28981", "47829")

# What depends on the site, or is the archive's business.
NOT_COMPARED = {
    "dataproduct_type",
    "dataproduct_subtype",
    "obs_collection",
    "obs_publisher_did",
    "access_url",
    "access_format",
    "access_estsize",
}
ABSOLUTE = {
    "s_ra": 1e-6,
    "s_dec": 1e-6,
    "t_min": 2e-8,
    "t_max": 2e-8,
    "t_exptime": 1e-3,
}
RELATIVE = {
    "s_resolution": 0.01,
    "em_res_power": 0.01,
    "energy_min": 1e-4,
    "energy_max": 1e-4,
    "em_min": 1e-6,
    "em_max": 1e-6,
}


@pytest.fixture(scope="module")
def hess(test_data: Path) -> Path:
    return test_data / "hess-dl3-dr1"


@pytest.fixture(scope="module")
def inventory(hess: Path) -> Inventory:
    return find_runs(hess)


@pytest.fixture(scope="module")
def description(hess: Path, inventory: Inventory) -> ReleaseDescription:
    return describe(hess, inventory)


@pytest.fixture(scope="module")
def reference(test_data: Path) -> dict[str, dict[str, str]]:
    tables = test_data.parent / "reference" / "tables"
    path = tables / "hess_dr1_obscore_reference.csv"
    if not path.is_file():
        missing(f"no reference values in {path}")
    with path.open(newline="") as file:
        return {row["obs_id"]: row for row in csv.DictReader(file)}


def agrees(column: str, expected: str, value: Any) -> bool:
    """Whether a value agrees within the tolerance that the reference states."""
    if expected == "":
        return value is None
    if column == "t_intervals":
        return set(expected.split()) == set(str(value).split())
    if isinstance(value, Circle):
        _, _, *numbers = expected.split()
        have = (value.longitude, value.latitude, value.radius)
        return have == pytest.approx([float(n) for n in numbers], abs=1e-6)
    if isinstance(value, float):
        tolerance = pytest.approx(
            float(expected),
            abs=ABSOLUTE.get(column, 1e-12),
            rel=0 if column in ABSOLUTE else RELATIVE.get(column, 1e-12),
        )
        return bool(value == tolerance)
    return str(value) == expected


def check_run(run: Run, row: Mapping[str, str]) -> None:
    events = run.products[0]
    values = {**events.obscore, **events.obscore_hea}
    wrong = {
        column: (expected, values.get(column))
        for column, expected in row.items()
        if column not in NOT_COMPARED
        and not agrees(column, expected, values.get(column))
    }
    assert not wrong
    size = sum(file.size for file in run.files)
    assert str(round(size / 1000)) == row["access_estsize"]


@pytest.mark.parametrize("obs_id", FEW)
def test_run_agrees_with_the_reference(
    obs_id: str,
    hess: Path,
    inventory: Inventory,
    description: ReleaseDescription,
    reference: dict[str, dict[str, str]],
) -> None:
    run = next(run for run in inventory.runs if run.obs_id == obs_id)
    result = read_run(hess, run, description)
    assert result.run is not None
    check_run(result.run, reference[obs_id])


@pytest.mark.slow
def test_all_runs_agree_with_the_reference(
    hess: Path,
    inventory: Inventory,
    description: ReleaseDescription,
    reference: dict[str, dict[str, str]],
) -> None:
    events = livetime = 0.0
    assert {run.obs_id for run in inventory.runs} == set(reference)
    assert inventory.report.findings == ()
    odd = []
    for run in inventory.runs:
        result = read_run(hess, run, description)
        assert result.run is not None
        assert result.events is not None
        check_run(result.run, reference[run.obs_id])
        events += len(result.events["ra"])
        livetime += result.run.products[0].obscore["t_exptime"]
        odd += [(run.obs_id, f.keyword) for f in result.report.findings]
    assert events == 1_046_156
    assert livetime == pytest.approx(161_236.993, abs=0.01)
    assert odd == [("28981", "OBJECT")]  # its target lies 7.5 degrees away


def test_products_and_files_of_a_run(
    hess: Path, inventory: Inventory, description: ReleaseDescription
) -> None:
    result = read_run(hess, inventory.runs[0], description)
    assert result.run is not None
    names = [product.name for product in result.run.products]
    assert names == ["events", "bundle", "aeff", "edisp", "psf", "bkg"]
    assert [product.product_type for product in result.run.products] == [
        "hea-event-list",
        "hea-event-bundle",
        "aeff",
        "edisp",
        "psf",
        "bkgrate",
    ]
    assert [product.hdu for product in result.run.products] == [
        "EVENTS",
        "",
        "AEFF",
        "EDISP",
        "PSF",
        "BKG",
    ]
    (file,) = result.run.files
    assert file.path == "data/hess_dl3_dr1_obs_id_020136.fits.gz"
    assert file.size == (hess / file.path).stat().st_size
    area = result.run.products[2]
    assert area.obscore["s_region"] == result.run.products[0].obscore["s_region"]
    assert area.obscore_hea["energy_max"] == pytest.approx(1e14, rel=1e-3)
    assert "ev_xel" not in area.obscore_hea
    assert "s_resolution" not in area.obscore


def test_known_release_is_described(
    description: ReleaseDescription, hess: Path
) -> None:
    assert description.name == "hess-dl3-dr1"
    assert description.doi == "10.5281/zenodo.1421099"
    terms = (hess / "README.txt").read_text()
    assert description.terms in terms
    assert description.terms.startswith("No scientific publications may be derived")
    assert description.terms.endswith("full or part of the data.")
