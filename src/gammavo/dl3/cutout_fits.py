"""A cut-out of a run as a GADF FITS file.

Chosen rows of EVENTS are copied byte by byte, and so are the responses; only headers that
would no longer be true are written anew. Without a choice of time the good time intervals
are those of the file, byte by byte; with one they are the parts within it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from astropy.io import fits
from astropy.time import Time
from astropy.utils import iers

from gammavo.dl3.cutout import Chosen, OpenRun
from gammavo.dl3.intervals import Intervals
from gammavo.dl3.times import SECONDS_PER_DAY, TimeReference
from gammavo.model.selections import Selection, Shape

__all__ = ["CutNotes", "cutout_fits"]

_BLOCK: Final = 2880
_MOST_SUBSPACES: Final = 99


@dataclass(frozen=True, slots=True)
class CutNotes:
    """What the file says of its origin.

    Parameters
    ----------
    did
        Identifier of the event list that it was cut out of.
    sha256
        Of the file with that list, empty if unknown.
    software
        Name and version of what cut it out.
    """

    did: str
    sha256: str
    software: str


def cutout_fits(run: OpenRun, chosen: Chosen, notes: CutNotes) -> bytes:
    """Return the FITS file: PRIMARY, EVENTS, GTI and the responses.

    ``TSTART``, ``TSTOP``, ``ONTIME``, ``LIVETIME`` and dates follow a choice of time (the
    fraction of dead time is kept); data-subspace keywords (``DSTYPn`` ...) tell the
    selection; ``HISTORY``, ``CUT_DID`` and ``CUT_SHA`` where it came from.

    Raises
    ------
    UnusableFileError
        An HDU cannot be read.
    """
    events = _events(run, chosen, notes)
    parts = [run.primary.content(), events, _gti(run, chosen)]
    parts += [response.content() for response in run.responses]
    return b"".join(parts)


def _events(run: OpenRun, chosen: Chosen, notes: CutNotes) -> bytes:
    header = run.events.header()
    data = run.events.data()
    width, count = int(header["NAXIS1"]), int(header["NAXIS2"])
    end = width * count
    rows = np.frombuffer(data[:end], np.uint8).reshape(count, width)
    heap = data[end : end + int(header.get("PCOUNT", 0))]
    kept = rows[chosen.mask].tobytes()
    header["NAXIS2"] = chosen.count
    if "THEAP" in header:
        header["THEAP"] = int(header["THEAP"]) - width * (count - chosen.count)
    if chosen.selection.time is not None:
        _put_times(header, run.reference, chosen.intervals)
        _put_live_time(header, run.intervals(), chosen.intervals)
    _put_subspace(header, chosen.selection)
    _put_notes(header, chosen, notes, count)
    return _table(header, kept + heap)


def _gti(run: OpenRun, chosen: Chosen) -> bytes:
    """Return the HDU of the good time intervals, one anew where there was none."""
    intervals = chosen.intervals
    if run.gti is not None and chosen.selection.time is None:
        return run.gti.content()
    table = np.zeros(len(intervals.start), dtype=[("START", ">f8"), ("STOP", ">f8")])
    table["START"], table["STOP"] = intervals.start, intervals.stop
    # Times count as in the table that they were read from.
    template = run.events if run.gti is None else run.gti
    header = _gti_header(template.header(), len(table))
    _put_times(header, intervals.reference, intervals)
    return _table(header, table.tobytes())


def _gti_header(template: Any, rows: int) -> Any:
    """Return the header of a table START, STOP with what a header says of times."""
    header = fits.Header()
    for keyword, value in (
        ("XTENSION", "BINTABLE"),
        ("BITPIX", 8),
        ("NAXIS", 2),
        ("NAXIS1", 16),
        ("NAXIS2", rows),
        ("PCOUNT", 0),
        ("GCOUNT", 1),
        ("TFIELDS", 2),
        ("EXTNAME", "GTI"),
        ("HDUCLASS", "GADF"),
        ("HDUCLAS1", "GTI"),
        ("TTYPE1", "START"),
        ("TFORM1", "D"),
        ("TUNIT1", "s"),
        ("TTYPE2", "STOP"),
        ("TFORM2", "D"),
        ("TUNIT2", "s"),
    ):
        header[keyword] = value
    for keyword in (
        *("EXTNAME", "HDUDOC", "HDUVERS", "TELESCOP", "INSTRUME", "OBS_ID"),
        *("MJDREF", "MJDREFI", "MJDREFF", "TIMEUNIT", "TIMESYS", "TIMEREF"),
        *("TIMEZERO", "TASSIGN", "DATE-OBS", "TIME-OBS", "DATE-END", "TIME-END"),
    ):
        if keyword in template and (keyword != "EXTNAME" or _is_gti(template)):
            header[keyword] = (template[keyword], template.comments[keyword])
    header["TSTART"], header["TSTOP"] = 0.0, 0.0
    return header


def _is_gti(header: Any) -> bool:
    return str(header.get("HDUCLAS1", "")).strip().upper() == "GTI"


def _put_times(header: Any, reference: TimeReference, intervals: Intervals) -> None:
    """Set what a header says of the beginning and end, in its own time reference."""
    first, last = (
        float(intervals.reference.seconds_in(reference, ends)[0]) / reference.unit
        for ends in (intervals.start[:1], intervals.stop[-1:])
    )
    header["TSTART"], header["TSTOP"] = first, last
    if "TELAPSE" in header:
        header["TELAPSE"] = last - first
    scale = str(header.get("TIMESYS", "TT")).strip().lower()
    for which, moment in (("OBS", first), ("END", last)):
        if f"DATE-{which}" not in header or scale not in Time.SCALES:
            continue
        date, _, clock = _iso(reference, moment, scale).partition("T")
        if f"TIME-{which}" in header:
            header[f"DATE-{which}"], header[f"TIME-{which}"] = date, clock
        else:
            header[f"DATE-{which}"] = f"{date}T{clock}"


def _iso(reference: TimeReference, moment: float, scale: str) -> str:
    """Return a mission time as ISO 8601 in a time scale."""
    days = (reference.seconds + moment * reference.unit) / SECONDS_PER_DAY
    with iers.conf.set_temp("auto_download", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "dubious year" before 1960
        time = Time(reference.day, days, format="mjd", scale="tt")
        text: str = getattr(time, scale).isot
    return text


def _put_live_time(header: Any, before: Intervals, after: Intervals) -> None:
    """Set observing and live time; the fraction of dead time stays as it was."""
    total = float(header.get("ONTIME") or before.duration)
    header["ONTIME"] = after.duration
    if "LIVETIME" in header and total > 0:
        header["LIVETIME"] = float(header["LIVETIME"]) * after.duration / total


def _put_subspace(header: Any, selection: Selection) -> None:
    """Tell the selection in data-subspace keywords, after those that are there.

    All of them hold together, so that earlier ones stay as they are. A range of
    longitudes and latitudes has no word there: ``HISTORY`` tells it.
    """
    entries: list[tuple[str, str, str, str | None]] = []
    area, energy = selection.area, selection.energy
    if area is not None and area.shape is not Shape.RANGE:
        numbers = ",".join(f"{number:.9g}" for number in area.numbers)
        entries.append(("POS(RA,DEC)", "deg", f"{area.shape}({numbers})", None))
    if energy is not None:
        low, high = ("" if np.isinf(end) else f"{end:.9g}" for end in energy)
        entries.append(("ENERGY", "TeV", f"{low}:{high}", None))
    number = 1
    while f"DSTYP{number}" in header and number < _MOST_SUBSPACES:
        number += 1
    told = {str(header[f"DSTYP{n}"]).strip().upper() for n in range(1, number)}
    if selection.time is not None and "TIME" not in told:
        entries.append(("TIME", "s", "TABLE", ":GTI"))
    for offset, (kind, unit, value, reference) in enumerate(entries):
        header[f"DSTYP{number + offset}"] = kind
        header[f"DSUNI{number + offset}"] = unit
        header[f"DSVAL{number + offset}"] = value
        if reference is not None:
            header[f"DSREF{number + offset}"] = reference
    if "NDSKEYS" in header:
        header["NDSKEYS"] = number - 1 + len(entries)


def _put_notes(header: Any, chosen: Chosen, notes: CutNotes, count: int) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    header["CUT_DID"] = (notes.did, "cut out of")
    if notes.sha256:
        header["CUT_SHA"] = (notes.sha256, "")
    header["CUT_SOFT"] = (notes.software, "cut out by")
    header["CUT_DATE"] = (now, "cut out at (UTC)")
    header.add_history(f"{now} UTC: cut out by {notes.software}: {chosen.count} of")
    header.add_history(f"{count} events of {notes.did}")
    for line in chosen.selection.texts or ("no restriction",):
        header.add_history(line)
    header.add_history("Responses are those of the whole run, unchanged.")


def _table(header: Any, data: bytes) -> bytes:
    """Return an HDU with its checksums."""
    for keyword in ("CHECKSUM", "DATASUM"):
        header.remove(keyword, ignore_missing=True)
    padded = data + b"\0" * (-len(data) % _BLOCK)
    hdu = fits.BinTableHDU.fromstring(_text(header) + padded)
    hdu.add_checksum()
    return _text(hdu.header) + padded


def _text(header: Any) -> bytes:
    text: str = header.tostring()
    return text.encode("ascii")
