"""Small DL3 files for tests, valid GADF unless a test changes something."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

EVENTS_HEADER: dict[str, Any] = {
    "HDUCLASS": "GADF",
    "HDUVERS": "0.3",
    "HDUCLAS1": "EVENTS",
    "TELESCOP": "TESTTEL",
    "INSTRUME": "TESTCAM",
    "ORIGIN": "The test",
    "CREATOR": "pytest",
    "DATE": "2024-05-06T07:08:09",
    "OBS_ID": 7,
    "OBS_MODE": "POINTING",
    "EV_CLASS": "std",
    "TSTART": 1000.0,
    "TSTOP": 2000.0,
    "ONTIME": 1000.0,
    "LIVETIME": 900.0,
    "DEADC": 0.9,
    "OBJECT": "Test source",
    "RA_OBJ": 83.6,
    "DEC_OBJ": 22.0,
    "RA_PNT": 83.6,
    "DEC_PNT": 22.5,
    "RADECSYS": "ICRS",
    "EQUINOX": 2000.0,
    "N_TELS": 4,
}
TIME_HEADER: dict[str, Any] = {
    "MJDREFI": 55555,
    "MJDREFF": 0.5,
    "TIMEUNIT": "s",
    "TIMESYS": "TT",
    "TIMEREF": "LOCAL",
}
REMOVED = object()
"""As a header value in ``changes``: take the keyword away."""

ENERGY_EDGES = np.geomspace(0.1, 100.0, 31)
OFFSET_EDGES = np.array([0.0, 1.0, 2.0, 3.0])

Columns = dict[str, tuple[str, Any, str]]
"""Name of a column: TFORM, values, unit."""


def event_columns(count: int = 5) -> Columns:
    """Columns of a valid event list, spread over the good time."""
    return {
        "EVENT_ID": ("K", np.arange(1, count + 1), ""),
        "TIME": ("D", np.linspace(1000.0, 2000.0, count), "s"),
        "RA": ("E", np.linspace(83.0, 84.0, count), "deg"),
        "DEC": ("E", np.linspace(21.0, 23.0, count), "deg"),
        "ENERGY": ("E", np.geomspace(0.5, 50.0, count), "TeV"),
    }


def table(
    name: str, columns: Columns, header: Mapping[str, Any] | None = None
) -> fits.BinTableHDU:
    """Make a table; a name of "" leaves it without EXTNAME."""
    hdu = fits.BinTableHDU.from_columns(
        [
            fits.Column(column, form, unit=unit or None, array=values)
            for column, (form, values, unit) in columns.items()
        ],
        name=name or None,
    )
    for keyword, value in (header or {}).items():
        if value is REMOVED:
            hdu.header.pop(keyword, None)
        else:
            hdu.header[keyword] = value
    return hdu


def response(
    name: str,
    axes: Sequence[tuple[str, np.ndarray, str]],
    values: Mapping[str, tuple[np.ndarray, str]],
    header: Mapping[str, Any] | None = None,
) -> fits.BinTableHDU:
    """Make a response; axes in the order of the file, values in numpy order."""
    columns = []
    for axis, edges, unit in axes:
        for side, part in (("LO", edges[:-1]), ("HI", edges[1:])):
            form = f"{len(part)}E"
            columns.append(
                fits.Column(f"{axis}_{side}", form, unit=unit or None, array=part[None])
            )
    for column, (array, unit) in values.items():
        shape = ",".join(str(n) for n in reversed(array.shape))
        columns.append(
            fits.Column(
                column,
                f"{array.size}E",
                unit or None,
                dim=f"({shape})",
                array=array[None],
            )
        )
    hdu = fits.BinTableHDU.from_columns(columns, name=name)
    hdu.header.update({"HDUCLAS1": "RESPONSE", "HDUCLAS3": "FULL-ENCLOSURE"})
    hdu.header.update(header or {})
    return hdu


def aeff(
    header: Mapping[str, Any] | None = None, *, energy_name: str = "ENERG"
) -> fits.BinTableHDU:
    """An effective area that rises like the square root of the energy."""
    energy = np.sqrt(ENERGY_EDGES[1:] * ENERGY_EDGES[:-1])
    area = np.broadcast_to(1e4 * np.sqrt(energy), (3, 30)).copy()
    return response(
        "EFFECTIVE AREA",
        [(energy_name, ENERGY_EDGES, "TeV"), ("THETA", OFFSET_EDGES, "deg")],
        {"EFFAREA": (area, "m2")},
        {
            "HDUCLAS2": "EFF_AREA",
            "HDUCLAS4": "AEFF_2D",
            "LO_THRES": 0.3,
            "HI_THRES": 80.0,
            **(header or {}),
        },
    )


def edisp(sigma: float = 0.15, *, norm: float = 1.0, energy_name: str = "ENERG") -> Any:
    """A Gaussian energy dispersion, normalised to ``norm``."""
    bins = np.linspace(0.2, 1.8, 321)
    migra = 0.5 * (bins[1:] + bins[:-1])
    density = np.exp(-0.5 * ((migra - 1) / sigma) ** 2) * norm
    matrix = np.broadcast_to(density[None, :, None], (3, 320, 30)).copy()
    return response(
        "ENERGY DISPERSION",
        [
            (energy_name, ENERGY_EDGES, "TeV"),
            ("MIGRA", bins, ""),
            ("THETA", OFFSET_EDGES, "deg"),
        ],
        {"MATRIX": (matrix, "")},
        {"HDUCLAS2": "EDISP", "HDUCLAS4": "EDISP_2D"},
    )


def psf(sigma: float = 0.1) -> fits.BinTableHDU:
    """A point spread function of one Gaussian, as PSF_3GAUSS."""
    full = np.full((3, 30), sigma)
    none = np.zeros((3, 30))
    return response(
        "POINT SPREAD FUNCTION",
        [("ENERG", ENERGY_EDGES, "TeV"), ("THETA", OFFSET_EDGES, "deg")],
        {
            "SCALE": (full, "sr-1"),
            "SIGMA_1": (full, "deg"),
            "AMPL_2": (none, ""),
            "SIGMA_2": (none, "deg"),
            "AMPL_3": (none, ""),
            "SIGMA_3": (none, "deg"),
        },
        {"HDUCLAS2": "RPSF", "HDUCLAS4": "PSF_3GAUSS"},
    )


def bkg(column: str = "BKG", reach: float = 2.5) -> fits.BinTableHDU:
    """A flat background in three dimensions."""
    edges = np.linspace(-reach, reach, 11)
    return response(
        "BACKGROUND",
        [
            ("DETX", edges, "deg"),
            ("DETY", edges, "deg"),
            ("ENERG", ENERGY_EDGES, "TeV"),
        ],
        {column: (np.ones((30, 10, 10)), "s-1 MeV-1 sr-1")},
        {"HDUCLAS2": "BKG", "HDUCLAS4": "BKG_3D"},
    )


@dataclass
class SyntheticRun:
    """Everything about a run that a test may want to change before it is written."""

    events: Columns = field(default_factory=event_columns)
    header: dict[str, Any] = field(default_factory=lambda: EVENTS_HEADER | TIME_HEADER)
    events_name: str = "EVENTS"
    intervals: Sequence[tuple[float, float]] | None = ((1000.0, 2000.0),)
    gti_header: dict[str, Any] = field(default_factory=lambda: dict(TIME_HEADER))
    gti_unit: str = "s"
    responses: list[Any] | None = None
    """None for one of each of the usual kinds."""
    primary: dict[str, Any] = field(default_factory=dict)

    def hdus(self) -> fits.HDUList:
        primary = fits.PrimaryHDU()
        primary.header.update(self.primary)
        hdus: list[Any] = [primary, table(self.events_name, self.events, self.header)]
        if self.intervals is not None:
            rows = np.array(self.intervals, float).reshape(-1, 2)
            columns: Columns = {
                "START": ("D", rows[:, 0], self.gti_unit),
                "STOP": ("D", rows[:, 1], self.gti_unit),
            }
            hdus.append(table("GTI", columns, self.gti_header))
        return fits.HDUList(hdus + (self.responses or []))

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        self.hdus().writeto(content)
        whole = content.getvalue()
        if self.responses is None:
            whole += usual_responses()
        path.write_bytes(gzip.compress(whole, 1) if path.suffix == ".gz" else whole)
        return path


@lru_cache(maxsize=1)
def usual_responses() -> bytes:
    """The bytes of the four usual responses, made once because that takes long."""
    content = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), aeff(), edisp(), psf(), bkg()]).writeto(content)
    return content.getvalue()[2880:]


def write_index(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    *,
    base_dir: str | None = None,
    rename: Callable[[str], str] = str,
    name: str = "hdu-index.fits.gz",
) -> Path:
    """Write an HDU index; rows are OBS_ID, HDU_TYPE, FILE_DIR, FILE_NAME, HDU_NAME."""
    names = ("OBS_ID", "HDU_TYPE", "FILE_DIR", "FILE_NAME", "HDU_NAME")
    columns: Columns = {}
    for position, column in enumerate(names):
        values = [row[position] for row in rows]
        number = all(isinstance(value, int) for value in values)
        columns[rename(column)] = ("K" if number else "64A", values, "")
    header = {} if base_dir is None else {"BASE_DIR": base_dir}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    hdus = [fits.PrimaryHDU(), table("HDU_INDEX", columns, header)]
    fits.HDUList(hdus).writeto(path)
    return path


def write_observations(
    folder: Path, columns: Columns, header: Mapping[str, Any] | None = None
) -> Path:
    """Write an observation index."""
    path = folder / "obs-index.fits.gz"
    hdus = [fits.PrimaryHDU(), table("OBS_INDEX", columns, header)]
    fits.HDUList(hdus).writeto(path)
    return path
