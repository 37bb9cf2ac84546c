"""Where the ticks of an axis are, and what they say."""

from __future__ import annotations

import math
from typing import Final

from gammavo.formats.figures.figure import Axis, TickLabel

__all__ = ["axis_ticks", "minor_ticks"]

_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST: Final = 7


def axis_ticks(axis: Axis, wanted: int = 6) -> tuple[TickLabel, ...]:
    """Return the labelled ticks of an axis.

    Parameters
    ----------
    axis
        The axis.
    wanted
        About how many there shall be on a linear axis.
    """
    if axis.ticks is not None:
        return axis.ticks
    low, high = sorted((axis.low, axis.high))
    if axis.logarithmic:
        return _decades(low, high)
    step = _step((high - low) / wanted)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    if not math.isclose(step, round(step, digits), rel_tol=1e-6):
        digits += 1  # steps of 2.5
    return tuple(
        TickLabel(n * step, f"{n * step + 0.0:.{digits}f}".replace("-", "−"))
        for n in range(first, last + 1)
    )


def minor_ticks(axis: Axis) -> tuple[float, ...]:
    """Return the ticks without labels: between the decades of a logarithmic axis."""
    if not axis.logarithmic or axis.ticks is not None:
        return ()
    low, high = sorted((axis.low, axis.high))
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    if last - first > _MOST:
        return ()
    values = (n * 10.0**e for e in range(first, last + 1) for n in range(2, 10))
    return tuple(value for value in values if low < value < high)


def _decades(low: float, high: float) -> tuple[TickLabel, ...]:
    first = math.ceil(math.log10(low) - 1e-9)
    last = math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        # Less than two decades inside: 1, 2 and 5 of each.
        values = [n * 10.0**e for e in range(first - 1, last + 2) for n in (1, 2, 5)]
        kept = [v for v in values if low * 0.999 <= v <= high * 1.001]
        return tuple(TickLabel(value, f"{value:g}") for value in kept)
    every = math.ceil((last - first) / _MOST)
    return tuple(
        TickLabel(10.0**exponent, _power(exponent))
        for exponent in range(first, last + 1)
        if exponent % every == 0
    )


def _power(exponent: int) -> str:
    if -2 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def _step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough))
    return next(n * size for n in _ROUND if n * size >= rough * (1 - 1e-9))
