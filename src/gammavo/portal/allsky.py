"""The sky with what was observed, drawn on the server: no WebGL, and good for print.

Aitoff's projection of Galactic coordinates, the centre of the Galaxy in the middle and
longitudes to the left. The template ``portal/allsky.html`` makes SVG of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from gammavo.archive import Manifest
from gammavo.portal.context import PageContext
from gammavo.portal.release_rows import OF_RELEASE, release_values

__all__ = [
    "AllSky",
    "Footprint",
    "Place",
    "all_sky",
    "observed_places",
    "region_corners",
]

WIDTH: Final = 720
HEIGHT: Final = 372
_SCALE: Final = (WIDTH / 2 - 10) / math.pi
_CORNERS: Final = 16
"""Of the polygon that stands for a circle: a field of view is ten pixels wide."""
_MOST_ROWS: Final = 50_000
_MOST_PLACES: Final = 400
"""More cannot be told apart and make a large page: those within a degree become one."""

_TO_GALACTIC: Final = (
    (-0.0548755604162154, -0.8734370902348850, -0.4838350155487132),
    (+0.4941094278755837, -0.4448296299600112, +0.7469822444972189),
    (-0.8676661490190047, -0.1980763734312015, +0.4559837761750669),
)
"""From ICRS to Galactic (The Hipparcos and Tycho Catalogues, volume 1, 1.5.11)."""

_REGIONS: Final = """
SELECT s_region, MIN(target_name) AS target, MIN(s_ra) AS ra, MIN(s_dec) AS dec,
  COUNT(*) AS runs
FROM ivoa.obscore WHERE {conditions} GROUP BY s_region
"""
_NUMBER: Final = re.compile(r"(?<!\w)[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")

_Direction = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Place:
    """A footprint on the sky and what was observed in it.

    Parameters
    ----------
    corners
        ICRS directions around it, degrees.
    runs
        How many runs have it.
    target
        Name of a target there, empty if it has none.
    link
        Where a click leads; empty for nowhere.
    """

    corners: tuple[_Direction, ...]
    runs: int
    target: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Footprint:
    """An SVG path, and what it is."""

    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class AllSky:
    """What the template draws: SVG paths, and labels as x, y, text."""

    outline: str
    grid: tuple[str, ...]
    equator: str
    labels: tuple[tuple[float, float, str], ...]
    footprints: tuple[Footprint, ...]
    width: int = WIDTH
    height: int = HEIGHT


def observed_places(
    portal: PageContext, release: Manifest | None = None, link: str = ""
) -> list[Place]:
    """Return the footprints of event lists, equal ones once.

    Parameters
    ----------
    portal
        The site.
    release
        Only of this release; None for all.
    link
        Address of the search page, empty if there is none.
    """
    conditions = ["dataproduct_type = {events}", "s_region IS NOT NULL"]
    if release is not None:
        conditions.append(OF_RELEASE)
    rows = portal.rows.ask(
        _REGIONS.format(conditions=" AND ".join(conditions)),
        max_rows=_MOST_ROWS,
        events=portal.event_type,
        **({} if release is None else release_values(release)),
    )
    if len(rows) > _MOST_PLACES:
        rows = _merged(rows)
    places = (_place(row, link) for row in rows)
    return [place for place in places if place.corners]


def _merged(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each cell of a degree, with the runs of all in it."""
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        if row["ra"] is None or row["dec"] is None:
            continue
        across = row["ra"] * math.cos(math.radians(row["dec"]))
        cell = cells.setdefault((round(across), round(row["dec"])), {**row, "runs": 0})
        cell["runs"] += row["runs"]
    return list(cells.values())


def _place(row: dict[str, Any], link: str) -> Place:
    if link and row["ra"] is not None:
        link += f"?target={row['ra']:.4f}+{row['dec']:.4f}&radius=0.1"
    corners = region_corners(row["s_region"])
    return Place(corners, row["runs"], row["target"] or "", link)


def region_corners(region: str) -> tuple[_Direction, ...]:
    """Return directions around a region as ObsCore writes it; none for other kinds."""
    kind = region.split(maxsplit=1)[0].upper()
    numbers = [float(number) for number in _NUMBER.findall(region)]
    if kind == "CIRCLE" and len(numbers) == 3:
        return _circle(*numbers)
    if kind == "POLYGON" and len(numbers) >= 6:
        return tuple(zip(numbers[::2], numbers[1::2], strict=False))
    return ()


