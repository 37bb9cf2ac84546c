"""A folder as calibration databases have it: events, intervals, shared responses apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table

RESPONSES = {"aeff": "AEFF", "edisp": "EDISP", "psf": "PSF", "bkg": "BKG"}


def write_shared(simulated: Path, folder: Path) -> Path:
    """Write two of the simulated runs anew, with one file of responses; no obs-index."""
    rows = []
    for obs_id in (100001, 100002):
        with fits.open(simulated / "data" / f"run_{obs_id}.fits.gz") as hdus:
            classes = {role: hdus[name].header for role, name in RESPONSES.items()}
            parts = {"ev": ["EVENTS"], "gti": ["GTI"]}
            if obs_id == 100001:
                parts["irf"] = list(RESPONSES.values())
            for kind, names in parts.items():
                path = folder / "sub" / f"{kind}_{obs_id}.fits"
                path.parent.mkdir(parents=True, exist_ok=True)
                kept = [fits.PrimaryHDU(), *(hdus[name] for name in names)]
                fits.HDUList(kept).writeto(path)
        places = {"events": ("ev", "EVENTS"), "gti": ("gti", "GTI")}
        rows += [
            (obs_id, role, role, "sub", f"{kind}_{obs_id}.fits", name)
            for role, (kind, name) in places.items()
        ]
        rows += [
            (
                obs_id,
                role,
                classes[role]["HDUCLAS4"].lower(),
                "sub",
                "irf_100001.fits",
                name.lower(),
            )
            for role, name in RESPONSES.items()
        ]
    names = ("OBS_ID", "HDU_TYPE", "HDU_CLASS", "FILE_DIR", "FILE_NAME", "HDU_NAME")
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    Table(columns, names=names).write(folder / "hdu-index.fits.gz")
    return folder
