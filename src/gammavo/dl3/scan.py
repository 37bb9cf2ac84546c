"""Finding runs in a folder that has no index, by the headers of its FITS files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from gammavo.dl3.findings import Findings, UnusableFileError
from gammavo.dl3.fits import FitsFile, open_fits
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.inventory import RESPONSE_ROLES, HduPlace, RunFiles
from gammavo.dl3.roles import role_of, text_id

__all__ = ["scan_files"]


def scan_files(
    folder: Path, paths: Iterable[str], findings: Findings
) -> list[RunFiles]:
    """Return the runs whose event lists are in the files.

    Good time intervals and responses belong to the event list in the same file. If that
    has none, the calibration database that its CALDB and IRF keywords name is used
    (CALDB layout: ``data/<mission>/<CALDB>/bcf/<IRF>/irf_file.fits``).
    """
    paths = tuple(paths)
    runs: list[RunFiles] = []
    without_events: list[str] = []
    for path in paths:
        try:
            with open_fits(folder, path, headers_only=True) as file:
                found = _runs_of_file(folder, file, paths)
        except UnusableFileError as error:
            findings.entries.append(error.finding)
            continue
        runs.extend(found)
        if not found:
            without_events.append(path)
    used = {place.path for run in runs for place in run.hdus.values()}
    if unused := [path for path in without_events if path not in used]:
        findings.warn(
            f"{len(unused)} FITS files belong to no event list and are left out.",
            file=unused[0],
            advice="An hdu-index.fits.gz can say to which runs responses belong.",
        )
    return runs


def _runs_of_file(
    folder: Path, file: FitsFile, paths: tuple[str, ...]
) -> list[RunFiles]:
    roles = [(role_of(hdu), hdu) for hdu in file.hdus]
    shared = {
        role: _place(file, hdu)
        for role, hdu in reversed(roles)
        if role == "gti" or role in RESPONSE_ROLES
    }
    runs = []
    for role, hdu in roles:
        if role != "events":
            continue
        hdus = {"events": _place(file, hdu), **{r: p for r, p in shared.items() if r}}
        if not set(hdus) & set(RESPONSE_ROLES):
            hdus |= _from_calibration_database(folder, hdu, paths)
        runs.append(_run(file, hdu, hdus))
    return runs


def _run(file: FitsFile, events: Hdu, hdus: dict[str, HduPlace]) -> RunFiles:
    problems = Findings()
    obs_id = text_id(events.get("OBS_ID"))
    if not obs_id:
        obs_id = PurePosixPath(file.path).name.split(".fit")[0]
        problems.warn(
            "The event list has no OBS_ID; the name of the file is used.",
            file=file.path,
            hdu=events.label,
            keyword="OBS_ID",
            value=obs_id,
            advice="Write OBS_ID to the header of the EVENTS HDU.",
        )
    return RunFiles(obs_id, hdus, {}, tuple(problems.entries))


def _place(file: FitsFile, hdu: Hdu) -> HduPlace:
    same_name = [other for other in file.hdus if other.name.lower() == hdu.name.lower()]
    unique = bool(hdu.name) and len(same_name) == 1
    return HduPlace(file.path, hdu.name if unique else hdu.number)


def _from_calibration_database(
    folder: Path, events: Hdu, paths: tuple[str, ...]
) -> dict[str, HduPlace]:
    database, response = text_id(events.get("CALDB")), text_id(events.get("IRF"))
    if not database or not response:
        return {}
    ending = f"/{database}/bcf/{response}/irf_file.fits".lower()
    found = [
        path for path in paths if f"/{path}".lower().endswith((ending, ending + ".gz"))
    ]
    if not found:
        return {}
    with open_fits(folder, found[0], headers_only=True) as file:
        return {
            role: _place(file, hdu)
            for hdu in reversed(file.hdus)
            if (role := role_of(hdu)) in RESPONSE_ROLES and role is not None
        }
