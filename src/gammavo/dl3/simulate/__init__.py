"""Simulated DL3 releases: an invented array, a known sky, real file formats."""

from __future__ import annotations

from gammavo.dl3.simulate.release import SimulationSummary, simulate

__all__ = ["SimulationSummary", "simulate"]
