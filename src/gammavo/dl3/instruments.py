"""What TELESCOP means: names for people, and fields of view that files do not give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["FACILITIES", "Facility", "facility_key"]


@dataclass(frozen=True, slots=True)
class Facility:
    """An observatory: ObsCore ``facility_name``, and the radius of its field of view.

    ``radius`` is in degrees, None where the responses of the files tell it.
    """

    name: str
    radius: float | None = None


FACILITIES: Final = MappingProxyType(
    {
        "hess": Facility("H.E.S.S.", 2.5),
        "cta": Facility("CTA"),
        "ctao": Facility("CTAO"),
        "magic": Facility("MAGIC", 1.75),
        "veritas": Facility("VERITAS", 1.75),
        "fact": Facility("FACT", 2.25),
        "hawc": Facility("HAWC"),
        "swgo": Facility("SWGO"),
        "glast": Facility("Fermi"),
        "fermi": Facility("Fermi"),
    }
)
"""By TELESCOP in lower case, without dots and spaces.

The offset axes of MAGIC and VERITAS responses say nothing of the field of view (a single
bin around 0.4 degrees; a place-holder of 10 degrees)."""


def facility_key(telescope: str) -> str:
    """Return TELESCOP as :data:`FACILITIES` spells it."""
    return re.sub(r"[^a-z0-9]", "", telescope.lower())
