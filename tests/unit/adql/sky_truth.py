"""What is true of shapes on the sky, worked out in other ways than queries do.

Directions are arrays (n, 3) of unit vectors. Boundaries are sampled densely, so that
distances come out of nothing but scalar products.
"""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "OUTLINES",
    "apart",
    "area",
    "boundary",
    "coordinates",
    "placed",
    "star",
    "sunflower",
    "vectors",
    "within",
]

Array = NDArray[np.float64]
Outline = list[tuple[float, float]]

OUTLINES: dict[str, Outline] = {
    "triangle": [(-1, -1), (1, -1), (0, 1)],
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "arrow": [(-1, -1), (0, 0), (1, -1), (0, 1)],
    "comb": [(-1, -1), (1, -1), (1, 1), (0.6, 1), (0.6, -0.5), (0.2, -0.5), (0.2, 1),
             (-0.2, 1), (-0.2, -0.5), (-0.6, -0.5), (-0.6, 1), (-1, 1)],
    "spiral": [(-1, -1), (1, -1), (1, 1), (-0.6, 1), (-0.6, -0.2), (0.4, -0.2),
               (0.4, 0.4), (-0.1, 0.4), (-0.1, 0.2), (0.2, 0.2), (0.2, 0), (-0.4, 0),
               (-0.4, 0.8), (0.8, 0.8), (0.8, -0.8), (-1, -0.8)],
    "ring with a gap": [(1, 0.1), (0.5, 0.9), (-0.5, 0.9), (-1, 0), (-0.5, -0.9),
                        (0.5, -0.9), (1, -0.1), (0.7, -0.1), (0.4, -0.6), (-0.4, -0.6),
                        (-0.7, 0), (-0.4, 0.6), (0.4, 0.6), (0.7, 0.1)],
}  # fmt: skip
"""Simple polygons in a plane within the circle of radius 1.5, counter-clockwise."""


def vectors(degrees: object) -> Array:
    """Return the directions of longitudes and latitudes, an array (n, 2) in degrees."""
    lon, lat = np.radians(np.asarray(degrees, dtype=float)).reshape(-1, 2).T
    return np.stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
    )


def coordinates(points: Array) -> list[tuple[float, float]]:
    """Return longitudes and latitudes in degrees."""
    lon = np.degrees(np.arctan2(points[:, 1], points[:, 0])) % 360
    lat = np.degrees(np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1])))
    return [(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]


def placed(
    outline: Outline, centre: tuple[float, float], degrees: float, turned: float
) -> list[tuple[float, float]]:
    """Return an outline as a polygon on the sky: turned, scaled, and projected there."""
    ((x, y, z),) = vectors([centre])
    longitude = math.radians(centre[0])
    east = np.array([-math.sin(longitude), math.cos(longitude), 0])
    north = np.cross([x, y, z], east)
    scale = math.tan(math.radians(degrees))
    points = []
    for a, b in outline:
        u = scale * (a * math.cos(turned) - b * math.sin(turned))
        v = scale * (a * math.sin(turned) + b * math.cos(turned))
        point = np.array([x, y, z]) + u * east + v * north
        points.append(point / np.linalg.norm(point))
    return coordinates(np.array(points))


def star(chance: random.Random, corners: int) -> Outline:
    """Return a polygon that is seen as a whole from the origin, most often not convex."""
    angles = [
        (i + chance.uniform(0.1, 0.9)) * math.tau / corners for i in range(corners)
    ]
    reaches = [chance.uniform(0.3, 1.4) for _ in angles]
    pairs = zip(reaches, angles, strict=True)
    return [
        (reach * math.cos(angle), reach * math.sin(angle)) for reach, angle in pairs
    ]


def within(points: Array, polygon: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """Tell which points lie in a polygon: they see its edges turn around them."""
    corners = vectors(polygon)
    total = np.zeros(len(points))
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        left, right = np.cross(points, a), np.cross(points, b)
        turn = np.einsum("ij,ij->i", points, np.cross(left, right))
        total += np.arctan2(turn, np.einsum("ij,ij->i", left, right))
    # The antipodes of the polygon see the same turns; they are not in it.
    near = points @ corners.mean(axis=0) > 0
    return (np.abs(total) > math.pi) & near


def boundary(polygon: list[tuple[float, float]], steps: int = 200) -> Array:
    """Return points along the edges of a polygon."""
    corners = vectors(polygon)
    pieces = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        share = np.linspace(0, 1, steps)[:, np.newaxis]
        line = (1 - share) * a + share * b
        pieces.append(line / np.linalg.norm(line, axis=1, keepdims=True))
    return np.concatenate(pieces)


def apart(points: Array, others: Array) -> Array:
    """Return the angles between all of some and all other directions, in degrees."""
    return np.degrees(np.arccos(np.clip(points @ others.T, -1, 1)))


def area(polygon: list[tuple[float, float]]) -> float:
    """Return the area in square degrees, by the angles at the corners (A. Girard)."""
    corners = vectors(polygon)
    before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
    total = 0.0
    for a, p, b in zip(before, corners, after, strict=True):
        left, right = np.cross(p, a), np.cross(p, b)
        turn = math.atan2(float(p @ np.cross(right, left)), float(left @ right))
        total += turn % math.tau
    excess = total - (len(corners) - 2) * math.pi
    whole = 4 * math.pi
    excess %= whole
    return min(excess, whole - excess) * math.degrees(1) ** 2


def sunflower(count: int) -> Array:
    """Return directions spread evenly over the sky."""
    index = np.arange(count) + 0.5
    z = 1 - 2 * index / count
    turn = index * math.pi * (3 - math.sqrt(5))
    across = np.sqrt(1 - z * z)
    return np.stack([across * np.cos(turn), across * np.sin(turn), z], axis=1)
