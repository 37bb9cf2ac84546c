"""Publishing, verifying, withdrawing; what a broken run and a crash leave behind."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from gammavo.archive import (
    Archive,
    EngineLimits,
    QueryService,
    ReleaseState,
    ServiceOptions,
    find_file,
)
from gammavo.archive.publish import PublishOptions, publish
from gammavo.archive.verify import verify
from gammavo.model.errors import (
    ConflictError,
    InternalError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from gammavo.model.identifiers import schema_name
from gammavo.model.observations import Level

OPTIONS = PublishOptions(authority="example.org", processes=1)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def data(simulated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(simulated, tmp_path / "data"))


def service(archive: Archive, folder: Path) -> QueryService:
    limits = EngineLimits(memory="500MB", threads=2, temporary=folder / "temporary")
    return QueryService(archive, ServiceOptions("http://host", limits))


def rows(queries: QueryService, adql: str) -> list[tuple[object, ...]]:
    result = queries.query(adql, max_rows=None, seconds=60)
    return [
        tuple(row.values()) for batch in result.batches() for row in batch.to_pylist()
    ]


def test_publish_makes_tables_manifest_and_database(
    archive: Archive, data: Path, simulated_events: int
):
    result = publish(archive, data, OPTIONS)
    folder = archive.folder("simulated-dl3", 1)
    document = json.loads((folder / "manifest.json").read_text())
    assert document["counts"] == {
        "runs": 4,
        "events": simulated_events,
        "warnings": 0,
        "errors": 0,
    }
    assert {entry["path"] for entry in document["tables"]} == {
        "tables/obscore.parquet",
        "tables/obscore_hea.parquet",
        "tables/value_origins.parquet",
        "tables/events.parquet",
        "tables/links.parquet",
        "tables/observations.parquet",
        "tables/hdus.parquet",
        "release.duckdb",
    }
    assert document["software"]["gammavo"]
    assert len(document["files"]) == 4
    assert all(len(entry["sha256"]) == 64 for entry in document["files"])
    index = (
        pq.read_table(folder / "tables" / "events.parquet").column("hpx29").to_pylist()
    )
    assert index == sorted(index)
    assert not archive.building.exists()
    assert archive.manifest("simulated-dl3", 1) == result.manifest


def test_a_new_version_supersedes_and_a_withdrawn_release_disappears(
    archive: Archive, data: Path, tmp_path: Path
):
    publish(archive, data, OPTIONS)
    queries = service(archive, tmp_path)
    count = "SELECT COUNT(*) FROM ivoa.obscore WHERE dataproduct_type = 'event'"
    assert rows(queries, count) == [(4,)]
    (data / "data" / "run_100004.fits.gz").unlink()
    publish(archive, data, OPTIONS)
    queries._looked = 0
    assert rows(queries, count) == [(3,)]
    states = [(s.manifest.version, s.state) for s in archive.releases()]
    assert states == [(1, ReleaseState.SUPERSEDED), (2, ReleaseState.IN_FORCE)]
    archive.withdraw("simulated-dl3")
    queries._looked = 0
    assert rows(queries, count) == [(0,)]
    assert archive.folder("simulated-dl3", 2).is_dir()
    with pytest.raises(NotFoundError, match="in force"):
        archive.withdraw("simulated-dl3")
    publish(archive, data, OPTIONS)
    states = [s.state for s in archive.releases()]
    withdrawn = ReleaseState.WITHDRAWN
    assert states == [withdrawn, withdrawn, ReleaseState.IN_FORCE]
    with pytest.raises(NotFoundError):
        find_file(archive, "simulated-dl3", 1, "data/run_100001.fits.gz")
    assert find_file(archive, "simulated-dl3", 3, "data/run_100001.fits.gz")


def test_a_running_query_keeps_its_snapshot(
    archive: Archive, data: Path, tmp_path: Path, simulated_events: int
):
    publish(archive, data, OPTIONS)
    queries = service(archive, tmp_path)
    running = queries.query(
        "SELECT event_id FROM simulated_dl3.events", max_rows=None, seconds=60
    )
    archive.withdraw("simulated-dl3")
    queries._looked = 0
    with pytest.raises(UsageError, match="simulated_dl3"):
        queries.query("SELECT * FROM simulated_dl3.events", max_rows=1, seconds=60)
    assert sum(batch.num_rows for batch in running.batches()) == simulated_events


def test_events_agree_with_the_files(archive: Archive, data: Path, tmp_path: Path):
    from astropy.io import fits

    publish(archive, data, OPTIONS)
    with fits.open(data / "data" / "run_100001.fits.gz") as hdus:
        events = hdus["EVENTS"].data
        energy = sorted(float(value) for value in events["ENERGY"])
        first = float(events["TIME"].min())
        header = hdus["EVENTS"].header
        start = header["MJDREFI"] + header["MJDREFF"] + first / 86400
    queries = service(archive, tmp_path)
    found = rows(
        queries,
        "SELECT energy, event_time FROM simulated_dl3.events WHERE obs_id = '100001'",
    )
    assert sorted(row[0] for row in found) == pytest.approx(energy, rel=1e-7)
    assert min(row[1] for row in found) == pytest.approx(start, abs=1e-10)


def test_a_broken_run_is_left_out_whole(archive: Archive, data: Path, tmp_path: Path):
    path = data / "data" / "run_100002.fits.gz"
    path.write_bytes(path.read_bytes()[:5000])
    result = publish(archive, data, OPTIONS)
    assert result.manifest.counts["runs"] == 3
    assert result.manifest.counts["errors"] == 1
    report = next(r for r in result.reports if r.obs_id == "100002")
    assert report.level is Level.ERROR
    finding = next(f for f in report.findings if f.level is Level.ERROR)
    assert "run_100002" in finding.file
    assert finding.advice
    queries = service(archive, tmp_path)
    for table in ("ivoa.obscore", "simulated_dl3.events"):
        query = f"SELECT COUNT(*) FROM {table} WHERE obs_id = '100002'"
        assert rows(queries, query) == [(0,)]


def test_no_usable_run_publishes_nothing(archive: Archive, data: Path):
    publish(archive, data, OPTIONS)
    for path in (data / "data").glob("*.gz"):
        path.write_bytes(b"not FITS")
    with pytest.raises(UsageError, match="No run"):
        publish(archive, data, OPTIONS)
    assert [m.version for m in archive.in_force()] == [1]
    assert not archive.building.exists()


def test_a_second_publisher_is_refused(archive: Archive, data: Path):
    with archive.locked(), pytest.raises(ConflictError, match="Another process"):
        publish(archive, data, OPTIONS)
    assert archive.in_force() == ()


def test_two_releases_may_not_share_a_schema(archive: Archive, data: Path):
    publish(archive, data, PublishOptions("example.org", name="a-b", processes=1))
    with pytest.raises(ConflictError, match="schema"):
        publish(archive, data, PublishOptions("example.org", name="a_b", processes=1))


def test_several_releases_share_obscore(
    archive: Archive, data: Path, tmp_path: Path, simulated_events: int
):
    for name in ("one", "two"):
        publish(archive, data, PublishOptions("example.org", name=name, processes=1))
    queries = service(archive, tmp_path)
    query = (
        "SELECT COUNT(*), COUNT(DISTINCT obs_publisher_did) "
        "FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea "
        "WHERE dataproduct_type = 'event-list'"
    )
    assert rows(queries, query) == [(8, 8)]
    assert rows(queries, "SELECT COUNT(*) FROM two.events") == [(simulated_events,)]


def test_a_full_disk_leaves_the_former_release(
    archive: Archive, data: Path, monkeypatch: pytest.MonkeyPatch
):
    publish(archive, data, OPTIONS)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    module = import_module("gammavo.archive.publish")
    monkeypatch.setattr(module, "merge_events", full)
    with pytest.raises(UnavailableError, match="disk is full"):
        publish(archive, data, OPTIONS)
    assert [m.version for m in archive.in_force()] == [1]
    assert not archive.building.exists()


def test_verify_finds_a_changed_byte_and_a_missing_file(archive: Archive, data: Path):
    manifest = publish(archive, data, OPTIONS).manifest
    assert not [r for r in verify(archive, manifest) if r.fault]
    changed = data / "data" / "run_100001.fits.gz"
    content = bytearray(changed.read_bytes())
    content[1000] ^= 1
    changed.write_bytes(content)
    (data / "data" / "run_100002.fits.gz").unlink()
    faults = {r.path.name: r.fault for r in verify(archive, manifest) if r.fault}
    assert set(faults) == {"run_100001.fits.gz", "run_100002.fits.gz"}
    assert "SHA-256" in faults["run_100001.fits.gz"]
    assert "cannot be read" in faults["run_100002.fits.gz"]


@pytest.mark.parametrize(
    "path", ["../archive/catalogue.json", "/etc/passwd", "release.toml", "data", ""]
)
def test_only_files_of_the_manifest_are_found(archive: Archive, data: Path, path: str):
    publish(archive, data, OPTIONS)
    with pytest.raises(NotFoundError):
        find_file(archive, "simulated-dl3", 1, path)


def test_a_file_that_changed_is_not_served(archive: Archive, data: Path):
    publish(archive, data, OPTIONS)
    found = find_file(archive, "simulated-dl3", 1, "data/run_100001.fits.gz")
    assert found.size == found.path.stat().st_size
    found.path.write_bytes(b"other")
    with pytest.raises(UnavailableError, match="as it was published"):
        find_file(archive, "simulated-dl3", 1, "data/run_100001.fits.gz")


def test_each_value_has_an_origin(archive: Archive, data: Path, tmp_path: Path):
    publish(archive, data, OPTIONS)
    found = dict(
        rows(
            service(archive, tmp_path),
            "SELECT column_name, origin FROM simulated_dl3.value_origins "
            "WHERE obs_publisher_did LIKE '%100001/events'",
        )
    )
    assert "LIVETIME" in str(found["t_exptime"])
    assert {"s_ra", "t_min", "s_fov"} <= set(found)


@pytest.mark.parametrize("name", ["release-x", "select", "public"])
def test_odd_release_names_do_not_hide_tables(
    archive: Archive, data: Path, tmp_path: Path, simulated_events: int, name: str
):
    for each in ("x", name):
        publish(archive, data, PublishOptions("example.org", name=each, processes=1))
    queries = service(archive, tmp_path)
    for schema in ("x", schema_name(name)):
        table = f'"{schema}".events'
        assert rows(queries, f"SELECT COUNT(*) FROM {table}") == [(simulated_events,)]


@pytest.mark.parametrize("name", ["information-schema", "pg-catalog", "temp", "main"])
def test_names_of_the_database_are_refused(archive: Archive, data: Path, name: str):
    with pytest.raises(UsageError, match=name):
        publish(archive, data, PublishOptions("example.org", name=name, processes=1))


def test_large_tops_end_where_they_say(archive: Archive, data: Path, tmp_path: Path):
    publish(archive, data, OPTIONS)
    queries = service(archive, tmp_path)
    events = "simulated_dl3.events"
    for most, expected, overflow in ((20_000, 12_000, False), (11_000, 11_000, True)):
        adql = f"SELECT TOP 12000 a.event_id FROM {events} a, {events} b"
        result = queries.query(adql, max_rows=most, seconds=60)
        assert sum(batch.num_rows for batch in result.batches()) == expected
        assert result.overflow is overflow


def test_numbers_that_places_are_found_by_are_not_packed(archive: Archive, data: Path):
    publish(archive, data, OPTIONS)
    (manifest,) = archive.in_force()
    path = archive.folder(manifest.name, manifest.version) / "release.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        stored = connection.execute(
            "SELECT DISTINCT column_name, compression FROM pragma_storage_info('events') "
            "WHERE segment_type <> 'VALIDITY'"
        ).fetchall()
    plain = {column for column, how in stored if how == "Uncompressed"}
    assert plain >= {"hpx29", "x", "y", "z", "ra", "dec", "energy", "event_time"}


def test_a_release_that_cannot_be_opened_does_not_come_into_force(
    archive: Archive, data: Path, monkeypatch: pytest.MonkeyPatch
):
    publish(archive, data, OPTIONS)
    module = import_module("gammavo.archive.publish")
    build = module.build_database

    def damaged(path: Path, *arguments: object, **options: object) -> dict[str, int]:
        counts: dict[str, int] = build(path, *arguments, **options)
        path.write_bytes(path.read_bytes()[:10_000])
        return counts

    monkeypatch.setattr(module, "build_database", damaged)
    with pytest.raises(InternalError):
        publish(archive, data, OPTIONS)
    assert [m.version for m in archive.in_force()] == [1]


def test_a_damaged_catalogue_leaves_the_service_as_it_was(
    archive: Archive, data: Path, tmp_path: Path
):
    publish(archive, data, OPTIONS)
    queries = service(archive, tmp_path)
    archive.catalogue_path.write_text("{")
    queries._looked = 0
    count = "SELECT COUNT(*) FROM ivoa.obscore WHERE dataproduct_type = 'event'"
    assert rows(queries, count) == [(4,)]
    assert queries.fault
    archive.catalogue_path.unlink()
    archive.put_in_force("simulated-dl3", 1)
    queries._looked = 0
    assert rows(queries, count) == [(4,)]
    assert not queries.fault
