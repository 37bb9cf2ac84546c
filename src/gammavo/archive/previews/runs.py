"""Making the previews of one run."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from gammavo.archive.durable import sync_folder, sync_tree
from gammavo.archive.previews.figures import run_figures
from gammavo.archive.previews.places import DRAWING, INDEX_NAME, PREVIEWS
from gammavo.dl3 import RunFiles
from gammavo.dl3.findings import UnusableFileError
from gammavo.dl3.quicklook import RunView, open_view
from gammavo.formats.figures import (
    Figure,
    Raster,
    coloured,
    figure_document,
    figure_png,
    figure_svg,
    thumbnail_png,
)
from gammavo.model.errors import GammavoError
from gammavo.model.observations import ReleaseDescription

__all__ = ["make_run_previews"]

_FAILURES: Final = (
    UnusableFileError,
    GammavoError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
)
"""What odd data may make of a picture: the others of the run are made all the same."""


def make_run_previews(
    data: Path,
    files: RunFiles,
    description: ReleaseDescription,
    published: Mapping[str, str],
    target: Path,
) -> tuple[str, ...]:
    """Make all pictures of a run, which appear together; former ones are replaced.

    Parameters
    ----------
    data
        Folder of the DL3 files.
    files
        Those of the run.
    description
        What they cannot say.
    published
        SHA-256 of the files of the release by path; pictures are of those, not of others.
    target
        Folder to make.

    Returns
    -------
    tuple
        What was wrong with each picture that could not be made.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    failures: list[str] = []
    made: list[str] = []
    try:
        with open_view(data, files, description) as view:
            if changed := _changed(view, published):
                failures.append(f"{changed} is not as it was published")
            else:
                made = _draw(view, aside, failures)
    except UnusableFileError as error:
        failures.append(error.finding.message)
    document = {
        "drawing": DRAWING,
        "obs_id": files.obs_id,
        "pictures": [{"name": name, "title": PREVIEWS[name]} for name in made],
        "failures": failures,
    }
    text = json.dumps(document, ensure_ascii=False)
    (aside / f"{INDEX_NAME}.json").write_text(text, encoding="utf-8")
    sync_tree(aside)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    sync_folder(target.parent)
    return tuple(failures)


def _changed(view: RunView, published: Mapping[str, str]) -> str:
    """Return a file that is not the published one, empty if all are."""
    different = (file for file in view.files if published.get(file.path) != file.sha256)
    first = next(different, None)
    return "" if first is None else first.path


def _draw(view: RunView, folder: Path, failures: list[str]) -> list[str]:
    made = []
    for name, maker in run_figures(view):
        try:
            figure = maker()
            if figure is None:
                continue
            _write(folder, name, figure)
            made.append(name)
            if name == "counts-map":
                _write_thumbnail(folder, figure)
                made.append("thumbnail")
        except _FAILURES as error:
            failures.append(f"{name}: {_said(error)}")
    return made


def _said(error: Exception) -> str:
    if isinstance(error, UnusableFileError):
        return error.finding.message
    return f"{type(error).__name__}: {error}"


def _write(folder: Path, name: str, figure: Figure) -> None:
    (folder / f"{name}.svg").write_bytes(figure_svg(figure))
    (folder / f"{name}.json").write_bytes(figure_document(figure))
    (folder / f"{name}.png").write_bytes(figure_png(figure))


def _write_thumbnail(folder: Path, figure: Figure) -> None:
    raster: Any = next(s for s in figure.series if isinstance(s, Raster))
    pixels = coloured(np.asarray(raster.scale.place(raster.values)))[::-1]
    (folder / "thumbnail.png").write_bytes(thumbnail_png(pixels))
