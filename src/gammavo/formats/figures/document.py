"""The data of a figure as JSON, for pages that draw it themselves and for programs."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np

from gammavo.formats.figures.figure import Axis, Figure, Series

__all__ = ["figure_document"]


def figure_document(figure: Figure) -> bytes:
    """Return a figure as JSON: title, axes, caption, facts, and its series with names.

    Values that are not finite are null.
    """
    document = {
        "title": figure.title,
        "x": _axis(figure.x),
        "y": _axis(figure.y),
        "caption": list(figure.caption),
        "facts": dict(figure.facts),
        "series": [_series(series) for series in figure.series],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return text.encode()


def _axis(axis: Axis) -> dict[str, Any]:
    document: dict[str, Any] = {
        "label": axis.label,
        "unit": axis.unit,
        "scale": "log" if axis.logarithmic else "linear",
        "range": [axis.low, axis.high],
    }
    if axis.ticks is not None:
        document["ticks"] = [{"at": tick.at, "text": tick.text} for tick in axis.ticks]
    return document


def _series(series: Series) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": type(series).__name__.lower()}
    for entry in fields(series):
        value = getattr(series, entry.name)
        if isinstance(value, Axis):
            document[entry.name] = _axis(value)
        elif isinstance(value, np.ndarray):
            document[entry.name] = _plain(value)
        elif value is not None:
            document[entry.name] = value
    return document


def _plain(values: np.ndarray[Any, Any]) -> Any:
    """Return an array as lists, to 6 digits; maps of counts stay whole numbers."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | int | None:
    if not np.isfinite(value):
        return None
    rounded = float(f"{value:.6g}") if abs(value) < 1e5 else value
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
