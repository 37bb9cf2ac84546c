"""``find_runs``: from a folder to the inventory of its runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from gammavo.dl3.findings import Findings
from gammavo.dl3.index import index_files, read_index, read_observations
from gammavo.dl3.inventory import Inventory, RunFiles
from gammavo.dl3.paths import fits_files
from gammavo.dl3.scan import scan_files
from gammavo.model.errors import NotFoundError
from gammavo.model.observations import RunReport

__all__ = ["find_runs"]

_MAX_ID_LENGTH: Final = 100


def find_runs(folder: Path) -> Inventory:
    """Find the runs in a folder of DL3 files.

    With GADF index files (``hdu-index``, ``obs-index``; in the folder or below it) the
    runs are those that they name; without, every FITS file below the folder is looked
    at. Nothing outside the folder is opened.

    Parameters
    ----------
    folder
        The data folder.

    Returns
    -------
    Inventory
        The runs, in order of ``obs_id`` (numbers before text), and what was found about
        the folder as a whole. A run named twice appears once, with an error in the
        report of the folder.

    Raises
    ------
    NotFoundError
        There is no such folder.
    """
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no folder {folder}.",
            advice="Give the folder with the DL3 files and, if any, their index files.",
        )
    findings = Findings()
    paths = tuple(fits_files(folder, findings))
    hdu_indices = index_files(paths, "hdu")
    obs_indices = index_files(paths, "obs")
    if hdu_indices:
        runs = [
            run
            for path in hdu_indices
            for run in read_index(folder, path, obs_indices, findings)
        ]
    else:
        data = [path for path in paths if path not in obs_indices]
        rows: dict[str, dict[str, Any]] = {}
        for path in obs_indices:
            rows.update(read_observations(folder, path, findings))
        runs = [
            replace(run, index=rows.get(run.obs_id, {}))
            for run in scan_files(folder, data, findings)
        ]
    unique = _without_duplicates(runs, findings)
    if not unique:
        findings.error(
            "No run was found.",
            advice="A run is a FITS file with an HDU named EVENTS, or a row of an "
            "hdu-index.fits.gz.",
        )
    ordered = tuple(sorted(unique, key=_order))
    return Inventory(folder, ordered, RunReport("", tuple(findings.entries)))


def _without_duplicates(runs: list[RunFiles], findings: Findings) -> list[RunFiles]:
    unique: dict[str, RunFiles] = {}
    for run in runs:
        if not _is_publishable(run.obs_id):
            findings.error(
                "A run without a usable OBS_ID is left out.",
                keyword="OBS_ID",
                value=run.obs_id,
                advice=f"Use 1 to {_MAX_ID_LENGTH} printable ASCII characters.",
            )
            continue
        first = unique.setdefault(run.obs_id, run)
        if first is run or dict(first.hdus) == dict(run.hdus):
            continue
        place = run.hdus.get("events")
        findings.error(
            f"Run {run.obs_id} exists twice; the second is left out.",
            file=place.path if place else "",
            keyword="OBS_ID",
            value=run.obs_id,
            advice="Publish versions of a run as separate releases, or remove one.",
        )
    return list(unique.values())


def _is_publishable(obs_id: str) -> bool:
    printable = obs_id.isascii() and obs_id.isprintable()
    return printable and 0 < len(obs_id) <= _MAX_ID_LENGTH


def _order(run: RunFiles) -> tuple[int, int, str]:
    if run.obs_id.isdecimal():
        return 0, int(run.obs_id), run.obs_id
    return 1, 0, run.obs_id
