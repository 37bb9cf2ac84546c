"""Writing the analytic responses as GADF tables: AEFF_2D, EDISP_2D, PSF_3GAUSS, BKG_2D."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from gammavo.dl3.simulate.instrument import (
    FIELD_RADIUS_DEG,
    TAIL_FRACTION,
    TAIL_WIDENING,
    Instrument,
)
from gammavo.dl3.simulate.sampling import ENERGY_RANGE_TEV

__all__ = ["Header", "response_tables"]

Doubles = npt.NDArray[np.float64]
Header = dict[str, Any]

_ENERGY_BINS: Final = 60
_AREA_OFFSETS: Final = 12
_MIGRATION_BINS: Final = 140
_MIGRATION_RANGE: Final = (0.2, 3.0)


def response_tables(instrument: Instrument, common: Header) -> list[fits.BinTableHDU]:
    """Return the four response HDUs of a run.

    Parameters
    ----------
    instrument
        The responses.
    common
        Keywords that every HDU of the run has.
    """
    edges = np.geomspace(*ENERGY_RANGE_TEV, _ENERGY_BINS + 1)
    energy = np.sqrt(edges[1:] * edges[:-1])
    ends = np.linspace(0.0, FIELD_RADIUS_DEG, _AREA_OFFSETS + 1)
    offset = 0.5 * (ends[1:] + ends[:-1])
    axes = {"ENERG": (edges, "TeV"), "THETA": (ends, "deg")}

    thresholds = {
        "LO_THRES": round(1.25 * instrument.threshold, 6),
        "HI_THRES": ENERGY_RANGE_TEV[1],
    }
    area = instrument.area(energy[None, :], offset[:, None])
    core = instrument.core(energy[None, :], offset[:, None])
    tail_height = TAIL_FRACTION / (1 - TAIL_FRACTION) / TAIL_WIDENING**2
    # GADF 0.3, PSF_3GAUSS: SCALE is the height on axis per steradian.
    volume = 2 * np.pi * np.radians(core) ** 2 * (1 + tail_height * TAIL_WIDENING**2)
    spread = {
        "SCALE": (1.0 / volume, "sr-1"),
        "SIGMA_1": (core, "deg"),
        "AMPL_2": (np.full_like(core, tail_height), ""),
        "SIGMA_2": (TAIL_WIDENING * core, "deg"),
        "AMPL_3": (np.zeros_like(core), ""),
        "SIGMA_3": (np.zeros_like(core), "deg"),
    }
    background = (
        instrument.background_profile(offset)[:, None]
        * instrument.background_spectrum(energy)[None, :]
    )
    return [
        _table("AEFF", axes, {"EFFAREA": (area, "m2")}, common | thresholds),
        _dispersion(instrument, edges, energy, common),
        _table("PSF", axes, spread, common),
        _table("BKG", axes, {"BKG": (background, "s-1 MeV-1 sr-1")}, common),
    ]


def _dispersion(
    instrument: Instrument, edges: Doubles, energy: Doubles, common: Header
) -> fits.BinTableHDU:
    bins = np.linspace(*_MIGRATION_RANGE, _MIGRATION_BINS + 1)
    migration = 0.5 * (bins[1:] + bins[:-1])
    sigma = instrument.resolution(energy)[None, :]
    density = np.exp(-0.5 * (np.log(migration)[:, None] / sigma) ** 2)
    density /= migration[:, None] * sigma * np.sqrt(2 * np.pi)
    density /= (density * np.diff(bins)[:, None]).sum(axis=0)
    # The same at every offset: two bins are enough.
    matrix = np.broadcast_to(density, (2, *density.shape))
    axes = {
        "ENERG": (edges, "TeV"),
        "MIGRA": (bins, ""),
        "THETA": (np.array([0.0, 0.5, 1.0]) * FIELD_RADIUS_DEG, "deg"),
    }
    return _table("EDISP", axes, {"MATRIX": (matrix, "")}, common)


_CLASSES: Final = {
    "AEFF": ("EFF_AREA", "AEFF_2D"),
    "EDISP": ("EDISP", "EDISP_2D"),
    "PSF": ("RPSF", "PSF_3GAUSS"),
    "BKG": ("BKG", "BKG_2D"),
}


def _table(
    name: str,
    axes: dict[str, tuple[Doubles, str]],
    values: dict[str, tuple[Doubles, str]],
    header: Header,
) -> fits.BinTableHDU:
    """Return a response with one row; values have the axes in reverse order."""
    columns = []
    for axis, (edges, unit) in axes.items():
        for suffix, side in (("LO", edges[:-1]), ("HI", edges[1:])):
            column = fits.Column(
                f"{axis}_{suffix}",
                f"{len(side)}E",
                unit=unit or None,
                array=side[None].astype(np.float32),
            )
            columns.append(column)
    for column_name, (array, unit) in values.items():
        shape = ",".join(str(length) for length in reversed(array.shape))
        column = fits.Column(
            column_name,
            f"{array.size}E",
            unit=unit or None,
            dim=f"({shape})",
            array=array[None].astype(np.float32),
        )
        columns.append(column)
    hdu = fits.BinTableHDU.from_columns(columns, name=name)
    hdu.header.update(
        header
        | {
            "HDUCLAS1": "RESPONSE",
            "HDUCLAS2": _CLASSES[name][0],
            "HDUCLAS3": "FULL-ENCLOSURE",
            "HDUCLAS4": _CLASSES[name][1],
        }
    )
    return hdu
