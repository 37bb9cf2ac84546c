"""Effective area: the energies at which it makes sense to use a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.findings import broken
from gammavo.dl3.grids import Axis, energy_axis, nearest, optional_axis, values
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.units import DEGREE

__all__ = ["EffectiveArea", "EnergyLimit", "read_effective_area"]

_SAME: Final = 1e-3
_USEFUL_FRACTION: Final = 0.1


@dataclass(frozen=True, slots=True)
class EnergyLimit:
    """An end of the safe energy range in TeV, and by which rule it was found."""

    energy: float
    origin: str


@dataclass(frozen=True, slots=True)
class EffectiveArea:
    """AEFF_2D: effective area by offset and energy, with the declared thresholds.

    Parameters
    ----------
    energy, offset
        Axes in TeV and degrees.
    area
        Effective area, shape (offset, energy); any unit.
    low, high
        LO_THRES and HI_THRES in TeV, None where the header has none.
    """

    energy: Axis
    offset: Axis
    area: npt.NDArray[np.float64]
    low: float | None
    high: float | None

    def declared(self) -> tuple[EnergyLimit | None, EnergyLimit | None]:
        """Return the declared thresholds as far as they mean something.

        Thresholds outside the grid, or both at its ends, are place-holders. One of them
        may be at an end: there the grid itself was cut.
        """
        first, last = float(self.energy.low[0]), float(self.energy.high[-1])
        low = self._within(self.low, first, last)
        high = self._within(self.high, first, last)
        low_at_end = low is not None and _same(low, first)
        high_at_end = high is not None and _same(high, last)
        if (low is None or low_at_end) and (high is None or high_at_end):
            return None, None
        return (
            None if low is None or low_at_end else EnergyLimit(low, "AEFF LO_THRES"),
            None if high is None else EnergyLimit(high, "AEFF HI_THRES"),
        )

    def useful(self, offset: float) -> tuple[EnergyLimit, EnergyLimit] | None:
        """Return the energies where the area exceeds 10 % of its maximum.

        Parameters
        ----------
        offset
            Angle of the target from the pointing position in degrees.
        """
        centres = 0.5 * (self.offset.low + self.offset.high)
        area = np.nan_to_num(self.area[nearest(centres, offset)])
        bins = np.flatnonzero(area > _USEFUL_FRACTION * area.max())
        if not len(bins):
            return None
        rule = f"AEFF above 10 % of its maximum at offset {offset:.2g} deg"
        return (
            EnergyLimit(float(self.energy.low[bins[0]]), rule),
            EnergyLimit(float(self.energy.high[bins[-1]]), rule),
        )

    @staticmethod
    def _within(threshold: float | None, first: float, last: float) -> float | None:
        if threshold is None or not threshold > 0:
            return None
        inside = first * (1 - _SAME) <= threshold <= last * (1 + _SAME)
        return threshold if inside else None


def read_effective_area(hdu: Hdu) -> EffectiveArea:
    """Read an AEFF_2D response (GADF 0.3, "Effective Area format").

    Raises
    ------
    UnusableFileError
        An axis or the values are missing, or do not fit together.
    """
    energy, offset = energy_axis(hdu), optional_axis(hdu, "THETA", DEGREE)
    if offset is None:
        raise _missing(hdu, "THETA_LO")
    area = values(hdu, (len(offset), len(energy)), "EFFAREA")
    if area is None:
        raise _missing(hdu, "EFFAREA")
    low, high = hdu.get("LO_THRES"), hdu.get("HI_THRES")
    return EffectiveArea(
        energy,
        offset,
        area,
        float(low) if isinstance(low, int | float) else None,
        float(high) if isinstance(high, int | float) else None,
    )


def _missing(hdu: Hdu, column: str) -> Exception:
    return broken(
        f"The effective area has no column {column}.",
        file=hdu.file,
        hdu=hdu.label,
        keyword=column,
        value=", ".join(hdu.columns),
        advice="GADF asks for ENERG, THETA and EFFAREA.",
    )


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME * abs(b)
