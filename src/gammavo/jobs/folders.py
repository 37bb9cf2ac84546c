"""The files of jobs.

Layout below the root::

    <job id>/inputs/       files that the user sent as parameters
    <job id>/outputs/      what the job writes
    <job id>/sealed.json   its results; written when all of them are safely on disk

``sealed.json`` decides after a crash: with it the job is done, without it nothing of its
outputs counts.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from gammavo.archive.durable import sync_tree, write_json
from gammavo.jobs.states import JobParameter, JobResult
from gammavo.model.errors import InternalError

__all__ = ["JobFolder", "JobFolders"]

_JOB_ID: Final = re.compile(r"[0-9a-f]{32}")
_ABANDONED: Final = 3600.0
"""Seconds after which a folder without a job is not one that is just being made."""


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The folder of one job.

    Parameters
    ----------
    path
        Where it is.
    """

    path: Path

    @property
    def outputs(self) -> Path:
        """Where the job writes its results."""
        return self.path / "outputs"

    @property
    def _seal(self) -> Path:
        return self.path / "sealed.json"

    def input(self, parameter: JobParameter) -> Path:
        """Return the file that was sent as the value of a parameter.

        Raises
        ------
        InternalError
            The value is a text.
        """
        if parameter.file is None:
            raise InternalError(f"The parameter {parameter.name} is no file.")
        return self.path / "inputs" / parameter.file

    def take(self, source: Path) -> str:
        """Move a file into the folder; return its name there.

        The name is our own: what the user called the file never reaches the disk.
        """
        inputs = self.path / "inputs"
        inputs.mkdir(parents=True, exist_ok=True)
        name = f"{len(list(inputs.iterdir()))}-{time.time_ns():x}"
        shutil.move(source, inputs / name)
        return name

    def input_bytes(self) -> int:
        """Return how many bytes the files of the parameters have."""
        inputs = self.path / "inputs"
        return sum(file.stat().st_size for file in inputs.glob("*"))

    def drop(self, names: Iterable[str]) -> None:
        """Remove files that parameters no longer have as values."""
        for name in names:
            (self.path / "inputs" / name).unlink(missing_ok=True)

    def result(self, result: JobResult) -> Path:
        """Return the file of a result."""
        return self.outputs / result.file

    def begin(self) -> None:
        """Make the folder as it has to be when the work starts."""
        self.clear()
        self.outputs.mkdir(parents=True)

    def clear(self) -> None:
        """Remove what the job wrote."""
        self._seal.unlink(missing_ok=True)
        _remove(self.outputs)

    def seal(self, results: Iterable[JobResult]) -> tuple[JobResult, ...]:
        """Make results survive a crash, then say that they are complete.

        Returns
        -------
        The results with their sizes.

        Raises
        ------
        OSError
            They cannot be written, or one of them does not exist.
        """
        measured = tuple(
            replace(result, size=self.result(result).stat().st_size)
            for result in results
        )
        sync_tree(self.outputs)
        write_json(self._seal, [asdict(result) for result in measured])
        return measured

    def sealed(self) -> tuple[JobResult, ...] | None:
        """Return the results if they are complete."""
        try:
            text = self._seal.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return tuple(JobResult(**entry) for entry in json.loads(text))

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        _remove(self.path)


@dataclass(frozen=True, slots=True)
class JobFolders:
    """The folders of all jobs.

    Parameters
    ----------
    root
        The folder above them.
    """

    root: Path

    def of(self, job_id: str) -> JobFolder:
        """Return the folder of a job."""
        return JobFolder(self.root / job_id)

    def orphans(self, known: set[str], *, any_age: bool) -> Iterator[JobFolder]:
        """Yield the folders that no job has.

        Parameters
        ----------
        known
            All ids of jobs.
        any_age
            Whether to yield those that may just be being made.
        """
        if not self.root.is_dir():
            return
        for path in self.root.iterdir():
            if not _JOB_ID.fullmatch(path.name) or path.name in known:
                continue
            if any_age or time.time() - path.stat().st_mtime > _ABANDONED:
                yield JobFolder(path)


def _remove(path: Path) -> None:
    """Remove a folder; a job that was told to stop may still write to it for a moment."""
    for pause in (0.0, 0.1, 0.5):
        time.sleep(pause)
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
    shutil.rmtree(path)
