"""Simulated releases: valid, the same for the same seed, and true to their sky."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from gammavo.dl3 import describe, find_runs, read_run, simulate
from gammavo.dl3.simulate.instrument import Instrument
from gammavo.dl3.simulate.plan import DEAD_TIME_CORRECTION
from gammavo.dl3.simulate.sampling import Pointing, draw_events, event_rates
from gammavo.dl3.simulate.sky import SOURCES
from gammavo.model.errors import ConflictError, UsageError
from tests.conftest import missing

CRAB = SOURCES[0]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "release"
    simulate(folder, runs=5, seed=42, events_per_run=3000)
    return folder


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content.update(path.relative_to(folder).as_posix().encode())
            content.update(path.read_bytes())
    return content.hexdigest()


def test_release_is_read_without_a_finding(release: Path) -> None:
    inventory = find_runs(release)
    assert inventory.report.findings == ()
    description = describe(release, inventory)
    assert description.name == "simulated-dl3"
    assert "never made" in description.description
    targets = set()
    for run in inventory.runs:
        result = read_run(release, run, description)
        assert result.report.findings == ()
        assert result.run is not None
        assert result.events is not None
        assert result.optional == ("multip", "detx", "dety", "mc_id")
        names = [product.name for product in result.run.products]
        assert names == ["events", "bundle", "aeff", "edisp", "psf", "bkg"]
        row = result.run.products[0].obscore
        targets.add(row["target_name"])
        assert result.events["in_gti"].all()
        assert (result.events["offset_angle"] < 3.5).all()
        ids = set(np.unique(result.events["mc_id"]).tolist())
        source = next(s for s in SOURCES if s.name == row["target_name"])
        assert ids == {0, source.number}
        x, y = result.events["detx"], result.events["dety"]
        assert result.events["offset_angle"] == pytest.approx(np.hypot(x, y), abs=1e-3)
    assert targets == {source.name for source in SOURCES}
    gap = read_run(release, inventory.runs[4], description)
    assert gap.run is not None
    row = gap.run.products[0].obscore
    assert row["t_exptime"] == pytest.approx(1560 * DEAD_TIME_CORRECTION)


def test_same_seed_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    simulate(tmp_path / "again", runs=5, seed=42, events_per_run=3000)
    assert digest(tmp_path / "again") == digest(release)
    simulate(tmp_path / "other", runs=1, seed=43, events_per_run=3000)
    first = "run_100001.fits.gz"
    assert (tmp_path / "other" / "data" / first).read_bytes() != (
        release / "data" / first
    ).read_bytes()


def test_progress_summary_and_large_runs_uncompressed(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    summary = simulate(
        tmp_path / "big",
        runs=2,
        seed=1,
        events_per_run=250_000,
        name="big-release",
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]
    assert summary.runs == 2
    assert summary.events == pytest.approx(500_000, abs=5000)
    files = sorted(path.name for path in (tmp_path / "big" / "data").iterdir())
    assert files == ["run_100001.fits", "run_100002.fits"]
    assert summary.size > 40 * summary.events
    assert describe(tmp_path / "big", find_runs(tmp_path / "big")).name == "big-release"


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        simulate(tmp_path / "x", runs=0, seed=1)
    with pytest.raises(UsageError):
        simulate(tmp_path / "x", runs=1, seed=-1)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConflictError):
        simulate(tmp_path, runs=1, seed=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_drawn_events_have_the_expected_number_energies_and_spread() -> None:
    random = np.random.default_rng(3)
    instrument = Instrument(20.0, scale=30.0)
    pointing = Pointing(CRAB.ra, CRAB.dec + 0.5)
    events = draw_events(random, instrument, pointing, (CRAB,), ((0.0, 1000.0),), 0.95)
    rates = event_rates(instrument, pointing, (CRAB,), 0.95)
    for number, expected in enumerate(rates * 1000):
        drawn = int((events["MC_ID"] == number).sum())
        assert drawn == pytest.approx(expected, abs=5 * np.sqrt(expected))
    assert (np.diff(events["TIME"]) >= 0).all()
    assert events["TIME"].mean() == pytest.approx(500, abs=10)
    gammas = events[events["MC_ID"] == CRAB.number]
    assert gammas["DEC"].mean() == pytest.approx(CRAB.dec, abs=0.01)
    assert gammas["DETY"].mean() == pytest.approx(-0.5, abs=0.01)
    # Far above the threshold the spectrum is the power law itself.
    high = (gammas["ENERGY"] > 1).sum() / (gammas["ENERGY"] > 2).sum()
    assert high == pytest.approx(2 ** (CRAB.index - 1), rel=0.1)


def test_wobble_offset_at_high_declination() -> None:
    x, y = Pointing(10.0, 89.0).offset_to(190.0, 89.0)  # across the pole
    assert np.hypot(x, y) == pytest.approx(2.0, abs=1e-9)


@pytest.mark.slow
def test_gammapy_finds_the_simulated_flux(tmp_path: Path) -> None:
    try:
        from gammapy.data import DataStore
    except ImportError as error:
        missing(f"gammapy cannot be imported: {error}")
    import astropy.units as u
    from astropy.coordinates import SkyCoord
    from gammapy.datasets import Datasets, SpectrumDataset
    from gammapy.makers import ReflectedRegionsBackgroundMaker, SpectrumDatasetMaker
    from gammapy.maps import MapAxis, RegionGeom
    from gammapy.modeling import Fit
    from gammapy.modeling.models import PowerLawSpectralModel, SkyModel
    from regions import CircleSkyRegion

    simulate(tmp_path / "release", runs=7, seed=7, events_per_run=60_000)
    store = DataStore.from_dir(tmp_path / "release")
    crab = [100001, 100004, 100007]
    energy = MapAxis.from_energy_bounds(0.3, 30, 12, unit="TeV")
    true = MapAxis.from_energy_bounds(0.05, 100, 60, unit="TeV", name="energy_true")
    region = CircleSkyRegion(SkyCoord(CRAB.ra, CRAB.dec, unit="deg"), 0.11 * u.deg)
    geometry = RegionGeom.create(region, axes=[energy])
    empty = SpectrumDataset.create(geom=geometry, energy_axis_true=true)
    maker = SpectrumDatasetMaker(
        containment_correction=True,
        selection=["counts", "exposure", "edisp"],
        use_region_center=True,
    )
    datasets = Datasets()
    for observation in store.get_observations(crab):
        dataset = maker.run(empty.copy(name=str(observation.obs_id)), observation)
        datasets.append(ReflectedRegionsBackgroundMaker().run(dataset, observation))
    law = PowerLawSpectralModel(amplitude="1e-11 cm-2 s-1 TeV-1", index=2)
    datasets.models = [SkyModel(law, name="crab")]
    assert Fit().run(datasets).success
    assert law.amplitude.value == pytest.approx(
        CRAB.amplitude, abs=4 * law.amplitude.error
    )
    assert law.amplitude.error < 0.05 * CRAB.amplitude
    assert law.index.value == pytest.approx(CRAB.index, abs=4 * law.index.error)
