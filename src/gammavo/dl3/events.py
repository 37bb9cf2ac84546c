"""The event table: GADF columns to the columns of ``<release>.events``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.frames import Frame, rotate, separations
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.intervals import Intervals
from gammavo.dl3.times import TimeReference
from gammavo.dl3.units import DEGREE, TEV, factor_to

__all__ = ["RawEvents", "event_columns", "read_events"]

_INT32_MAX: Final = 2**31 - 1
_MANY_OUTSIDE: Final = 0.01

Doubles = npt.NDArray[np.float64]
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class RawEvents:
    """Columns of an event list in the units of gammavo.

    ``time`` is the mission time of the file; ``ra`` and ``dec`` are ICRS degrees (float64),
    ``energy`` TeV (float32); ``optional`` holds the optional columns that the file has.
    """

    event_id: npt.NDArray[np.int64]
    time: Doubles
    ra: Doubles
    dec: Doubles
    energy: npt.NDArray[np.float32]
    optional: dict[str, Array]

    def __len__(self) -> int:
        return len(self.time)


def read_events(hdu: Hdu, frame: Frame, findings: Findings) -> RawEvents:
    """Read the event table of a run.

    Values that are not finite stay NaN and are counted in a warning; they are published
    as NULL.

    Raises
    ------
    UnusableFileError
        A column that GADF asks for is missing, does not hold one number for each event,
        or has a unit of another kind.
    """
    time = _required(hdu, "TIME").astype(np.float64, copy=False)
    degrees = [
        _in_unit(hdu, name, _required(hdu, name), DEGREE, findings).astype(np.float64)
        for name in ("RA", "DEC")
    ]
    _check_latitudes(hdu, degrees[1])
    ra, dec = rotate(degrees[0], degrees[1], frame)
    energy = _in_unit(hdu, "ENERGY", _required(hdu, "ENERGY"), TEV, findings)
    events = RawEvents(
        _event_ids(hdu, findings),
        time,
        ra,
        dec,
        energy.astype(np.float32, copy=False),
        _optional(hdu, findings),
    )
    _count_missing(hdu, events, findings)
    return events


def event_columns(
    events: RawEvents,
    reference: TimeReference,
    intervals: Intervals,
    pointing: tuple[float, float] | None,
    *,
    hdu: Hdu,
    findings: Findings,
) -> dict[str, Array]:
    """Return the columns of ``<release>.events``, without ``obs_id``.

    Parameters
    ----------
    events
        The events as read.
    reference
        Time reference of the EVENTS HDU.
    intervals
        Good time intervals of the run.
    pointing
        ICRS pointing position in degrees; None if the array did not point.
    hdu, findings
        Where the events were read, and what receives a warning if more than 1 % of them
        are outside the good time intervals.
    """
    seconds = events.time * reference.unit
    inside = intervals.contain(seconds, reference)
    outside = len(events) - int(np.count_nonzero(inside))
    if outside > _MANY_OUTSIDE * len(events):
        findings.warn(
            f"{outside} of {len(events)} events lie outside the good time intervals.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="TIME",
            advice="Check MJDREF of EVENTS and GTI; the events are marked by in_gti = 0.",
        )
    if pointing is None:
        offset = np.full(len(events), np.nan, np.float32)
    else:
        offset = separations(events.ra, events.dec, pointing).astype(np.float32)
    return {
        "event_id": events.event_id,
        "event_time": reference.mjd(events.time),
        "ra": events.ra,
        "dec": events.dec,
        "energy": events.energy,
        "offset_angle": offset,
        "in_gti": inside.astype(np.int16),
        **events.optional,
    }


def _required(hdu: Hdu, name: str) -> Array:
    values = hdu.numbers(name)
    if values is None:
        raise broken(
            f"The event list has no column {name}.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="TTYPEn",
            value=", ".join(hdu.columns),
            advice="GADF asks for EVENT_ID, TIME, RA, DEC and ENERGY.",
        )
    if values.ndim != 1:
        raise broken(
            f"Column {name} holds several numbers for each event.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=name,
            value=values.shape,
            advice="GADF asks for one number in each row.",
        )
    return values


def _in_unit(
    hdu: Hdu, name: str, values: Array, unit: str, findings: Findings
) -> Array:
    position = hdu.find(name)
    said = "" if position is None else hdu.unit(position)
    if not said and unit == TEV:
        said = str(hdu.get("EUNIT") or "")
    if not said:
        findings.warn(
            f"Column {name} has no unit; {unit} is assumed.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=name,
            advice="Write TUNITn for every column that has a unit.",
        )
        return values
    factor = factor_to(unit, said)
    if factor is None:
        raise broken(
            f"Column {name} has a unit that cannot be converted to {unit}.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=name,
            value=said,
            advice=f"Write the column in {unit}.",
        )
    return values if factor == 1.0 else values * np.float64(factor)


def _check_latitudes(hdu: Hdu, dec: Doubles) -> None:
    with np.errstate(invalid="ignore"):
        wrong = int(np.count_nonzero(np.abs(dec) > 90.001))
    if wrong:
        raise broken(
            f"{wrong} declinations are beyond the poles.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="DEC",
            advice="Check the order and unit of the columns RA and DEC.",
        )


def _event_ids(hdu: Hdu, findings: Findings) -> npt.NDArray[np.int64]:
    numbered = np.arange(1, hdu.rows + 1, dtype=np.int64)
    values = hdu.numbers("EVENT_ID")
    reason = ""
    if values is None:
        reason = "is missing"
    elif values.ndim != 1 or values.dtype.kind == "f":
        reason = "does not hold one integer for each event"
    elif values.dtype == np.uint64 and (values > np.iinfo(np.int64).max).any():
        reason = "has numbers beyond 63 bits"
    if values is None or reason:
        findings.warn(
            f"Column EVENT_ID {reason}; the events are numbered from 1.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="EVENT_ID",
            advice="GADF asks for a signed 64-bit integer, unique in the run.",
        )
        return numbered
    ids = values.astype(np.int64, copy=False)
    if len(ids) > 1 and not (np.diff(ids) > 0).all():
        repeated = len(ids) - len(np.unique(ids))
        if repeated:
            findings.warn(
                f"{repeated} events have an EVENT_ID that another event has too.",
                file=hdu.file,
                hdu=hdu.label,
                keyword="EVENT_ID",
                advice="EVENT_ID shall be unique in the run.",
            )
    return ids


def _optional(hdu: Hdu, findings: Findings) -> dict[str, Array]:
    """Return MULTIP, DETX, DETY and MC_ID, as far as the file has them."""
    columns: dict[str, Array] = {}
    for name in ("MULTIP", "DETX", "DETY", "MC_ID"):
        values = hdu.numbers(name)
        if values is None or values.ndim != 1:
            continue
        if name.startswith("DET"):
            degrees = _in_unit(hdu, name, values, DEGREE, findings)
            columns[name.lower()] = degrees.astype(np.float32, copy=False)
        elif values.dtype.kind in "iu" and _fits_int32(values):
            columns[name.lower()] = values.astype(np.int32, copy=False)
        else:
            findings.warn(
                f"Column {name} does not hold 32-bit integers and is left out.",
                file=hdu.file,
                hdu=hdu.label,
                keyword=name,
                advice="Write the column with TFORM 'I' or 'J'.",
            )
    return columns


def _fits_int32(values: Array) -> bool:
    return not len(values) or (
        int(values.max()) <= _INT32_MAX and int(values.min()) >= -_INT32_MAX - 1
    )


def _count_missing(hdu: Hdu, events: RawEvents, findings: Findings) -> None:
    for name, values in (
        ("TIME", events.time),
        ("RA", events.ra),
        ("DEC", events.dec),
        ("ENERGY", events.energy),
    ):
        missing = len(values) - int(np.count_nonzero(np.isfinite(values)))
        if not missing:
            continue
        if name == "TIME":
            raise broken(
                f"{missing} events have no finite TIME.",
                file=hdu.file,
                hdu=hdu.label,
                keyword=name,
                advice="Remove events without a time from the list.",
            )
        findings.warn(
            f"{missing} of {len(values)} events have no finite {name}; "
            "it is published as NULL.",
            file=hdu.file,
            hdu=hdu.label,
            keyword=name,
            advice="Remove events that could not be reconstructed from the list.",
        )
