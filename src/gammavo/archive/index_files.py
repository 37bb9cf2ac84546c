"""GADF index files for a selection of runs: ``obs-index`` and ``hdu-index`` (GADF 0.3)."""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.archive.run_tables import RunTables
from gammavo.formats.fits_cards import header, keyword, padding, plain

__all__ = ["hdu_index", "observation_index"]

_GADF: Final = {
    "HDUCLASS": "GADF",
    "HDUDOC": "https://gamma-astro-data-formats.readthedocs.io",
    "HDUVERS": "0.3",
    "HDUCLAS1": "INDEX",
}
_KEYWORDS: Final = (
    *("MJDREFI", "MJDREFF", "TIMEUNIT", "TIMESYS", "TIMEREF", "RADECSYS", "EQUINOX"),
    *("GEOLON", "GEOLAT", "ALTITUDE", "TELESCOP", "INSTRUME", "OBSERVER"),
)
"""What is a keyword of the observation index where it is the same for all of its runs."""

_DEGREES: Final = (
    *("RA_PNT", "DEC_PNT", "GLON_PNT", "GLAT_PNT", "ALT_PNT", "AZ_PNT", "ZEN_PNT"),
    *("RA_OBJ", "DEC_OBJ", "OFFSET_OBJ", "TARGET_OFFSET"),
)
_UNITS: Final = {
    **dict.fromkeys(_DEGREES, "deg"),
    **dict.fromkeys(("TSTART", "TSTOP", "ONTIME", "LIVETIME"), "s"),
    **dict.fromkeys(("SAFE_ENERGY_LO", "SAFE_ENERGY_HI"), "TeV"),
    "SIZE": "byte",
}
_SECONDS_PER_DAY: Final = 86_400.0


def observation_index(tables: RunTables) -> bytes:
    """Return a gzipped ``obs-index`` with a row for each run.

    Parameters
    ----------
    tables
        Of the runs, see ``RunTables.of_runs``.
    """
    rows = _one_epoch(tables.observations)
    rows = rows.set_column(0, "OBS_ID", _run_ids(rows["OBS_ID"]))
    keywords = {**_GADF, "HDUCLAS2": "OBS"}
    for name in _KEYWORDS:
        if name not in rows.column_names:
            continue
        values = pc.unique(rows[name]).to_pylist()
        if len(values) == 1:
            rows = rows.drop_columns([name])
            if values[0] is not None and _is_finite(values[0]):
                keywords[name] = values[0]
    return _packed(_table("OBS_INDEX", rows, keywords))


def hdu_index(tables: RunTables, names: Mapping[str, str]) -> bytes:
    """Return a gzipped ``hdu-index`` with a row for each part of a run.

    Parameters
    ----------
    tables
        Of the runs, see ``RunTables.of_runs``.
    names
        For each path of a file, the one that it has beside the index.
    """
    paths = [PurePosixPath(names[path]) for path in tables.hdus["path"].to_pylist()]
    folders = [path.parent.as_posix() for path in paths]
    rows = pa.table(
        {
            "OBS_ID": _run_ids(tables.hdus["obs_id"]),
            "HDU_TYPE": tables.hdus["role"],
            "HDU_CLASS": tables.hdus["hdu_class"],
            "FILE_DIR": pa.array(["" if f == "." else f for f in folders]),
            "FILE_NAME": pa.array([path.name for path in paths]),
            "HDU_NAME": tables.hdus["hdu"],
            "SIZE": tables.hdus["size"],
        }
    )
    return _packed(_table("HDU_INDEX", rows, {**_GADF, "HDUCLAS2": "HDU"}))


