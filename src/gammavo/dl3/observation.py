"""Gathering the values of the event list's row, each with its origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from gammavo.dl3.effective_area import EnergyLimit
from gammavo.dl3.findings import Findings
from gammavo.dl3.grids import REFERENCE_OFFSET_DEG
from gammavo.dl3.headers import Found, HeaderChain
from gammavo.dl3.instruments import FACILITIES, facility_key
from gammavo.dl3.intervals import Intervals
from gammavo.dl3.mapping import Row, add_energies, add_resolution
from gammavo.dl3.modes import exposure_time, pointing_mode, scan_mode, tracking_mode
from gammavo.dl3.pointing import Pointing, zenith_angle
from gammavo.dl3.responses import Response
from gammavo.dl3.targets import Target
from gammavo.model.observations import ReleaseDescription
from gammavo.model.regions import Circle

__all__ = ["Observation", "event_row"]

_NO_BINS = ("s_xel1", "s_xel2", "t_xel", "em_xel", "pol_xel")


@dataclass(frozen=True, slots=True)
class Observation:
    """What was read of a run, before it becomes rows.

    Parameters
    ----------
    obs_id
        Identifier of the run.
    file
        The event file, for messages.
    chain
        Headers of EVENTS, GTI, PRIMARY, then the observation index.
    intervals
        Good time intervals.
    pointing
        Reference position, None if there is none.
    radius
        Radius of the field of view in degrees, None if unknown.
    target
        Target, with or without a name.
    responses
        Summaries of the responses.
    energies
        Energies of the events in TeV.
    """

    obs_id: str
    file: str
    chain: HeaderChain
    intervals: Intervals
    pointing: Pointing | None
    radius: Found[float] | None
    target: Target
    responses: Sequence[Response]
    energies: npt.NDArray[Any]


def event_row(
    observation: Observation, description: ReleaseDescription, findings: Findings
) -> Row:
    """Return the row of a run's event list.

    Raises
    ------
    UnusableFileError
        The livetime is negative.
    """
    row = Row()
    _put_identity(row, observation, description, findings)
    _put_sky(row, observation, findings)
    _put_time(row, observation, findings)
    _put_energy(row, observation, findings)
    _put_modes(row, observation)
    _put_curation(row, observation, description)
    for column in _NO_BINS:
        row.put(column, -1)
    row.put("o_ucd", "pos.eq#time#em.energy")
    for column in ("s_calib_status", "t_calib_status", "em_calib_status"):
        row.put(column, "calibrated")
    row.put_hea("ev_xel", len(observation.energies))
    row.put_hea("messenger_name", "photon")
    row.put_hea("messenger_pdgid", "+22")
    return row


def _put_identity(
    row: Row,
    observation: Observation,
    description: ReleaseDescription,
    findings: Findings,
) -> None:
    chain, target = observation.chain, observation.target
    row.put("obs_id", observation.obs_id)
    row.put("calib_level", 2)
    row.put("target_name", target.name, target.origin)
    if target.name is None and target.origin:
        row.origins["target_name"] = target.origin
    row.put("target_class", target.target_class, "release description targets")
    telescope = chain.text("TELESCOP")
    facility = (
        None if telescope is None else FACILITIES.get(facility_key(telescope.value))
    )
    if description.facility_name:
        row.put("facility_name", description.facility_name, "release description")
    elif telescope is not None:
        name = telescope.value if facility is None else facility.name
        row.put("facility_name", name, telescope.origin)
    else:
        findings.warn(
            "No header names the telescope; facility_name is NULL.",
            file=observation.file,
            keyword="TELESCOP",
            advice="Write TELESCOP, or give facility_name in release.toml.",
        )
    if description.instrument_name:
        row.put("instrument_name", description.instrument_name, "release description")
    else:
        row.put_found("instrument_name", chain.text("INSTRUME"))
    words = [
        "" if telescope is None else telescope.value,
        f"run {observation.obs_id}",
        target.name or "",
    ]
    row.put("obs_title", " ".join(word for word in words if word))


def _put_sky(row: Row, observation: Observation, findings: Findings) -> None:
    pointing, radius = observation.pointing, observation.radius
    row.put("s_ucd", "pos.eq")
    row.put("s_unit", "deg")
    if pointing is None:
        return
    row.put("s_ra", pointing.ra, pointing.origin)
    row.put("s_dec", pointing.dec, pointing.origin)
    if not pointing.is_axis:
        return
    if radius is None:
        findings.warn(
            "The field of view is unknown; s_fov and s_region are NULL.",
            file=observation.file,
            advice="Give fov_radius in release.toml.",
        )
        return
    row.put("s_fov", 2.0 * radius.value, radius.origin)
    region = Circle(pointing.ra, pointing.dec, radius.value)
    row.put("s_region", region, radius.origin)


def _put_time(row: Row, observation: Observation, findings: Findings) -> None:
    intervals = observation.intervals
    row.put("t_min", intervals.t_min, intervals.origin)
    row.put("t_max", intervals.t_max, intervals.origin)
    exposure = exposure_time(
        observation.chain, intervals, file=observation.file, findings=findings
    )
    row.put_found("t_exptime", exposure)
    row.put_found("t_resolution", observation.chain.finite("TIMEDELT"))
    row.put_hea("t_intervals", intervals.to_tmoc())


def _put_energy(row: Row, observation: Observation, findings: Findings) -> None:
    row.put("em_ucd", "em.wl")
    row.put("em_unit", "m")
    low, high = _safe_energies(observation)
    add_energies(
        row,
        None if low is None else low.energy,
        None if high is None else high.energy,
        ("" if low is None else low.origin, "" if high is None else high.origin),
    )
    if low is None or high is None:
        findings.warn(
            "The energy range is unknown; energy_min and em_max may be NULL.",
            file=observation.file,
            keyword="ENERGY",
            advice="Add an effective area, or events with energies.",
        )
    both = None if low is None or high is None else (low.energy, high.energy)
    add_resolution(row, observation.responses, both)


def _safe_energies(
    observation: Observation,
) -> tuple[EnergyLimit | None, EnergyLimit | None]:
    """Return the ends of the safe energy range.

    For each end: the declared threshold of the effective area; where the area exceeds
    10 % of its maximum; the extreme energy of the events.
    """
    area = next((item.area for item in observation.responses if item.area), None)
    if area is not None:
        low, high = area.declared()
        offset = observation.target.offset
        useful = area.useful(REFERENCE_OFFSET_DEG if offset is None else offset)
        if useful is not None:
            return low or useful[0], high or useful[1]
        if low is not None and high is not None:
            return low, high
    energies = observation.energies
    good = energies[np.isfinite(energies) & (energies > 0)]
    if not len(good):
        return None, None
    rule = "range of the energies of the events"
    return EnergyLimit(float(good.min()), rule), EnergyLimit(float(good.max()), rule)


def _put_modes(row: Row, observation: Observation) -> None:
    chain = observation.chain
    mode = chain.text("OBS_MODE")
    if mode is not None:
        row.put_hea("obs_mode", mode.value, mode.origin)
        row.put_hea("tracking_mode", tracking_mode(mode.value), mode.origin)
        row.put_hea("scan_mode", scan_mode(mode.value), mode.origin)
    row.put_hea("pointing_mode", pointing_mode(chain))
    if zenith := zenith_angle(chain):
        row.put_hea("zenith_angle", zenith.value, zenith.origin)
    analysis = chain.text("EV_CLASS", "EVENT_CLASS")
    if analysis is not None:
        row.put_hea("analysis_mode", analysis.value, analysis.origin)
    else:
        kinds = [item for item in observation.responses if item.selection]
        if kinds:
            origin = f"{kinds[0].hdu} header HDUCLAS3"
            row.put_hea("analysis_mode", kinds[0].selection, origin)
    event_type = chain.text("EVTYPE", "EVENT_TYPE")
    if event_type is not None:
        row.put_hea("event_type", event_type.value, event_type.origin)


def _put_curation(
    row: Row, observation: Observation, description: ReleaseDescription
) -> None:
    chain = observation.chain
    created = chain.date("DATE", "CREATED")
    row.put_found("obs_creation_date", created)
    if description.creators:
        creators = "; ".join(description.creators)
        row.put("obs_creator_name", creators, "release description creators")
    else:
        row.put_found("obs_creator_name", chain.text("ORIGIN", "AUTHOR"))
    row.put("bib_reference", description.bib_reference or description.doi or None)
    row.put("data_rights", description.data_rights or None)
    if description.release_date:
        row.put("obs_release_date", datetime.fromisoformat(description.release_date))
    row.put_found("proposal_id", chain.text("PROP_ID", "PROPOSAL", "PROPOS"))
