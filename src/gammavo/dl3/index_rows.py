"""What GADF index files say of a run, also where a folder has none (GADF 0.3).

"Index tables": an observation index has a row for each run, an HDU index one for each of
its HDUs with the class that tells readers how to read it.
"""

from __future__ import annotations

from typing import Any, Final

from gammavo.dl3.hdu import Hdu
from gammavo.dl3.inventory import RunFiles

__all__ = ["hdu_class_of", "index_row"]

_FROM_HEADER: Final = (
    *("OBS_MODE", "RA_PNT", "DEC_PNT", "ALT_PNT", "AZ_PNT", "ZEN_PNT"),
    *("OBJECT", "RA_OBJ", "DEC_OBJ", "TSTART", "TSTOP", "ONTIME", "LIVETIME", "DEADC"),
    *("DATE-OBS", "TIME-OBS", "DATE-END", "TIME-END", "N_TELS", "TELLIST"),
    *("MJDREFI", "MJDREFF", "MJDREF", "TIMEUNIT", "TIMESYS", "TIMEREF"),
    *("RADECSYS", "EQUINOX", "TELESCOP", "INSTRUME", "OBSERVER"),
    *("GEOLON", "GEOLAT", "ALTITUDE"),
)
"""What an observation index has in its columns and header and EVENTS has, too."""

_PREFIXES: Final = {
    "aeff": "aeff_",
    "edisp": "edisp_",
    "psf": "psf_",
    "bkg": "bkg_",
    "rad_max": "rad_max_",
}
_BY_COLUMN: Final = {
    "aeff": (("EFFAREA", "aeff_2d"),),
    "edisp": (("MATRIX", "edisp_2d"),),
    "psf": (("RPSF", "psf_table"), ("GAMMA", "psf_king"), ("SIGMA_1", "psf_3gauss")),
    "bkg": (("DETX_LO", "bkg_3d"), ("THETA_LO", "bkg_2d")),
    "rad_max": (("RAD_MAX", "rad_max_2d"),),
}
"""A column that only responses of a class have."""


def hdu_class_of(role: str, hdu: Hdu) -> str:
    """Return the GADF ``HDU_CLASS`` of a response; empty if nothing tells it.

    Parameters
    ----------
    role
        ``aeff``, ``edisp``, ``psf``, ``bkg`` or ``rad_max``.
    hdu
        Its HDU. HDUCLAS4 is ``PSF_3GAUSS`` in some releases and ``3GAUSS`` in others.
    """
    said = str(hdu.get("HDUCLAS4") or "").lower()
    prefix = _PREFIXES[role]
    if said:
        return said if said.startswith(prefix) else prefix + said
    for column, hdu_class in _BY_COLUMN[role]:
        if hdu.find(column) is not None:
            return hdu_class
    return ""


def index_row(run: RunFiles, events: Hdu) -> dict[str, Any]:
    """Return the row of a run in an observation index, without its OBS_ID.

    What the folder's own index says comes first, the header of EVENTS completes it.
    """
    row = {name: value for name, value in run.index.items() if name != "OBS_ID"}
    for keyword in _FROM_HEADER:
        if row.get(keyword) is None and (value := events.get(keyword)) is not None:
            row[keyword] = value
    row.setdefault("EVENT_COUNT", events.rows)
    return row
