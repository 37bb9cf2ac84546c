"""Which positions lie in an area of the sky, and whether an area meets a circle."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.frames import separations
from gammavo.model.regions import Circle
from gammavo.model.selections import Area, Shape

__all__ = ["contains", "meets"]

_RIM: Final = 1e-12
"""The rim belongs to an area: so far outside a position may be, in radians."""

_STEPS: Final = 64
"""Points on each edge at which the distance to a rim is measured."""

Doubles = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def contains(area: Area, ra: Doubles, dec: Doubles) -> Booleans:
    """Return which positions lie in an area; its rim belongs to it, NaN does not.

    Parameters
    ----------
    area
        The area.
    ra, dec
        Positions in degrees, ICRS.
    """
    numbers = area.numbers
    with np.errstate(invalid="ignore"):
        if area.shape is Shape.CIRCLE:
            apart = separations(ra, dec, (numbers[0], numbers[1]))
            near: Booleans = apart <= numbers[2] + np.degrees(_RIM)
            return near
        if area.shape is Shape.RANGE:
            west, east, south, north = numbers
            within: Booleans = (dec >= south) & (dec <= north)
            if east - west < 360:
                within &= np.mod(ra - west, 360.0) <= (east - west) % 360.0
            return within
        points = _vectors(ra, dec)
        inside = np.zeros(len(points), dtype=np.bool_)
        for piece in area.pieces:
            inside |= (points @ np.array(piece).T >= -_RIM).all(axis=1)
        return inside


def meets(area: Area, circle: Circle) -> bool:
    """Tell whether an area and a circle have a point in common."""
    ra, dec = np.array([circle.longitude]), np.array([circle.latitude])
    if area.shape is Shape.CIRCLE:
        apart = separations(ra, dec, (area.numbers[0], area.numbers[1]))
        return bool(apart[0] <= area.numbers[2] + circle.radius)
    if contains(area, ra, dec)[0]:
        return True
    rim_ra, rim_dec = _rim(area)
    apart = separations(rim_ra, rim_dec, (circle.longitude, circle.latitude))
    return bool((apart <= circle.radius).any())


def _rim(area: Area) -> tuple[Doubles, Doubles]:
    """Return points on the rim of a range or polygon, in degrees."""
    steps = np.linspace(0.0, 1.0, _STEPS)
    if area.shape is Shape.RANGE:
        west, east, south, north = area.numbers
        width = 360.0 if east - west >= 360 else (east - west) % 360.0
        # A long parallel needs more points than a short edge.
        around = west + width * np.linspace(0.0, 1.0, 8 * _STEPS)
        along = south + (north - south) * np.linspace(0.0, 1.0, 8 * _STEPS)
        ra = np.concatenate(
            [
                around,
                around,
                np.full_like(along, west),
                np.full_like(along, west + width),
            ]
        )
        dec = np.concatenate(
            [np.full_like(around, south), np.full_like(around, north), along, along]
        )
        return ra, dec
    vertices = _vectors(np.array(area.numbers[::2]), np.array(area.numbers[1::2]))
    ahead = np.roll(vertices, -1, axis=0)
    points = (
        vertices[:, None, :] * (1 - steps[:, None]) + ahead[:, None, :] * steps[:, None]
    ).reshape(-1, 3)
    longitude = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    latitude = np.degrees(
        np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1]))
    )
    return longitude, latitude


def _vectors(ra: Doubles, dec: Doubles) -> npt.NDArray[Any]:
    """Return unit vectors, shape (n, 3)."""
    lon, lat = np.radians(ra), np.radians(dec)
    return np.stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1
    )
