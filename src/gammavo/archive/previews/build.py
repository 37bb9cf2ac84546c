"""``previews``: pictures, coverage and sky tiles of releases that are in force.

They are made after publishing, in processes of low priority. What is there is complete, so
that a run that was killed is resumed by the next one; what cannot be made is reported and
changes nothing for the release.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from gammavo.archive.coverage import CoverageForm, CoverageKind, stored_coverage
from gammavo.archive.coverage.maps import store_coverage
from gammavo.archive.hips import HIPS_FOLDER
from gammavo.archive.hips.build import build_hips
from gammavo.archive.ingest import follow_parent
from gammavo.archive.manifest import Manifest
from gammavo.archive.previews.places import is_made, run_folder
from gammavo.archive.previews.runs import make_run_previews
from gammavo.archive.store import Archive
from gammavo.dl3 import find_runs

__all__ = ["PreviewResult", "build_previews"]

_NICENESS: Final = 10

Task = tuple[str, Callable[..., Any], tuple[Any, ...]]
"""What is made, by which function, from which arguments."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What was made for a release.

    Parameters
    ----------
    release
        Its name.
    made
        How many runs and products of the whole release were made now.
    failures
        What could not be made, and why.
    """

    release: str
    made: int
    failures: tuple[str, ...]


def build_previews(
    archive: Archive,
    *,
    release: str | None = None,
    processes: int = 0,
    again: bool = False,
    on_progress: Progress,
) -> list[PreviewResult]:
    """Make the previews that are missing.

    Parameters
    ----------
    archive
        The releases.
    release
        Name of one of them; None for all that are in force.
    processes
        How many processes draw; 0 for one for each processor.
    again
        Whether to make those that are there, too.
    on_progress
        Told how far the work is.

    Returns
    -------
    list
        One entry for each release; none for those whose previews another process makes.
    """
    results = []
    for manifest in archive.in_force():
        if release not in {None, manifest.name}:
            continue
        folder = archive.folder(manifest.name, manifest.version)
        try:
            with FileLock(folder / "previews.lock", timeout=0):
                tasks, gone = _tasks(folder, manifest, again=again)
                count = processes or os.cpu_count() or 1
                failures = [*gone, *_run(tasks, count, on_progress)]
        except Timeout:
            continue
        except BrokenProcessPool:
            tasks = []
            failures = ["previews: a process was killed; try again with --processes 1"]
        except OSError as error:
            failures, tasks = [f"previews: {error}"], []
        results.append(PreviewResult(manifest.name, len(tasks), tuple(failures)))
    return results


def _tasks(
    folder: Path, manifest: Manifest, *, again: bool
) -> tuple[list[Task], list[str]]:
    """Return what is to be made for a release, and which runs cannot be found any more.

    What a killed process left is removed.
    """
    previews = folder / "previews"
    previews.mkdir(exist_ok=True)
    for left in (*previews.glob(".*"), *folder.glob(f".{HIPS_FOLDER}.*")):
        shutil.rmtree(left, ignore_errors=True)
    tasks: list[Task] = []
    last = stored_coverage(folder, list(CoverageKind)[-1], list(CoverageForm)[-1])
    if again or not last.is_file():
        tasks.append(("coverage", store_coverage, (folder,)))
    if again or not (folder / HIPS_FOLDER).is_dir():
        tasks.append(("HiPS", build_hips, (folder, manifest)))
    published = {file.path: file.sha256 for file in manifest.files}
    wanted = _published_runs(folder)
    todo = {
        obs_id for obs_id in wanted if again or not is_made(run_folder(folder, obs_id))
    }
    if not todo:
        return tasks, []
    data = Path(manifest.data_folder)
    for files in find_runs(data).runs:
        if files.obs_id in todo:
            todo.remove(files.obs_id)
            target = run_folder(folder, files.obs_id)
            arguments = (data, files, manifest.description, published, target)
            tasks.append((f"run {files.obs_id}", make_run_previews, arguments))
    return tasks, [f"run {obs_id}: its files are gone" for obs_id in sorted(todo)]


def _published_runs(folder: Path) -> set[str]:
    table = pq.read_table(folder / "tables" / "obscore.parquet", columns=["obs_id"])
    return set(pc.unique(table.column("obs_id")).to_pylist())


def _run(tasks: list[Task], processes: int, on_progress: Progress) -> list[str]:
    """Run tasks in processes; return what went wrong with each."""
    failures: list[str] = []
    on_progress("previews", 0, len(tasks))
    for done, (name, future) in enumerate(_finished(tasks, processes), 1):
        error = future.exception()
        if error is not None:
            failures.append(f"{name}: {type(error).__name__}: {error}")
        elif isinstance(found := future.result(), tuple):
            failures += [f"{name}: {failure}" for failure in found]
        on_progress("previews", done, len(tasks))
    return failures


def _finished(tasks: list[Task], processes: int) -> Iterator[tuple[str, Future[Any]]]:
    """Yield each task when it is done, with a bounded number of them in flight."""
    waiting = iter(tasks)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    count = max(1, min(processes, len(tasks)))
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        running: dict[Future[Any], str] = {}
        while True:
            for name, function, arguments in islice(waiting, count + 1 - len(running)):
                running[pool.submit(function, *arguments)] = name
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future
    finally:
        # Told to stop, what is being drawn is finished, and nothing else begun.
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    os.nice(_NICENESS)
    follow_parent()
