"""The facts of a run as people read them: value, unit or frame, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from gammavo.adql.user_functions.frames import rotation
from gammavo.model.regions import separation, unit_vector
from gammavo.portal.observation.run import Observation, Position
from gammavo.portal.observation.scales import instant

__all__ = ["Fact", "FactGroup", "fact_groups", "galactic"]

_TEV: Final = 1e12
"""Electronvolts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value.

    Parameters
    ----------
    label
        What it is.
    value
        As text.
    note
        Unit, time scale or frame.
    origin
        Where it was read or how it was derived; empty if that was not recorded.
    """

    label: str
    value: str
    note: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


def fact_groups(observation: Observation) -> tuple[FactGroup, ...]:
    """Return all facts of a run that are known, in groups."""
    groups = (
        (_("Time"), _times),
        (_("Position"), _positions),
        (_("Data"), _data),
        (_("Instrument"), _instrument),
    )
    found = (FactGroup(title, tuple(facts(observation))) for title, facts in groups)
    return tuple(group for group in found if group.facts)


def _times(observation: Observation) -> Iterator[Fact]:
    row, origins = observation.row, observation.origins
    for column, label in (("t_min", _("Start")), ("t_max", _("End"))):
        if row[column] is not None:
            moment = instant(row[column])
            origin = origins.get(column, "")
            yield Fact(f"{label} (TT)", moment.tt, f"MJD {moment.mjd:.6f}", origin)
            derived = _("From the time in TT, with the leap seconds of the IERS")
            yield Fact(f"{label} (UTC)", moment.utc, "", derived)
    if row["t_exptime"] is not None:
        origin = origins.get("t_exptime", "")
        minutes = f"{row['t_exptime'] / 60:.1f} min"
        yield Fact(_("Livetime"), f"{row['t_exptime']:.1f} s", minutes, origin)
    yield from _indexed(observation, "ONTIME", _("Observed time"), "{:.1f} s")


def _positions(observation: Observation) -> Iterator[Fact]:
    row, origins = observation.row, observation.origins
    pointing, target = observation.pointing, observation.target
    if row["target_name"] is not None:
        kind = row["target_class"] or ""
        yield Fact(
            _("Target"), row["target_name"], kind, origins.get("target_name", "")
        )
    if target is not None:
        source = _index_origin("RA_OBJ, DEC_OBJ")
        yield Fact(_("Target position"), _degrees(target), "ICRS", source)
    if pointing is not None:
        origin = origins.get("s_ra", "")
        yield Fact(_("Pointing"), _degrees(pointing), "ICRS", origin)
        yield Fact(_("Pointing"), _sexagesimal(pointing), "ICRS", origin)
        longitude, latitude = galactic(pointing)
        l_b = f"l\u00a0{round(longitude, 4) % 360:.4f}° b\u00a0{latitude:+.4f}°"
        yield Fact(_("Pointing"), l_b, _("Galactic"), _("From the ICRS position"))
    if pointing is not None and target is not None:
        offset = separation(unit_vector(*pointing), unit_vector(*target))
        derived = _("Angle between the pointing and the target")
        yield Fact(_("Offset of the target"), f"{offset:.2f}°", "", derived)
    if row["s_fov"] is not None:
        origin = origins.get("s_fov", "")
        yield Fact(_("Field of view"), f"{row['s_fov']:.2f}°", _("diameter"), origin)
    yield from _horizontal(observation)


def _horizontal(observation: Observation) -> Iterator[Fact]:
    zenith = observation.row["zenith_angle"]
    if zenith is None:
        return  # azimuth 0 may then be what files have that do not know
    origin = observation.origins.get("zenith_angle", "")
    yield Fact(_("Zenith angle"), f"{zenith:.1f}°", "", origin)
    yield from _indexed(observation, "AZ_PNT", _("Azimuth"), "{:.1f}°")


def _data(observation: Observation) -> Iterator[Fact]:
    row, origins = observation.row, observation.origins
    if row["ev_xel"] is not None and row["ev_xel"] >= 0:
        counted = _("Rows of the event list")
        events = f"{row['ev_xel']:,}".replace(",", "\u202f")
        yield Fact(_("Events"), events, "", origins.get("ev_xel", counted))
    low, high = row["energy_min"], row["energy_max"]
    if low is not None and high is not None:
        value = f"{low / _TEV:.3g} – {high / _TEV:.3g} TeV"
        yield Fact(
            _("Energy range"), value, "", _both(origins, "energy_min", "energy_max")
        )
    if row["s_resolution"] is not None:
        value = f"{row['s_resolution'] / 3600:.3f}°"
        origin = origins.get("s_resolution", "")
        yield Fact(_("Angular resolution"), value, _("FWHM"), origin)
    if row["em_res_power"] is not None:
        value = f"{1 / row['em_res_power']:.0%}" if row["em_res_power"] else ""
        origin = origins.get("em_res_power", "")
        yield Fact(_("Energy resolution"), value, "ΔE/E, FWHM", origin)
    for column, label in (
        ("analysis_mode", _("Analysis")),
        ("event_type", _("Event type")),
        ("data_rights", _("Rights")),
        ("obs_creation_date", _("File made")),
        ("obs_creator_name", _("Made by")),
    ):
        if row[column] is not None:
            yield Fact(label, str(row[column]), "", origins.get(column, ""))


def _instrument(observation: Observation) -> Iterator[Fact]:
    row, origins = observation.row, observation.origins
    for column, label in (
        ("facility_name", _("Observatory")),
        ("instrument_name", _("Instrument")),
    ):
        if row[column] is not None:
            yield Fact(label, row[column], "", origins.get(column, ""))
    telescopes = observation.index.get("TELLIST")
    if telescopes is not None:
        number = observation.index.get("N_TELS")
        value = f"{number} ({telescopes})" if number else str(telescopes)
        yield Fact(_("Telescopes"), value, "", _index_origin("N_TELS, TELLIST"))
    else:
        yield from _indexed(observation, "N_TELS", _("Telescopes"), "{}")
    for column, label in (
        ("obs_mode", _("Observation mode")),
        ("tracking_mode", _("Tracking")),
        ("pointing_mode", _("Telescopes point")),
        ("scan_mode", _("Scan")),
    ):
        if row[column] is not None:
            yield Fact(label, str(row[column]), "", origins.get(column, ""))


def _indexed(
    observation: Observation, keyword: str, label: str, form: str
) -> Iterator[Fact]:
    value = observation.index.get(keyword)
    if isinstance(value, int | float) and math.isfinite(value):
        yield Fact(label, form.format(value), "", _index_origin(keyword))


def _index_origin(keyword: str) -> str:
    return _("Observation index: %(keyword)s") % {"keyword": keyword}


def _both(origins: Mapping[str, str], *columns: str) -> str:
    found = dict.fromkeys(origins[c] for c in columns if c in origins)
    return "; ".join(found)


def galactic(position: Position) -> Position:
    """Return Galactic longitude in 0 to 360, and latitude, of an ICRS position."""
    vector = unit_vector(*position)
    x, y, z = (
        sum(a * b for a, b in zip(row, vector, strict=True))
        for row in rotation("ICRS", "GALACTIC")
    )
    longitude = math.degrees(math.atan2(y, x)) % 360
    return longitude, math.degrees(math.asin(max(-1.0, min(1.0, z))))


def _degrees(position: Position) -> str:
    return "RA\u00a0{:.4f}° Dec\u00a0{:+.4f}°".format(*position)


def _sexagesimal(position: Position) -> str:
    ra, dec = position
    hours = _parts(ra % 360 / 15, 2, 24)
    sign = "-" if dec < 0 else "+"
    return f"{hours} {sign}{_parts(abs(dec), 1)}"


def _parts(value: float, digits: int, full: int | None = None) -> str:
    """Return hours or degrees, minutes and seconds; rounding carries over."""
    scale = 10**digits
    ticks = round(value * 3600 * scale)
    if full is not None:
        ticks %= full * 3600 * scale
    minutes, rest = divmod(ticks, 60 * scale)
    whole, minutes = divmod(minutes, 60)
    width = 3 + digits
    return f"{whole:02d}:{minutes:02d}:{rest / scale:0{width}.{digits}f}"
