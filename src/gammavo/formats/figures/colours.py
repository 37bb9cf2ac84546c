"""Colours by what they are for, on light and on dark paper.

Series colours are those of Okabe and Ito (2008), which people with any colour vision tell
apart, lightened for dark paper to a contrast of at least 4.5 with it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["COLOUR_MAP", "DARK", "LIGHT", "coloured", "series_role"]

LIGHT: Final = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "muted": "#59636e",
    "grid": "#d8dee4",
    "s0": "#0068a8",
    "s1": "#c04a00",
    "s2": "#007a5a",
    "s3": "#a8488a",
    "s4": "#7a5c00",
}
DARK: Final = {
    "paper": "#14181d",
    "ink": "#e6edf3",
    "muted": "#9aa4af",
    "grid": "#343b44",
    "s0": "#5cb8f0",
    "s1": "#ff9b4a",
    "s2": "#35d0a0",
    "s3": "#ec9dcb",
    "s4": "#e8c860",
}
_SERIES: Final = 5

_ANCHORS: Final = np.array(
    [
        (0x0B, 0x07, 0x24),
        (0x3B, 0x0F, 0x70),
        (0x8C, 0x29, 0x81),
        (0xDE, 0x49, 0x68),
        (0xFE, 0x9F, 0x6D),
        (0xFC, 0xFD, 0xBF),
    ],
    dtype=np.float64,
)


def _map() -> npt.NDArray[np.uint8]:
    at = np.linspace(0, len(_ANCHORS) - 1, 256)
    channels = [np.interp(at, np.arange(len(_ANCHORS)), c) for c in _ANCHORS.T]
    return np.stack(channels, axis=1).round().astype(np.uint8)


COLOUR_MAP: Final = _map()
"""256 colours from dark violet to light yellow, of increasing lightness; shape (256, 3)."""


def series_role(number: int) -> str:
    """Return the name of the colour of a series."""
    return f"s{number % _SERIES}"


def coloured(fractions: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return the colours of fractions of the scale; NaN is transparent.

    Parameters
    ----------
    fractions
        Any shape; below 0 and above 1 are as 0 and 1.

    Returns
    -------
    numpy.ndarray
        The same shape with a last axis of red, green, blue and opacity.
    """
    known = np.isfinite(fractions)
    index = (np.clip(np.where(known, fractions, 0.0), 0.0, 1.0) * 255).round()
    colours = np.empty((*fractions.shape, 4), dtype=np.uint8)
    colours[..., :3] = COLOUR_MAP[index.astype(np.uint8)]
    colours[..., 3] = np.where(known, 255, 0)
    return colours