def _circle(ra: float, dec: float, radius: float) -> tuple[_Direction, ...]:
    distance, latitude = math.radians(radius), math.radians(dec)
    corners = []
    for number in range(_CORNERS):
        angle = 2 * math.pi * number / _CORNERS
        sine = math.sin(latitude) * math.cos(distance) + math.cos(latitude) * math.sin(
            distance
        ) * math.cos(angle)
        east = math.sin(angle) * math.sin(distance) * math.cos(latitude)
        north = math.cos(distance) - math.sin(latitude) * sine
        longitude = ra + math.degrees(math.atan2(east, north))
        corners.append((longitude, math.degrees(math.asin(max(-1.0, min(1.0, sine))))))
    return tuple(corners)


def all_sky(places: Iterable[Place]) -> AllSky:
    """Return the picture of the sky with places in it, busy ones last and so on top."""
    return _drawn(tuple(places))


# The same places are drawn for every visitor until something is published.
@lru_cache(maxsize=32)
def _drawn(places: tuple[Place, ...]) -> AllSky:
    ordered = sorted(places, key=lambda place: place.runs)
    edge = [(180.0, b) for b in range(-90, 91, 5)]
    edge += [(-180.0, b) for b in range(90, -91, -5)]
    meridians = [[(m, b) for b in range(-90, 91, 6)] for m in range(-120, 121, 60)]
    parallels = [[(m, b) for m in range(-180, 181, 6)] for b in (-60, -30, 0, 30, 60)]
    equator = sorted(_galactic((ra, 0.0)) for ra in range(0, 360, 3))
    labels = []
    for longitude in (120, 60, 0, -60, -120):
        x, y = _aitoff((longitude, 0.0))
        labels.append((round(x, 1), round(y + 14, 1), f"{longitude % 360}°"))
    for latitude in (60, 30, -30, -60):
        x, y = _aitoff((0.0, latitude))
        labels.append((round(x, 1), round(y - 4, 1), f"{latitude:+d}°"))
    return AllSky(
        outline=_path(edge),
        grid=tuple(_path(line, closed=False) for line in [*meridians, *parallels]),
        equator=_path(equator, closed=False),
        labels=tuple(labels),
        footprints=tuple(Footprint(_footprint(p.corners), p) for p in ordered),
    )


def _footprint(corners: Sequence[_Direction]) -> str:
    """Return the path of a polygon; in two parts where the edge of the map cuts it."""
    turned = [_galactic(corner) for corner in corners]
    unwrapped = [turned[0]]
    for longitude, latitude in turned[1:]:
        before = unwrapped[-1][0]
        nearest = before + (longitude - before + 180) % 360 - 180
        unwrapped.append((nearest, latitude))
    first, last = unwrapped[0], unwrapped[-1]
    if abs(last[0] - first[0]) > 180:  # around a pole: by way of it
        pole = math.copysign(90, first[1])
        end = first[0] + math.copysign(360, last[0] - first[0])
        unwrapped += [(end, first[1]), (end, pole), (first[0], pole)]
    low = min(longitude for longitude, _ in unwrapped)
    high = max(longitude for longitude, _ in unwrapped)
    parts = []
    for shift in (-360, 0, 360):
        if low + shift < 180 and high + shift > -180:
            part = [(max(-180.0, min(180.0, m + shift)), b) for m, b in unwrapped]
            parts.append(_path(part))
    return " ".join(parts)


def _galactic(direction: _Direction) -> _Direction:
    """Return Galactic longitude in -180 to 180, and latitude, of an ICRS direction."""
    ra, dec = (math.radians(angle) for angle in direction)
    vector = (
        math.cos(dec) * math.cos(ra),
        math.cos(dec) * math.sin(ra),
        math.sin(dec),
    )
    x, y, z = (
        sum(factor * part for factor, part in zip(row, vector, strict=True))
        for row in _TO_GALACTIC
    )
    return math.degrees(math.atan2(y, x)), math.degrees(math.asin(max(-1, min(1, z))))


def _aitoff(direction: _Direction) -> _Direction:
    """Return x and y in the picture of a direction: longitude -180 to 180."""
    half, latitude = math.radians(direction[0]) / 2, math.radians(direction[1])
    alpha = math.acos(max(-1.0, min(1.0, math.cos(latitude) * math.cos(half))))
    stretch = alpha / math.sin(alpha) if alpha > 1e-9 else 1.0
    x = 2 * math.cos(latitude) * math.sin(half) * stretch
    y = math.sin(latitude) * stretch
    return WIDTH / 2 - _SCALE * x, HEIGHT / 2 - _SCALE * y


def _path(directions: Iterable[_Direction], *, closed: bool = True) -> str:
    points = (_aitoff(direction) for direction in directions)
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{line}{'Z' if closed else ''}"
