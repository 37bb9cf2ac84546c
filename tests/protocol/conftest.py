"""Live servers: one with simulated data, one with H.E.S.S. DL3 DR1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.server import Server, gammavo, running_server
from tests.support.stilts import stilts_launchers


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


@pytest.fixture(scope="session", params=stilts_launchers() or [""])
def stilts(request: pytest.FixtureRequest) -> str:
    """Return each STILTS that the build is judged by."""
    launcher: str = request.param
    if not launcher:
        missing("no STILTS: set GAMMAVO_STILTS to its launcher")
    return launcher
