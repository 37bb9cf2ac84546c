"""Packages: which runs, which files, index files, and the bytes of tar and zip."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pytest
from archive_folders import published
from astropy.io import fits
from astropy.table import Table
from shared_release import write_shared

from gammavo.archive import Archive, Manifest
from gammavo.archive.index_files import observation_index
from gammavo.archive.package_readme import package_readme
from gammavo.archive.package_streams import PartStream
from gammavo.archive.package_tar import tar_stream
from gammavo.archive.package_zip import zip_stream
from gammavo.archive.packages import (
    Package,
    PackageEntry,
    make_package,
    selected_runs,
    whole_release,
)
from gammavo.archive.run_tables import RunTables, runs_as_tables
from gammavo.model.errors import NotFoundError, UnavailableError, UsageError
from gammavo.model.observations import Run, RunHdu

DID = "ivo://example.org/simulated-dl3?100001/events"


@pytest.fixture(scope="module")
def release(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Archive, Manifest]:
    return published(tmp_path_factory.mktemp("release"), simulated)


def packed(release: tuple[Archive, Manifest], *identifiers: str) -> Package:
    archive, manifest = release
    selection = selected_runs(archive, [manifest], identifiers)
    return make_package(archive, [manifest], selection)


def table(content: Path | bytes) -> Table:
    assert isinstance(content, bytes)
    return Table.read(io.BytesIO(gzip.decompress(content)), format="fits")


def whole(stream: PartStream) -> bytes:
    content = b"".join(stream.blocks(0, stream.size))
    assert len(content) == stream.size
    return content


def test_a_package_of_two_runs(release: tuple[Archive, Manifest], simulated: Path):
    package = packed(release, DID, "100003", "100003", DID.replace("events", "psf"))
    assert package.name == "simulated-dl3-2-runs"
    with tarfile.open(fileobj=io.BytesIO(whole(tar_stream(package)))) as tar:
        contents = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
    top = "simulated-dl3/"
    assert list(contents) == [
        *(f"{top}{n}" for n in ("README.txt", "obs-index.fits.gz")),
        *(f"{top}{n}" for n in ("hdu-index.fits.gz", "SHA256SUMS")),
        *(f"{top}data/run_{n}.fits.gz" for n in (100001, 100003)),
    ]
    name = "data/run_100003.fits.gz"
    assert contents[top + name] == (simulated / name).read_bytes()
    sums = dict(
        reversed(line.split("  "))  # type: ignore[misc]
        for line in contents[f"{top}SHA256SUMS"].decode().splitlines()
    )
    assert sums == {
        path.removeprefix(top): hashlib.sha256(content).hexdigest()
        for path, content in contents.items()
        if "SUMS" not in path
    }


def test_index_files_say_what_the_release_s_own_say(
    release: tuple[Archive, Manifest], simulated: Path
):
    contents = {
        e.name.partition("/")[2]: e.source for e in packed(release, DID).entries
    }
    for kind in ("obs", "hdu"):
        found = table(contents[f"{kind}-index.fits.gz"])
        original = Table.read(simulated / f"{kind}-index.fits.gz")
        original = original[original["OBS_ID"] == 100001]
        assert len(found) == len(original)
        for name in original.colnames:
            if name == "HDU_NAME":
                assert [v.upper() for v in found[name]] == list(original[name])
                continue
            assert found[name].tolist() == original[name].tolist(), name
            if original[name].unit is not None:
                assert found[name].unit == original[name].unit, name
        for keyword in ("HDUCLASS", "HDUCLAS2", "MJDREFI", "MJDREFF", "TIMESYS"):
            assert found.meta.get(keyword) == original.meta.get(keyword)


def test_shared_responses_are_there_once(simulated: Path, tmp_path: Path):
    folder = write_shared(simulated, tmp_path / "data")
    archive, manifest = published(tmp_path, folder, name="shared")
    package = make_package(
        archive, [manifest], whole_release(archive, [manifest], "shared")
    )
    names = [entry.name for entry in package.entries]
    assert names.count("shared/sub/irf_100001.fits") == 1
    assert len(names) == 4 + 5
    # There is no observation index: the headers of the events say what it would.
    found = table(next(e.source for e in package.entries if "obs-index" in e.name))
    header = fits.getheader(folder / "sub/ev_100002.fits", "EVENTS")
    assert found["OBS_ID"].tolist() == [100001, 100002]
    for name in ("RA_PNT", "DEC_PNT", "TSTART", "LIVETIME", "OBJECT"):
        assert found[name][1] == header[name]
    assert found.meta["MJDREFI"] == header["MJDREFI"]


def test_releases_have_folders_of_their_own(simulated: Path, tmp_path: Path):
    archive, one = published(tmp_path, simulated, name="one")
    _, two = published(tmp_path, simulated, name="two")
    releases = [one, two]
    with pytest.raises(UsageError, match="one, two"):
        selected_runs(archive, releases, ["100001"])
    dids = [f"ivo://example.org/{name}?100001/events" for name in ("one", "two")]
    package = make_package(archive, releases, selected_runs(archive, releases, dids))
    assert package.name == "one+two-2-runs"
    folders = [entry.name.partition("/")[0] for entry in package.entries]
    assert folders == ["one"] * 5 + ["two"] * 5


@pytest.mark.parametrize(
    "identifier",
    [
        *("", "100009", "../100001", "100001\0", "ivo://", "IVO://example.org/x"),
        "ivo://example.org/simulated-dl3",
        "ivo://example.org/simulated-dl3?100001",
        "ivo://example.org/simulated-dl3?100001/",
        "ivo://example.org/simulated-dl3?100001/gti",
        "ivo://example.org/simulated-dl3?100009/events",
        "ivo://example.org/simulated-dl3?100009/bundle",
        "ivo://example.org/simulated-dl3?..%2F100001/events",
        "ivo://example.org/other?100001/events",
        "ivo://other.org/simulated-dl3?100001/events",
        "ivo://example.org/../simulated-dl3?100001/events",
    ],
)
def test_unknown_identifiers(release: tuple[Archive, Manifest], identifier: str):
    with pytest.raises(NotFoundError, match="obs_publisher_did"):
        packed(release, identifier)


def test_an_unknown_release(release: tuple[Archive, Manifest]):
    archive, manifest = release
    with pytest.raises(NotFoundError, match="simulated-dl3"):
        whole_release(archive, [manifest], "../x")


def test_the_same_selection_gives_the_same_bytes(release: tuple[Archive, Manifest]):
    one, two = packed(release, "100001", "100002"), packed(release, "100002", DID)
    assert one.tag == two.tag
    for make in (tar_stream, zip_stream):
        assert whole(make(one)) == whole(make(two))
    assert packed(release, "100001").tag != one.tag


@pytest.mark.parametrize("make", [tar_stream, zip_stream])
def test_any_part_of_a_stream(release: tuple[Archive, Manifest], make: object):
    package = packed(release, "100001")
    content = whole(make(package))  # type: ignore[operator]
    size = len(content)
    for start in [*range(0, size, size // 25), *range(size - 300, size, 23)]:
        for count in (1, 100_000):
            wanted = min(count, size - start)
            found = b"".join(make(package).blocks(start, wanted))  # type: ignore[operator]
            assert found == content[start : start + wanted]


def test_zip_is_read_by_others(release: tuple[Archive, Manifest], tmp_path: Path):
    package = packed(release, "100001", "100002")
    path = tmp_path / "package.zip"
    path.write_bytes(whole(zip_stream(package)))
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert [(i.filename, i.file_size) for i in found.infolist()] == [
            (entry.name, entry.size) for entry in package.entries
        ]
        moment = datetime.fromtimestamp(package.modified, UTC)
        assert {i.date_time[:5] for i in found.infolist()} == {
            (moment.year, moment.month, moment.day, moment.hour, moment.minute)
        }


def test_zip_of_more_than_4_gib(
    release: tuple[Archive, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What is large is made small: readers take the fields of ZIP64 where they are."""
    module = import_module("gammavo.archive.package_zip")
    monkeypatch.setattr(module, "_LARGE", 30_000)
    entry = PackageEntry("x/ünicode", 3, "0" * 64, 0, b"abc")
    package = packed(release, "100001", "100002")
    path = tmp_path / "package.zip"
    path.write_bytes(whole(zip_stream(Package("x", (*package.entries, entry)))))
    assert b"PK\6\6" in path.read_bytes()[-200:]
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert found.read("x/ünicode") == b"abc"
        info = found.infolist()[-1]
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.header_offset > 30_000


