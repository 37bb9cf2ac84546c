"""Energy dispersion: the relative width of reconstructed over true energy."""

from __future__ import annotations

from gammavo.dl3.grids import (
    REFERENCE_ENERGY_TEV,
    REFERENCE_OFFSET_DEG,
    energy_axis,
    nearest,
    nearest_energy,
    optional_axis,
    quantile,
    values,
)
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.units import DEGREE

__all__ = ["read_migration_width"]


def read_migration_width(hdu: Hdu) -> float | None:
    """Return half the width of the central 68 % of MIGRA at 1 TeV and 0.5 deg.

    For a Gaussian that is its standard deviation. Rows of the matrix are normalised
    first, because public files hold sums from 0.24 to 2400. None if the response is not
    an EDISP_2D, does not reach 1 TeV, or is empty there.

    Raises
    ------
    UnusableFileError
        An axis or the values do not fit together.
    """
    migration = optional_axis(hdu, "MIGRA")
    if migration is None:
        return None
    energy, offset = energy_axis(hdu), optional_axis(hdu, "THETA", DEGREE)
    offsets = 1 if offset is None else len(offset)
    matrix = values(hdu, (offsets, len(migration), len(energy)), "MATRIX")
    number = nearest_energy(energy, REFERENCE_ENERGY_TEV)
    if matrix is None or number is None:
        return None
    chosen = 0
    if offset is not None:
        chosen = nearest(0.5 * (offset.low + offset.high), REFERENCE_OFFSET_DEG)
    density = matrix[chosen, :, number]
    found = quantile(
        migration.edges, density * (migration.high - migration.low), 0.16, 0.84
    )
    if found is None or not found[1] > found[0]:
        return None
    return float(found[1] - found[0]) / 2
