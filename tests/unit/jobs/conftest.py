"""Fixtures for tests of jobs."""

from __future__ import annotations

import pytest

from tests.support.job_site import empty_database


@pytest.fixture(autouse=True)
def _no_jobs() -> None:
    empty_database()
