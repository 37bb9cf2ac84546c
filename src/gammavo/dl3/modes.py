"""How a run was taken: the modes of ObsCore-HEA, and its livetime."""

from __future__ import annotations

from typing import Final

from gammavo.dl3.findings import Findings, broken
from gammavo.dl3.headers import Found, HeaderChain
from gammavo.dl3.intervals import Intervals

__all__ = ["exposure_time", "pointing_mode", "scan_mode", "tracking_mode"]

_TRACKING: Final = {
    "pointing": "sidereal",
    "wobble": "sidereal",
    "raster": "sidereal",
    "drift": "fixed-az-el-transit",
}
_SCANS: Final = {
    "wobble": "on-the-fly-cross-map",
    "raster": "raster-map",
    "slew": "slew",
}
_LIVETIME_TOLERANCE: Final = 1.01


def tracking_mode(obs_mode: str) -> str | None:
    """Return ``tracking_mode`` of a GADF OBS_MODE, None if it does not say."""
    return _TRACKING.get(obs_mode.lower())


def scan_mode(obs_mode: str) -> str | None:
    """Return ``scan_mode`` of a GADF OBS_MODE, None if it does not say."""
    return _SCANS.get(obs_mode.lower())


def pointing_mode(chain: HeaderChain) -> str | None:
    """Return whether several telescopes pointed in parallel; None for one or unknown."""
    depth = chain.finite("CONV_DEP")
    if depth is not None and depth.value != 0:
        return "convergent"
    telescopes = chain.finite("N_TELS")
    return "parallel" if telescopes is not None and telescopes.value > 1 else None


def exposure_time(
    chain: HeaderChain, intervals: Intervals, *, file: str, findings: Findings
) -> Found[float]:
    """Return the livetime in seconds.

    LIVETIME; else ONTIME times DEADC; else the sum of the good time intervals.

    Raises
    ------
    UnusableFileError
        The livetime is negative.
    """
    found = _declared_livetime(chain)
    if found is None:
        return Found(intervals.duration, f"sum of {intervals.origin}")
    if found.value < 0:
        raise broken(
            "The livetime is negative.",
            file=file,
            keyword="LIVETIME",
            value=found.value,
            advice="Correct LIVETIME (or ONTIME and DEADC) in the header of EVENTS.",
        )
    if found.value > _LIVETIME_TOLERANCE * intervals.duration:
        findings.warn(
            "The livetime is longer than all good time intervals together.",
            file=file,
            keyword="LIVETIME",
            value=f"{found.value} s > {intervals.duration} s",
            advice="Check LIVETIME, and START and STOP of the intervals.",
        )
    return found


def _declared_livetime(chain: HeaderChain) -> Found[float] | None:
    livetime = chain.finite("LIVETIME")
    ontime, fraction = chain.finite("ONTIME"), chain.finite("DEADC")
    if livetime is not None:
        noted = "" if ontime is None else f" (ONTIME {ontime.value:.10g} s)"
        return Found(livetime.value, livetime.origin + noted)
    if ontime is not None and fraction is not None:
        return Found(ontime.value * fraction.value, f"{ontime.origin} * DEADC")
    return None
