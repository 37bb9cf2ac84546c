"""Previews and sky tiles: complete, resumable, and never in the way of a release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from cdshealpix.nested import lonlat_to_healpix
from filelock import FileLock
from PIL import Image

from gammavo.archive import Archive
from gammavo.archive.hips import find_hips_file, hips_list, hips_properties
from gammavo.archive.hips.pixels import PixelMap, chosen_order, halved, smoothed
from gammavo.archive.hips.tiles import tiles
from gammavo.archive.previews import PREVIEWS, find_preview, list_previews
from gammavo.archive.previews.build import PreviewResult, build_previews
from gammavo.archive.previews.places import run_folder
from gammavo.archive.publish import PublishOptions, publish
from gammavo.model.errors import NotFoundError

NAME = "simulated-dl3"


def build(archive: Archive, **options: object) -> PreviewResult:
    (result,) = build_previews(
        archive, processes=2, on_progress=lambda *_: None, **options
    )
    return result


@pytest.fixture(scope="module")
def data(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(simulated, tmp_path_factory.mktemp("data") / "data"))


@pytest.fixture(scope="module")
def archive(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    publish(archive, data, PublishOptions("example.org", processes=1))
    result = build(archive)
    assert result.failures == ()
    assert result.made == 6
    return archive


def test_every_run_has_its_pictures(archive: Archive):
    for number in range(100001, 100005):
        files = list_previews(archive, NAME, 1, str(number))
        names = {file.partition(".")[0] for file in files}
        assert names == set(PREVIEWS) - {"rad_max"}
        assert "thumbnail.svg" not in files
        for file in files:
            path = find_preview(archive, NAME, "1", str(number), file)
            if path.suffix == ".png":
                Image.open(path).verify()
            elif path.suffix == ".json":
                json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("obs_id", ["..", ".", "", ".hidden", "a/b", "x" * 400, "a\0b"])
def test_no_run_leaves_the_folder(archive: Archive, obs_id: str):
    folder = archive.folder(NAME, 1)
    place = run_folder(folder, obs_id)
    assert place.parent == folder / "previews"
    assert not place.name.startswith(".")
    assert len(place.name) < 255
    with pytest.raises(NotFoundError):
        find_preview(archive, NAME, "1", obs_id, "counts-map.png")


@pytest.mark.parametrize(
    "file", ["counts-map", "counts-map.gif", "manifest.json", "../../manifest.json", ""]
)
def test_only_pictures_are_found(archive: Archive, file: str):
    with pytest.raises(NotFoundError):
        find_preview(archive, NAME, "1", "100001", file)


def test_only_what_is_missing_is_made(archive: Archive):
    assert build(archive).made == 0
    folder = archive.folder(NAME, 1)
    shutil.rmtree(run_folder(folder, "100002"))
    shutil.rmtree(folder / "hips")
    # What a killed process leaves.
    left = folder / "previews" / ".100002.1"
    left.mkdir()
    (left / "aeff.png").write_bytes(b"half")
    assert build(archive).made == 2
    assert not left.exists()
    assert list_previews(archive, NAME, 1, "100002")


def test_two_processes_do_not_make_the_same(archive: Archive):
    lock = FileLock(archive.folder(NAME, 1) / "previews.lock")
    with lock:
        assert build_previews(archive, processes=1, on_progress=lambda *_: None) == []


def test_a_changed_file_and_a_broken_response_spoil_only_their_own_pictures(
    simulated: Path, tmp_path: Path
):
    data = Path(shutil.copytree(simulated, tmp_path / "data"))
    first, second, third, fourth = sorted((data / "data").glob("*.gz"))
    for path in (fourth, *data.glob("*-index.fits.gz")):
        path.unlink()
    with fits.open(first) as hdus:
        hdus["AEFF"].data["EFFAREA"][:] = np.nan
        hdus.writeto(tmp_path / "changed.fits.gz")
    shutil.move(tmp_path / "changed.fits.gz", first)
    archive = Archive(tmp_path / "archive")
    publish(archive, data, PublishOptions("example.org", processes=1))
    with fits.open(second) as hdus:
        hdus["EVENTS"].data["ENERGY"] *= 2
        hdus.writeto(tmp_path / "changed.fits.gz")
    shutil.move(tmp_path / "changed.fits.gz", second)
    third.unlink()
    result = build(archive)
    changed, gone = sorted(result.failures)
    assert "run 100002" in changed
    assert "not as it was published" in changed
    assert gone == "run 100003: its files are gone"
    assert not list_previews(archive, NAME, 1, "100002")
    found = list_previews(archive, NAME, 1, "100001")
    assert "aeff.png" not in found
    assert "psf.png" in found


def test_tiles_hold_all_events_of_the_exposed_sky_at_every_order(archive: Archive):
    folder = archive.folder(NAME, 1)
    pairs = properties(archive)
    order = int(pairs["hips_order"])
    sums = []
    for level in range(order + 1):
        images = [fits.getdata(p) for p in folder.glob(f"hips/Norder{level}/*/*.fits")]
        assert all(
            image.shape == (int(pairs["hips_tile_width"]),) * 2 for image in images
        )
        total = sum(float(np.nansum(image)) for image in images)
        sums.append(total * 4 ** (order - level))
    events = pq.read_table(folder / "tables" / "events.parquet", columns=["ra"])
    assert sums == pytest.approx([sums[0]] * len(sums), rel=1e-5)
    assert 0.9 * events.num_rows <= sums[0] <= events.num_rows


def test_the_brightest_pixel_lies_where_the_events_do(archive: Archive):
    """A tile's own index of a pixel, worked out from its place, is that of HEALPix."""
    folder = archive.folder(NAME, 1)
    pairs = properties(archive)
    order, width = int(pairs["hips_order"]), int(pairs["hips_tile_width"])
    depth = width.bit_length() - 1
    table = pq.read_table(folder / "tables" / "events.parquet", columns=["hpx29"])
    pixels = table.column("hpx29").to_numpy() >> (2 * (29 - order - depth))
    found, counts = np.unique(pixels[pixels >= 0], return_counts=True)
    brightest = int(found[np.argmax(counts)])
    tile, inside = brightest >> (2 * depth), brightest & (4**depth - 1)
    bits = [inside >> bit & 1 for bit in range(2 * depth)]
    row = sum(bit << n for n, bit in enumerate(bits[0::2]))
    column = sum(bit << n for n, bit in enumerate(bits[1::2]))
    place = folder / f"hips/Norder{order}/Dir0/Npix{tile}.fits"
    image = fits.getdata(place)
    assert image[width - 1 - row, column] == counts.max()
    with Image.open(place.with_suffix(".png")) as picture:
        assert picture.mode == "P"
        shown = np.asarray(picture.convert("RGBA"))
    assert shown[row, column, 3] == 255
    blank = np.isnan(image[::-1])
    assert (shown[..., 3][blank] == 0).all()
    assert (shown[..., 3][~blank] == 255).all()
    assert int(pairs["hips_initial_ra"][:1]) >= 0
    start = (float(pairs[f"hips_initial_{name}"]) for name in ("ra", "dec"))
    from astropy.coordinates import Latitude, Longitude

    lon, lat = next(start), next(start)
    index = lonlat_to_healpix(Longitude([lon], "deg"), Latitude([lat], "deg"), 3)
    assert (folder / f"hips/Norder3/Dir0/Npix{index[0]}.png").is_file()


