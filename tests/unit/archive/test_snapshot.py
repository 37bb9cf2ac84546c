"""ObsCore of one release is read where it is; of several, through a view: the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gammavo.adql import translate
from gammavo.archive import Archive, EngineLimits
from gammavo.archive.publish import PublishOptions, publish
from gammavo.archive.snapshot import ProductSpelling, Snapshot, open_snapshot

QUERIES = (
    "SELECT * FROM {one} ORDER BY obs_publisher_did",
    "SELECT dataproduct_type, dataproduct_subtype, access_url FROM {one} "
    "WHERE dataproduct_type = 'event' OR access_url LIKE '%2.fits.gz' ORDER BY 3, 1, 2",
    "SELECT dataproduct_type AS t, MAX(access_url), COUNT(*) FROM {one} "
    "GROUP BY dataproduct_type ORDER BY t",
    "SELECT DISTINCT q.u FROM (SELECT UPPER(access_url) AS u, obs_id FROM {one}) AS q "
    "ORDER BY 1",
    # A row that the right side lacks has NULL in calculated columns, too.
    "SELECT a.obs_publisher_did, b.dataproduct_type, b.dataproduct_subtype, b.access_url "
    "FROM {one} AS a LEFT JOIN {one} AS b ON a.obs_publisher_did = b.obs_publisher_did "
    "AND b.dataproduct_subtype = 'aeff' ORDER BY 1",
    "SELECT obs_id, access_url, energy_min FROM {one} "
    "NATURAL JOIN ivoa.obscore_hea ORDER BY obs_publisher_did",
)


@pytest.fixture(scope="module")
def archives(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Archive, Archive]:
    """Return an archive with a release, and one with the same beside another."""
    folder = tmp_path_factory.mktemp("snapshots")
    alone, beside = Archive(folder / "alone"), Archive(folder / "beside")
    for archive, name in ((alone, "one"), (beside, "one"), (beside, "two")):
        publish(
            archive, simulated, PublishOptions("example.org", name=name, processes=1)
        )
    return alone, beside


def opened(archive: Archive, spelling: ProductSpelling) -> Snapshot:
    limits = EngineLimits(
        memory="500MB", threads=1, temporary=archive.root / "temporary"
    )
    return open_snapshot(archive, limits=limits, base_url="http://h", spelling=spelling)


def rows(snapshot: Snapshot, adql: str) -> list[list[object]]:
    """Return the rows as lists, without the day of the publication."""
    sql = translate(adql, snapshot.catalog, max_rows=None).sql
    batches = snapshot.engine.execute(sql, seconds=60).batches()
    found = [row for batch in batches for row in batch.to_pylist()]
    return [list(row.values()) for row in found]


@pytest.mark.parametrize("spelling", list(ProductSpelling))
def test_one_release_is_the_same_beside_another(
    archives: tuple[Archive, Archive], spelling: ProductSpelling
):
    alone, beside = (opened(archive, spelling) for archive in archives)
    own = "(SELECT * FROM ivoa.obscore WHERE obs_publisher_did LIKE '%/one?%') AS o"
    for query in QUERIES:
        found = rows(alone, query.format(one="ivoa.obscore"))
        assert found
        table = own if query.count("{one}") == 1 else "ivoa.obscore"
        if table == own:
            assert rows(beside, query.format(one=table)) == found, query
        else:
            of_both = rows(beside, query.format(one=table))
            assert [row for row in of_both if "/one?" in str(row[0])] == found, query


def test_conditions_on_null_words_hold_for_no_row(archives: tuple[Archive, Archive]):
    for spelling in ProductSpelling:
        alone = opened(archives[0], spelling)
        joined = (
            "SELECT COUNT(*) FROM tap_schema.schemas AS s LEFT JOIN ivoa.obscore AS o "
            "ON o.obs_id = s.schema_name WHERE o.dataproduct_type {}"
        )
        for condition in ("LIKE '%'", "IN ('x', 'y')", "NOT LIKE 'x%'", "<> 'x'"):
            assert rows(alone, joined.format(condition)) == [[0]], (spelling, condition)
        ((absent,),) = rows(alone, joined.format("IS NULL"))
        assert absent == len(alone.schemas)


def test_calculated_columns_are_read_without_a_view(
    archives: tuple[Archive, Archive],
):
    alone = opened(archives[0], ProductSpelling.OBSCORE)
    sql = translate("SELECT * FROM ivoa.obscore", alone.catalog, max_rows=1).sql
    assert '"ivoa"' not in sql
    assert "'http://h/files/one/1/' || t0.\"access_path\"" in sql
