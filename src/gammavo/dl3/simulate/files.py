"""Writing a simulated run, and the index files of a release."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from gammavo.dl3.simulate.plan import DEAD_TIME_CORRECTION, REFERENCE_MJD, PlannedRun
from gammavo.dl3.simulate.responses import Header, response_tables

__all__ = ["INDEX_COLUMNS", "index_row", "write_indices", "write_run"]

GADF_URL: Final = "https://gamma-astro-data-formats.readthedocs.io/en/v0.3/"
TELESCOPE: Final = "GAMMAVO-SIM"
INSTRUMENT: Final = "SIM-5"
_DATE: Final = "2026-01-01T00:00:00"
_BIG_EVENTS: Final = 200_000
_COMPRESSION: Final = 3
_SITE: Final = {"GEOLON": 16.5002, "GEOLAT": -23.2718, "ALTITUDE": 1835.0}

_TIME: Final = {
    "MJDREFI": REFERENCE_MJD,
    "MJDREFF": 0.0,
    "TIMEUNIT": "s",
    "TIMESYS": "TT",
    "TIMEREF": "LOCAL",
}
_GADF: Final = {"HDUCLASS": "GADF", "HDUDOC": GADF_URL, "HDUVERS": "0.3"}
_EVENT_UNITS: Final = {
    "TIME": "s",
    "RA": "deg",
    "DEC": "deg",
    "ENERGY": "TeV",
    "DETX": "deg",
    "DETY": "deg",
}

INDEX_COLUMNS: Final = (
    ("OBS_ID", "K", ""),
    ("OBS_MODE", "8A", ""),
    ("RA_PNT", "D", "deg"),
    ("DEC_PNT", "D", "deg"),
    ("ALT_PNT", "D", "deg"),
    ("AZ_PNT", "D", "deg"),
    ("ZEN_PNT", "D", "deg"),
    ("TSTART", "D", "s"),
    ("TSTOP", "D", "s"),
    ("ONTIME", "D", "s"),
    ("LIVETIME", "D", "s"),
    ("DEADC", "D", ""),
    ("OBJECT", "32A", ""),
    ("RA_OBJ", "D", "deg"),
    ("DEC_OBJ", "D", "deg"),
    ("N_TELS", "K", ""),
    ("QUALITY", "K", ""),
    ("EVENT_COUNT", "K", ""),
)
"""Name, TFORM and unit of the columns of the observation index."""

_INDEX_ONLY: Final = frozenset({"EVENT_COUNT", "QUALITY", "ZEN_PNT"})

_HDU_ROWS: Final = (
    ("events", "events", "EVENTS"),
    ("gti", "gti", "GTI"),
    ("aeff", "aeff_2d", "AEFF"),
    ("edisp", "edisp_2d", "EDISP"),
    ("psf", "psf_3gauss", "PSF"),
    ("bkg", "bkg_2d", "BKG"),
)


def write_run(folder: Path, run: PlannedRun, events: npt.NDArray[Any]) -> str:
    """Write the file of a run and return its path relative to the folder.

    Small runs are compressed; large ones are not, because that would take longer than
    everything else. The same events give the same bytes.
    """
    common: Header = {
        **_GADF,
        "ORIGIN": "gammavo",
        "CREATOR": "gammavo simulate",
        "TELESCOP": TELESCOPE,
        "INSTRUME": INSTRUMENT,
        "OBS_ID": run.obs_id,
        "DATE": _DATE,
    }
    hdus = [
        _events_table(run, common, events),
        _intervals_table(run, common),
        *response_tables(run.instrument, common),
    ]
    packed = len(events) < _BIG_EVENTS
    path = f"data/run_{run.obs_id:06d}.fits{'.gz' if packed else ''}"
    _write(folder / path, hdus, packed=packed)
    return path


def _write(path: Path, hdus: Sequence[Any], *, packed: bool) -> None:
    """Write HDUs to a file; the same content gives the same bytes."""
    with ExitStack() as stack:
        stream: Any = stack.enter_context(path.open("wb"))
        if packed:
            # A gzip header has the name of the file and the time, if it is let.
            stream = stack.enter_context(
                gzip.GzipFile("", "wb", _COMPRESSION, stream, mtime=0)
            )
        fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(stream)


def _events_table(
    run: PlannedRun, common: Header, events: npt.NDArray[Any]
) -> fits.BinTableHDU:
    hdu = fits.BinTableHDU(events, name="EVENTS")
    header = hdu.header
    for number, name in enumerate(events.dtype.names or (), start=1):
        if name in _EVENT_UNITS:
            header.set(f"TUNIT{number}", _EVENT_UNITS[name], after=f"TFORM{number}")
    header.update(
        common
        | _TIME
        | _SITE
        | {
            "HDUCLAS1": "EVENTS",
            "EV_CLASS": "simulated",
            "RADECSYS": "ICRS",
            "EQUINOX": 2000.0,
            "TELAPSE": run.intervals[-1][1] - run.intervals[0][0],
            "TELLIST": "1,2,3,4,5",
            "FOVALIGN": "RADEC",
            "NMCIDS": 2,
            "MID00001": 0,
            "MMN00001": "Background model",
            "MID00002": run.source.number,
            "MMN00002": run.source.name,
        }
    )
    row = index_row(run, len(events))
    header.update({name: row[name] for name in row if name not in _INDEX_ONLY})
    return hdu


def _intervals_table(run: PlannedRun, common: Header) -> fits.BinTableHDU:
    rows = np.array(run.intervals)
    hdu = fits.BinTableHDU.from_columns(
        [
            fits.Column(name, "D", unit="s", array=rows[:, number])
            for number, name in enumerate(("START", "STOP"))
        ],
        name="GTI",
    )
    hdu.header.update(common | _TIME | {"HDUCLAS1": "GTI"})
    return hdu


def index_row(run: PlannedRun, count: int) -> dict[str, Any]:
    """Return the row of a run in the observation index."""
    return {
        "OBS_ID": run.obs_id,
        "OBS_MODE": "WOBBLE",
        "RA_PNT": run.pointing.ra,
        "DEC_PNT": run.pointing.dec,
        "ALT_PNT": round(90.0 - run.instrument.zenith, 3),
        "AZ_PNT": run.azimuth,
        "ZEN_PNT": run.instrument.zenith,
        "TSTART": run.intervals[0][0],
        "TSTOP": run.intervals[-1][1],
        "ONTIME": run.ontime,
        "LIVETIME": run.livetime,
        "DEADC": DEAD_TIME_CORRECTION,
        "OBJECT": run.source.name,
        "RA_OBJ": run.source.ra,
        "DEC_OBJ": run.source.dec,
        "N_TELS": 5,
        "QUALITY": 0,
        "EVENT_COUNT": count,
    }


def write_indices(
    folder: Path, rows: Sequence[Mapping[str, Any]], paths: Sequence[str]
) -> None:
    """Write ``obs-index.fits.gz`` and ``hdu-index.fits.gz`` for all runs."""
    observations = [
        fits.Column(name, form, unit=unit or None, array=[row[name] for row in rows])
        for name, form, unit in INDEX_COLUMNS
    ]
    observation_index = fits.BinTableHDU.from_columns(observations, name="OBS_INDEX")
    observation_index.header.update(
        _GADF | {"HDUCLAS1": "INDEX", "HDUCLAS2": "OBS", "TELESCOP": TELESCOPE}
    )
    observation_index.header.update(_TIME | _SITE | {"RADECSYS": "ICRS"})
    ids = np.repeat([row["OBS_ID"] for row in rows], len(_HDU_ROWS))
    names = [Path(path).name for path in paths for _ in _HDU_ROWS]
    width = max(len(name) for name in names)
    hdu_index = fits.BinTableHDU.from_columns(
        [
            fits.Column("OBS_ID", "K", array=ids),
            *(
                fits.Column(
                    name, "16A", array=[row[number] for row in _HDU_ROWS] * len(rows)
                )
                for number, name in enumerate(("HDU_TYPE", "HDU_CLASS"))
            ),
            fits.Column("FILE_DIR", "4A", array=["data"] * len(ids)),
            fits.Column("FILE_NAME", f"{width}A", array=names),
            fits.Column(
                "HDU_NAME", "16A", array=[row[2] for row in _HDU_ROWS] * len(rows)
            ),
        ],
        name="HDU_INDEX",
    )
    hdu_index.header.update(_GADF | {"HDUCLAS1": "INDEX", "HDUCLAS2": "HDU"})
    for name, table in (("obs-index", observation_index), ("hdu-index", hdu_index)):
        _write(folder / f"{name}.fits.gz", [table], packed=True)