def properties(archive: Archive) -> dict[str, str]:
    text = hips_properties(archive, NAME, "http://host/hips")
    lines = (line.split("=", 1) for line in text.splitlines())
    return {name.strip(): value.strip() for name, value in lines}


def test_a_hips_stays_until_the_new_version_has_one(simulated: Path, tmp_path: Path):
    archive = Archive(tmp_path)
    options = PublishOptions("example.org", processes=1)
    publish(archive, simulated, options)
    old = tmp_path / "releases" / NAME / "1" / "hips"
    old.mkdir()
    (old / "properties").write_text("creator_did = a\n")
    publish(archive, simulated, options)
    assert [m.version for m in archive.in_force()] == [2]
    assert "creator_did" in hips_list(archive, "http://h")
    new = tmp_path / "releases" / NAME / "2" / "hips"
    new.mkdir()
    (new / "properties").write_text("creator_did = b\n")
    assert "= b" in hips_properties(archive, NAME, "http://h")
    archive.withdraw(NAME)
    with pytest.raises(NotFoundError):
        hips_properties(archive, NAME, "http://h")


def test_tiles_of_sky_that_was_not_exposed_are_empty(archive: Archive):
    folder = archive.folder(NAME, 1) / "hips"
    numbers = {int(p.stem[4:]) for p in folder.glob("Norder3/*/*.png")}
    free = min(set(range(768)) - numbers)
    place = find_hips_file(archive, NAME, f"Norder3/Dir0/Npix{free}.png")
    with Image.open(place) as tile:
        assert np.asarray(tile.convert("RGBA"))[..., 3].max() == 0
    for path in (f"Norder3/Dir0/Npix{free}.fits", "Norder3/Dir0/Npix768.png"):
        with pytest.raises(NotFoundError):
            find_hips_file(archive, NAME, path)
    with pytest.raises(NotFoundError):
        find_hips_file(archive, NAME, "Norder20/Dir0/Npix1.png")


