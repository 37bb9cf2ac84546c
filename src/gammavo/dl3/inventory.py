"""What a data folder holds: which file and HDU belongs to which run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gammavo.model.observations import Finding, RunReport

__all__ = ["RESPONSE_ROLES", "HduPlace", "Inventory", "RunFiles"]

RESPONSE_ROLES = ("aeff", "edisp", "psf", "bkg", "rad_max")
"""Instrument responses by their GADF ``HDU_TYPE``, in the order of products."""


@dataclass(frozen=True, slots=True)
class HduPlace:
    """Where an HDU is.

    ``path`` is relative to the data folder, with ``/``; ``hdu`` is an EXTNAME or a
    number, and empty if the HDU is to be recognised by its content. ``hdu_class`` is the
    GADF ``HDU_CLASS`` that an index gives; it does not tell places apart.
    """

    path: str
    hdu: str | int
    hdu_class: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The parts of one run, before any of them is opened.

    Parameters
    ----------
    obs_id
        Identifier of the run.
    hdus
        Maps a role (GADF ``HDU_TYPE``: events, gti, aeff, edisp, psf, bkg, rad_max) to
        its HDU.
    index
        The run's row of the observation index, with the keywords of the index that
        complete it, by upper-case name; empty without an index.
    findings
        What was found about this run before its files were opened.
    """

    obs_id: str
    hdus: Mapping[str, HduPlace]
    index: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Inventory:
    """The runs of a folder, in order of ``obs_id``, and a report on the folder."""

    folder: Path
    runs: tuple[RunFiles, ...]
    report: RunReport
