"""The simulated array: analytic responses, from which both tables and events are made.

All functions take energies in TeV and offsets in degrees. The array is like a small one
of five telescopes; no real instrument is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["FIELD_RADIUS_DEG", "TAIL_FRACTION", "Instrument"]

Doubles = npt.NDArray[np.float64]

FIELD_RADIUS_DEG: Final = 3.0
"""Background events are simulated up to this offset."""

TAIL_FRACTION: Final = 0.2
"""Part of the gamma rays in the wider of the two Gaussians of the PSF."""

TAIL_WIDENING: Final = 2.0

_PLATEAU_M2: Final = 2.5e5
_AREA_WIDTH_DEG: Final = 2.5
_BACKGROUND_WIDTH_DEG: Final = 1.4
_BACKGROUND_INDEX: Final = 2.7
_BACKGROUND_AT_1_TEV: Final = 1.2e-4  # 1 / (MeV s sr)


@dataclass(frozen=True, slots=True)
class Instrument:
    """Responses at one zenith angle.

    Parameters
    ----------
    zenith
        Zenith angle in degrees: the energy threshold grows with it.
    scale
        Factor on effective area and background rate: how large the array is.
    """

    zenith: float
    scale: float

    @property
    def threshold(self) -> float:
        """Energy in TeV above which the effective area is useful."""
        return float(0.12 * np.cos(np.radians(self.zenith)) ** -2.5)

    def area(self, energy: Doubles, offset: Doubles | float) -> Doubles:
        """Return the effective area in m2 by true energy."""
        rise = np.exp(-((self.threshold / energy) ** 1.5))
        vignetting = np.exp(-0.5 * (np.asarray(offset) / _AREA_WIDTH_DEG) ** 2)
        return np.asarray(self.scale * _PLATEAU_M2 * rise * vignetting)

    def core(self, energy: Doubles, offset: Doubles | float) -> Doubles:
        """Return sigma of the narrow Gaussian of the PSF in degrees by true energy."""
        width = 0.025 + 0.03 * energy**-0.4
        return np.asarray(width * (1.0 + 0.1 * np.asarray(offset) ** 2))

    @staticmethod
    def resolution(energy: Doubles) -> Doubles:
        """Return the standard deviation of ln(reconstructed / true energy)."""
        return np.asarray(0.08 + 0.06 * np.maximum(energy, 0.01) ** -0.5).clip(0, 0.35)

    def background_spectrum(self, energy: Doubles) -> Doubles:
        """Return the background rate on axis in 1 / (MeV s sr) by reconstructed energy."""
        cut = np.exp(-((0.8 * self.threshold / energy) ** 2))
        rate = _BACKGROUND_AT_1_TEV * energy**-_BACKGROUND_INDEX * cut
        return np.asarray(self.scale * rate)

    @staticmethod
    def background_profile(offset: Doubles) -> Doubles:
        """Return the background rate relative to the one on axis."""
        inside = offset < FIELD_RADIUS_DEG
        return np.asarray(np.exp(-0.5 * (offset / _BACKGROUND_WIDTH_DEG) ** 2) * inside)
