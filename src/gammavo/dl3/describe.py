"""Describing a release from its content: known ones, or what the headers say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gammavo.dl3.description import FILE_NAME, description_of, load_description
from gammavo.dl3.findings import UnusableFileError
from gammavo.dl3.fits import open_fits
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.instruments import FACILITIES, facility_key
from gammavo.dl3.inventory import Inventory, RunFiles
from gammavo.dl3.roles import find_role
from gammavo.model.errors import UsageError
from gammavo.model.identifiers import check_release_name
from gammavo.model.observations import ReleaseDescription

__all__ = ["describe"]

_KEYWORDS = ("TELESCOP", "INSTRUME", "ORIGIN", "CALDB", "IRF")


def describe(folder: Path, inventory: Inventory) -> ReleaseDescription:
    """Return the description of a release.

    ``release.toml`` in the folder, if there is one; else the description of the
    well-known public release whose headers the files have; else what the headers say.
    The name of the folder is used for nothing but the name of an unknown release.

    Parameters
    ----------
    folder
        The data folder.
    inventory
        Its runs.

    Raises
    ------
    UsageError
        ``release.toml`` has a mistake.
    """
    own = folder / FILE_NAME
    if own.is_file():
        return load_description(own)
    headers = _headers(folder, inventory)
    for values, recognise in _known_releases():
        if headers and all(_has(header, recognise) for header in headers):
            return description_of(values, name=values["name"])
    return _generic(folder, inventory, headers)


def _headers(folder: Path, inventory: Inventory) -> list[dict[str, str]]:
    """Return keywords of the first and the last run that can be read."""
    ends = inventory.runs[:1] + inventory.runs[1:][-1:]
    return [header for run in ends if (header := _header(folder, run))]


def _header(folder: Path, run: RunFiles) -> dict[str, str]:
    place = run.hdus.get("events")
    if place is None:
        return {}
    try:
        with open_fits(folder, place.path, headers_only=True) as file:
            hdu = find_role(file, "events")
            if hdu is None:
                return {}
            chain = HeaderChain.of(hdu, index=run.index)
            header = {
                keyword: found.value
                for keyword in _KEYWORDS
                if (found := chain.text(keyword)) is not None
            }
            header["COMMENT"] = f"{file.hdus[0].comments}\n{hdu.comments}"
            header["OBSERVER"] = str(run.index.get("OBSERVER", ""))
            return header
    except UnusableFileError:
        # What is wrong with the file is in the report of its run.
        return {}


@lru_cache(maxsize=1)
def _known_releases() -> tuple[tuple[dict[str, Any], dict[str, str]], ...]:
    known = []
    folder = files("gammavo.dl3").joinpath("known")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            values = tomllib.loads(entry.read_text(encoding="utf-8"))
            known.append((values, values.pop("recognise")))
    return tuple(known)


def _has(header: Mapping[str, str], recognise: Mapping[str, str]) -> bool:
    return all(
        text.lower() in header.get(keyword, "").lower()
        for keyword, text in recognise.items()
    )


def _generic(
    folder: Path, inventory: Inventory, headers: list[dict[str, str]]
) -> ReleaseDescription:
    header = headers[0] if headers else {}
    telescope = header.get("TELESCOP", "")
    facility = FACILITIES.get(facility_key(telescope))
    name = telescope if facility is None else facility.name
    release = _release_name(folder.resolve().name)
    runs = len(inventory.runs)
    return ReleaseDescription(
        name=release,
        collection=release.upper(),
        title=f"{name or 'Gamma-ray'} observations, {runs} run{'s' * (runs != 1)}",
        creators=(header["ORIGIN"],) if "ORIGIN" in header else (),
        facility_name=name,
        instrument_name=header.get("INSTRUME", ""),
    )


def _release_name(folder: str) -> str:
    """Return the name of a folder as the name of a release."""
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.lower()).strip("._-")[:64].rstrip("._-")
    try:
        return check_release_name(name)
    except UsageError:
        return "my-release"
