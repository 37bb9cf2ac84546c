"""Wrong queries: refused, with the place and a message that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from gammavo.adql import AdqlError, NotSupportedError
from gammavo.model.errors import UsageError
from tests.unit.adql.adql_world import World

_LINES = (Path(__file__).parent / "data" / "errors.txt").read_text().splitlines()
CASES = [
    tuple(part.strip() for part in line.split(" |", 2))
    for line in _LINES
    if not line.startswith("#")
]


@pytest.mark.parametrize(("place", "part", "query"), CASES)
def test_message_and_place(world: World, place: str, part: str, query: str) -> None:
    with pytest.raises(AdqlError) as caught:
        world.compile(query.replace("\\n", "\n"))
    error = caught.value
    assert part in str(error)
    assert f"{error.line} {error.column}" == place
    assert str(error).startswith(f"Line {error.line}, column {error.column}: ")
    assert isinstance(error, UsageError)


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 130


def test_what_is_not_built_is_told_from_what_is_wrong(world: World) -> None:
    with pytest.raises(NotSupportedError):
        world.compile("SELECT REGION('CIRCLE GALACTIC 1 2 3') FROM numbers")
    with pytest.raises(AdqlError) as caught:
        world.compile("SELECT REGION('CIRCLE ICRS 1 2') FROM numbers")
    assert not isinstance(caught.value, NotSupportedError)


def test_long_tokens_are_cut(world: World) -> None:
    with pytest.raises(AdqlError) as caught:
        world.compile(f"SELECT n FROM numbers '{'x' * 50_000}'")
    assert len(str(caught.value)) < 300
    assert len(caught.value.token) <= 60
