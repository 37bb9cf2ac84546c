"""Coverage maps are those that mocpy makes of the catalogue's footprints and times."""

from __future__ import annotations

import io
import json
from pathlib import Path

import astropy.units as u
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from mocpy import MOC, STMOC, TimeMOC

from gammavo.archive import Archive
from gammavo.archive.coverage import (
    CoverageForm,
    CoverageKind,
    coverage_of_release,
    coverage_of_run,
    coverage_of_site,
)
from gammavo.archive.coverage.maps import SPACE_ORDER, store_coverage
from gammavo.archive.publish import PublishOptions, publish
from gammavo.model.errors import NotFoundError

FITS, JSON, ASCII = CoverageForm.FITS, CoverageForm.JSON, CoverageForm.ASCII


@pytest.fixture(scope="module")
def archive(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    publish(archive, simulated, PublishOptions("example.org", processes=1))
    return archive


def cones(archive: Archive) -> MOC:
    folder = archive.folder("simulated-dl3", 1)
    table = pq.read_table(folder / "tables" / "obscore.parquet").to_pylist()
    found = MOC.new_empty(SPACE_ORDER)
    for region in {row["s_region"] for row in table}:
        kind, frame, *numbers = region.split()
        assert (kind, frame) == ("CIRCLE", "ICRS")
        ra, dec, radius = (float(number) * u.deg for number in numbers)
        cone = MOC.from_cone(ra, dec, radius=radius, max_depth=SPACE_ORDER)
        found = found.union(cone)
    return found


def test_space_is_the_union_of_the_footprints(archive: Archive):
    manifest = archive.in_force()[0]
    text = coverage_of_release(archive, manifest, CoverageKind.SPACE, ASCII).decode()
    assert MOC.from_string(text) == cones(archive)
    assert coverage_of_site(archive, CoverageKind.SPACE, ASCII).decode() == text


def test_forms_of_a_map_say_the_same(archive: Archive):
    manifest = archive.in_force()[0]
    for kind, reader in (
        (CoverageKind.SPACE, MOC),
        (CoverageKind.TIME, TimeMOC),
        (CoverageKind.SPACE_TIME, STMOC),
    ):
        forms = {
            f: coverage_of_release(archive, manifest, kind, f) for f in CoverageForm
        }
        ascii_map = reader.from_string(forms[ASCII].decode())
        assert not ascii_map.empty() if kind is not CoverageKind.SPACE_TIME else True
        assert reader.from_string(forms[JSON].decode(), format="json") == ascii_map
        with fits.open(io.BytesIO(forms[FITS])) as hdus:
            assert hdus[1].header["MOCVERS"].startswith("2")
        path = archive.root / f"{kind}.fits"
        path.write_bytes(forms[FITS])
        assert reader.load(path, "fits") == ascii_map


def test_a_run_covers_a_part_of_its_release(archive: Archive):
    folder = archive.folder("simulated-dl3", 1)
    whole = cones(archive)
    run = coverage_of_run(folder, "100001", CoverageKind.SPACE, ASCII).decode()
    part = MOC.from_string(run)
    assert 0 < part.sky_fraction <= whole.sky_fraction
    assert part.difference(whole).empty()
    times = json.loads(coverage_of_run(folder, "100001", CoverageKind.TIME, JSON))
    assert times
    with pytest.raises(NotFoundError, match="no run"):
        coverage_of_run(folder, "../100001", CoverageKind.SPACE, FITS)


def test_stored_maps_are_those_that_are_made(archive: Archive):
    manifest = archive.in_force()[0]
    made = [
        coverage_of_release(archive, manifest, kind, ASCII) for kind in CoverageKind
    ]
    folder = archive.folder("simulated-dl3", 1)
    store_coverage(folder)
    stored = [(folder / "coverage" / f"{k}.txt").read_bytes() for k in CoverageKind]
    assert stored == made
    assert not list((folder / "coverage").glob(".*"))


def test_a_site_without_releases_covers_nothing(tmp_path: Path):
    for kind in CoverageKind:
        assert coverage_of_site(Archive(tmp_path), kind, FITS)
