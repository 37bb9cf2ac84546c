"""HDUs as files of their own: same bytes, right checksums, a cache with a bound."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from archive_folders import published
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from shared_release import write_shared

from gammavo.archive import Archive, HduFiles, Manifest, run_hdus
from gammavo.archive.fits_checksums import EMPTY, checksum_text, ones_sum
from gammavo.archive.fits_cut import copy_hdu, copy_primary
from gammavo.archive.fits_layout import find_hdu, open_stored, read_layout
from gammavo.model.errors import NotFoundError, UnavailableError

NAME = "data/run_100001.fits.gz"


@pytest.fixture(scope="module")
def release(
    simulated: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Archive, Manifest]:
    return published(tmp_path_factory.mktemp("release"), simulated)


@pytest.fixture
def files(tmp_path: Path) -> HduFiles:
    return HduFiles(tmp_path / "cache", 10**9)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("EVENTS", ["PRIMARY", "EVENTS", "GTI"]),
        ("events", ["PRIMARY", "EVENTS", "GTI"]),
        ("1", ["PRIMARY", "EVENTS", "GTI"]),
        ("GTI", ["PRIMARY", "GTI"]),
        ("AEFF", ["PRIMARY", "AEFF"]),
        ("PRIMARY", ["PRIMARY"]),
    ],
)
def test_an_hdu_is_the_same_in_a_file_of_its_own(
    release: tuple[Archive, Manifest],
    files: HduFiles,
    simulated: Path,
    asked: str,
    names: list[str],
):
    found = files.find(*release, NAME, asked)
    assert found.size == found.path.stat().st_size
    assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
    with (
        fits.open(found.path, checksum=True) as cut,
        fits.open(simulated / NAME) as whole,
    ):
        cut.verify("exception")
        assert [hdu.name for hdu in cut] == names
        for hdu in cut:
            original = whole[hdu.name]
            assert {"CHECKSUM", "DATASUM"} <= set(hdu.header)
            cards = [str(c) for c in original.header.cards if "SUM" not in c.keyword]
            assert [str(c) for c in hdu.header.cards if "SUM" not in c.keyword] == cards
            if hdu.data is not None:
                assert hdu.data.tobytes() == original.data.tobytes()


def test_checksums_that_are_there_stay(tmp_path: Path, files: HduFiles):
    path = tmp_path / "data" / "run.fits"
    path.parent.mkdir()
    table = fits.BinTableHDU(np.array([(1.0,)], dtype=[("A", "f8")]), name="ANY")
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path, checksum=True)
    with open_stored(path) as stream:
        hdus = read_layout(stream)
        target = tmp_path / "cut.fits"
        with target.open("w+b") as cut:
            copy_primary(stream, hdus[0], cut)
            copy_hdu(stream, hdus[1], cut)
    assert target.read_bytes() == path.read_bytes()


def test_an_image_in_the_primary_hdu_is_not_copied_along(tmp_path: Path):
    path = tmp_path / "run.fits"
    table = fits.BinTableHDU(np.array([(1.0,)], dtype=[("A", "f8")]), name="ANY")
    image = fits.PrimaryHDU(np.zeros((50, 50)))
    fits.HDUList([image, table]).writeto(path)
    with open_stored(path) as stream, (tmp_path / "cut.fits").open("w+b") as cut:
        hdus = read_layout(stream)
        copy_primary(stream, hdus[0], cut)
        copy_hdu(stream, hdus[1], cut)
    with fits.open(tmp_path / "cut.fits", checksum=True) as found:
        found.verify("exception")
        assert found[0].data is None
        assert found[1].data["A"][0] == 1.0


@given(st.binary(min_size=4, max_size=400).map(lambda b: b[: len(b) // 4 * 4]))
def test_a_checksum_makes_the_sum_all_ones(data: bytes):
    total = ones_sum(EMPTY.encode(), ones_sum(data))
    text = checksum_text(total)
    assert text.isalnum()
    # In the card, the text begins one byte before a multiple of 4.
    rotated = (text[1:] + text[:1]).encode()
    assert ones_sum(rotated, ones_sum(data)) in {0, 2**32 - 1}


@pytest.mark.parametrize(
    "name", ["", "NONE", "-1", "7", "99999999", "../EVENTS", "\0", "EVENTS\0", "٣"]
)
def test_an_hdu_that_is_not_there(
    release: tuple[Archive, Manifest], files: HduFiles, tmp_path: Path, name: str
):
    with pytest.raises(NotFoundError, match="EVENTS, GTI"):
        files.find(*release, NAME, name)
    assert not list((tmp_path / "cache").glob("*"))


def test_what_was_cut_is_kept(
    release: tuple[Archive, Manifest], files: HduFiles, tmp_path: Path
):
    first = files.find(*release, NAME, "AEFF")
    os.utime(first.path, (1, 1))
    again = HduFiles(tmp_path / "cache", 10**9).find(*release, NAME, "AEFF")
    assert again == first
    assert first.path.stat().st_mtime > 1
    # A file that lost its content in a power cut is made anew.
    first.path.write_bytes(b"")
    assert files.find(*release, NAME, "AEFF").path.stat().st_size == first.size


def test_the_cache_has_a_bound(
    release: tuple[Archive, Manifest], simulated: Path, tmp_path: Path
):
    folder = tmp_path / "cache"
    names = ["EVENTS", "GTI", "AEFF", "EDISP", "PSF", "BKG"]
    sizes = []
    files = HduFiles(folder, 300_000)
    for number, path in enumerate(sorted(simulated.glob("data/*.gz"))):
        for name in names:
            found = files.find(*release, f"data/{path.name}", name)
            assert found.path.exists()
            age = 1_000_000 + 1000 * number
            os.utime(found.path, (age, age))
        sizes.append(sum(p.stat().st_size for p in folder.glob("*/*")))
    largest = max(p.stat().st_size for p in folder.glob("*/*"))
    assert max(sizes) < 300_000 + largest
    assert all(any(entry.iterdir()) for entry in folder.iterdir())
    old = folder / "unfinished-x"
    old.touch()
    os.utime(old, (1, 1))
    HduFiles(folder, 1000).find(*release, NAME, "1")
    assert not old.exists()


def test_many_at_the_same_time(
    release: tuple[Archive, Manifest], files: HduFiles, tmp_path: Path
):
    found = []

    def ask(files: HduFiles) -> None:
        found.append(files.find(*release, NAME, "EVENTS"))

    others = HduFiles(tmp_path / "cache", 1000)
    threads = [
        threading.Thread(target=ask, args=(f,)) for f in (files, others) for _ in "1234"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({(file.path, file.sha256) for file in found}) == 1
    assert [p.name for p in (tmp_path / "cache").glob("*/*")] == [found[0].path.name]


def test_the_folder_may_be_emptied(
    release: tuple[Archive, Manifest], files: HduFiles, tmp_path: Path
):
    first = files.find(*release, NAME, "AEFF")
    shutil.rmtree(tmp_path / "cache")
    assert files.find(*release, NAME, "AEFF") == first
    (first.path.parent / "alien").touch()
    assert files.find(*release, NAME, "AEFF") == first


def test_a_full_disk_leaves_nothing(
    release: tuple[Archive, Manifest],
    files: HduFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_module("gammavo.archive.hdu_files"), "copy_hdu", full)
    with pytest.raises(UnavailableError, match="No space left"):
        files.find(*release, NAME, "EVENTS")
    assert not list((tmp_path / "cache").glob("*"))


@pytest.mark.parametrize("damage", ["truncated", "not gzip", "not FITS", "no END"])
def test_a_damaged_file_is_said_to_be_damaged(
    simulated: Path, tmp_path: Path, damage: str
):
    raw = (simulated / NAME).read_bytes()
    plain = gzip.decompress(raw)
    path = tmp_path / "file"
    path.write_bytes(
        {
            "truncated": raw[: len(raw) // 2],
            "not gzip": raw[:20] + bytes(2000),
            "not FITS": b"x" * 3000,
            "no END": plain[:2880].replace(b"END  ", b"EN   "),
        }[damage]
    )
    with pytest.raises(UnavailableError), open_stored(path) as stream:
        read_layout(stream)


@pytest.mark.parametrize("members", [1, 2])
def test_large_files_are_not_unpacked_in_memory(
    simulated: Path, tmp_path: Path, members: int, monkeypatch: pytest.MonkeyPatch
):
    module = import_module("gammavo.archive.fits_layout")
    plain = gzip.decompress((simulated / NAME).read_bytes())
    half = len(plain) // members
    path = tmp_path / "run.fits.gz"
    path.write_bytes(
        b"".join(gzip.compress(plain[i : i + half]) for i in range(0, len(plain), half))
    )
    with open_stored(path) as stream:
        expected = read_layout(stream)
    monkeypatch.setattr(module, "_IN_MEMORY", 10_000)
    with open_stored(path) as stream:
        assert isinstance(stream, gzip.GzipFile)
        assert read_layout(stream) == expected
        hdu = find_hdu(expected, "GTI")
        assert hdu is not None
        stream.seek(hdu.start)
        assert stream.read(8) == b"XTENSION"


def test_intervals_and_responses_in_other_files(simulated: Path, tmp_path: Path):
    folder = write_shared(simulated, tmp_path / "data")
    archive, manifest = published(tmp_path, folder, name="shared")
    files = HduFiles(tmp_path / "cache", 10**9)
    cut = files.find(archive, manifest, "sub/ev_100002.fits", "EVENTS")
    with fits.open(cut.path) as found, fits.open(folder / "sub/gti_100002.fits") as gti:
        assert [hdu.name for hdu in found] == ["PRIMARY", "EVENTS", "GTI"]
        assert found["GTI"].data.tobytes() == gti["GTI"].data.tobytes()
    parts = run_hdus(archive, manifest, ["100002", "none"])
    assert set(parts) == {"100002"}
    found_parts = {part.role: part for part in parts["100002"]}
    assert list(found_parts) == ["events", "gti", "aeff", "edisp", "psf", "bkg"]
    assert found_parts["psf"].path == "sub/irf_100001.fits"
    assert (found_parts["psf"].hdu, found_parts["psf"].hdu_class) == (
        "PSF",
        "psf_3gauss",
    )
    with open_stored(folder / "sub/irf_100001.fits") as stream:
        sizes = {hdu.name: hdu.size for hdu in read_layout(stream)}
    assert found_parts["aeff"].size == sizes["AEFF"]


def test_a_release_without_notes_of_its_runs(simulated: Path, tmp_path: Path):
    archive, manifest = published(tmp_path, simulated)
    old = replace(
        manifest, tables=tuple(t for t in manifest.tables if "hdus" not in t.path)
    )
    found = HduFiles(tmp_path / "cache", 10**9).find(archive, old, NAME, "EVENTS")
    with fits.open(found.path) as cut:
        assert [hdu.name for hdu in cut] == ["PRIMARY", "EVENTS", "GTI"]
    with pytest.raises(UnavailableError, match="again"):
        run_hdus(archive, old, ["100001"])


def test_a_file_that_changed_is_not_cut(simulated: Path, tmp_path: Path):
    folder = Path(shutil.copytree(simulated, tmp_path / "data"))
    archive, manifest = published(tmp_path, folder)
    (folder / NAME).write_bytes(b"other")
    with pytest.raises(UnavailableError, match="as it was published"):
        HduFiles(tmp_path / "cache", 10**9).find(archive, manifest, NAME, "EVENTS")
