"""Reading GADF index files: ``hdu-index.fits.gz`` and ``obs-index.fits.gz``.

GADF 0.3, "Index tables". Index files may lie in a folder of their own, may have several
HDUs (one for each class of events) and spell names in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from gammavo.dl3.findings import Findings, UnusableFileError
from gammavo.dl3.fits import open_fits
from gammavo.dl3.hdu import Hdu
from gammavo.dl3.inventory import RESPONSE_ROLES, HduPlace, RunFiles
from gammavo.dl3.paths import path_below
from gammavo.dl3.roles import text_id
from gammavo.model.observations import Finding, Level

__all__ = ["index_files", "read_index", "read_observations"]

_ROLES: Final = frozenset({"events", "gti", *RESPONSE_ROLES})

# Keywords of the observation index that complete each of its rows.
_HEADER_KEYWORDS: Final = (
    "MJDREFI",
    "MJDREFF",
    "MJDREF",
    "TIMEUNIT",
    "TIMESYS",
    "RADECSYS",
    "RADESYS",
    "EQUINOX",
    "TELESCOP",
    "INSTRUME",
    "OBSERVER",
)


@dataclass(frozen=True, slots=True)
class _IndexRow:
    """One row of an HDU index: role and place of an HDU of a run."""

    obs_id: str
    role: str
    place: HduPlace | None
    event_type: str
    event_class: str
    finding: Finding | None


def index_files(paths: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the index files of a kind among the FITS files of a folder.

    Parameters
    ----------
    paths
        Relative paths of FITS files.
    kind
        ``hdu`` or ``obs``.

    Returns
    -------
    tuple
        Those that lie in the folder itself, or if there are none, all below it.
    """
    found = [
        path
        for path in paths
        if f"{kind}-index" in PurePosixPath(path).name.lower().replace("_", "-")
    ]
    return tuple([path for path in found if "/" not in path] or found)


def read_index(
    folder: Path, hdu_index: str, obs_indices: Iterable[str], findings: Findings
) -> list[RunFiles]:
    """Return the runs that an HDU index names.

    Parameters
    ----------
    folder
        The data folder.
    hdu_index
        Path of the HDU index, relative to the folder.
    obs_indices
        Observation indices of the folder; those beside the HDU index belong to it.
    findings
        Receives what is wrong with the index files themselves.
    """
    beside = [
        path
        for path in obs_indices
        if PurePosixPath(path).parent == PurePosixPath(hdu_index).parent
    ]
    observations: dict[str, dict[str, Any]] = {}
    for path in beside:
        observations.update(read_observations(folder, path, findings))
    if not beside:
        findings.warn(
            "There is no observation index beside the HDU index.",
            file=hdu_index,
            advice="Values are taken from the headers of the event files alone.",
        )
    rows = _read_rows(folder, hdu_index, findings)
    runs = _grouped(rows, observations, hdu_index, findings)
    named = {row.obs_id for row in rows}
    if without := sorted(set(observations) - named):
        findings.warn(
            f"{len(without)} runs of the observation index are not in the HDU index.",
            file=hdu_index,
            keyword="OBS_ID",
            value=", ".join(without),
            advice="They are left out: nothing says in which files they are.",
        )
    return runs


def read_observations(
    folder: Path, path: str, findings: Findings
) -> dict[str, dict[str, Any]]:
    """Return the rows of an observation index by ``OBS_ID``.

    Keys are upper-case names of columns, and of keywords that complete every row.
    """
    observations: dict[str, dict[str, Any]] = {}
    try:
        with open_fits(folder, path) as file:
            for hdu in file.hdus:
                if not hdu.is_table or hdu.find("OBS_ID") is None:
                    continue
                keywords = {
                    keyword: value
                    for keyword in _HEADER_KEYWORDS
                    if (value := hdu.get(keyword)) is not None
                }
                for row in _table_rows(hdu, findings):
                    obs_id = text_id(row.get("OBS_ID"))
                    observations[obs_id] = {**keywords, **row}
    except UnusableFileError as error:
        findings.entries.append(error.finding)
    return observations


def _table_rows(hdu: Hdu, findings: Findings) -> list[dict[str, Any]]:
    """Return the rows of a table as Python values by upper-case column name."""
    columns: dict[str, list[Any]] = {}
    for position, name in enumerate(hdu.columns):
        try:
            values = hdu.column(position)
        except UnusableFileError as error:
            # The index is worth reading without a column that nobody needs.
            findings.entries.append(replace(error.finding, level=Level.WARNING))
            continue
        if values.ndim == 1:
            columns.setdefault(name.upper(), values.tolist())
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