def _run_ids(texts: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Return identifiers as GADF has them, as numbers, if all of them are such."""
    values = texts.to_pylist()
    if all(v.isdecimal() and len(v) < 19 and str(int(v)) == v for v in values):
        return pa.array([int(value) for value in values], pa.int64())
    return texts


def _one_epoch(rows: pa.Table) -> pa.Table:
    """Let all times count from the epoch of the first row: an index has one only."""
    names = rows.column_names
    if "MJDREFI" not in names and "MJDREF" in names:
        epochs = [(v or 0.0) for v in rows["MJDREF"].to_pylist()]
        whole, parts = [math.floor(v) for v in epochs], [v % 1.0 for v in epochs]
    elif "MJDREFI" in names:
        whole = [int(v or 0) for v in rows["MJDREFI"].to_pylist()]
        parts = [0.0] * len(whole)
        if "MJDREFF" in names:
            parts = [float(v or 0.0) for v in rows["MJDREFF"].to_pylist()]
    else:
        return rows
    shifts = [
        _SECONDS_PER_DAY * (w - whole[0] + (p - parts[0]))
        for w, p in zip(whole, parts, strict=True)
    ]
    for name in {"TSTART", "TSTOP"} & set(names) if any(shifts) else ():
        values = pc.add(rows[name].cast(pa.float64()), pa.array(shifts))
        rows = rows.set_column(names.index(name), name, values)
    epoch = {"MJDREFI": whole[0], "MJDREFF": parts[0]}
    rows = rows.drop_columns([n for n in ("MJDREF", *epoch) if n in names])
    for name, value in epoch.items():
        rows = rows.append_column(name, pa.array([value] * rows.num_rows))
    return rows


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _packed(content: bytes) -> bytes:
    # No time of packing: the same selection gives the same bytes.
    return gzip.compress(content, 6, mtime=0)


def _table(name: str, rows: pa.Table, keywords: Mapping[str, Any]) -> bytes:
    """Return a FITS file with one binary table (FITS 4.0 section 7.3)."""
    forms, columns = zip(*(_fits_column(column) for column in rows), strict=True)
    records = np.empty(
        rows.num_rows, dtype=[(f"{i}", c.dtype) for i, c in enumerate(columns)]
    )
    for number, column in enumerate(columns):
        records[f"{number}"] = column
    cards = [
        keyword("XTENSION", "BINTABLE", "Binary table"),
        keyword("BITPIX", 8),
        keyword("NAXIS", 2),
        keyword("NAXIS1", records.dtype.itemsize),
        keyword("NAXIS2", rows.num_rows, "Number of rows"),
        keyword("PCOUNT", 0),
        keyword("GCOUNT", 1),
        keyword("TFIELDS", len(columns), "Number of columns"),
        keyword("EXTNAME", name),
        *(keyword(key, value) for key, value in keywords.items()),
        *_column_cards(rows.column_names, forms),
    ]
    primary = header(
        (
            keyword("SIMPLE", True, "Standard FITS"),
            keyword("BITPIX", 8),
            keyword("NAXIS", 0),
            keyword("EXTEND", True),
        )
    )
    data = records.tobytes()
    return primary + header(cards) + data + bytes(padding(len(data)))


def _column_cards(names: Sequence[str], forms: Sequence[str]) -> list[str]:
    cards = []
    for number, (name, form) in enumerate(zip(names, forms, strict=True), 1):
        cards += [keyword(f"TTYPE{number}", name), keyword(f"TFORM{number}", form)]
        if unit := _UNITS.get(name):
            cards.append(keyword(f"TUNIT{number}", unit))
    return cards


def _fits_column(column: pa.ChunkedArray) -> tuple[str, npt.NDArray[Any]]:
    """Return the TFORM of a column and its values as a binary table has them."""
    kind = column.type
    if pa.types.is_boolean(kind):
        letters = {True: b"T", False: b"F", None: b"\0"}
        return "L", np.array([letters[v] for v in column.to_pylist()], dtype="S1")
    if pa.types.is_string(kind):
        texts = [plain(value or "").encode("ascii") for value in column.to_pylist()]
        width = max((len(text) for text in texts), default=0) or 1
        return f"{width}A", np.array(texts, dtype=f"S{width}")
    if pa.types.is_integer(kind) and not column.null_count:
        return "K", column.to_numpy().astype(">i8")
    # What is missing becomes NaN.
    return "D", column.cast(pa.float64()).to_numpy().astype(">f8")
