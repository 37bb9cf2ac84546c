"""A small picture of the sky around a run: its footprint, target and neighbours.

Gnomonic projection around the pointing, east to the left. The template
``portal/field.html`` makes SVG of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gammavo.model.regions import separation, unit_vector
from gammavo.portal.allsky import region_corners
from gammavo.portal.observation.run import Observation, Position

__all__ = ["Field", "Label", "Mark", "field_of"]

_SIZE: Final = 300
_MARGIN: Final = 1.35
"""Half the picture, in radii of the footprint."""
_DEFAULT_RADIUS: Final = 2.5
_WIDEST: Final = 40.0
"""Degrees from the centre to the edge; beyond, the projection is of no use."""
_STEPS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_LINES: Final = 5
_POINTS: Final = 48


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place of the picture."""

    x: str
    y: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Mark:
    """Another run or the target; ``link`` may be empty."""

    x: str
    y: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """What the template draws: SVG paths, marks and labels."""

    size: int
    grid: tuple[str, ...]
    footprint: str
    pointing: Mark
    target: Mark | None
    neighbours: tuple[Mark, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """The projection: centre in degrees, and degrees from it to the edge."""

    centre: Position
    half: float

    def place(self, ra: float, dec: float) -> tuple[float, float] | None:
        """Return x and y in the picture, None if it is out of reach."""
        ra0, dec0 = map(math.radians, self.centre)
        turn, lat = math.radians(ra) - ra0, math.radians(dec)
        depth = math.sin(dec0) * math.sin(lat)
        depth += math.cos(dec0) * math.cos(lat) * math.cos(turn)
        if depth < 0.05:
            return None
        east = math.cos(lat) * math.sin(turn) / depth
        north = math.cos(dec0) * math.sin(lat)
        north -= math.sin(dec0) * math.cos(lat) * math.cos(turn)
        scale = _SIZE / 2 / math.tan(math.radians(self.half))
        return _SIZE / 2 - scale * east, _SIZE / 2 - scale * north / depth

    def is_inside(self, ra: float, dec: float) -> bool:
        """Tell whether a position is in the picture."""
        place = self.place(ra, dec)
        return place is not None and all(0 <= value <= _SIZE for value in place)

    def path(self, line: Iterable[Position], *, closed: bool = False) -> str:
        """Return the SVG path of a line."""
        text, pen = "", "M"
        for ra, dec in line:
            place = self.place(ra, dec)
            if place is None:
                pen = "M"
                continue
            text += f"{pen}{place[0]:.1f} {place[1]:.1f}"
            pen = "L"
        return f"{text}Z" if closed and text else text

    def mark(self, position: Position, text: str, link: str = "") -> Mark | None:
        """Return a mark, None if it is not in the picture."""
        place = self.place(*position)
        if place is None or not self.is_inside(*position):
            return None
        return Mark(f"{place[0]:.1f}", f"{place[1]:.1f}", text, link)


def field_of(
    observation: Observation,
    target: Position | None,
    neighbours: Sequence[dict[str, Any]],
) -> Field | None:
    """Return the picture of a run, None if it has no pointing.

    Parameters
    ----------
    observation
        The run.
    target
        Where its target is, None if unknown.
    neighbours
        Other runs, as ``related_runs`` returns them.
    """
    centre = observation.pointing
    if centre is None:
        return None
    corners = region_corners(observation.row["s_region"] or "UNKNOWN")
    middle = unit_vector(*centre)
    reach = max(
        (separation(middle, unit_vector(*corner)) for corner in corners),
        default=_DEFAULT_RADIUS,
    )
    view = _View(centre, min(_WIDEST, max(0.5, reach) * _MARGIN))
    pointing = view.mark(centre, observation.obs_id)
    if pointing is None:  # not for numbers that are finite
        return None
    name = observation.row["target_name"] or ""
    others = (
        view.mark((row["s_ra"], row["s_dec"]), row["obs_id"], row["link"])
        for row in neighbours
    )
    lines = tuple(_grid(view))
    return Field(
        _SIZE,
        tuple(path for path, _ in lines),
        view.path(corners, closed=True),
        pointing,
        None if target is None else view.mark(target, name),
        tuple(mark for mark in others if mark is not None),
        tuple(label for _, label in lines if label is not None),
    )


def _grid(view: _View) -> Iterator[tuple[str, Label | None]]:
    """Yield circles of right ascension and declination with their labels."""
    ra0, dec0 = view.centre
    half = view.half
    step = next((s for s in _STEPS if 2 * half / s <= _LINES), _STEPS[-1])
    for dec in _multiples(dec0 - 1.5 * half, dec0 + 1.5 * half, step):
        if abs(dec) <= 90:
            span = _span(half, dec0)
            line = [
                (ra0 + span * (2 * i / _POINTS - 1), dec) for i in range(_POINTS + 1)
            ]
            yield view.path(line), _edge_label(view, line, f"{dec:+g}°", axis=0)
    span = _span(half, dec0)
    wide = next((s for s in _STEPS if 2 * span / 1.5 / s <= _LINES), 30.0)
    for ra in _multiples(ra0 - span, ra0 + span, wide):
        low, high = max(-90.0, dec0 - 1.6 * half), min(90.0, dec0 + 1.6 * half)
        line = [(ra, low + (high - low) * i / _POINTS) for i in range(_POINTS + 1)]
        yield view.path(line), _edge_label(view, line, f"{ra % 360:g}°", axis=1)


def _span(half: float, dec: float) -> float:
    """Return how far right ascension can be from that of the centre, in degrees."""
    return min(180.0, 1.5 * half / max(0.01, math.cos(math.radians(dec))))


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    yield from (
        n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)
    )


def _edge_label(
    view: _View, line: Sequence[Position], text: str, *, axis: int
) -> Label | None:
    """Return the label of a line where it enters the picture: left, or at the foot."""
    inside = [p for p in line if view.is_inside(*p)]
    places = [place for p in inside if (place := view.place(*p)) is not None]
    if not places:
        return None
    if axis == 0:
        _, y = min(places)
        return Label("4", f"{y - 3:.1f}", text, "start")
    x, _ = max(places, key=lambda place: place[1])
    return Label(f"{x + 3:.1f}", f"{_SIZE - 4}", text, "start")
