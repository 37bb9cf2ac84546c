"""One opening of the files of a run, for everything that a quick look shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gammavo.dl3.findings import Findings
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.inventory import RunFiles
from gammavo.dl3.observation import event_row
from gammavo.dl3.places import open_responses
from gammavo.dl3.run import open_run
from gammavo.model.observations import ReleaseDescription, SourceFile

__all__ = ["RunView", "open_view"]

_EV_PER_TEV: Final = 1e12
_USUAL_RADIUS_DEG: Final = 0.11
_RADII_DEG: Final = (0.05, 0.3)

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a quick look sees it.

    Parameters
    ----------
    obs_id
        Identifier of the run.
    centre
        Where it pointed, or the mean direction of its events; ICRS degrees.
    is_axis
        Whether the array pointed there.
    field_radius
        Radius of the field of view in degrees, None if unknown.
    target, target_position
        Name, and ICRS position in degrees; None if it has none in the field of view.
    on_radius
        Radius around a target that holds 68 % of its events at 1 TeV, in degrees.
    events
        Columns ``ra``, ``dec`` (ICRS degrees), ``energy`` (TeV), ``event_time`` (MJD TT)
        and others of ``<release>.events``.
    start, stop
        Good time intervals, MJD TT.
    livetime
        Seconds.
    energies
        Ends of the safe energy range in TeV, None where unknown.
    responses
        HDUs by role, open as long as the view.
    files
        The files that were read, with their checksums.
    """

    obs_id: str
    centre: tuple[float, float] | None
    is_axis: bool
    field_radius: float | None
    target: str | None
    target_position: tuple[float, float] | None
    on_radius: float
    events: Mapping[str, npt.NDArray[Any]]
    start: Doubles
    stop: Doubles
    livetime: float
    energies: tuple[float | None, float | None]
    responses: Mapping[str, Hdu]
    files: tuple[SourceFile, ...]


@contextmanager
def open_view(
    folder: Path, run: RunFiles, description: ReleaseDescription
) -> Iterator[RunView]:
    """Open a run for a quick look.

    Parameters
    ----------
    folder
        The data folder.
    run
        The run, from ``find_runs``.
    description
        What the files cannot say.

    Raises
    ------
    UnusableFileError
        The run cannot be read.
    """
    findings = Findings()
    with ExitStack() as stack, np.errstate(all="ignore"):
        opened = open_run(stack, folder, run, description, findings)
        observation = opened.observation
        row = event_row(observation, description, findings)
        pointing, target = observation.pointing, observation.target
        intervals = observation.intervals
        safe = [row.extension.get(name) for name in ("energy_min", "energy_max")]
        yield RunView(
            run.obs_id,
            None if pointing is None else (pointing.ra, pointing.dec),
            pointing is not None and pointing.is_axis,
            None if observation.radius is None else observation.radius.value,
            target.name,
            target.position,
            _on_radius(observation.responses),
            opened.events,
            intervals.reference.mjd(intervals.start),
            intervals.reference.mjd(intervals.stop),
            float(row.core["t_exptime"]),
            (_in_tev(safe[0]), _in_tev(safe[1])),
            dict(open_responses(stack, folder, run, opened.file)),
            (opened.file.source, *opened.other_files),
        )


def _on_radius(responses: Any) -> float:
    found = (item.containment for item in responses if item.containment is not None)
    containment = next(found, None)
    radius = None if containment is None else containment.at_reference()
    low, high = _RADII_DEG
    return _USUAL_RADIUS_DEG if radius is None else min(max(radius, low), high)


def _in_tev(energy: float | None) -> float | None:
    return None if energy is None else energy / _EV_PER_TEV
