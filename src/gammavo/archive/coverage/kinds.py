"""The kinds and forms of coverage maps, and where those of a release are stored."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

__all__ = ["CoverageForm", "CoverageKind", "stored_coverage"]


class CoverageKind(StrEnum):
    """What is covered: space, time, or both together."""

    SPACE = "smoc"
    TIME = "tmoc"
    SPACE_TIME = "stmoc"


class CoverageForm(StrEnum):
    """How it is written, by the suffix of its file."""

    FITS = "fits"
    JSON = "json"
    ASCII = "txt"


def stored_coverage(folder: Path, kind: CoverageKind, form: CoverageForm) -> Path:
    """Return where the coverage of a release is stored in its folder, once it is made."""
    return folder / "coverage" / f"{kind}.{form}"
