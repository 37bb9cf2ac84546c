"""Reference frames of the sky as rotations, by the names of the IVOA vocabulary.

The rotations are from ICRS, as astropy has them: FK5 and the mean ecliptic of J2000, FK4
of B1950 without the terms of aberration.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["FRAMES", "Matrix", "rotation"]

Matrix = tuple[tuple[float, float, float], ...]
"""Three rows."""

_FROM_ICRS: Final[Mapping[str, Matrix]] = MappingProxyType(
    {
        "ICRS": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        "GALACTIC": (
            (-0.05487565771259173, -0.8734370519556164, -0.48383507361671546),
            (0.49410943719272743, -0.44482972122329506, 0.7469821839866673),
            (-0.8676661375596587, -0.19807633727300045, 0.4559838136873017),
        ),
        "FK5": (
            (0.9999999999999929, -1.1102233297408356e-07, -4.4118044980967795e-08),
            (1.1102233723050045e-07, 0.9999999999999892, 9.647792233859886e-08),
            (4.41180342697633e-08, -9.647792702504666e-08, 0.9999999999999942),
        ),
        "FK4": (
            (0.9999256809514503, 0.011181371753884804, 0.00485896074073884),
            (-0.011181372203849883, 0.9999374861373456, -2.7073328536201777e-05),
            (-0.004858959705285428, -2.7258532093817631e-05, 0.9999881948140963),
        ),
        "ECLIPTIC": (
            (0.9999999999999942, -7.0783689609715601e-08, 8.0562139776131887e-08),
            (3.2897004077419653e-08, 0.9174821299149585, 0.39777699944404787),
            (-1.0207044725484358e-07, -0.397776999444043, 0.9174821299149556),
        ),
    }
)

FRAMES: Final = tuple(_FROM_ICRS)
"""Names of the frames, which compare with case."""


def rotation(source: str, target: str) -> Matrix:
    """Return the matrix that turns vectors of one frame into those of another."""
    if source == target:
        return _FROM_ICRS["ICRS"]
    back, there = _FROM_ICRS[source], _FROM_ICRS[target]
    rows = []
    for row in there:
        # The inverse of a rotation is its transpose: rows of one meet rows of the other.
        x, y, z = (
            sum(a * b for a, b in zip(row, other, strict=True)) for other in back
        )
        rows.append((x, y, z))
    return tuple(rows)
