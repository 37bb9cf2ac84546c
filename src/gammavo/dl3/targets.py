"""The target of a run: its name if it lies in the field of view, and its class."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from gammavo.dl3.findings import Findings
from gammavo.dl3.frames import Frame, rotate, separations
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.pointing import Pointing
from gammavo.model.observations import ReleaseDescription

__all__ = ["Target", "read_target"]

_NO_SOURCE = re.compile(r"\b(survey|off)\b", re.IGNORECASE)
_PLACE_HOLDERS = frozenset({"", "none", "unknown", "n/a", "na", "null", "-"})


@dataclass(frozen=True, slots=True)
class Target:
    """Target of a run.

    Parameters
    ----------
    name
        As the file spells it; None if it is not in the field of view.
    target_class
        From the release description.
    offset
        Angle from the pointing position in degrees, None if unknown.
    origin
        Where the name was read, or why there is none.
    position
        ICRS right ascension and declination in degrees, None if unknown.
    """

    name: str | None
    target_class: str | None
    offset: float | None
    origin: str
    position: tuple[float, float] | None = None


def read_target(
    chain: HeaderChain,
    frame: Frame,
    pointing: Pointing | None,
    radius: float | None,
    description: ReleaseDescription,
    *,
    file: str,
    findings: Findings,
) -> Target:
    """Read OBJECT, RA_OBJ and DEC_OBJ.

    The name is kept only if its position is given, is not the place-holder (0, 0), and
    lies in the field of view: archives list runs on one source under the name of
    another. Surveys and off runs keep their name, without a class; so does a target whose
    file gives no position at all.
    """
    found = chain.text("OBJECT", "TARGET_NAME")
    if found is None or found.value.lower() in _PLACE_HOLDERS:
        return Target(None, None, None, "")
    name, origin = found.value, found.origin
    if _NO_SOURCE.search(name):
        return Target(name, None, None, origin)
    ra, dec = chain.finite("RA_OBJ"), chain.finite("DEC_OBJ")
    offset, position = None, None
    if ra is None or dec is None or abs(dec.value) > 90:
        origin = f"{origin} (position unknown)"
    elif ra.value == 0 and dec.value == 0:
        return Target(None, None, None, f"{origin} left out: its position is (0, 0)")
    else:
        x, y = rotate(np.array([ra.value]), np.array([dec.value]), frame)
        position = float(x[0]), float(y[0])
        if pointing is not None and pointing.is_axis:
            offset = float(separations(x, y, (pointing.ra, pointing.dec))[0])
    if offset is not None and radius is not None and offset > radius:
        findings.warn(
            f"The target lies {offset:.1f} deg from the pointing position, outside the "
            "field of view; the run is published without a target.",
            file=file,
            keyword="OBJECT",
            value=name,
            advice="Correct OBJECT, or RA_OBJ and DEC_OBJ.",
        )
        return Target(None, None, None, f"{origin} left out: {offset:.1f} deg away")
    return Target(name, _class_of(name, description), offset, origin, position)


def _class_of(name: str, description: ReleaseDescription) -> str | None:
    wanted = _key(name)
    for target in description.targets:
        if wanted in {_key(known) for known in (target.name, *target.aliases)}:
            return target.target_class
    return None


def _key(name: str) -> str:
    """Return a name without what people spell differently: case, blanks, hyphens."""
    return re.sub(r"[\s_-]", "", name).casefold()
