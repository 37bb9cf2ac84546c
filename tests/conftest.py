"""Fixtures that every suite may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Server, gammavo, running_server


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


@pytest.fixture(scope="session")
def server(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve a site with the simulated release."""
    folder = tmp_path_factory.mktemp("simulated-site")
    gammavo("init", folder / "site")
    settings = folder / "site" / "gammavo.toml"
    default = "# records_per_answer = 100"
    assert default in settings.read_text()
    settings.write_text(settings.read_text().replace(default, default[2:-3] + "3"))
    gammavo("ingest", simulated, "--site", folder / "site", "--json")
    with running_server("--site", folder / "site", folder=folder) as running:
        yield running


@pytest.fixture(scope="session")
def hess_server(
    test_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve H.E.S.S. DL3 DR1, straight from its folder."""
    folder = tmp_path_factory.mktemp("hess")
    source = test_data / "hess-dl3-dr1"
    with running_server(source, "--no-previews", folder=folder) as running:
        yield running
