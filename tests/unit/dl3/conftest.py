"""Reading one synthetic run, and registering the marker of slow tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic_dl3 import SyntheticRun

from gammavo.dl3 import RunResult, find_runs, read_run
from gammavo.model.observations import ReleaseDescription

DESCRIPTION = ReleaseDescription("test-release", "A release for tests")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than a second")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., RunResult]:
    """Return a function that writes a run, finds it and reads it."""

    def write_and_read(
        run: SyntheticRun | None = None,
        description: ReleaseDescription = DESCRIPTION,
        *,
        name: str = "run.fits",
    ) -> RunResult:
        (run or SyntheticRun()).write(tmp_path / name)
        inventory = find_runs(tmp_path)
        assert len(inventory.runs) == 1, inventory.report
        return read_run(tmp_path, inventory.runs[0], description)

    return write_and_read
