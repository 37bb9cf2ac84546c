"""A release of synthetic ObsCore rows, for comparisons with other servers.

python -m benchmarks.synthetic_obscore ROWS.csv SITE

The CSV has the columns of ObsCore 1.1 by their names, with ``s_region`` as
``circle ra dec radius`` or ``polygon ra dec ra dec ...`` in degrees. Tables, index columns
and files are made by the functions that publish real data; only there are no DL3 files
behind them, and no events. Releases hold circles: a polygon becomes the circle of diameter
``s_fov`` around the position, which its corners lie on.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from gammavo.archive import Archive, Manifest
from gammavo.archive.build import (
    build_database,
    merge_events,
    open_database,
    stored,
    write_table,
)
from gammavo.archive.durable import sync_tree
from gammavo.archive.manifest import software_versions
from gammavo.archive.snapshot import check_release
from gammavo.archive.statistics import table_statistics
from gammavo.archive.tables import (
    healpix_index,
    release_tables,
    stored_obscore,
    to_arrow,
)
from gammavo.formats import arrow_schema
from gammavo.model.identifiers import schema_name
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.observations import ReleaseDescription
from gammavo.model.regions import Circle
from gammavo.model.vocabularies import EVENT_LIST
from gammavo.site import Site, create_site

RELEASE = "synthetic"
AUTHORITY = "x-baseline"


def synthetic_site(rows: Path, folder: Path) -> Path:
    """Return a site with the rows of a CSV file published; made once."""
    if not folder.exists():
        create_site(folder)
    site = Site.open(folder)
    if not site.archive.in_force():
        publish_rows(site.archive, rows)
    return site.folder


def publish_rows(archive: Archive, rows: Path) -> Manifest:
    """Publish the ObsCore rows of a CSV file."""
    obscore = obscore_table(pyarrow.csv.read_csv(rows))
    with archive.locked(), archive.build_folder(RELEASE) as build:
        manifest = _write(build, _manifest(archive, rows.parent.resolve()), obscore)
        manifest.write(build / "manifest.json")
        check_release(build, manifest, temporary=build.parent / "trial")
        sync_tree(build)
        archive.adopt(build, manifest.name, manifest.version)
        archive.put_in_force(manifest.name, manifest.version)
    return manifest


def obscore_table(rows: pa.Table) -> pa.Table:
    """Return the rows as a release stores them: index columns, sorted by HEALPix."""
    computed = {**_positions(rows), **_regions(rows), **_products(rows)}
    schema = arrow_schema(stored_obscore())
    arrays = []
    for field in schema:
        if field.name in computed:
            arrays.append(pa.array(computed[field.name], type=field.type))
        elif field.name in rows.column_names:
            arrays.append(rows.column(field.name).cast(field.type))
        else:
            arrays.append(pa.nulls(len(rows), type=field.type))
    order = np.argsort(computed["hpx29"], kind="stable")
    return pa.Table.from_arrays(arrays, schema=schema).take(order)


def _positions(rows: pa.Table) -> dict[str, Any]:
    ra, dec = (rows.column(name).to_numpy() for name in ("s_ra", "s_dec"))
    index = OBSCORE.positions[0]
    x, y, z = _unit_vectors(ra, dec)
    return {
        index.healpix: healpix_index(ra, dec),
        index.x: x,
        index.y: y,
        index.z: z,
    }


def _unit_vectors(ra: np.ndarray, dec: np.ndarray) -> tuple[np.ndarray, ...]:
    lon, lat = np.radians(ra), np.radians(dec)
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)


def _regions(rows: pa.Table) -> dict[str, Any]:
    ra, dec, diameter = (
        rows.column(name).to_pylist() for name in ("s_ra", "s_dec", "s_fov")
    )
    circles = []
    texts = rows.column("s_region").to_pylist()
    for text, *centre, width in zip(texts, ra, dec, diameter, strict=True):
        shape, *numbers = text.split()
        circle = (*centre, width / 2) if shape == "polygon" else map(float, numbers)
        circles.append(tuple(circle))
    index = OBSCORE.regions[0]
    longitude, latitude, radius = np.array(circles).T
    x, y, z = _unit_vectors(longitude, latitude)
    return {
        index.column: [Circle(*circle).to_stcs() for circle in circles],
        index.x: x,
        index.y: y,
        index.z: z,
        index.radius: np.radians(radius),
    }


def _products(rows: pa.Table) -> dict[str, Any]:
    """Return what a release says of its products in its own words."""
    words = rows.column("dataproduct_type").to_pylist()
    return {
        "product_type": [EVENT_LIST if word == "event" else word for word in words],
        "access_path": [f"{name}.fits" for name in rows.column("obs_id").to_pylist()],
        "publisher_id": [f"ivo://{AUTHORITY}"] * len(rows),
    }


def _manifest(archive: Archive, folder: Path) -> Manifest:
    return Manifest(
        version=archive.next_version(RELEASE),
        schema=schema_name(RELEASE),
        authority=AUTHORITY,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data_folder=str(folder),
        description=ReleaseDescription(RELEASE, "Synthetic ObsCore rows"),
        tables=(),
        files=(),
        optional_event_columns=(),
        unicode_columns=(),
        counts={"runs": 0, "events": 0, "warnings": 0, "errors": 0},
        software=software_versions(),
    )


def _write(build: Path, manifest: Manifest, obscore: pa.Table) -> Manifest:
    """Write Parquet and DuckDB files; return the manifest with their hashes."""
    (build / "tables").mkdir()
    shards = build.parent / "shards"
    shards.mkdir()
    events, origins = release_tables(manifest)
    columns = {
        "obscore": stored_obscore(),
        "obscore_hea": OBSCORE_HEA.columns,
        "value_origins": origins.columns,
        "events": events.columns,
    }
    paths = {name: build / "tables" / f"{name}.parquet" for name in columns}
    write_table(obscore, paths["obscore"])
    write_table(to_arrow([], OBSCORE_HEA.columns), paths["obscore_hea"])
    write_table(to_arrow([], origins.columns), paths["value_origins"])
    merge_events(shards, events, paths["events"], work=build.parent)
    database = build / "release.duckdb"
    counts = build_database(
        database,
        list(paths.items()),
        columns=[column for listed in columns.values() for column in listed],
        work=build.parent,
    )
    files = [stored(build, path, counts[name]) for name, path in paths.items()]
    files.append(stored(build, database))
    with open_database(str(database), build.parent, read_only=True) as connection:
        statistics = table_statistics(connection, columns)
    return replace(manifest, tables=tuple(files), statistics=statistics)


def main() -> None:
    """Publish a CSV file."""
    parser = argparse.ArgumentParser(description="Publish synthetic ObsCore rows.")
    parser.add_argument("rows", type=Path, help="CSV file")
    parser.add_argument("site", type=Path, help="folder of the site to make")
    options = parser.parse_args()
    site = synthetic_site(options.rows, options.site)
    for manifest in Site.open(site).archive.in_force():
        print(f"{manifest.name}: {manifest.tables[0].rows} rows")


if __name__ == "__main__":
    main()
