"""What clients of protocols need; the live servers are fixtures of all suites."""

from __future__ import annotations

import pytest

from tests.conftest import missing
from tests.support.stilts import stilts_launchers


@pytest.fixture(scope="session", params=stilts_launchers() or [""])
def stilts(request: pytest.FixtureRequest) -> str:
    """Return each STILTS that the build is judged by."""
    launcher: str = request.param
    if not launcher:
        missing("no STILTS: set GAMMAVO_STILTS to its launcher")
    return launcher
