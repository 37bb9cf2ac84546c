"""A release of synthetic rows: right index columns, and queries that find the rows."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from benchmarks.synthetic_obscore import obscore_table, synthetic_site
from gammavo.site import Site

HEADER = (
    "dataproduct_type,calib_level,obs_collection,obs_id,obs_publisher_did,s_ra,s_dec,"
    "s_fov,s_region,t_min,t_resolution\n"
)
LINES = (
    'event,2,SYNTH,far,ivo://x/synth?far,200.0,-40.0,4.0,"circle 200.0 -40.0 2.0",58000,\n'
    'event,2,SYNTH,crab,ivo://x/synth?crab,83.6,22.0,3.0,"circle 83.6 22.0 1.5",58001,\n'
    "image,1,SYNTH,square,ivo://x/synth?square,86.0,22.0,0.6,"
    '"polygon 86.2 22.2 86.2 21.8 85.8 21.8 85.8 22.2",58002,\n'
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synthetic") / "rows.csv"
    path.write_text(HEADER + LINES)
    return path


@pytest.fixture(scope="module")
def site(rows: Path) -> Site:
    return Site.open(synthetic_site(rows, rows.parent / "site"))


def found(site: Site, where: str) -> list[str]:
    service = site.queries("http://localhost")
    adql = f"SELECT obs_id FROM ivoa.obscore WHERE {where} ORDER BY obs_id"
    batches = service.query(adql, max_rows=None, seconds=10).batches()
    return [name for batch in batches for name in batch.column(0).to_pylist()]


def test_rows_are_sorted_by_healpix(rows: Path) -> None:
    table = obscore_table(pyarrow.csv.read_csv(rows))
    index = table.column("hpx29").to_pylist()
    assert index == sorted(index)
    assert len(set(index)) == 3


def test_regions_are_circles_with_index_columns(rows: Path) -> None:
    table = obscore_table(pyarrow.csv.read_csv(rows))
    named = {row["obs_id"]: row for row in table.to_pylist()}
    assert named["crab"]["s_region"] == "CIRCLE ICRS 83.600000 22.000000 1.5"
    assert named["crab"]["s_region_radius"] == pytest.approx(math.radians(1.5))
    assert named["crab"]["s_region_z"] == pytest.approx(math.sin(math.radians(22)))
    assert named["square"]["s_region"] == "CIRCLE ICRS 86.000000 22.000000 0.3"


def test_columns_that_the_file_lacks_are_null(rows: Path) -> None:
    table = obscore_table(pyarrow.csv.read_csv(rows))
    assert table.column("pol_states").null_count == 3
    assert table.column("t_resolution").type == pa.float64()


def test_published_rows_are_found(site: Site) -> None:
    near_crab = (
        "1=CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 83.63, 22.01, 1))"
    )
    touching = "1=INTERSECTS(s_region, CIRCLE('ICRS', 83.63, 22.01, 2))"
    assert found(site, near_crab) == ["crab"]
    assert found(site, touching) == ["crab", "square"]
    assert found(site, "dataproduct_type = 'event'") == ["crab", "far"]


def test_site_is_made_once(site: Site, rows: Path) -> None:
    synthetic_site(rows, site.folder)
    assert [manifest.version for manifest in site.archive.in_force()] == [1]
