"""What the catalogue says of each instrument response: its ranges and resolutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gammavo.dl3.effective_area import EffectiveArea, read_effective_area
from gammavo.dl3.energy_dispersion import read_migration_width
from gammavo.dl3.findings import Findings, UnusableFileError
from gammavo.dl3.grids import energy_axis, optional_axis
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.index_rows import hdu_class_of
from gammavo.dl3.point_spread import Containment, read_containment
from gammavo.dl3.units import DEGREE
from gammavo.model.observations import Finding

__all__ = ["Response", "read_response"]


@dataclass(frozen=True, slots=True)
class Response:
    """Summary of one response HDU.

    Parameters
    ----------
    role
        aeff, edisp, psf, bkg or rad_max.
    path, hdu
        Where it is; ``hdu`` is its EXTNAME, or its number if it has none.
    energies
        Ends of the energy axis in TeV, None if it has none.
    radius
        Largest offset of its axes in degrees, None where that says nothing of the field
        of view.
    selection
        HDUCLAS3, ``full-enclosure`` or ``point-like``, lower case.
    created
        DATE of the HDU, UTC.
    area, containment, migration_width
        Of an effective area, a point spread function, an energy dispersion.
    findings
        What is wrong with it; a response with errors is not published.
    hdu_class
        GADF ``HDU_CLASS``, e.g. ``psf_table``; empty if the header does not tell.
    size
        Bytes of its header and data, unpacked.
    """

    role: str
    path: str
    hdu: str
    energies: tuple[float, float] | None = None
    radius: float | None = None
    selection: str = ""
    created: datetime | None = None
    area: EffectiveArea | None = None
    containment: Containment | None = None
    migration_width: float | None = None
    findings: tuple[Finding, ...] = ()
    hdu_class: str = ""
    size: int = 0


def read_response(role: str, hdu: Hdu) -> Response:
    """Summarise a response.

    A response that is not of the GADF form (HAWC publishes maps) is kept without
    summaries and with a warning: its file is what it is, and can still be published.
    """
    findings = Findings()
    area, containment, width = None, None, None
    energies, radius = None, None
    try:
        if role == "aeff":
            area = read_effective_area(hdu)
        elif role == "psf":
            containment = read_containment(hdu)
        elif role == "edisp":
            width = read_migration_width(hdu)
        energies = _energies(hdu)
        radius = _radius(role, hdu)
    except UnusableFileError as error:
        problem = error.finding
        findings.warn(
            f"The response is published without a summary: {problem.message}",
            file=hdu.file,
            hdu=hdu.label,
            keyword=problem.keyword,
            value=problem.value,
            advice=problem.advice,
        )
    if not findings.entries:
        _check_summary(role, hdu, containment, width, findings)
    date = HeaderChain.of(hdu, index={}).date("DATE", "CREATED")
    return Response(
        role,
        hdu.file,
        hdu.label,
        energies,
        radius,
        str(hdu.get("HDUCLAS3") or "").lower(),
        None if date is None else date.value,
        area,
        containment,
        width,
        tuple(findings.entries),
        hdu_class_of(role, hdu),
        hdu.size,
    )


def _energies(hdu: Hdu) -> tuple[float, float] | None:
    axis = energy_axis(hdu)
    return float(axis.low.min()), float(axis.high.max())


def _radius(role: str, hdu: Hdu) -> float | None:
    """Return how far the axes reach: THETA of the area, DETX of the background.

    A single offset bin is where a point-like response was made, not a field of view.
    """
    name = {"aeff": "THETA", "bkg": "DETX"}.get(role)
    if name is None:
        return None
    axis = optional_axis(hdu, name, DEGREE)
    if axis is None and role == "bkg":
        axis = optional_axis(hdu, "THETA", DEGREE)
    if axis is None or len(axis) < 2:
        return None
    return float(axis.high.max())


def _check_summary(
    role: str,
    hdu: Hdu,
    containment: Containment | None,
    width: float | None,
    findings: Findings,
) -> None:
    if role == "psf" and (containment is None or containment.at_reference() is None):
        findings.warn(
            "The point spread function gives no resolution at 1 TeV; s_resolution is NULL.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="HDUCLAS4",
            value=hdu.get("HDUCLAS4") or "",
            advice="Known forms are PSF_TABLE, PSF_3GAUSS and PSF_KING.",
        )
    if role == "edisp" and width is None:
        findings.warn(
            "The energy dispersion is empty at 1 TeV and 0.5 deg; em_res_power is NULL.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="MATRIX",
            advice="Check the units of the energy axis and the order of TDIM.",
        )
