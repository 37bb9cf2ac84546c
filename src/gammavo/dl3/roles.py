"""Which part of a run an HDU is, from what its header says."""

from __future__ import annotations

from gammavo.dl3.fits import FitsFile
from gammavo.dl3.hdu import Hdu

__all__ = ["find_role", "role_of", "text_id"]

_BY_CLASS = {
    "events": "events",
    "gti": "gti",
    "eff_area": "aeff",
    "edisp": "edisp",
    "rpsf": "psf",
    "psf": "psf",
    "bkg": "bkg",
    "rad_max": "rad_max",
}

# CTAO writes "POINT SPREAD FUNCTION(3GAUSS)": names are compared by their beginning.
_BY_NAME = (
    ("events", "events"),
    ("gti", "gti"),
    ("effective area", "aeff"),
    ("aeff", "aeff"),
    ("energy dispersion", "edisp"),
    ("edisp", "edisp"),
    ("point spread function", "psf"),
    ("psf", "psf"),
    ("background", "bkg"),
    ("bkg", "bkg"),
    ("rad_max", "rad_max"),
)


def role_of(hdu: Hdu) -> str | None:
    """Return the role of an HDU by HDUCLAS1/2, else by EXTNAME; None if it has none."""
    if not hdu.is_table:
        return None
    for keyword in ("HDUCLAS2", "HDUCLAS1"):
        role = _BY_CLASS.get(str(hdu.get(keyword) or "").lower())
        if role is not None:
            return role
    name = hdu.name.lower()
    return next((role for start, role in _BY_NAME if name.startswith(start)), None)


def find_role(file: FitsFile, role: str) -> Hdu | None:
    """Return the first HDU of a file that has a role."""
    return next((hdu for hdu in file.hdus if role_of(hdu) == role), None)


def text_id(value: object) -> str:
    """Return an ``OBS_ID`` as text, whether the file has it as text or as a number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
