"""The archive that the queries of these tests ask."""

from __future__ import annotations

import pytest

from tests.unit.adql.adql_world import World, make_world


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()
