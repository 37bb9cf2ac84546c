"""The few kinds of shapes that figures are painted with, and cutting lines to a frame.

Coordinates are pixels from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Box", "Label", "Line", "Picture", "Shape", "clipped"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points of shape (n, 2); ``colour`` is the name of a colour."""

    points: Doubles
    colour: str
    width: float = 1.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """Text; ``anchor`` is ``start``, ``middle`` or ``end``; upwards if turned."""

    x: float
    y: float
    text: str
    colour: str = "ink"
    size: float = 13
    anchor: str = "start"
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in a rectangle; ``pixels`` has the shape (rows, columns, 4), top first."""

    x: float
    y: float
    width: float
    height: float
    pixels: npt.NDArray[np.uint8]


Shape = Line | Box | Label | Picture


def clipped(
    points: Doubles, frame: tuple[float, float, float, float]
) -> Iterator[Doubles]:
    """Yield the parts of a line that lie in a frame (Liang and Barsky 1984).

    Parameters
    ----------
    points
        Shape (n, 2); a point that is not finite breaks the line.
    frame
        Left, top, right, bottom.
    """
    left, top, right, bottom = frame
    x, y = points.T
    if ((x >= left) & (x <= right) & (y >= top) & (y <= bottom)).all():
        yield points
        return
    part: list[tuple[float, float]] = []
    for start, end in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        cut = _cut(start, end, frame)
        if cut is None:
            if len(part) > 1:
                yield np.array(part)
            part = []
            continue
        if part and part[-1] != cut[0]:
            yield np.array(part)
            part = []
        part = part or [cut[0]]
        part.append(cut[1])
    if len(part) > 1:
        yield np.array(part)


def _cut(
    start: list[float], end: list[float], frame: tuple[float, float, float, float]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the part of a segment in the frame, None if there is none."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    if not np.isfinite([x, y, dx, dy]).all():
        return None
    left, top, right, bottom = frame
    first, last = 0.0, 1.0
    for run, room in (
        (-dx, x - left),
        (dx, right - x),
        (-dy, y - top),
        (dy, bottom - y),
    ):
        if run == 0:
            if room < 0:
                return None
        elif run < 0:
            first = max(first, room / run)
        else:
            last = min(last, room / run)
    if first > last:
        return None
    begin = (x + first * dx, y + first * dy) if first > 0 else (x, y)
    stop = (x + last * dx, y + last * dy) if last < 1 else (end[0], end[1])
    return begin, stop
