"""``checks.json``: what the checks of a release found when it was published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from gammavo.archive.durable import write_json
from gammavo.model.errors import InternalError
from gammavo.model.observations import Finding, Level, RunReport

__all__ = ["read_checks", "write_checks"]

_FILE: Final = "checks.json"


def write_checks(folder: Path, reports: Iterable[RunReport]) -> None:
    """Write the reports of a release into its folder; runs without findings too."""
    document = {"format": 1, "reports": [asdict(report) for report in reports]}
    write_json(folder / _FILE, document)


def read_checks(folder: Path) -> tuple[RunReport, ...] | None:
    """Return the reports of a release, None if it was published before they were kept.

    Raises
    ------
    InternalError
        The file is damaged.
    """
    path = folder / _FILE
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            RunReport(
                report["obs_id"],
                tuple(
                    Finding(**{**finding, "level": Level(finding["level"])})
                    for finding in report["findings"]
                ),
            )
            for report in document["reports"]
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InternalError(
            f"{path} cannot be read: {error}.", advice="Restore it from a backup."
        ) from error
