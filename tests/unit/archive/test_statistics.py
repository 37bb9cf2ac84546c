"""Statistics of columns: computed from tables, merged over releases, kept in manifests."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gammavo.archive import Archive, EngineLimits, Manifest, Snapshot
from gammavo.archive.publish import PublishOptions, publish
from gammavo.archive.snapshot import ProductSpelling, open_snapshot
from gammavo.archive.statistics import table_statistics
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import InternalError
from gammavo.model.statistics import MAX_VALUES, ColumnStatistics, merged

COLUMNS = (
    Column("n", Datatype.INTEGER, "number"),
    Column("x", Datatype.DOUBLE, "with NaN and infinities"),
    Column("word", Datatype.VARCHAR, "vocabulary"),
    Column("name", Datatype.VARCHAR, "different in each row"),
    Column("prose", Datatype.VARCHAR, "long"),
    Column("many", Datatype.BIGINT, "more than a vocabulary"),
    Column("series", Datatype.DOUBLE, "lists", arraysize="*"),
    Column("yes", Datatype.BOOLEAN, "truth"),
)


@pytest.fixture
def found() -> dict[str, ColumnStatistics]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            """
            CREATE TABLE t AS SELECT
              (i % 3)::INTEGER AS n,
              CASE i WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '-inf'
                     WHEN 3 THEN NULL ELSE i::VARCHAR END::DOUBLE AS x,
              CASE WHEN i < 90 THEN 'it''s' END AS word,
              'row ' || i AS name,
              repeat('long ', 40) AS prose,
              i AS many,
              [1.0, i]::DOUBLE[] AS series,
              i > 60 AS yes
            FROM range(100) r(i)
            """
        )
        return dict(table_statistics(connection, {"t": COLUMNS})["t"])


def test_numbers_have_a_finite_range_and_nan_counts_as_empty(
    found: dict[str, ColumnStatistics],
):
    assert found["x"] == ColumnStatistics(2, 4.0, 99.0)
    assert found["many"] == ColumnStatistics(0, 0, 99)


def test_small_vocabularies_are_counted(found: dict[str, ColumnStatistics]):
    assert found["word"] == ColumnStatistics(10, values={"it's": 90})
    assert found["n"] == ColumnStatistics(0, 0, 2, {"0": 34, "1": 33, "2": 33})
    assert found["yes"].values == {"false": 61, "true": 39}


def test_names_of_rows_prose_and_lists_are_no_vocabulary(
    found: dict[str, ColumnStatistics],
):
    for name in ("name", "prose", "series"):
        assert found[name] == ColumnStatistics(0)


def test_an_empty_table():
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (n INTEGER, x DOUBLE, word VARCHAR)")
        found = table_statistics(connection, {"t": COLUMNS[:3]})["t"]
    assert found["x"] == ColumnStatistics(0)
    assert found["word"].values in ({}, None)


def test_merged_statistics_are_those_of_all_rows():
    one = ColumnStatistics(1, 2.0, 5.0, {"a": 3})
    two = ColumnStatistics(2, None, None, {"a": 1, "b": 1})
    assert merged([one, two]) == ColumnStatistics(3, 2.0, 5.0, {"a": 4, "b": 1})
    assert merged([one, ColumnStatistics(0, 1, 9)]) == ColumnStatistics(1, 1, 9)
    many = [ColumnStatistics(0, values={str(i): 1}) for i in range(MAX_VALUES + 1)]
    assert merged(many).values is None
    assert merged(many[1:]).values is not None


@pytest.fixture(scope="module")
def archive(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Return an archive with the simulated runs, published under two names."""
    archive = Archive(tmp_path_factory.mktemp("statistics") / "archive")
    for name in ("one", "two"):
        options = PublishOptions("example.org", name=name, processes=1)
        publish(archive, simulated, options)
    return archive


def snapshot(
    archive: Archive, spelling: ProductSpelling = ProductSpelling.OBSCORE
) -> Snapshot:
    temporary = archive.root / "temporary"
    limits = EngineLimits(memory="500MB", threads=1, temporary=temporary)
    return open_snapshot(archive, limits=limits, base_url="http://h", spelling=spelling)


def test_statistics_agree_with_the_files(archive: Archive, simulated: Path):
    from astropy.io import fits

    runs = [fits.getdata(path, "EVENTS") for path in simulated.glob("data/*.fits.gz")]
    energies = np.concatenate([run["ENERGY"] for run in runs])
    found = snapshot(archive).statistics["one.events"]
    assert found["energy"].minimum == pytest.approx(energies.min(), rel=1e-7)
    assert found["energy"].maximum == pytest.approx(energies.max(), rel=1e-7)
    assert found["energy"].nulls == 0
    assert found["obs_id"].values is not None
    assert sorted(found["obs_id"].values.values()) == sorted(len(run) for run in runs)


def test_obscore_has_the_statistics_of_all_releases(archive: Archive):
    opened = snapshot(archive)
    found = opened.statistics["ivoa.obscore"]
    rows = next(t.rows for s in opened.schemas for t in s if t.name == "ivoa.obscore")
    assert rows == 48
    assert found["dataproduct_type"] == ColumnStatistics(40, values={"event": 8})
    assert found["access_url"] == ColumnStatistics(0)
    assert found["obs_publisher_did"].nulls == 0
    assert set(found) >= {
        c.name for s in opened.schemas[:1] for c in s.tables[0].columns
    }


@pytest.mark.parametrize("spelling", list(ProductSpelling))
def test_words_of_the_site_are_those_that_queries_see(
    archive: Archive, spelling: ProductSpelling
):
    from gammavo.adql import translate

    opened = snapshot(archive, spelling)
    for column in ("dataproduct_type", "dataproduct_subtype"):
        adql = f"SELECT {column}, COUNT(*) FROM ivoa.obscore GROUP BY {column}"
        compiled = translate(adql, opened.catalog, max_rows=None)
        result = opened.engine.execute(compiled.sql, seconds=60)
        rows = [tuple(r.values()) for b in result.batches() for r in b.to_pylist()]
        counted = dict(rows)
        found = opened.statistics["ivoa.obscore"][column]
        assert found.nulls == counted.pop(None, 0)
        assert found.values == counted


def test_a_manifest_keeps_them(archive: Archive):
    path = archive.folder("one", 1) / "manifest.json"
    kept = Manifest.read(path)
    assert kept.statistics["events"]["energy"].maximum
    kept.write(archive.root / "again.json")
    assert Manifest.read(archive.root / "again.json") == kept


def test_a_manifest_from_before_is_still_read(archive: Archive, tmp_path: Path):
    path = archive.folder("one", 1) / "manifest.json"
    document = json.loads(path.read_text())
    document["format"] = 1
    del document["statistics"], document["highlights"]
    old = tmp_path / "manifest.json"
    old.write_text(json.dumps(document))
    manifest = Manifest.read(old)
    assert (manifest.statistics, manifest.highlights) == ({}, None)
    document["format"] = 99
    old.write_text(json.dumps(document))
    with pytest.raises(InternalError, match="another layout"):
        Manifest.read(old)


def test_shared_tables_have_none_if_a_release_has_none(archive: Archive):
    from dataclasses import replace

    from gammavo.archive.statistics import published_statistics

    one, two = archive.in_force()
    old = replace(two, statistics={})
    found = published_statistics((one, old), {})
    assert set(found) == {"one.events", "one.value_origins"}
    assert published_statistics((), {}) == {}