def _read_rows(folder: Path, path: str, findings: Findings) -> list[_IndexRow]:
    rows: list[_IndexRow] = []
    try:
        with open_fits(folder, path) as file:
            for hdu in file.hdus:
                if hdu.is_table and hdu.find("HDU_TYPE") is not None:
                    rows.extend(_rows_of_hdu(folder, hdu, path, findings))
    except UnusableFileError as error:
        findings.entries.append(error.finding)
        return []
    if not rows:
        findings.error(
            "The HDU index names no HDU.",
            file=path,
            keyword="HDU_TYPE",
            advice="GADF asks for the columns OBS_ID, HDU_TYPE, FILE_NAME, HDU_NAME.",
        )
    return rows


def _rows_of_hdu(
    folder: Path, hdu: Hdu, path: str, findings: Findings
) -> list[_IndexRow]:
    base = str(hdu.get("BASE_DIR") or "")
    start = PurePosixPath(path).parent.as_posix()
    return [
        _index_row(folder, row, start, base)
        for row in _table_rows(hdu, findings)
        if str(row.get("HDU_TYPE", "")).strip().lower() in _ROLES
    ]


def _index_row(
    folder: Path, row: Mapping[str, Any], start: str, base: str
) -> _IndexRow:
    obs_id = text_id(row.get("OBS_ID"))
    role = str(row["HDU_TYPE"]).strip().lower()
    place, finding = None, None
    try:
        path = path_below(
            folder,
            start,
            base,
            str(row.get("FILE_DIR") or "").strip(),
            str(row.get("FILE_NAME") or "").strip(),
        )
        hdu_class = str(row.get("HDU_CLASS") or "").strip().lower()
        place = HduPlace(path, _hdu_name(row.get("HDU_NAME")), hdu_class)
    except UnusableFileError as error:
        finding = error.finding
    return _IndexRow(
        obs_id,
        role,
        place,
        text_id(row.get("EVENT_TYPE")),
        text_id(row.get("EVENT_CLASS")),
        finding,
    )


def _hdu_name(value: object) -> str | int:
    if isinstance(value, int | np.integer):
        return int(value)
    return "" if value is None else str(value).strip()


def _grouped(
    rows: list[_IndexRow],
    observations: Mapping[str, Mapping[str, Any]],
    path: str,
    findings: Findings,
) -> list[RunFiles]:
    """Return one run for each ``OBS_ID``, or for each of its event types.

    An index may list several disjoint event lists of one observation (HAWC: one for each
    bin of the fraction of hit detectors). Each becomes a run of its own, because its
    events and responses are its own.
    """
    types: dict[str, set[str]] = {}
    for row in rows:
        types.setdefault(row.obs_id, set()).add(row.event_type)
    groups: dict[str, list[_IndexRow]] = {}
    for row in rows:
        several = len(types[row.obs_id]) > 1 and row.event_type
        run_id = f"{row.obs_id}-{row.event_type}" if several else row.obs_id
        groups.setdefault(run_id, []).append(row)
    if any(len(of_run) > 1 for of_run in types.values()):
        findings.warn(
            "An observation has several event types; each becomes a run of its own.",
            file=path,
            keyword="EVENT_TYPE",
            advice="Their identifiers are OBS_ID and EVENT_TYPE, joined by a hyphen.",
        )
    return [
        _run(run_id, group, observations.get(group[0].obs_id, {}), path)
        for run_id, group in groups.items()
    ]


def _run(
    run_id: str, rows: list[_IndexRow], observation: Mapping[str, Any], path: str
) -> RunFiles:
    problems = Findings()
    hdus: dict[str, HduPlace] = {}
    for row in rows:
        if row.finding is not None:
            problems.entries.append(row.finding)
        elif (
            row.place is not None and hdus.setdefault(row.role, row.place) != row.place
        ):
            problems.warn(
                f"The index names several HDUs for {row.role}; the first is used.",
                file=path,
                keyword="HDU_TYPE",
                value=row.role,
                advice="Keep one row for each OBS_ID and HDU_TYPE.",
            )
    index = dict(observation)
    for keyword, value in (
        ("EVENT_TYPE", rows[0].event_type),
        ("EVENT_CLASS", rows[0].event_class),
    ):
        if value:
            index.setdefault(keyword, value)
    return RunFiles(run_id, hdus, index, tuple(problems.entries))
