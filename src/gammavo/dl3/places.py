"""From the places that an inventory names to the HDUs and responses themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from gammavo.dl3.findings import Findings, UnusableFileError, broken
from gammavo.dl3.fits import FitsFile, open_fits
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.inventory import RESPONSE_ROLES, HduPlace, RunFiles
from gammavo.dl3.paths import existing_file
from gammavo.dl3.responses import Response, read_response
from gammavo.dl3.roles import find_role
from gammavo.model.observations import Finding, Level, RunHdu, SourceFile

__all__ = [
    "find_events",
    "find_intervals",
    "find_responses",
    "open_responses",
    "run_hdus",
]

_Places = tuple[tuple[str, HduPlace], ...]


def find_events(stack: ExitStack, folder: Path, run: RunFiles) -> tuple[FitsFile, Hdu]:
    """Open the event file of a run and return it with its EVENTS HDU.

    Raises
    ------
    UnusableFileError
        The run names no event list, or its file or HDU cannot be used.
    """
    place = run.hdus.get("events")
    if place is None:
        raise broken(
            "The run has no EVENTS HDU.",
            keyword="HDU_TYPE",
            value="events",
            advice="Name the HDU in hdu-index.fits.gz, or leave the run out of it.",
        )
    file = stack.enter_context(open_fits(folder, place.path))
    hdu = _locate(file, place, "events")
    if hdu is None:
        raise _no_hdu(file, place, "events")
    return file, hdu


def find_intervals(
    stack: ExitStack, folder: Path, run: RunFiles, file: FitsFile, findings: Findings
) -> tuple[Hdu | None, tuple[SourceFile, ...]]:
    """Return the GTI HDU of a run, and its file if that is not the one of the events.

    Parameters
    ----------
    stack
        Keeps another file open.
    folder
        The data folder.
    run
        The run; if it names no GTI, one in the event file is taken.
    file
        The event file.
    findings
        Receives a warning if the HDU is named but cannot be used.
    """
    place = run.hdus.get("gti")
    if place is None:
        return find_role(file, "gti"), ()
    if place.path == file.path:
        return _locate(file, place, "gti"), ()
    try:
        other = stack.enter_context(open_fits(folder, place.path))
    except UnusableFileError as error:
        findings.entries.append(_as_warning(error.finding))
        return None, ()
    return _locate(other, place, "gti"), (other.source,)


def find_responses(
    folder: Path, run: RunFiles, file: FitsFile, findings: Findings
) -> tuple[tuple[Response, ...], tuple[SourceFile, ...]]:
    """Return the responses of a run in the order of their roles, and their other files.

    A response that cannot be used becomes a warning: the events are worth publishing
    without it.
    """
    places: dict[str, dict[str, HduPlace]] = {}
    for role in RESPONSE_ROLES:
        if role in run.hdus:
            places.setdefault(run.hdus[role].path, {})[role] = run.hdus[role]
    found: dict[str, Response] = {}
    sources: list[SourceFile] = []
    for path, roles in places.items():
        wanted = tuple(sorted(roles.items()))
        try:
            if path == file.path:
                summaries, problems = _summaries(file, wanted)
            else:
                source, summaries, problems = _shared(
                    folder, path, _stamp(folder, path), wanted
                )
                sources.append(source)
        except UnusableFileError as error:
            problems, summaries = (error.finding,), ()
        findings.entries.extend(_as_warning(problem) for problem in problems)
        found.update({response.role: response for response in summaries})
    responses = tuple(found[role] for role in RESPONSE_ROLES if role in found)
    for response in responses:
        findings.entries.extend(response.findings)
    return responses, tuple(sources)


def open_responses(
    stack: ExitStack, folder: Path, run: RunFiles, file: FitsFile
) -> Iterator[tuple[str, Hdu]]:
    """Yield the roles and HDUs of the responses of a run that can be opened.

    Parameters
    ----------
    stack
        Keeps their files open.
    folder, run
        The data folder and the run.
    file
        The event file, which may hold responses as well.
    """
    files = {file.path: file}
    for role in RESPONSE_ROLES:
        place = run.hdus.get(role)
        if place is None:
            continue
        try:
            if place.path not in files:
                files[place.path] = stack.enter_context(open_fits(folder, place.path))
        except UnusableFileError:
            continue  # find_responses has reported it
        hdu = _locate(files[place.path], place, role)
        if hdu is not None:
            yield role, hdu


def run_hdus(
    run: RunFiles, events: Hdu, gti: Hdu | None, responses: Sequence[Response]
) -> tuple[RunHdu, ...]:
    """Return where the parts of a run were found.

    Parameters
    ----------
    run
        The run; where its index names a class of an HDU, that is taken.
    events, gti, responses
        What was found of it.
    """
    found = [RunHdu("events", "events", events.file, events.label, events.size)]
    if gti is not None:
        found.append(RunHdu("gti", "gti", gti.file, gti.label, gti.size))
    for item in responses:
        hdu_class = run.hdus[item.role].hdu_class or item.hdu_class
        found.append(RunHdu(item.role, hdu_class, item.path, item.hdu, item.size))
    return tuple(found)


def _locate(file: FitsFile, place: HduPlace, role: str) -> Hdu | None:
    """Return the HDU at a place; by its content if the place names no table."""
    hdu = file.find(place.hdu) if place.hdu != "" else None
    return hdu if hdu is not None and hdu.is_table else find_role(file, role)


def _summaries(
    file: FitsFile, wanted: _Places
) -> tuple[tuple[Response, ...], tuple[Finding, ...]]:
    responses, problems = [], []
    for role, place in wanted:
        hdu = _locate(file, place, role)
        if hdu is None:
            problems.append(_no_hdu(file, place, role).finding)
        else:
            responses.append(read_response(role, hdu))
    return tuple(responses), tuple(problems)


@lru_cache(maxsize=8)
def _shared(
    folder: Path, path: str, stamp: tuple[int, int], wanted: _Places
) -> tuple[SourceFile, tuple[Response, ...], tuple[Finding, ...]]:
    """Summarise the responses of a file that several runs may share.

    Calibration databases have one file for hundreds of runs, so that the last ones are
    remembered. ``stamp`` makes a changed file another one.
    """
    del stamp
    with open_fits(folder, path) as file:
        return file.source, *_summaries(file, wanted)


def _stamp(folder: Path, path: str) -> tuple[int, int]:
    status = existing_file(folder, path).stat()
    return status.st_mtime_ns, status.st_size


def _as_warning(finding: Finding) -> Finding:
    return replace(finding, level=Level.WARNING)


def _no_hdu(file: FitsFile, place: HduPlace, role: str) -> UnusableFileError:
    return broken(
        f"The file has no HDU for {role}.",
        file=file.path,
        hdu=str(place.hdu),
        keyword="EXTNAME",
        value=", ".join(hdu.label for hdu in file.hdus),
        advice="Correct HDU_NAME in hdu-index.fits.gz, or add the HDU.",
    )
