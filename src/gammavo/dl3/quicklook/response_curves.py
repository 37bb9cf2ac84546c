"""Instrument responses as curves over energy, one for each of a few offsets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.effective_area import read_effective_area
from gammavo.dl3.grids import (
    REFERENCE_OFFSET_DEG,
    Axis,
    energy_axis,
    nearest,
    optional_axis,
    values,
)
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.point_spread import read_containment
from gammavo.dl3.units import DEGREE, factor_to

__all__ = ["Migration", "ResponseCurves", "response_view"]

_MOST_CURVES: Final = 5
_EXPONENT: Final = re.compile(r"-?\d+$")
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ResponseCurves:
    """A quantity over energy.

    Parameters
    ----------
    quantity, unit
        What it is, and its unit.
    energy
        Centres of the energy bins in TeV.
    curves
        Offset from the pointing position in degrees (None where the response does not
        depend on it), and the values; NaN where there is none.
    logarithmic
        Whether the values are to be compared by factors.
    true_energy
        Whether the energy is the true one, not the reconstructed one.
    """

    quantity: str
    unit: str
    energy: Doubles
    curves: tuple[tuple[float | None, Doubles], ...]
    logarithmic: bool
    true_energy: bool


@dataclass(frozen=True, slots=True)
class Migration:
    """Energy dispersion at one offset.

    Parameters
    ----------
    energy_edges, migration_edges
        Edges of true energy in TeV and of reconstructed over true energy.
    density
        Probability density over the largest of its energy; shape (migration, energy),
        NaN where the response is empty.
    offset
        Offset in degrees, None if the response does not depend on it.
    """

    energy_edges: Doubles
    migration_edges: Doubles
    density: Doubles
    offset: float | None


def response_view(role: str, hdu: Hdu) -> ResponseCurves | Migration | None:
    """Return what there is to show of a response; None if its form is not known.

    Parameters
    ----------
    role
        aeff, edisp, psf, bkg or rad_max.
    hdu
        The response.

    Raises
    ------
    UnusableFileError
        Its axes and values do not fit together.
    """
    readers: dict[str, Callable[[Hdu], ResponseCurves | Migration | None]] = {
        "aeff": _area,
        "edisp": _migration,
        "psf": _containment,
        "bkg": _background,
        "rad_max": _cut,
    }
    return readers[role](hdu)


def _area(hdu: Hdu) -> ResponseCurves:
    area = read_effective_area(hdu)
    unit = _unit(hdu, "EFFAREA")
    factor = factor_to("m2", unit) if unit else None
    centres = _centres(area.offset)
    curves = tuple(
        (float(centres[number]), area.area[number] * (factor or 1.0))
        for number in _chosen(centres)
    )
    shown = unit if factor is None else "m²"
    energy = _energies(area.energy)
    return ResponseCurves("Effective area", shown, energy, curves, True, True)


def _containment(hdu: Hdu) -> ResponseCurves | None:
    offsets = optional_axis(hdu, "THETA", DEGREE)
    centres = np.zeros(1) if offsets is None else _centres(offsets)
    curves = []
    energy = np.zeros(0)
    for number in _chosen(centres):
        found = read_containment(hdu, float(centres[number]))
        if found is None:
            return None
        energy = _energies(found.energy)
        curves.append(
            (None if offsets is None else float(centres[number]), found.radius)
        )
    name = "68 % containment radius"
    return ResponseCurves(name, "deg", energy, tuple(curves), False, True)


def _migration(hdu: Hdu) -> Migration | None:
    migration = optional_axis(hdu, "MIGRA")
    if migration is None:
        return None
    energy, offset = energy_axis(hdu), optional_axis(hdu, "THETA", DEGREE)
    offsets = 1 if offset is None else len(offset)
    matrix = values(hdu, (offsets, len(migration), len(energy)), "MATRIX")
    if matrix is None:
        return None
    number, shown = 0, None
    if offset is not None:
        centres = _centres(offset)
        number = nearest(centres, REFERENCE_OFFSET_DEG)
        shown = float(centres[number])
    density = np.where(matrix[number] > 0, matrix[number], 0.0)
    largest = density.max(axis=0)
    relative = np.where(
        largest > 0, density / np.where(largest > 0, largest, 1), np.nan
    )
    return Migration(_positive(energy.edges), migration.edges, relative, shown)


def _background(hdu: Hdu) -> ResponseCurves | None:
    energy, across = energy_axis(hdu), optional_axis(hdu, "DETX", DEGREE)
    unit = _unit(hdu, "BKG", "BGD")
    if across is None:
        offset = optional_axis(hdu, "THETA", DEGREE)
        offsets = 1 if offset is None else len(offset)
        flat = values(hdu, (len(energy), offsets), "BKG", "BGD")
        if flat is None:
            return None
        centres = np.zeros(1) if offset is None else _centres(offset)
        rates = [flat[:, number] for number in _chosen(centres)]
        shown = [float(centres[number]) for number in _chosen(centres)]
    else:
        down = optional_axis(hdu, "DETY", DEGREE)
        if down is None:
            return None
        cube = values(hdu, (len(energy), len(down), len(across)), "BKG", "BGD")
        if cube is None:
            return None
        centres = _centres(across)
        middle = nearest(_centres(down), 0.0)
        outward = np.flatnonzero(centres > -1e-6)
        picked = outward[list(_chosen(centres[outward]))]
        rates = [cube[:, middle, number] for number in picked]
        shown = [float(centres[number]) for number in picked]
    curves = tuple(zip(shown, rates, strict=True))
    name = "Background rate"
    return ResponseCurves(name, _raised(unit), _energies(energy), curves, True, False)


def _cut(hdu: Hdu) -> ResponseCurves | None:
    energy, offset = energy_axis(hdu), optional_axis(hdu, "THETA", DEGREE)
    offsets = 1 if offset is None else len(offset)
    radius = values(hdu, (offsets, len(energy)), "RAD_MAX")
    if radius is None:
        return None
    centres = np.zeros(1) if offset is None else _centres(offset)
    curves = tuple((float(centres[n]), radius[n]) for n in _chosen(centres))
    name = "Radius of the cut"
    return ResponseCurves(name, "deg", _energies(energy), curves, False, False)


def _unit(hdu: Hdu, *names: str) -> str:
    position = hdu.find(*names)
    return "" if position is None else hdu.unit(position)


def _raised(unit: str) -> str:
    """Return a FITS unit with raised exponents, e.g. s⁻¹ MeV⁻¹ sr⁻¹ for 1/s/MeV/sr."""
    plain = unit.replace("**", "").replace("^", "").replace("(", "").replace(")", "")
    shown = []
    for word in plain.replace(".", " ").replace("*", " ").split():
        first, *below = word.split("/")
        parts = [first, *(f"{name}-1" for name in below)]
        shown += [
            _EXPONENT.sub(_raise, part) for part in parts if part not in {"", "1"}
        ]
    return " ".join(shown)


def _raise(match: re.Match[str]) -> str:
    return match[0].translate(_RAISED)


def _centres(axis: Axis) -> Doubles:
    return 0.5 * (axis.low + axis.high)


def _energies(axis: Axis) -> Doubles:
    return np.sqrt(np.maximum(axis.low, axis.high * 1e-3) * axis.high)


def _positive(edges: Doubles) -> Doubles:
    """Return energy edges that a logarithmic axis can have."""
    return np.maximum(edges, edges[1] * 1e-1) if len(edges) > 1 else edges


def _chosen(centres: Doubles) -> tuple[int, ...]:
    """Return a few bins, evenly spread, the first and the last among them."""
    count = min(len(centres), _MOST_CURVES)
    picked = np.linspace(0, len(centres) - 1, count).round().astype(int)
    return tuple(dict.fromkeys(picked.tolist()))
