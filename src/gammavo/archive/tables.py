"""How the products of a release become rows: which tables it has, and their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from gammavo.archive.descriptions import described_release_table
from gammavo.archive.manifest import Manifest
from gammavo.formats import arrow_schema
from gammavo.model.columns import Column, Datatype, ForeignKey, Table
from gammavo.model.events import events_table
from gammavo.model.identifiers import publisher_did
from gammavo.model.obscore import OBSCORE
from gammavo.model.observations import Product, ReleaseDescription, Run
from gammavo.model.regions import Circle, unit_vector

__all__ = [
    "ACCESS_PATH",
    "COMPUTED_COLUMNS",
    "FITS_GADF",
    "healpix_index",
    "origins_table",
    "product_rows",
    "release_tables",
    "stored_obscore",
    "to_arrow",
]

FITS_GADF: Final = "application/x-fits-gadf"
"""Media type of DL3 FITS files, as the high-energy extension writes it."""

ACCESS_PATH: Final = Column(
    "access_path", Datatype.VARCHAR, "Path of access_url below the release's files"
)
COMPUTED_COLUMNS: Final = ("dataproduct_type", "dataproduct_subtype", "access_url")
"""ObsCore columns that depend on the site, made by the view ``ivoa.obscore``."""


def stored_obscore() -> tuple[Column, ...]:
    """Return the columns of a release's ObsCore rows on disk."""
    stored = [c for c in OBSCORE.all_columns if c.name not in COMPUTED_COLUMNS]
    return (*stored, ACCESS_PATH)


def origins_table(schema: str) -> Table:
    """Declare the table that tells where each ObsCore value was read."""
    return Table(
        f"{schema}.value_origins",
        "Where each ObsCore value was read in the files, or how it was derived",
        (
            Column(
                "obs_publisher_did",
                Datatype.VARCHAR,
                "IVOA identifier of the product, as in ivoa.obscore",
                ucd="meta.ref.ivoid",
                principal=True,
                required=True,
            ),
            Column(
                "column_name",
                Datatype.VARCHAR,
                "Column of ivoa.obscore or ivoa.obscore_hea",
                ucd="meta.id",
                principal=True,
                required=True,
            ),
            Column(
                "origin",
                Datatype.VARCHAR,
                "HDU and keyword, or the rule",
                ucd="meta.note",
                principal=True,
                required=True,
            ),
        ),
        foreign_keys=(
            ForeignKey(
                "ivoa.obscore",
                (("obs_publisher_did", "obs_publisher_did"),),
                "The product that has the value",
            ),
        ),
    )


def release_tables(manifest: Manifest) -> tuple[Table, ...]:
    """Return the tables in the schema of a release."""
    return (
        described_release_table(
            events_table(
                manifest.schema,
                optional=manifest.optional_event_columns,
                rows=manifest.counts["events"],
            ),
            manifest,
        ),
        described_release_table(origins_table(manifest.schema), manifest),
    )


def healpix_index(
    longitude: np.ndarray[Any, np.dtype[np.float64]],
    latitude: np.ndarray[Any, np.dtype[np.float64]],
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return HEALPix NESTED indices of order 29 of positions in degrees.

    Positions that are not on the sphere (NaN) get -1, which is in no cover.
    """
    # Late: a server that only answers queries needs none of them, they take a second.
    from astropy.coordinates import Latitude, Longitude  # noqa: PLC0415
    from astropy.units import deg  # noqa: PLC0415
    from cdshealpix.nested import lonlat_to_healpix  # noqa: PLC0415

    good = np.isfinite(longitude) & np.isfinite(latitude) & (np.abs(latitude) <= 90)
    index = np.full(len(longitude), -1, dtype=np.int64)
    if good.any():
        index[good] = lonlat_to_healpix(
            Longitude(longitude[good], deg), Latitude(latitude[good], deg), 29
        ).astype(np.int64)
    return index


def product_rows(
    runs: Iterable[Run], *, release: ReleaseDescription, authority: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the ObsCore, extension and origin rows of runs, sorted by HEALPix."""
    obscore, extension, origins = [], [], []
    for run in runs:
        sizes = {file.path: file.size for file in run.files}
        for product in run.products:
            did = publisher_did(authority, release.name, run.obs_id, product.name)
            row = _obscore_row(product, sizes[product.path], release)
            row |= {"obs_publisher_did": did, "publisher_id": f"ivo://{authority}"}
            obscore.append(row)
            extension.append({**product.obscore_hea, "obs_publisher_did": did})
            origins += [
                {"obs_publisher_did": did, "column_name": name, "origin": origin}
                for name, origin in product.origins.items()
            ]
    positions = np.array(
        [(row.get("s_ra"), row.get("s_dec")) for row in obscore], dtype=np.float64
    ).reshape(-1, 2)
    for row, index in zip(
        obscore, healpix_index(positions[:, 0], positions[:, 1]), strict=True
    ):
        row["hpx29"] = int(index) if index >= 0 else None
    order = sorted(range(len(obscore)), key=lambda i: obscore[i]["hpx29"] or -1)
    return [obscore[i] for i in order], [extension[i] for i in order], origins


def _obscore_row(
    product: Product, size: int, release: ReleaseDescription
) -> dict[str, Any]:
    """Return an ObsCore row without what depends on the identifier."""
    row = dict(product.obscore)
    region = row.pop("s_region", None)
    row |= {
        "product_type": product.product_type,
        "obs_collection": release.collection or release.name,
        "access_format": FITS_GADF,
        "access_estsize": round(size / 1000),
        "access_path": quote(product.path),
        **_region_columns(region),
    }
    ra, dec = row.get("s_ra"), row.get("s_dec")
    if ra is not None and dec is not None:
        row["x"], row["y"], row["z"] = unit_vector(ra, dec)
    return row


def _region_columns(region: Circle | None) -> dict[str, Any]:
    if region is None:
        return {}
    index = OBSCORE.regions[0]
    x, y, z = region.vector
    return {
        index.column: region.to_stcs(),
        index.x: x,
        index.y: y,
        index.z: z,
        index.radius: float(np.radians(region.radius)),
    }


def to_arrow(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.Table:
    """Return rows as an Arrow table of the declared columns; absent values are NULL.

    Raises
    ------
    KeyError
        A row has a value for a column that is not declared.
    """
    known = {column.name for column in columns}
    for row in rows:
        if unknown := row.keys() - known:
            raise KeyError(f"undeclared columns: {sorted(unknown)}")
    schema = arrow_schema(columns)
    arrays = [
        pa.array([_plain(row.get(field.name)) for row in rows], type=field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _plain(value: Any) -> Any:
    """Return a date as the midnight that it begins with, NaN as NULL."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
