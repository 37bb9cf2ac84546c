"""From a figure to shapes: frame, ticks, series, legend, caption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gammavo.formats.figures.colours import COLOUR_MAP, coloured, series_role
from gammavo.formats.figures.figure import (
    Curve,
    Figure,
    Mark,
    Raster,
    Ring,
    Scatter,
    Series,
    Spans,
    Steps,
)
from gammavo.formats.figures.shapes import Box, Label, Line, Picture, Shape, clipped
from gammavo.formats.figures.ticks import axis_ticks, minor_ticks

__all__ = ["HEIGHT", "WIDTH", "drawn"]

WIDTH: Final = 640
HEIGHT: Final = 480
_LINE_HEIGHT: Final = 16
_CELLS: Final = 256
"""Columns and rows at most that an image with uneven bins is resampled to."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the axes are, in pixels."""

    figure: Figure
    left: float
    top: float
    right: float
    bottom: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom

    def points(self, x: Doubles, y: Doubles) -> Doubles:
        """Return places in pixels, shape (n, 2)."""
        across = self.left + self.figure.x.place(x) * (self.right - self.left)
        down = self.bottom - self.figure.y.place(y) * (self.bottom - self.top)
        return np.column_stack([across, down])

    def point(self, x: float, y: float) -> tuple[float, float]:
        across, down = self.points(np.array([x]), np.array([y]))[0].tolist()
        return across, down


def drawn(figure: Figure) -> Iterator[Shape]:
    """Yield the shapes of a figure of :data:`WIDTH` × :data:`HEIGHT`, the lowest first."""
    raster = next((s for s in figure.series if isinstance(s, Raster)), None)
    bottom = HEIGHT - 58 - _LINE_HEIGHT * len(figure.caption)
    right = WIDTH - (104 if raster else 24)
    frame = _Frame(figure, 82, 40, right, bottom)
    if any(_is_square(series) for series in figure.series):
        frame = _squared(frame)
    yield Box(0, 0, WIDTH, HEIGHT, "paper")
    yield Label(frame.left, 24, figure.title, size=15)
    if raster is None:
        yield from _grid(frame)
    for series in figure.series:
        yield from _series(frame, series)
    yield from _border(frame)
    yield from _axes(frame)
    if raster is not None:
        yield from _scale(frame, raster)
    yield from _legend(frame)
    for number, text in enumerate(reversed(figure.caption)):
        y = HEIGHT - 9 - _LINE_HEIGHT * number
        yield Label(14, y, text, "muted", size=12)


def _is_square(series: Series) -> bool:
    return isinstance(series, Ring | Mark)


def _squared(frame: _Frame) -> _Frame:
    """Return a frame with one scale for both axes, as maps need."""
    side = min(frame.right - frame.left, frame.bottom - frame.top)
    return _Frame(
        frame.figure, frame.left, frame.top, frame.left + side, frame.top + side
    )


def _grid(frame: _Frame) -> Iterator[Shape]:
    for tick in axis_ticks(frame.figure.x):
        x, _ = frame.point(tick.at, frame.figure.y.low)
        ends = np.array([[x, frame.top], [x, frame.bottom]])
        yield Line(ends, "grid", width=1)
    for tick in axis_ticks(frame.figure.y):
        _, y = frame.point(frame.figure.x.low, tick.at)
        ends = np.array([[frame.left, y], [frame.right, y]])
        yield Line(ends, "grid", width=1)


def _border(frame: _Frame) -> Iterator[Shape]:
    left, top, right, bottom = frame.box
    corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    yield Line(np.array(corners), "muted", width=1)


def _axes(frame: _Frame) -> Iterator[Shape]:
    figure, (left, top, right, bottom) = frame.figure, frame.box
    for tick in axis_ticks(figure.x):
        x, _ = frame.point(tick.at, figure.y.low)
        yield Line(np.array([[x, bottom], [x, bottom + 5]]), "muted", width=1)
        yield Label(x, bottom + 19, tick.text, size=12, anchor="middle")
    for value in minor_ticks(figure.x):
        x, _ = frame.point(value, figure.y.low)
        yield Line(np.array([[x, bottom], [x, bottom + 3]]), "muted", width=1)
    for tick in axis_ticks(figure.y):
        _, y = frame.point(figure.x.low, tick.at)
        yield Line(np.array([[left - 5, y], [left, y]]), "muted", width=1)
        yield Label(left - 8, y + 4, tick.text, size=12, anchor="end")
    for value in minor_ticks(figure.y):
        _, y = frame.point(figure.x.low, value)
        yield Line(np.array([[left - 3, y], [left, y]]), "muted", width=1)
    middle = (left + right) / 2, (top + bottom) / 2
    yield Label(middle[0], bottom + 40, figure.x.title, anchor="middle")
    yield Label(22, middle[1], figure.y.title, anchor="middle", turned=True)


def _series(frame: _Frame, series: Series) -> Iterator[Shape]:
    match series:
        case Curve():
            behind = series.colour is None
            colour = "muted" if series.colour is None else series_role(series.colour)
            points = frame.points(series.x, series.y)
            for part in clipped(points, frame.box):
                yield Line(part, colour, 0.8 if behind else 1.7, series.dashed)
        case Steps():
            yield from _steps(frame, series)
        case Scatter():
            yield from _scatter(frame, series)
        case Spans():
            yield from _spans(frame, series)
        case Mark():
            centre = np.array(frame.point(series.x, series.y))
            for arm in (np.array([[-7, 0], [7, 0]]), np.array([[0, -7], [0, 7]])):
                yield from _haloed(centre + arm, series_role(series.colour))
        case Ring():
            angle = np.linspace(0, 2 * np.pi, 73)
            points = frame.points(
                series.x + series.radius * np.cos(angle),
                series.y + series.radius * np.sin(angle),
            )
            for part in clipped(points, frame.box):
                yield from _haloed(part, series_role(series.colour))
        case Raster():
            yield _picture(frame, series)


