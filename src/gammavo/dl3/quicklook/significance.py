"""Significance of an excess over a measured background."""

from __future__ import annotations

import math

__all__ = ["li_ma"]


def li_ma(on: float, off: float, alpha: float) -> float:
    """Return the significance of an excess in standard deviations.

    Li and Ma 1983 (ApJ 272, 317), equation 17; negative if there are fewer events than
    expected, 0 if there is nothing to compare.

    Parameters
    ----------
    on, off
        Events of target and background.
    alpha
        Exposure of the target over that of the background.
    """
    total = on + off
    if total <= 0 or alpha <= 0:
        return 0.0
    first = on * math.log((1 + alpha) / alpha * on / total) if on > 0 else 0.0
    second = off * math.log((1 + alpha) * off / total) if off > 0 else 0.0
    # Rounding may bring it below zero where there is no excess at all.
    size = math.sqrt(2 * max(0.0, first + second))
    return math.copysign(size, on - alpha * off)
