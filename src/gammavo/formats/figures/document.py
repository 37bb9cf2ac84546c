"""The data of a figure as JSON, for pages that draw it themselves and for programs."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

import numpy as np

from gammavo.formats.figures.figure import Axis, Figure, Series

__all__ = ["figure_document"]

_DIGITS: Final = 5


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
    """Return an array as lists, to 5 digits; what is not finite is None."""
    known = np.isfinite(values) & (values != 0)
    size = np.floor(np.log10(np.abs(values, where=known, out=np.ones(values.shape))))
    factor = 10.0 ** (_DIGITS - 1 - size)
    rounded = np.round(values * factor) / factor
    plain = rounded.astype(object)
    plain[~np.isfinite(values)] = None
    return plain.tolist()