def test_a_file_that_becomes_shorter_breaks_the_stream_off(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    entry = PackageEntry("x/file", 11, "0" * 64, 0, path)
    stream = tar_stream(Package("x", (entry,)))
    with pytest.raises(UnavailableError, match="shorter"):
        whole(stream)
    path.unlink()
    with pytest.raises(UnavailableError, match="cannot be read"):
        whole(stream)


def test_names_that_tar_and_index_files_can_hold(tmp_path: Path):
    name = f"{'long/' * 60}ü.fits"
    entry = PackageEntry(name, 3, "0" * 64, 0, b"abc")
    content = whole(tar_stream(Package("x", (entry,))))
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert tar.getnames() == [name]


def test_epochs_of_runs_are_made_the_same():
    runs = [
        _run("1", MJDREFI=50000, MJDREFF=0.5, TSTART=10.0, TELESCOP="A", N_TELS=4),
        _run("2", MJDREFI=50001, MJDREFF=0.0, TSTART=10.0, TELESCOP="B"),
    ]
    found = table(observation_index(_tables(runs)))
    assert (found.meta["MJDREFI"], found.meta["MJDREFF"]) == (50000, 0.5)
    assert found["TSTART"].tolist() == [10.0, 43210.0]
    assert found["TELESCOP"].tolist() == ["A", "B"]
    assert found["N_TELS"].tolist()[0] == 4.0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], [1, 2]),
        ([True, False], [True, False]),
        ([1, 2.5], [1.0, 2.5]),
        ([1, "x"], ["1", "x"]),
        (["ü", None], ["?", ""]),
        ([2**70, 1], [float(2**70), 1.0]),
    ],
)
def test_values_of_any_kind(values: list[object], expected: list[object]):
    runs = [_run(str(i), X=value) for i, value in enumerate(values)]
    found = table(observation_index(_tables(runs)))
    assert found["X"].tolist() == expected


def test_a_run_whose_identifier_is_no_number():
    found = table(observation_index(_tables([_run("007"), _run("8-a")])))
    assert found["OBS_ID"].tolist() == ["007", "8-a"]


def test_the_readme_tells_terms_and_citation(release: tuple[Archive, Manifest]):
    manifest = release[1]
    description = replace(
        manifest.description,
        terms="Be kind.\n  Always.",
        licence="CC BY 4.0",
        cite_as="Cite " + "us " * 50,
        doi="10.1/x",
    )
    text = package_readme(replace(manifest, description=description), ["1", "2"])
    assert "2 of the 4 runs" in text
    for part in ("Be kind.\n  Always.", "CC BY 4.0", "https://doi.org/10.1/x"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 80


def _run(obs_id: str, **index: object) -> Run:
    part = RunHdu("events", "events", "a.fits", "EVENTS", 10)
    return Run(obs_id, (), (), hdus=(part,), index=index)


def _tables(runs: list[Run]) -> RunTables:
    tables = runs_as_tables(runs)
    assert all(isinstance(table, pa.Table) for table in tables.values())
    return RunTables(**tables)
