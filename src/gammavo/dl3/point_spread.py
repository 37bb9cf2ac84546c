"""Point spread functions: the radius that contains 68 % of the events of a point source.

GADF 0.3, "PSF format": a table of the distribution, a sum of three Gaussians, or a King
function, each by energy and offset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.grids import (
    REFERENCE_ENERGY_TEV,
    REFERENCE_OFFSET_DEG,
    Axis,
    energy_axis,
    nearest,
    nearest_energy,
    optional_axis,
    quantile,
    values,
)
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.units import DEGREE, factor_to

__all__ = ["CONTAINMENT_TO_FWHM", "Containment", "read_containment"]

CONTAINMENT_TO_FWHM: Final = 1.56
"""FWHM / R68 of a two-dimensional Gaussian: 2.355 sigma / 1.51 sigma."""

_FRACTION: Final = 0.68
_FINE_BINS: Final = 2000
_REACH: Final = 6.0

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Containment:
    """68 % containment radii at one offset.

    Parameters
    ----------
    energy
        Energy axis in TeV.
    radius
        Radius in degrees for each energy bin, NaN where the response is empty.
    kind
        ``PSF_TABLE``, ``PSF_3GAUSS`` or ``PSF_KING``.
    """

    energy: Axis
    radius: Doubles
    kind: str

    def at_reference(self) -> float | None:
        """Return the radius at 1 TeV in degrees, None if that energy is not covered."""
        number = nearest_energy(self.energy, REFERENCE_ENERGY_TEV)
        if number is None or not np.isfinite(self.radius[number]):
            return None
        return float(self.radius[number])

    def extremes(self, low: float, high: float) -> tuple[float, float] | None:
        """Return the smallest and largest radius between two energies in TeV."""
        inside = (self.energy.high > low) & (self.energy.low < high)
        radii = self.radius[inside & np.isfinite(self.radius)]
        return (float(radii.min()), float(radii.max())) if len(radii) else None


def read_containment(
    hdu: Hdu, offset: float = REFERENCE_OFFSET_DEG
) -> Containment | None:
    """Read a point spread function; None if it is of a kind that is not known.

    Parameters
    ----------
    hdu
        The response.
    offset
        Angle from the pointing position in degrees; the nearest bin is taken.

    Raises
    ------
    UnusableFileError
        An axis or the values do not fit together.
    """
    readers: tuple[tuple[str, str, Callable[[Hdu, float], Doubles]], ...] = (
        ("RPSF", "PSF_TABLE", _table),
        ("SIGMA_1", "PSF_3GAUSS", _three_gaussians),
        ("GAMMA", "PSF_KING", _king),
    )
    for column, kind, read in readers:
        if hdu.find(column) is not None:
            return Containment(energy_axis(hdu), read(hdu, offset), kind)
    return None


def _offset_bin(hdu: Hdu, offset: float) -> tuple[int, int]:
    """Return the number of offset bins, and which is nearest to an offset."""
    axis = optional_axis(hdu, "THETA", DEGREE)
    if axis is None:
        return 1, 0
    return len(axis), nearest(0.5 * (axis.low + axis.high), offset)


def _table(hdu: Hdu, offset: float) -> Doubles:
    offsets, chosen = _offset_bin(hdu, offset)
    energies = len(energy_axis(hdu))
    radius = optional_axis(hdu, "RAD", DEGREE)
    if radius is None:
        return np.full(energies, np.nan)
    density = values(hdu, (len(radius), offsets, energies), "RPSF")
    if density is None:
        return np.full(energies, np.nan)
    # Ring areas in the flat approximation, which is exact to 1e-4 below 2 degrees.
    area = radius.high**2 - radius.low**2
    return np.array(
        [
            _or_nan(
                quantile(radius.edges, density[:, chosen, number] * area, _FRACTION)
            )
            for number in range(energies)
        ]
    )


def _three_gaussians(hdu: Hdu, offset: float) -> Doubles:
    """Return R68 of ``SCALE (exp(-r²/2σ₁²) + A₂ exp(-r²/2σ₂²) + A₃ exp(-r²/2σ₃²))``."""
    sigmas = [
        _parameter(hdu, f"SIGMA_{number}", offset, angle=True) for number in (1, 2, 3)
    ]
    heights = [np.ones_like(sigmas[0])]
    heights += [_parameter(hdu, f"AMPL_{number}", offset) for number in (2, 3)]
    sigma = np.nan_to_num(np.array(sigmas))
    # Each Gaussian holds 2 pi height sigma² events; the scale cancels.
    weight = np.where(sigma > 0, np.nan_to_num(np.array(heights)) * sigma**2, 0.0)
    return np.array(
        [_mixture_radius(weight[:, i], sigma[:, i]) for i in range(sigma.shape[1])]
    )


def _mixture_radius(weight: Doubles, sigma: Doubles) -> float:
    total = weight.sum()
    if not total > 0:
        return float("nan")
    used = weight != 0
    weight, sigma = weight[used] / total, sigma[used]
    radius = np.linspace(0.0, _REACH * sigma.max(), _FINE_BINS)
    outside = weight[:, None] * np.exp(-0.5 * (radius / sigma[:, None]) ** 2)
    return float(np.interp(_FRACTION, 1.0 - outside.sum(axis=0), radius))


def _king(hdu: Hdu, offset: float) -> Doubles:
    """Return R68 of ``(1 - 1/γ)/(2πσ²) (1 + r²/(2γσ²))^-γ``."""
    gamma, sigma = (
        _parameter(hdu, "GAMMA", offset),
        _parameter(hdu, "SIGMA", offset, angle=True),
    )
    with np.errstate(all="ignore"):
        growth = (1.0 - _FRACTION) ** (1.0 / (1.0 - gamma)) - 1.0
        radius = sigma * np.sqrt(2.0 * gamma * growth)
    return np.where((gamma > 1) & (sigma > 0), radius, np.nan)


def _parameter(hdu: Hdu, name: str, offset: float, *, angle: bool = False) -> Doubles:
    offsets, chosen = _offset_bin(hdu, offset)
    energies = len(energy_axis(hdu))
    found = values(hdu, (offsets, energies), name)
    if found is None:
        return np.zeros(energies)
    position = hdu.find(name)
    unit = hdu.unit(position) if position is not None else ""
    factor = factor_to(DEGREE, unit) if angle and unit else 1.0
    chosen_values: Doubles = found[chosen] * (factor or 1.0)
    return chosen_values


def _or_nan(found: Doubles | None) -> float:
    return float("nan") if found is None else float(found[0])
