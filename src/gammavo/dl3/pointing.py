"""Where the array pointed, and how far it saw."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gammavo.dl3.events import RawEvents
from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.frames import Frame, mean_direction, rotate
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import Found, HeaderChain
from gammavo.dl3.instruments import FACILITIES, facility_key
from gammavo.dl3.responses import Response
from gammavo.model.observations import ReleaseDescription

__all__ = ["Pointing", "field_radius", "read_pointing", "zenith_angle"]

_CIRCLE = re.compile(
    r"circle\(\s*[^,()]+,\s*[^,()]+,\s*([0-9.eE+-]+)\s*\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pointing:
    """Reference position of a run.

    Parameters
    ----------
    ra, dec
        ICRS, degrees.
    is_axis
        Whether it is where the telescopes pointed. If not (drift scans), it is where the
        events are, and offsets from it mean nothing.
    origin
        Where it was read.
    """

    ra: float
    dec: float
    is_axis: bool
    origin: str


def read_pointing(
    chain: HeaderChain,
    frame: Frame,
    events: RawEvents,
    *,
    file: str,
    findings: Findings,
) -> Pointing | None:
    """Read RA_PNT and DEC_PNT; None if there is no position at all.

    A run without them (drift scans, surveys of the whole sky) gets the mean direction of
    its events as reference position, and no footprint.

    Raises
    ------
    UnusableFileError
        They are not finite, or are no position on the sky.
    """
    ra, dec = chain.number("RA_PNT"), chain.number("DEC_PNT")
    stated = chain.text("RA_PNT"), chain.text("DEC_PNT")
    if any(stated) and (ra is None or dec is None):
        raise broken(
            "The pointing position is no pair of numbers.",
            file=file,
            keyword="RA_PNT, DEC_PNT",
            value=", ".join(found.value if found else "" for found in stated),
            advice="Write the pointing position in degrees.",
        )
    if ra is not None and dec is not None:
        if not (math.isfinite(ra.value) and abs(dec.value) <= 90):
            raise broken(
                "The pointing position is no position on the sky.",
                file=file,
                keyword="RA_PNT, DEC_PNT",
                value=f"{ra.value}, {dec.value}",
                advice="Write the pointing position in degrees.",
            )
        x, y = rotate(np.array([ra.value]), np.array([dec.value]), frame)
        return Pointing(
            float(x[0]), float(y[0]), is_axis=True, origin=f"{ra.origin}, DEC_PNT"
        )
    mean = mean_direction(events.ra, events.dec)
    findings.warn(
        "There is no pointing position; "
        + (
            "the mean direction of the events is the reference position."
            if mean
            else "the run has no position in the catalogue."
        ),
        file=file,
        keyword="RA_PNT, DEC_PNT",
        advice="This is right for drift scans; else write the keywords to EVENTS.",
    )
    if mean is None:
        return None
    return Pointing(*mean, is_axis=False, origin="mean direction of the events")


def zenith_angle(chain: HeaderChain) -> Found[float] | None:
    """Return the zenith angle of a run in degrees, None if it is not told.

    Files that do not know it have 0, or an altitude of 90, together with azimuth 0.
    """
    found = chain.finite("ZEN_PNT", "ALT_PNT")
    if found is None:
        return None
    is_altitude = found.origin.endswith("ALT_PNT")
    zenith = round(90.0 - found.value, 6) if is_altitude else found.value
    azimuth = chain.finite("AZ_PNT")
    if zenith == 0 and (azimuth is None or azimuth.value == 0):
        return None
    return Found(zenith, found.origin) if 0 <= zenith <= 180 else None


def field_radius(
    description: ReleaseDescription,
    telescope: str,
    events: Hdu,
    responses: Sequence[Response],
) -> Found[float] | None:
    """Return the radius of the field of view in degrees and by which rule it was found.

    In this order: the release description; the cone to which the events were cut (data
    sub-space keywords DSTYPn/DSVALn); what is known of the instrument; the smaller of the
    offset axes of effective area and background. Never the events themselves: some are
    reconstructed 90 degrees away.
    """
    if description.fov_radius is not None:
        return Found(description.fov_radius, "release description fov_radius")
    cone = _data_subspace_cone(events)
    if cone is not None:
        return cone
    facility = FACILITIES.get(facility_key(telescope))
    if facility is not None and facility.radius is not None:
        return Found(facility.radius, f"known field of view of {facility.name}")
    radii = [
        (response.radius, response.role)
        for response in responses
        if response.radius is not None and 0 < response.radius <= 180
    ]
    if not radii:
        return None
    radius, role = min(radii)
    return Found(radius, f"largest offset of {role}")


def _data_subspace_cone(events: Hdu) -> Found[float] | None:
    for number in range(1, 10):
        kind = str(events.get(f"DSTYP{number}") or "").lower()
        match = _CIRCLE.search(str(events.get(f"DSVAL{number}") or ""))
        if kind.startswith("pos") and match is not None:
            try:
                radius = float(match.group(1))
            except ValueError:
                continue
            if 0 < radius <= 180:
                return Found(radius, f"{events.label} header DSVAL{number}")
    return None
