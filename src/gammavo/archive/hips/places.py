"""Finding the files of a HiPS, and nothing else, and what the site says of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from gammavo.archive.store import Archive
from gammavo.archive.visible import visible_versions
from gammavo.model.errors import NotFoundError

__all__ = [
    "EMPTY_TILE",
    "HIPS_FOLDER",
    "find_hips_file",
    "hips_list",
    "hips_properties",
]

HIPS_FOLDER: Final = "hips"
"""Folder of the tiles in that of the release."""

_FILE: Final = re.compile(
    r"Moc\.fits|Norder\d{1,2}/(Allsky\.png|Dir\d{1,10}/Npix\d{1,10}\.(png|fits))"
)
_PNG_TILE: Final = re.compile(r"Norder(\d{1,2})/Dir\d{1,10}/Npix(\d{1,10})\.png")
EMPTY_TILE: Final = "empty.png"
"""The tile for wherever there is none."""

_LISTED: Final = (
    "creator_did",
    "hips_release_date",
    "hips_status",
    "hips_frame",
    "hips_order",
    "hips_tile_width",
    "hips_tile_format",
    "dataproduct_type",
    "moc_sky_fraction",
    "obs_title",
)


def find_hips_file(archive: Archive, release: str, path: str) -> Path:
    """Return a file of the HiPS of a release: a tile, Allsky or Moc.fits.

    Where the sky was not exposed, PNG tiles are empty ones: browsers report whatever is
    not found as an error.

    Raises
    ------
    NotFoundError
        There is no such file; FITS tiles without exposure do not exist.
    """
    folder = _folder(archive, release)
    place = folder / path
    tile = _PNG_TILE.fullmatch(path)
    if tile and not place.is_file():
        order, number = int(tile[1]), int(tile[2])
        if (folder / f"Norder{order}").is_dir() and number < 12 * 4**order:
            place = folder / EMPTY_TILE
    if _FILE.fullmatch(path) is None or not place.is_file():
        raise NotFoundError(f"The HiPS of {release!r} has no file {path!r}.")
    return place


def hips_properties(archive: Archive, release: str, url: str) -> str:
    """Return the properties of a HiPS (HiPS 1.0 section 4.4.1) with its own address.

    Parameters
    ----------
    archive, release
        The release.
    url
        Base address of all HiPS of the site, without a slash at the end.

    Raises
    ------
    NotFoundError
        It has no HiPS, or not yet.
    """
    text = (_folder(archive, release) / "properties").read_text(encoding="utf-8")
    return f"{text}{_line('hips_service_url', f'{url}/{release}')}"


def hips_list(archive: Archive, url: str) -> str:
    """Return the list of the site's HiPS (HiPS 1.0 section 5.2).

    Parameters
    ----------
    archive
        The releases.
    url
        Base address of all HiPS of the site, without a slash at the end.
    """
    records = []
    for manifest in archive.in_force():
        try:
            text = hips_properties(archive, manifest.name, url)
        except NotFoundError:
            continue  # not made yet
        pairs = dict(_pair(line) for line in text.splitlines() if "=" in line)
        names = [name for name in _LISTED if name in pairs]
        record = "".join(_line(name, pairs[name]) for name in names)
        records.append(record + _line("hips_service_url", f"{url}/{manifest.name}"))
    return "\n".join(records)


def _folder(archive: Archive, release: str) -> Path:
    """Return the newest HiPS of a release.

    That of a superseded version is shown as long as a new version has none yet.
    """
    for manifest in visible_versions(archive, release):
        folder = archive.folder(manifest.name, manifest.version) / HIPS_FOLDER
        if folder.is_dir():
            return folder
    raise NotFoundError(
        f"The release {release!r} has no HiPS.",
        advice="The publisher can make it with 'gammavo previews'.",
    )


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def _line(name: str, value: str) -> str:
    return f"{name:<20} = {value}\n"
