"""``simulate``: a whole release of DL3 files with a known sky."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from gammavo.dl3.description import FILE_NAME
from gammavo.dl3.draft import description_toml
from gammavo.dl3.find import find_runs
from gammavo.dl3.simulate.files import index_row, write_indices, write_run
from gammavo.dl3.simulate.instrument import FIELD_RADIUS_DEG
from gammavo.dl3.simulate.plan import DEAD_TIME_CORRECTION, plan_run
from gammavo.dl3.simulate.sampling import draw_events
from gammavo.dl3.simulate.sky import SOURCES
from gammavo.model.errors import ConflictError, UsageError
from gammavo.model.observations import ReleaseDescription, TargetDescription

__all__ = ["SimulationSummary", "simulate"]

MAX_RUNS: Final = 800_000
"""Run numbers have six digits."""


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was simulated: runs, events, and the size of the files in bytes."""

    folder: Path
    runs: int
    events: int
    size: int


def simulate(
    folder: Path,
    *,
    runs: int,
    seed: int,
    events_per_run: int | None = None,
    name: str = "simulated-dl3",
    on_progress: Callable[[int, int], None] | None = None,
) -> SimulationSummary:
    """Write a simulated release in GADF 0.3, ready to be published.

    Three point sources with power-law spectra are observed in wobble mode with an
    invented array; events are drawn from the same analytic responses that the files
    contain, so that an analysis finds the spectra of :data:`sky.SOURCES`. MC_ID tells the
    source of each event. The same arguments give the same bytes; runs are made one after
    the other, so that memory does not grow with their number.

    Parameters
    ----------
    folder
        Where to write; made if it does not exist.
    runs
        Number of runs.
    seed
        Seed of the random numbers.
    events_per_run
        Expected number of events in a run (the number itself is a Poisson variate). The
        array is made larger or smaller to give them; spectra stay the same. None for
        about 12 000.
    name
        Name of the release.
    on_progress
        Called after each run with the number of runs done and of all.

    Raises
    ------
    UsageError
        A number is out of range.
    ConflictError
        The folder has files already.
    """
    _check(folder, runs, seed, events_per_run)
    (folder / "data").mkdir(parents=True)
    rows = _write_runs(folder, runs, seed, events_per_run, on_progress)
    text = description_toml(_description(name, seed), find_runs(folder))
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return SimulationSummary(
        folder,
        runs,
        sum(row["EVENT_COUNT"] for row in rows),
        sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _write_runs(
    folder: Path,
    runs: int,
    seed: int,
    events_per_run: int | None,
    on_progress: Callable[[int, int], None] | None,
) -> list[dict[str, Any]]:
    """Write the files of all runs and their indices; return the rows of the runs."""
    rows: list[dict[str, Any]] = []
    paths: list[str] = []
    for number in range(runs):
        random = np.random.default_rng([seed, number])
        run = plan_run(number, random, SOURCES, events_per_run)
        events = draw_events(
            random,
            run.instrument,
            run.pointing,
            (run.source,),
            run.intervals,
            DEAD_TIME_CORRECTION,
        )
        paths.append(write_run(folder, run, events))
        rows.append(index_row(run, len(events)))
        if on_progress is not None:
            on_progress(number + 1, runs)
    write_indices(folder, rows, paths)
    return rows


def _check(folder: Path, runs: int, seed: int, events_per_run: int | None) -> None:
    if not 1 <= runs <= MAX_RUNS:
        raise UsageError(f"Between 1 and {MAX_RUNS} runs can be simulated, not {runs}.")
    if seed < 0 or (events_per_run is not None and events_per_run < 1):
        raise UsageError("The seed and the number of events must not be negative.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError(
            f"{folder} is there already and not an empty folder.",
            advice="Name a new folder for the simulation.",
        )


def _description(name: str, seed: int) -> ReleaseDescription:
    spectra = "; ".join(
        f"{source.name}: {source.amplitude:.3g} (E / TeV)^-{source.index} / (cm2 s TeV)"
        for source in SOURCES
    )
    return ReleaseDescription(
        name=name,
        collection=name.upper(),
        title="Simulated gamma-ray observations",
        description="These observations were never made: gammavo simulated them (seed "
        f"{seed}) with an invented array. They say nothing about real sources. True "
        f"spectra: {spectra}.",
        licence="CC0-1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        creators=("gammavo simulate",),
        facility_name="Simulated array",
        instrument_name="SIM-5",
        fov_radius=FIELD_RADIUS_DEG,
        targets=tuple(
            TargetDescription(source.name, (), source.target_class)
            for source in SOURCES
        ),
    )
