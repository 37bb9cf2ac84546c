"""The examples of a release return rows on it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from gammavo.archive import (
    EXAMPLES,
    Archive,
    EngineLimits,
    QueryService,
    ServiceOptions,
    published_examples,
)
from gammavo.archive.examples import release_examples
from gammavo.archive.highlights import Highlights, find_highlights
from gammavo.archive.publish import PublishOptions, publish
from gammavo.formats import Example


@pytest.fixture(scope="module")
def queries(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> QueryService:
    folder = tmp_path_factory.mktemp("examples")
    archive = Archive(folder / "archive")
    publish(archive, simulated, PublishOptions("example.org", processes=1))
    limits = EngineLimits(memory="500MB", threads=1, temporary=folder / "temporary")
    return QueryService(archive, ServiceOptions("http://host", limits))


def count(queries: QueryService, example: Example) -> int:
    result = queries.query(example.query, max_rows=1000, seconds=10)
    return sum(batch.num_rows for batch in result.batches())


def test_each_example_returns_rows_quickly(queries: QueryService):
    examples = published_examples(queries.snapshot().releases)
    assert len(examples) == 7
    for example in examples:
        begin = time.monotonic()
        assert count(queries, example) > 0, example.query
        assert time.monotonic() - begin < 5, example.query


def test_examples_name_the_tables_that_they_read(queries: QueryService):
    snapshot = queries.snapshot()
    for example in published_examples(snapshot.releases):
        compiled = queries.compile(example.query, max_rows=1)
        assert set(compiled.tables) == set(example.tables), example.id
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", example.id)


def test_examples_of_a_release_are_about_it(queries: QueryService):
    (manifest,) = queries.snapshot().releases
    examples = release_examples(manifest)
    ids = [example.id for example in examples]
    assert len(set(ids)) == len(ids) == 6
    assert all(example.id.startswith("simulated_dl3-") for example in examples)
    assert any("Crab" in example.title for example in examples)
    assert {t for e in examples for t in e.tables} == {
        "ivoa.obscore",
        "ivoa.obscore_hea",
        "simulated_dl3.events",
        "simulated_dl3.value_origins",
    }


def test_a_site_without_releases_has_the_general_ones():
    assert published_examples(()) == EXAMPLES


def test_a_release_from_before_there_were_highlights_has_none(queries: QueryService):
    (manifest,) = queries.snapshot().releases
    old = replace(manifest, highlights=None)
    assert release_examples(old) == ()
    assert published_examples((old,)) == EXAMPLES


def test_quotes_in_names_are_only_text(queries: QueryService):
    (manifest,) = queries.snapshot().releases
    odd = replace(
        manifest,
        description=replace(manifest.description, collection="x' OR 'a' = 'a"),
        highlights=replace(
            manifest.highlights or Highlights(), run="1'; DROP TABLE events --"
        ),
    )
    for example in release_examples(odd):
        if example.id.endswith(("-run", "-runs", "-energies")):
            assert count(queries, example) == 0


def test_highlights_are_what_the_tables_hold(queries: QueryService):
    (manifest,) = queries.snapshot().releases
    found = manifest.highlights
    assert found is not None
    # The simulated Crab nebula is at 83.63, 22.01, and has most events.
    assert (found.ra, found.dec) == (
        pytest.approx(83.63, abs=0.2),
        pytest.approx(22.01, abs=0.2),
    )
    assert found.run_did == f"ivo://example.org/simulated-dl3?{found.run}/events"
    assert found.energy is not None
    query = f"SELECT COUNT(*) FROM simulated_dl3.events WHERE energy >= {found.energy}"
    (batch,) = queries.query(query, max_rows=1, seconds=10).batches()
    share = batch.column(0)[0].as_py() / manifest.counts["events"]
    assert 0.005 < share < 0.03


def test_a_release_with_nothing_in_it_has_no_highlights():
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            """
            CREATE TABLE events (obs_id VARCHAR, energy FLOAT, in_gti SMALLINT,
                                 hpx29 BIGINT, x DOUBLE, y DOUBLE, z DOUBLE);
            CREATE TABLE obscore (obs_id VARCHAR, obs_publisher_did VARCHAR,
              target_name VARCHAR, product_type VARCHAR, x DOUBLE, y DOUBLE, z DOUBLE);
            CREATE TABLE obscore_hea (obs_publisher_did VARCHAR, energy_max DOUBLE);
            """
        )
        assert find_highlights(connection) == Highlights()
        # Events without positions and energies, of a run that has no product.
        connection.execute(
            "INSERT INTO events VALUES ('a', 'nan', 1, -1, 'nan', 'nan', 'nan')"
        )
        assert find_highlights(connection) == Highlights(run="a")
