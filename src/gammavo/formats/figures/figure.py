"""What a figure shows, without how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Axis",
    "Curve",
    "Figure",
    "Mark",
    "Raster",
    "Ring",
    "Scatter",
    "Series",
    "Spans",
    "Steps",
    "TickLabel",
]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TickLabel:
    """A tick where the figure itself knows better than its axis: place and text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a figure.

    Parameters
    ----------
    label
        Quantity, without its unit.
    unit
        Unit, empty for a number.
    low, high
        Its ends; ``low`` may be the larger one.
    logarithmic
        Whether steps of the axis are factors.
    ticks
        Ticks instead of those at round numbers.
    """

    label: str
    unit: str
    low: float
    high: float
    logarithmic: bool = False
    ticks: tuple[TickLabel, ...] | None = None

    @property
    def title(self) -> str:
        """Label with unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def place(self, values: Any) -> Doubles:
        """Return where values are on the axis: 0 at its low end, 1 at its high end.

        What cannot be on a logarithmic axis is far below it.
        """
        numbers: Doubles = np.asarray(values, dtype=np.float64)
        if not self.logarithmic:
            linear: Doubles = (numbers - self.low) / (self.high - self.low)
            return linear
        with np.errstate(divide="ignore", invalid="ignore"):
            logarithms = np.where(numbers > 0, np.log10(numbers), -400.0)
        low, high = np.log10(self.low), np.log10(self.high)
        placed: Doubles = (logarithms - low) / (high - low)
        return placed


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points; ``colour`` is a number, NaN breaks the line.

    Without a name it is part of the background: a grid, a limit.
    """

    name: str
    x: Doubles
    y: Doubles
    colour: int | None = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """A histogram: edges, one more than values."""

    name: str
    edges: Doubles
    values: Doubles
    colour: int = 0
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points with an error in y each."""

    name: str
    x: Doubles
    y: Doubles
    error: Doubles
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Spans:
    """Intervals of the x axis."""

    name: str
    start: Doubles
    stop: Doubles
    colour: int = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A cross at a position."""

    name: str
    x: float
    y: float
    colour: int = 1


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle, its radius in units of the x axis."""

    name: str
    x: float
    y: float
    radius: float
    colour: int = 3


@dataclass(frozen=True, slots=True)
class Raster:
    """An image over the axes, with the scale of its colours beside them.

    Parameters
    ----------
    name
        What the colours mean.
    values
        Shape (rows, columns); row 0 is at the low end of the y axis, column 0 at the low
        end of the x axis. NaN is transparent.
    scale
        Axis of the colours.
    x, y
        Edges of columns and rows; None where they divide the axis evenly.
    """

    name: str
    values: Doubles
    scale: Axis
    x: Doubles | None = None
    y: Doubles | None = None


Series = Curve | Steps | Scatter | Spans | Mark | Ring | Raster


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Parameters
    ----------
    title
        What it shows, of what.
    x, y
        Its axes.
    series
        What is drawn, the lowest first.
    caption
        At most three lines below the figure.
    facts
        Numbers behind the figure by name, for pages; JSON-ready.
    low_legend
        Whether the names of the series are in the lower right corner, not the upper.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    caption: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    low_legend: bool = False
