"""The simulated sky: point sources with power-law spectra, each the target of some runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["SOURCES", "Source"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """A point source.

    Parameters
    ----------
    number
        Value of MC_ID of its events; 0 is the background.
    name
        Target name.
    ra, dec
        ICRS, degrees.
    amplitude
        Differential flux at 1 TeV in 1 / (cm2 s TeV).
    index
        Spectral index: the flux falls as the energy to the power of minus this.
    target_class
        Object type of SIMBAD.
    """

    number: int
    name: str
    ra: float
    dec: float
    amplitude: float
    index: float
    target_class: str

    def flux(self, energy: Doubles) -> Doubles:
        """Return the differential flux in 1 / (cm2 s TeV) at energies in TeV."""
        return np.asarray(self.amplitude * energy**-self.index, dtype=np.float64)


SOURCES: Final = (
    Source(1, "Simulated Crab Nebula", 83.633212, 22.014460, 3.45e-11, 2.63, "SNR"),
    Source(2, "Simulated PKS 2155-304", 329.716938, -30.225588, 1.81e-11, 3.2, "BLL"),
    Source(
        3, "Simulated Galactic Centre", 266.416817, -29.007825, 2.55e-12, 2.14, "gam"
    ),
)
"""Positions and spectra like those of three well-known sources."""
