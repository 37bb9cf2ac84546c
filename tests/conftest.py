"""Fixtures that every suite may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def missing(reason: str) -> None:
    """Skip the test, or fail it where GAMMAVO_REQUIRE_ALL demands that all run."""
    if os.environ.get("GAMMAVO_REQUIRE_ALL") == "1":
        pytest.fail(f"GAMMAVO_REQUIRE_ALL=1, but: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder with the real data sets, which are not part of the project."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GAMMAVO_TEST_DATA", default))
    if not folder.is_dir():
        missing(f"no real data in {folder}: set GAMMAVO_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with four small simulated runs; not to be changed."""
    from gammavo.dl3 import simulate

    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, runs=4, seed=7, events_per_run=2000)
    return folder


@pytest.fixture(scope="session")
def simulated_events(simulated: Path) -> int:
    """Return how many events the simulated runs have, counted in the files."""
    from astropy.io import fits

    return sum(
        fits.getheader(path, "EVENTS")["NAXIS2"]
        for path in simulated.glob("data/*.fits.gz")
    )
