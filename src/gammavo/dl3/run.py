"""``read_run``: everything about one run in one opening of each of its files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gammavo.dl3.checks import check_index, check_responses
from gammavo.dl3.events import RawEvents, event_columns, read_events
from gammavo.dl3.findings import Findings, UnusableFileError
from gammavo.dl3.fits import FitsFile
from gammavo.dl3.frames import Frame, frame_of
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.index_rows import index_row
from gammavo.dl3.intervals import Intervals, from_table, from_tstart
from gammavo.dl3.inventory import RunFiles
from gammavo.dl3.mapping import event_products, response_product
from gammavo.dl3.observation import Observation, event_row
from gammavo.dl3.places import find_events, find_intervals, find_responses, run_hdus
from gammavo.dl3.pointing import field_radius, read_pointing
from gammavo.dl3.responses import Response
from gammavo.dl3.targets import read_target
from gammavo.dl3.times import TimeReference, time_reference
from gammavo.model.events import OPTIONAL_EVENT_COLUMNS
from gammavo.model.observations import (
    ReleaseDescription,
    Run,
    RunHdu,
    RunReport,
    SourceFile,
)

__all__ = ["OpenRun", "RunResult", "open_run", "read_run"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run as it can be published, and the report on it.

    Parameters
    ----------
    report
        What was found; with an error, ``run`` and ``events`` are None.
    run
        Products and files.
    events
        Columns of ``<release>.events`` by name, without ``obs_id``.
    optional
        Which of the optional columns the run has.
    """

    report: RunReport
    run: Run | None = None
    events: Mapping[str, Array] | None = None
    optional: tuple[str, ...] = ()


def read_run(folder: Path, run: RunFiles, description: ReleaseDescription) -> RunResult:
    """Read one run: its events, its rows of the catalogue, and a report.

    Nothing half is returned: with an error in the report there is neither a run nor
    events. Damaged files do not raise.

    Parameters
    ----------
    folder
        The data folder.
    run
        The run, from :func:`find_runs`.
    description
        What the files cannot say.
    """
    findings = Findings(list(run.findings))
    try:
        # Values that are not finite are looked for; numpy need not warn of them too.
        with ExitStack() as stack, np.errstate(all="ignore"):
            published, events = _read(stack, folder, run, description, findings)
    except UnusableFileError as error:
        findings.entries.append(error.finding)
        return RunResult(RunReport(run.obs_id, tuple(findings.entries)))
    optional = tuple(name for name in OPTIONAL_EVENT_COLUMNS if name in events)
    report = RunReport(run.obs_id, tuple(findings.entries))
    return RunResult(report, published, events, optional)


def _read(
    stack: ExitStack,
    folder: Path,
    run: RunFiles,
    description: ReleaseDescription,
    findings: Findings,
) -> tuple[Run, dict[str, Array]]:
    opened = open_run(stack, folder, run, description, findings)
    file, observation = opened.file, opened.observation
    row = event_row(observation, description, findings)
    for remark in file.remarks:
        findings.warn(f"The FITS library remarks: {remark}", file=file.path)
    responses = observation.responses
    inside = any(response.path == file.path for response in responses)
    products = (
        *event_products(row, file.path, opened.label, with_responses=inside),
        *(response_product(row, response) for response in responses),
    )
    sources = {item.path: item for item in (file.source, *opened.other_files)}
    published = Run(
        run.obs_id,
        products,
        tuple(sources.values()),
        hdus=opened.hdus,
        index=opened.index,
    )
    return published, dict(opened.events)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run whose event file is open.

    Parameters
    ----------
    file, label
        The event file, and the EXTNAME of its event list.
    other_files
        Files of the intervals and responses.
    observation
        What was read of it.
    events
        Columns of ``<release>.events`` by name, without ``obs_id``.
    hdus, index
        Its parts and its row of a GADF observation index, as in :class:`Run`.
    """

    file: FitsFile
    label: str
    other_files: tuple[SourceFile, ...]
    observation: Observation
    events: Mapping[str, Array]
    hdus: tuple[RunHdu, ...]
    index: Mapping[str, Any]


def open_run(
    stack: ExitStack,
    folder: Path,
    run: RunFiles,
    description: ReleaseDescription,
    findings: Findings,
) -> OpenRun:
    """Open a run and read it; what is odd goes to the findings.

    Raises
    ------
    UnusableFileError
        The run cannot be published.
    """
    file, hdu = find_events(stack, folder, run)
    gti, gti_files = find_intervals(stack, folder, run, file, findings)
    responses, response_files = find_responses(folder, run, file, findings)
    check_index(run.obs_id, hdu, run.index, findings)
    check_responses(responses, file=file.path, findings=findings)

    chain = HeaderChain.of(hdu, gti, file.hdus[0], index=run.index)
    reference = time_reference(chain, file=file.path, findings=findings)
    intervals = _intervals(hdu, gti, chain, reference, findings)
    frame = frame_of(chain, file=file.path, findings=findings)
    raw = read_events(hdu, frame, findings)
    observation = _observation(
        run, hdu, (chain, intervals, frame, raw), responses, description, findings
    )
    pointing = observation.pointing
    axis = (pointing.ra, pointing.dec) if pointing and pointing.is_axis else None
    events = event_columns(raw, reference, intervals, axis, hdu=hdu, findings=findings)
    others = (*gti_files, *response_files)
    parts = run_hdus(run, hdu, gti, responses)
    return OpenRun(
        file, hdu.label, others, observation, events, parts, index_row(run, hdu)
    )


def _intervals(
    hdu: Hdu,
    gti: Hdu | None,
    chain: HeaderChain,
    reference: TimeReference,
    findings: Findings,
) -> Intervals:
    """Return the good time intervals; their own header says from when they count."""
    found = None
    if gti is not None:
        own_first = HeaderChain(
            (chain.sources[1], chain.sources[0], *chain.sources[2:])
        )
        own = time_reference(own_first, file=gti.file, findings=findings)
        found = from_table(gti, own, findings)
    if found is None:
        found = from_tstart(chain, reference, file=hdu.file, findings=findings)
    return found


def _observation(
    run: RunFiles,
    hdu: Hdu,
    read: tuple[HeaderChain, Intervals, Frame, RawEvents],
    responses: tuple[Response, ...],
    description: ReleaseDescription,
    findings: Findings,
) -> Observation:
    chain, intervals, frame, raw = read
    if not len(raw):
        findings.warn(
            "The event list is empty; the run is published with ev_xel = 0.",
            file=hdu.file,
            hdu=hdu.label,
            keyword="NAXIS2",
            value=0,
            advice="Leave the run out of the index if it holds no data.",
        )
    pointing = read_pointing(chain, frame, raw, file=hdu.file, findings=findings)
    telescope = chain.text("TELESCOP")
    radius = field_radius(
        description, "" if telescope is None else telescope.value, hdu, responses
    )
    target = read_target(
        chain,
        frame,
        pointing,
        None if radius is None else radius.value,
        description,
        file=hdu.file,
        findings=findings,
    )
    return Observation(
        run.obs_id,
        hdu.file,
        chain,
        intervals,
        pointing,
        radius,
        target,
        responses,
        raw.energy,
    )
