"""Making the HiPS of a release."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cdshealpix.nested import healpix_to_lonlat
from mocpy import MOC

from gammavo import __version__
from gammavo.archive.coverage.maps import SPACE_ORDER, space_coverage
from gammavo.archive.durable import sync_folder
from gammavo.archive.hips.pixels import (
    PixelMap,
    chosen_order,
    counts_map,
    halved,
    smoothed,
)
from gammavo.archive.hips.places import EMPTY_TILE, HIPS_FOLDER
from gammavo.archive.hips.tiles import (
    Stretch,
    tiles,
    write_allsky,
    write_fits,
    write_png,
)
from gammavo.archive.manifest import Manifest

__all__ = ["build_hips"]

_LEAST_ORDER: Final = 3
"""Allsky and many clients begin with tiles of this order."""

_WIDEST: Final = 9
"""Tiles are at most 2⁹ = 512 pixels wide."""

_ALLSKY_PIXELS: Final = 9
"""Order of the pixels of Allsky: 64 in each tile of order 3."""

_BRIGHTEST: Final = 0.9995
_BASE_TILES: Final = range(12)


def build_hips(folder: Path, manifest: Manifest) -> bool:
    """Make the HiPS of a release in its folder; a former one is replaced.

    Tiles hold counts: the FITS ones as they are, the PNG ones smoothed by a pixel and in
    colours. Only what was exposed has values.

    Returns
    -------
    bool
        Whether there is one; a release without footprints has none.
    """
    exposed = space_coverage(folder, SPACE_ORDER)
    if exposed.empty():
        return False
    facts = _facts(folder / "tables" / "obscore.parquet")
    order = chosen_order(
        facts["resolution"], exposed.sky_fraction, manifest.counts["events"]
    )
    counts = counts_map(folder / "tables" / "events.parquet", exposed, order)
    aside = folder / f".{HIPS_FOLDER}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        lines = _write(aside, counts, exposed)
        _write_properties(aside, {**_described(manifest, facts), **lines})
        target = folder / HIPS_FOLDER
        shutil.rmtree(target, ignore_errors=True)
        aside.rename(target)
        sync_folder(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return True


def _facts(obscore: Path) -> dict[str, Any]:
    """Return what the catalogue says of all runs of a release together."""
    names = ["s_resolution", "t_min", "t_max", "em_min", "em_max"]
    table = pq.read_table(
        obscore, columns=names, filters=pc.field("product_type") == "hea-event-list"
    )
    # The sharpest tenth of the runs sets the scale.
    quantile = pc.quantile(table.column("s_resolution"), q=0.1)[0].as_py()
    return {
        "resolution": quantile,
        **{name: pc.min(table.column(name)).as_py() for name in ("t_min", "em_min")},
        **{name: pc.max(table.column(name)).as_py() for name in ("t_max", "em_max")},
    }


def _write(folder: Path, counts: PixelMap, exposed: MOC) -> dict[str, Any]:
    """Write tiles, Allsky and MOC; return the properties that follow from them."""
    highest = max(_LEAST_ORDER, counts.order - _WIDEST)
    depth = counts.order - highest
    smooth = smoothed(counts)
    high = float(np.quantile(smooth.values, _BRIGHTEST))
    stretch = Stretch(high)
    brightest = smooth.pixels[int(np.argmax(smooth.values))]
    lon, lat = healpix_to_lonlat(np.array([brightest]), smooth.order)
    _write_tiles(folder, counts, smooth, highest, stretch)
    while smooth.order > _ALLSKY_PIXELS:
        smooth = halved(smooth)
    write_allsky(folder / "Norder3" / "Allsky.png", smooth, stretch)
    exposed.serialize("fits").writeto(folder / "Moc.fits")
    return {
        "hips_order": highest,
        "hips_order_min": 0,
        "hips_tile_width": 1 << depth,
        "hips_pixel_cut": f"0 {high:.4g}",
        "hips_data_range": f"0 {counts.values.max():.4g}",
        "hips_initial_ra": f"{lon.deg[0]:.5f}",
        "hips_initial_dec": f"{lat.deg[0]:.5f}",
        "hips_initial_fov": 8,
        "hips_pixel_scale": f"{58.6323 / 2**counts.order:.6f}",
        "s_pixel_scale": f"{58.6323 / 2**counts.order:.6f}",
        "moc_sky_fraction": f"{exposed.sky_fraction:.6g}",
        "hips_estsize": round(
            sum(p.stat().st_size for p in folder.rglob("*.*") if p.is_file()) / 1024
        ),
    }


def _write_tiles(
    folder: Path, counts: PixelMap, smooth: PixelMap, highest: int, stretch: Stretch
) -> None:
    for order in range(highest, -1, -1):
        for number, image in tiles(counts, order):
            place = _tile_place(folder, order, number)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_fits(place.with_suffix(".fits"), image, order, number)
        for number, image in tiles(smooth, order):
            write_png(_tile_place(folder, order, number), image, stretch)
        if order:
            counts, smooth = halved(counts), halved(smooth)
    # Clients ask for all base tiles whatever the MOC says.
    width = 1 << (counts.order)
    empty = np.full((width, width), np.nan, dtype=np.float32)
    write_png(folder / EMPTY_TILE, empty, stretch)
    for number in _BASE_TILES:
        place = _tile_place(folder, 0, number)
        if not place.exists():
            write_png(place, empty, stretch)
            write_fits(place.with_suffix(".fits"), empty, 0, number)


def _tile_place(folder: Path, order: int, number: int) -> Path:
    tens = number // 10_000 * 10_000
    return folder / f"Norder{order}" / f"Dir{tens}" / f"Npix{number}.png"


def _described(manifest: Manifest, facts: Mapping[str, Any]) -> dict[str, Any]:
    release = manifest.description
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return {
        "creator_did": f"ivo://{manifest.authority}/{manifest.name}/hips",
        "obs_collection": release.collection or manifest.name,
        "obs_title": f"{release.title}: counts",
        "obs_description": "Events of all runs by reconstructed direction, where the "
        "sky was observed. Not corrected for exposure. FITS tiles: counts in each pixel; "
        "lower orders: mean. PNG tiles: smoothed by 1.7 pixels, asinh.",
        "obs_copyright": release.licence,
        "obs_copyright_url": release.licence_url,
        "bib_reference": release.bib_reference or release.doi,
        "obs_ack": release.cite_as,
        "obs_regime": "Gamma-ray",
        "prov_progenitor": release.doi,
        "em_min": facts["em_min"],
        "em_max": facts["em_max"],
        "t_min": facts["t_min"],
        "t_max": facts["t_max"],
        "dataproduct_type": "image",
        "hips_version": "1.4",
        "hips_builder": f"gammavo {__version__}",
        "hips_creation_date": now,
        "hips_release_date": now,
        # Where the terms are the publisher's own, copies are the publisher's to allow.
        "hips_status": "public master "
        + ("clonableOnce" if release.licence and not release.terms else "unclonable"),
        "hips_tile_format": "png fits",
        "hips_frame": "equatorial",
        "hips_hierarchy": "mean",
        "hips_pixel_bitpix": -32,
        "data_pixel_bitpix": -32,
    }


def _write_properties(folder: Path, pairs: Mapping[str, Any]) -> None:
    lines = []
    for name, value in pairs.items():
        text = " ".join(str("" if value is None else value).split())
        if text:
            lines.append(f"{name:<20} = {text}\n")
    (folder / "properties").write_text("".join(lines), encoding="utf-8")