def _haloed(points: Doubles, colour: str) -> Iterator[Shape]:
    """Yield a line with paper around it: it is seen on any image."""
    yield Line(points, "paper", width=4)
    yield Line(points, colour, width=2)


def _steps(frame: _Frame, series: Steps) -> Iterator[Shape]:
    x = np.repeat(series.edges, 2)
    floor = frame.figure.y.low
    y = np.concatenate([[floor], np.repeat(series.values, 2), [floor]])
    points = frame.points(x, y)
    points[:, 1] = np.minimum(points[:, 1], frame.bottom)
    colour = series_role(series.colour)
    if series.filled:
        for start, end in zip(points[1::2], points[2::2], strict=False):
            top = max(frame.top, float(start[1]))
            left = min(max(float(start[0]), frame.left), frame.right)
            right = min(max(float(end[0]), frame.left), frame.right)
            if right > left and frame.bottom > top:
                yield Box(left, top, right - left, frame.bottom - top, colour, 0.25)
    for part in clipped(points, frame.box):
        yield Line(part, colour)


def _scatter(frame: _Frame, series: Scatter) -> Iterator[Shape]:
    colour = series_role(series.colour)
    lower = frame.points(series.x, series.y - series.error)
    upper = frame.points(series.x, series.y + series.error)
    centre = frame.points(series.x, series.y)
    for low, high, (x, y) in zip(lower, upper, centre.tolist(), strict=True):
        yield from (
            Line(part, colour, width=1.2)
            for part in clipped(np.array([low, high]), frame.box)
        )
        if frame.top <= y <= frame.bottom and frame.left <= x <= frame.right:
            yield Box(x - 2.5, y - 2.5, 5, 5, colour)


def _spans(frame: _Frame, series: Spans) -> Iterator[Shape]:
    floor = np.full(len(series.start), frame.figure.y.low)
    starts = np.clip(frame.points(series.start, floor)[:, 0], frame.left, frame.right)
    stops = np.clip(frame.points(series.stop, floor)[:, 0], frame.left, frame.right)
    colour = series_role(series.colour)
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        height = frame.bottom - frame.top
        yield Box(start, frame.top, max(stop - start, 1.0), height, colour, 0.15)


def _picture(frame: _Frame, series: Raster) -> Picture:
    values = series.values
    if series.y is not None:
        values = values[_sampled(frame.figure.y.place(series.y))]
    if series.x is not None:
        values = values[:, _sampled(frame.figure.x.place(series.x))]
    pixels = coloured(series.scale.place(values))[::-1]
    left, top, right, bottom = frame.box
    return Picture(left, top, right - left, bottom - top, pixels)


def _sampled(edges: Doubles) -> npt.NDArray[np.intp]:
    """Return the bins at evenly spaced places of an axis; edges are places on it."""
    places = (np.arange(_CELLS) + 0.5) / _CELLS
    found = np.searchsorted(edges, places, side="right") - 1
    return np.clip(found, 0, len(edges) - 2)


def _scale(frame: _Frame, raster: Raster) -> Iterator[Shape]:
    x, width = frame.right + 16, 14.0
    height = frame.bottom - frame.top
    column = np.full((256, 1, 4), 255, dtype=np.uint8)
    column[:, 0, :3] = COLOUR_MAP[::-1]
    yield Picture(x, frame.top, width, height, column)
    for tick in axis_ticks(raster.scale):
        y = frame.bottom - float(raster.scale.place(tick.at)) * height
        yield Line(np.array([[x + width, y], [x + width + 4, y]]), "muted", width=1)
        yield Label(x + width + 7, y + 4, tick.text, size=12)
    middle = (frame.top + frame.bottom) / 2
    yield Label(
        x + width + 56, middle, raster.scale.title, anchor="middle", turned=True
    )


def _legend(frame: _Frame) -> Iterator[Shape]:
    """Yield the names of series beside a sample of their colours."""
    kinds = (Curve, Steps, Scatter, Mark, Ring, Spans)
    named = [s for s in frame.figure.series if isinstance(s, kinds) and s.name]
    is_map = any(_is_square(series) for series in named)
    longest = max((len(series.name) for series in named), default=0)
    x = frame.right + 100 if is_map else frame.right - 34 - 6.3 * longest
    height = 18 * len(named) + 8
    top = frame.bottom - height - 6 if frame.figure.low_legend else frame.top + 6
    if named and not is_map:
        yield Box(x - 8, top, frame.right - x, height, "paper", 0.8)
    for number, series in enumerate(named):
        y = top + 14 + 18 * number
        colour = "muted" if series.colour is None else series_role(series.colour)
        sample = np.array([[x, y], [x + 18, y]])
        dashed = isinstance(series, Curve) and series.dashed
        if isinstance(series, Spans):
            yield Box(x, y - 5, 18, 10, colour, 0.3)
        else:
            yield Line(sample, colour, width=2, dashed=dashed)
        yield Label(x + 24, y + 4, series.name, size=12)
