"""Rotating positions to ICRS with one matrix for each coordinate system."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from astropy.coordinates import FK5, ICRS, CartesianRepresentation, SkyCoord
from astropy.time import Time
from astropy.utils import iers

from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.headers import HeaderChain

__all__ = ["Frame", "frame_of", "mean_direction", "rotate", "separations"]

Doubles = npt.NDArray[np.float64]

Frame = tuple[str, float]
"""Name of an equatorial system, ``ICRS`` or ``FK5``, and its equinox as Julian year."""

_J2000 = 2000.0


def frame_of(chain: HeaderChain, *, file: str, findings: Findings) -> Frame:
    """Read the equatorial system from RADECSYS or RADESYS and EQUINOX.

    Without either keyword it is ICRS, with EQUINOX alone FK5 (FITS 4.0, section 8.3).

    Raises
    ------
    UnusableFileError
        The system is one that cannot be rotated to ICRS (FK4 also needs an epoch).
    """
    found = chain.text("RADECSYS", "RADESYS", "RADESYSA")
    equinox = chain.finite("EQUINOX")
    year = _J2000 if equinox is None else equinox.value
    if found is None:
        findings.warn(
            "No header names the coordinate system.",
            file=file,
            keyword="RADECSYS",
            value="ICRS assumed" if equinox is None else "FK5 assumed",
            advice="Write RADECSYS: FK5 and ICRS differ by about 25 milliarcseconds.",
        )
        return ("ICRS", _J2000) if equinox is None else ("FK5", year)
    system = found.value.upper()
    if system == "ICRS":
        return "ICRS", _J2000
    if system == "FK5" and 1900 <= year <= 2200:
        return "FK5", year
    raise broken(
        "Positions in this coordinate system cannot be brought to ICRS.",
        file=file,
        keyword="RADECSYS",
        value=f"{found.value}, EQUINOX {year}",
        advice="GADF knows ICRS and FK5.",
    )


def rotate(ra: Doubles, dec: Doubles, frame: Frame) -> tuple[Doubles, Doubles]:
    """Return ICRS right ascensions and declinations in degrees.

    Parameters
    ----------
    ra, dec
        Positions in degrees in ``frame``, any shape; NaN stays NaN.
    frame
        Their coordinate system.
    """
    if frame[0] == "ICRS":
        return np.mod(ra, 360.0), np.clip(dec, -90.0, 90.0)
    matrix = _matrix(*frame)
    x, y, z = _unit_vectors(ra, dec)
    rotated = [row[0] * x + row[1] * y + row[2] * z for row in matrix]
    longitude = np.degrees(np.arctan2(rotated[1], rotated[0]))
    latitude = np.degrees(np.arctan2(rotated[2], np.hypot(rotated[0], rotated[1])))
    return np.mod(longitude, 360.0), latitude


def separations(ra: Doubles, dec: Doubles, centre: tuple[float, float]) -> Doubles:
    """Return the angles in degrees between positions and a centre, all in degrees.

    Haversine formula: exact to rounding at small angles.
    """
    lon, lat = np.radians(ra), np.radians(dec)
    lon0, lat0 = np.radians(centre[0]), np.radians(centre[1])
    half = (
        np.sin((lat - lat0) / 2) ** 2
        + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    )
    angles: Doubles = np.degrees(2 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
    return angles


def mean_direction(ra: Doubles, dec: Doubles) -> tuple[float, float] | None:
    """Return the mean direction of positions, None if they have no clear one."""
    finite = np.isfinite(ra) & np.isfinite(dec)
    if not finite.any():
        return None
    x, y, z = (float(axis.mean()) for axis in _unit_vectors(ra[finite], dec[finite]))
    # Shorter than this, positions are spread over more than a hemisphere or so.
    if np.sqrt(x * x + y * y + z * z) < 0.5:
        return None
    longitude = np.degrees(np.arctan2(y, x)) % 360.0
    return float(longitude), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _unit_vectors(ra: Doubles, dec: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    lon, lat = np.radians(ra), np.radians(dec)
    across = np.cos(lat)
    return across * np.cos(lon), across * np.sin(lon), np.sin(lat)


@lru_cache(maxsize=16)
def _matrix(system: str, equinox: float) -> tuple[tuple[float, float, float], ...]:
    """Return the rows of the rotation to ICRS, from the images of three axes."""
    axes = CartesianRepresentation(np.identity(3))
    with iers.conf.set_temp("auto_download", False):
        frame = {"FK5": FK5}[system](equinox=Time(equinox, format="jyear", scale="tt"))
        images = SkyCoord(axes, frame=frame).transform_to(ICRS()).cartesian
    return tuple(
        tuple(float(value) for value in row)  # type: ignore[misc]
        for row in images.xyz.value
    )
