"""Checks that compare what two places of a run say of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gammavo.dl3.findings import Findings
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.responses import Response
from gammavo.dl3.roles import text_id

__all__ = ["check_index", "check_responses"]

# What may differ without meaning anything: indices are often written in float32.
_TOLERANCES: Final = {
    "RA_PNT": 1e-3,
    "DEC_PNT": 1e-3,
    "LIVETIME": 0.5,
    "ONTIME": 0.5,
    "DEADC": 1e-3,
}


def check_index(
    obs_id: str, events: Hdu, index: Mapping[str, Any], findings: Findings
) -> None:
    """Warn where the observation index and the header of EVENTS disagree."""
    said = text_id(events.get("OBS_ID"))
    if said and said != obs_id and not obs_id.startswith(f"{said}-"):
        findings.warn(
            f"The header calls the run {said!r}; it is published as {obs_id!r}.",
            file=events.file,
            hdu=events.label,
            keyword="OBS_ID",
            value=said,
            advice="Write the same OBS_ID to the index and to the header.",
        )
    header = HeaderChain.of(events, index={})
    row = HeaderChain.of(index=index)
    for keyword, tolerance in _TOLERANCES.items():
        there, here = row.finite(keyword), header.finite(keyword)
        if there is None or here is None:
            continue
        if abs(there.value - here.value) > tolerance:
            _disagree(events, keyword, here.value, there.value, findings)
    count = row.finite("EVENT_COUNT")
    if count is not None and int(count.value) != events.rows:
        _disagree(events, "EVENT_COUNT", events.rows, int(count.value), findings)


def check_responses(
    responses: Sequence[Response], *, file: str, findings: Findings
) -> None:
    """Warn of responses that a run of its kind should have.

    Point-like responses need neither a point spread function nor a background.
    """
    roles = {response.role for response in responses}
    if not roles:
        findings.warn(
            "The run has no instrument responses.",
            file=file,
            advice="Add AEFF, EDISP and PSF, or name them in hdu-index.fits.gz.",
        )
        return
    expected = ["aeff", "edisp"]
    if not any(response.selection == "point-like" for response in responses):
        expected += ["psf", "bkg"]
    for role in expected:
        if role not in roles:
            findings.warn(
                f"The run has no {role} response.",
                file=file,
                keyword="HDU_TYPE",
                value=role,
                advice="Add the HDU, or name it in hdu-index.fits.gz.",
            )


def _disagree(
    events: Hdu, keyword: str, header: float, index: float, findings: Findings
) -> None:
    findings.warn(
        "The observation index and the file disagree; the file is believed.",
        file=events.file,
        hdu=events.label,
        keyword=keyword,
        value=f"file {header:.8g}, index {index:.7g}",
        advice="Make the index anew from the files.",
    )
