"""Reading the runs of a folder in several processes.

Each run's events go to a Parquet shard of their own as soon as they are read, so memory
is that of one run a process, however many runs there are.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gammavo.archive.tables import healpix_index
from gammavo.dl3 import Inventory, RunFiles, read_run
from gammavo.formats import arrow_schema
from gammavo.model.errors import UnavailableError
from gammavo.model.events import EVENT_COLUMNS, events_table
from gammavo.model.observations import ReleaseDescription, Run, RunReport

__all__ = ["IngestedRun", "follow_parent", "ingest_runs"]


@dataclass(frozen=True, slots=True)
class IngestedRun:
    """What is left of a run when its events are on disk; ``run`` is None if refused."""

    report: RunReport
    run: Run | None
    events: int
    optional_columns: tuple[str, ...]


def ingest_runs(
    inventory: Inventory,
    description: ReleaseDescription,
    *,
    shards: Path,
    processes: int,
    on_run: Callable[[IngestedRun], None],
) -> list[IngestedRun]:
    """Read every run of an inventory; one that is broken is reported, not raised.

    Parameters
    ----------
    inventory, description
        What to read, and what its files cannot say.
    shards
        Existing folder for the events, one Parquet file a run.
    processes
        How many processes read.
    on_run
        Called after each run, in the order in which they are done.

    Returns
    -------
    list
        One entry for each run, in the order of the inventory.

    Raises
    ------
    UnavailableError
        A reading process was killed, for example because memory ran out.
    """
    tasks = [
        (inventory.folder, files, description, shards / f"{number:07d}.parquet")
        for number, files in enumerate(inventory.runs)
    ]
    results: dict[int, IngestedRun] = {}
    try:
        for number, result in _run_tasks(tasks, max(1, min(processes, len(tasks)))):
            results[number] = result
            on_run(result)
    except BrokenProcessPool as error:
        raise UnavailableError(
            "A process that read DL3 files was killed.",
            advice="Memory may have run out: try again with --processes 1.",
        ) from error
    return [results[number] for number in sorted(results)]


def _run_tasks(
    tasks: list[tuple[Any, ...]], processes: int
) -> Iterator[tuple[int, IngestedRun]]:
    """Run the tasks with a bounded number in flight."""
    if processes == 1:
        for number, task in enumerate(tasks):
            yield number, _ingest_run(*task)
        return
    context = multiprocessing.get_context("forkserver")
    # The first to fork decides what is loaded; a server may need workers later.
    context.set_forkserver_preload(
        ["__main__", "gammavo.archive.ingest", "gammavo.archive.workers.worker"]
    )
    waiting = iter(enumerate(tasks))
    with ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=follow_parent,
    ) as pool:
        running: dict[Future[IngestedRun], int] = {}
        while True:
            for number, task in islice(waiting, 2 * processes - len(running)):
                running[pool.submit(_ingest_run, *task)] = number
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()


def follow_parent() -> None:
    """Die with the publisher: a killed publish must not leave readers behind."""
    publisher = multiprocessing.parent_process()

    def follow() -> None:
        if publisher is not None:
            publisher.join()
            os._exit(1)

    threading.Thread(target=follow, name="gammavo-follow", daemon=True).start()


def _ingest_run(
    folder: Path, files: RunFiles, description: ReleaseDescription, shard: Path
) -> IngestedRun:
    """Read one run and write its events; runs in a reading process."""
    result = read_run(folder, files, description)
    if result.run is None or result.events is None:
        return IngestedRun(result.report, None, 0, ())
    table = _event_rows(files.obs_id, result.events)
    pq.write_table(table, shard, compression="zstd", compression_level=1)
    return IngestedRun(
        result.report, result.run, table.num_rows, tuple(result.optional)
    )


def _event_rows(obs_id: str, events: Any) -> pa.Table:
    """Return the events of a run with their index columns, all optional ones included."""
    optional = [c.name for c in EVENT_COLUMNS if c.name in events]
    table = events_table("release", optional=optional, rows=0)
    ra, dec = np.radians(events["ra"]), np.radians(events["dec"])
    arrays = {
        **events,
        "hpx29": healpix_index(events["ra"], events["dec"]),
        "x": np.cos(dec) * np.cos(ra),
        "y": np.cos(dec) * np.sin(ra),
        "z": np.sin(dec),
    }
    rows = len(events["event_id"])
    schema = arrow_schema(table.all_columns)
    columns = []
    for field in schema:
        if field.name == "obs_id":
            columns.append(pa.repeat(pa.scalar(obs_id), rows))
            continue
        values = np.asarray(arrays[field.name])
        columns.append(pa.array(values, type=field.type, from_pandas=True))
    return pa.Table.from_arrays(columns, schema=schema)
