"""What is cut out of an event list: an area of the sky, energies, times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gammavo.model.regions import Vector

__all__ = ["Area", "Interval", "Selection", "Shape"]

Interval = tuple[float, float]
"""Both ends belong to it; either may be infinite."""

Pieces = tuple[tuple[Vector, ...], ...]


class Shape(StrEnum):
    """Shapes of areas, by their keyword in ``POS`` (SODA 1.0 section 3.3.1)."""

    CIRCLE = "CIRCLE"
    RANGE = "RANGE"
    POLYGON = "POLYGON"


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the sky, in degrees, ICRS.

    Parameters
    ----------
    shape
        What the numbers mean.
    numbers
        Of a circle longitude, latitude and radius; of a range two longitudes (eastwards
        from the first to the second) and two latitudes; of a polygon the longitudes and
        latitudes of its vertices.
    pieces
        Of a polygon: convex parts, each as the normals of its edges that point inwards.
    """

    shape: Shape
    numbers: tuple[float, ...]
    pieces: Pieces = ()

    def __str__(self) -> str:
        return f"{self.shape} {' '.join(f'{number:g}' for number in self.numbers)}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is cut out; None of a kind is no restriction.

    Parameters
    ----------
    area
        Where events come from.
    energy
        Their energies in TeV.
    time
        When they came, MJD in TT at the observatory.
    """

    area: Area | None = None
    energy: Interval | None = None
    time: Interval | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The restrictions, one a line, with units."""
        lines = []
        if self.area is not None:
            lines.append(f"{self.area} (deg, ICRS)")
        if self.energy is not None:
            lines.append(f"ENERGY {_text(self.energy)} (TeV)")
        if self.time is not None:
            lines.append(f"TIME {_text(self.time)} (MJD, TT)")
        return tuple(lines)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON knows it; infinite numbers are ``Infinity``."""
        area = self.area
        return {
            "area": area and [area.shape, area.numbers, area.pieces],
            "energy": self.energy,
            "time": self.time,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Selection:
        """Return what :meth:`to_document` was made from."""
        area = None
        if document["area"] is not None:
            shape, numbers, pieces = document["area"]
            normals = tuple(tuple(tuple(n) for n in piece) for piece in pieces)
            area = Area(Shape(shape), tuple(numbers), normals)
        energy, time = (
            None if ends is None else (float(ends[0]), float(ends[1]))
            for ends in (document["energy"], document["time"])
        )
        return cls(area, energy, time)


def _text(interval: Interval) -> str:
    low, high = (
        f"{end:.12g}" if math.isfinite(end) else ("-Inf" if end < 0 else "+Inf")
        for end in interval
    )
    return f"{low} {high}"