def test_a_hips_says_what_the_standard_asks(archive: Archive):
    pairs = properties(archive)
    asked = {
        *("creator_did", "obs_title", "dataproduct_type", "hips_version"),
        *("hips_release_date", "hips_status", "hips_tile_format", "hips_order"),
        *("hips_tile_width", "hips_frame", "hips_service_url"),
    }
    assert asked <= set(pairs)
    assert pairs["hips_service_url"] == f"http://host/hips/{NAME}"
    assert "P/" not in pairs["hips_service_url"]
    for number in range(12):
        for form in ("png", "fits"):
            find_hips_file(archive, NAME, f"Norder0/Dir0/Npix{number}.{form}")
    with Image.open(find_hips_file(archive, NAME, "Norder3/Allsky.png")) as sheet:
        assert sheet.size == (27 * 64, 29 * 64)
    listed = hips_list(archive, "http://host/hips")
    assert listed.count("creator_did") == 1
    assert f"http://host/hips/{NAME}" in listed


@pytest.mark.parametrize(
    "path",
    [
        "Norder3/Dir0/Npix99999.png",
        "../manifest.json",
        "Norder3/../properties",
        "properties/",
        "Norder3/Dir0/Npix1.jpg",
    ],
)
def test_other_files_of_a_hips_are_not_found(archive: Archive, path: str):
    with pytest.raises(NotFoundError):
        find_hips_file(archive, NAME, path)
    with pytest.raises(NotFoundError):
        find_hips_file(archive, "nothing", "Moc.fits")


def test_maps_are_halved_and_smoothed_without_losing_events():
    pixels = np.arange(4**4, dtype=np.int64)
    values = np.zeros(len(pixels))
    values[100] = 16.0
    counts = PixelMap(6, pixels, values)
    half = halved(halved(counts))
    assert half.order == 4
    assert half.values.sum() * 16 == 16
    smooth = smoothed(counts)
    assert smooth.values.max() < 16
    assert smooth.values.sum() == pytest.approx(16, rel=0.02)
    ((number, image),) = tiles(counts, 2)
    assert number == 0
    # 100 = 0b1100100: even bits 0b1010, odd bits 0b0100.
    assert np.argwhere(image == 16).tolist() == [[0b1010, 0b0100]]


def test_orders_follow_resolution_and_area():
    assert chosen_order(450.0, 0.02, 10**6) == 11
    assert chosen_order(180.0, 0.001, 10**6) == 13
    assert chosen_order(180.0, 0.001, 10**4) == 11
    assert chosen_order(450.0, 1.0, 10**9) == 10
    assert chosen_order(None, 0.001, 10**6) == 11
