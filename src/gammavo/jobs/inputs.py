"""Parameters as they were sent, and as jobs keep them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gammavo.jobs.failures import is_disk_full
from gammavo.jobs.folders import JobFolder
from gammavo.jobs.states import JobParameter
from gammavo.model.errors import UnavailableError, UsageError

__all__ = ["JobInput", "check_run_id", "files_of", "merge", "take"]

_NAME: Final = re.compile(r"[^\x00-\x20\x7f/]{1,64}")
_RUN_ID_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class JobInput:
    """A parameter as it was sent: a text, or a file that the service may take away."""

    name: str
    value: str = ""
    file: Path | None = None


def take(
    inputs: Sequence[JobInput], folder: JobFolder, *, names: frozenset[str]
) -> tuple[JobParameter, ...]:
    """Return parameters in their canonical form, with files moved to the job's folder.

    Parameters
    ----------
    inputs
        What was sent.
    folder
        Of the job.
    names
        Of the texts that the job reads; others are left out.

    Raises
    ------
    UsageError
        A name or value cannot be kept.
    UnavailableError
        There is no room on the disk.
    """
    _check(inputs)
    taken: list[JobParameter] = []
    try:
        for given in inputs:
            name = given.name.upper()
            if given.file is not None:
                taken.append(JobParameter(name, file=folder.take(given.file)))
            elif name in names:
                taken.append(JobParameter(name, given.value))
    except OSError as error:
        folder.drop(files_of(taken))
        if is_disk_full(error):
            raise UnavailableError(
                "The disk of the service is full.", advice="Try again later."
            ) from error
        raise
    return tuple(taken)


def merge(
    old: Sequence[JobParameter],
    new: Sequence[JobParameter],
    *,
    cumulative: frozenset[str],
) -> tuple[JobParameter, ...]:
    """Return the parameters after new ones came.

    Parameters
    ----------
    old, new
        Parameters.
    cumulative
        Names whose new values are added to the old; of others they replace the old.
    """
    replaced = {parameter.name for parameter in new} - cumulative
    kept = [parameter for parameter in old if parameter.name not in replaced]
    return (*kept, *new)


def files_of(parameters: Iterable[JobParameter]) -> set[str]:
    """Return the names of the files that are values of parameters."""
    return {parameter.file for parameter in parameters if parameter.file is not None}


def check_run_id(run_id: str) -> str:
    """Return the mark of a job.

    Raises
    ------
    UsageError
        It is too long, or has a NUL character.
    """
    if len(run_id) > _RUN_ID_LENGTH or "\0" in run_id:
        raise UsageError(f"RUNID can have {_RUN_ID_LENGTH} characters.")
    return run_id


def _check(inputs: Sequence[JobInput]) -> None:
    for given in inputs:
        # PostgreSQL cannot keep a NUL; a slash would end the parameter's address.
        if "\0" in given.value or not _NAME.fullmatch(given.name):
            raise UsageError(
                f"The parameter {given.name[:64]!r} has a name or value that cannot be "
                "kept.",
                advice="A name has up to 64 visible characters without a slash; a value "
                "has no NUL character.",
            )
    files = [given.name.upper() for given in inputs if given.file is not None]
    if len(set(files)) < len(files):
        raise UsageError(
            "Two files have names that differ by case only, or not at all.",
            advice="Names of parameters have no case: choose others.",
        )
