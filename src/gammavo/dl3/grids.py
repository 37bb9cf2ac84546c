"""Reading the axes and values of GADF responses ("1-row BINTABLE" n-dimensional data)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.findings import broken
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.units import TEV, factor_to

__all__ = [
    "REFERENCE_ENERGY_TEV",
    "REFERENCE_OFFSET_DEG",
    "Axis",
    "energy_axis",
    "nearest",
    "nearest_energy",
    "optional_axis",
    "quantile",
    "values",
]

REFERENCE_ENERGY_TEV: Final = 1.0
REFERENCE_OFFSET_DEG: Final = 0.5
"""Where resolutions are quoted (``s_ref_energy``, ``s_ref_oaa`` of ObsCore-HEA)."""

_SAME = 1e-6  # relative: edges are written in single precision

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Axis:
    """Bins of a response axis: lower and upper edges, in TeV or degrees or no unit."""

    low: Doubles
    high: Doubles

    def __len__(self) -> int:
        return len(self.low)

    @property
    def edges(self) -> Doubles:
        """The edges of adjacent bins, one more than bins."""
        return np.concatenate([self.low[:1], self.high])


def energy_axis(hdu: Hdu) -> Axis:
    """Return the energy axis in TeV: ENERG_LO/HI, or ETRUE_LO/HI as 1DC has it."""
    for name in ("ENERG", "ETRUE", "ENERGY"):
        axis = optional_axis(hdu, name, TEV)
        if axis is not None:
            return axis
    raise broken(
        "The response has no energy axis.",
        file=hdu.file,
        hdu=hdu.label,
        keyword="ENERG_LO",
        value=", ".join(hdu.columns),
        advice="GADF asks for the columns ENERG_LO and ENERG_HI.",
    )


def optional_axis(hdu: Hdu, name: str, unit: str = "") -> Axis | None:
    """Return the axis ``<name>_LO``, ``<name>_HI``; None if the response has none.

    Parameters
    ----------
    hdu
        The response.
    name
        Name of the axis, e.g. ``THETA``.
    unit
        Unit to convert to; empty for an axis without unit.

    Raises
    ------
    UnusableFileError
        The edges are not finite numbers, not in order, or have the wrong unit.
    """
    low, high = _edges(hdu, f"{name}_LO", unit), _edges(hdu, f"{name}_HI", unit)
    if low is None or high is None:
        return None
    good = (
        low.shape == high.shape
        and len(low) > 0
        and bool(np.isfinite(low).all() and np.isfinite(high).all())
        and bool((high >= low).all() and (np.diff(low) >= 0).all())
    )
    if not good:
        raise broken(
            f"The bins of the axis {name} are not in order.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=f"{name}_LO, {name}_HI",
            advice="Edges shall be finite and increase along the axis.",
        )
    return Axis(low, high)


def values(hdu: Hdu, shape: tuple[int, ...], *names: str) -> Doubles | None:
    """Return the values of a response in the order of its axes, slowest first.

    Parameters
    ----------
    hdu
        The response.
    shape
        Number of bins of each axis, in the order of numpy (energy last).
    names
        Spellings of the column.

    Raises
    ------
    UnusableFileError
        The column does not have as many values as the axes have bins.
    """
    found = _first_row(hdu, *names)
    if found is None:
        return None
    if found.size != int(np.prod(shape)):
        raise broken(
            f"Column {names[0]} has {found.size} values where its axes have "
            f"{' × '.join(str(length) for length in shape)} bins.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=names[0],
            value=found.shape,
            advice="Write TDIMn, and axes of the same lengths.",
        )
    return found.reshape(shape)


def nearest(centres: Doubles, target: float) -> int:
    """Return the position of the nearest value, the first of two equally near."""
    distance = np.abs(centres - target)
    return int(np.flatnonzero(distance <= distance.min() + _SAME)[0])


def nearest_energy(axis: Axis, energy: float) -> int | None:
    """Return the bin whose centre (in the logarithm) is nearest to an energy.

    None if the axis does not reach that energy.
    """
    if not axis.low[0] * (1 - _SAME) <= energy <= axis.high[-1] * (1 + _SAME):
        return None
    with np.errstate(divide="ignore"):
        centres = 0.5 * (np.log(axis.low) + np.log(axis.high))
    return nearest(np.where(np.isfinite(centres), centres, -np.inf), np.log(energy))


def quantile(edges: Doubles, weights: Doubles, *fractions: float) -> Doubles | None:
    """Return where the distribution of some bins reaches the given fractions.

    Weights need no normalisation; negative and non-finite ones count as zero. None if
    there is nothing in any bin.
    """
    clean = np.where(np.isfinite(weights) & (weights > 0), weights, 0.0)
    total = clean.sum()
    if not total > 0:
        return None
    cumulative = np.concatenate([[0.0], np.cumsum(clean)]) / total
    return np.interp(fractions, cumulative, edges)


def _edges(hdu: Hdu, name: str, unit: str) -> Doubles | None:
    found = _first_row(hdu, name)
    if found is None:
        return None
    position = hdu.find(name)
    said = "" if position is None else hdu.unit(position)
    factor = factor_to(unit, said) if unit and said else 1.0
    if factor is None:
        raise broken(
            f"Column {name} has a unit that cannot be converted to {unit}.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=name,
            value=said,
            advice=f"Write the column in {unit}.",
        )
    return found.ravel() * factor


def _first_row(hdu: Hdu, *names: str) -> Doubles | None:
    found: npt.NDArray[Any] | None = hdu.numbers(*names)
    if found is None:
        return None
    if not len(found):
        raise broken(
            "The response has no row.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="NAXIS2",
            value=0,
            advice="GADF responses have exactly one row.",
        )
    return np.asarray(found[0], dtype=np.float64)
