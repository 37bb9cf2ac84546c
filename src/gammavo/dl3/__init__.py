"""DL3 files in, records out: reading, checking, describing and simulating releases.

DL3 is the data level of reconstructed events with instrument responses, in the FITS
format GADF ("Data formats for gamma-ray astronomy") 0.2 and 0.3 and its dialects. The way
through this room is::

    folder ── find_runs ──▶ Inventory ── read_run, for each run ──▶ RunResult
                               └─────── describe ──▶ ReleaseDescription

Every value of a record says where it was read, everything odd becomes a finding with
file, HDU and keyword, and nothing that a file says is believed before a check.
"""

from __future__ import annotations

from gammavo.dl3.describe import describe
from gammavo.dl3.description import load_description
from gammavo.dl3.draft import description_toml
from gammavo.dl3.find import find_runs
from gammavo.dl3.inventory import HduPlace, Inventory, RunFiles
from gammavo.dl3.run import RunResult, read_run
from gammavo.dl3.simulate import SimulationSummary, simulate

__all__ = [
    "HduPlace",
    "Inventory",
    "RunFiles",
    "RunResult",
    "SimulationSummary",
    "describe",
    "description_toml",
    "find_runs",
    "load_description",
    "read_run",
    "simulate",
]
