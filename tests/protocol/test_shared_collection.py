"""Two releases of one collection: pages tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from gammavo.dl3 import simulate
from tests.support.server import Server, gammavo, running_server


@pytest.fixture(scope="module")
def twins(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve four runs and two others; both releases have the same collection."""
    folder = tmp_path_factory.mktemp("twins")
    simulate(folder / "more", runs=2, seed=8, events_per_run=500)
    site = folder / "site"
    gammavo("init", site)
    # The name of one begins with that of the other.
    for name, data in (("part", simulated), ("part-b", folder / "more")):
        options = ("--site", site, "--no-previews", "--json")
        gammavo("ingest", data, "--release", name, *options)
    with running_server("--site", site, folder=folder) as running:
        yield running


def text_of(server: Server, path: str) -> str:
    with urlopen(f"{server.url}{path}") as answer:
        page: str = answer.read().decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_release_is_found_by_itself(twins: Server):
    for name, runs in (("part", 4), ("part-b", 2)):
        page = text_of(twins, f"/search?release={name}")
        assert f" {runs} runs " in page
        # The facet shows how many rows the other would have.
        assert re.search(r"Release part \(chosen\) 4 part-b 2 |"
                         r"Release part-b \(chosen\) 2 part 4 ", page)  # fmt: skip
    assert " 6 runs " in text_of(twins, "/search?release=part&release=part-b")
    assert " 6 runs " in text_of(twins, "/search?release=SIMULATED-DL3")
    assert " 0 runs " in text_of(twins, "/search?release=par")


def test_pages_of_releases_show_their_own_runs(twins: Server):
    for name, runs in (("part", 4), ("part-b", 2)):
        page = text_of(twins, f"/releases/{name}")
        assert f"runs {runs} " in page
        numbers = re.search(r"targets (\d+) ", page)
        assert numbers is not None
        assert int(numbers[1]) <= runs


def test_targets_of_both_releases_are_counted_once(twins: Server):
    page = text_of(twins, "/")
    # Those of the site, then of each release.
    site, *releases = map(int, re.findall(r"targets (\d+)", page))
    assert len(releases) == 2
    assert max(releases) <= site < sum(releases)
