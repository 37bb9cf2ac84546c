"""Check reports and progress, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from gammavo.cli.app import messages
from gammavo.model.observations import Finding, Level, RunReport

__all__ = ["print_findings", "print_reports", "progress", "report_rows"]

_STYLE = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "red"}
_STEPS = {
    "runs": "reading runs",
    "tables": "building tables",
    "previews": "making previews",
    "simulate": "simulating",
}


def report_rows(reports: Iterable[RunReport]) -> list[dict[str, Any]]:
    """Return reports as JSON-ready rows."""
    return [
        {
            "obs_id": report.obs_id,
            "level": str(report.level),
            "findings": [asdict(finding) for finding in report.findings],
        }
        for report in reports
    ]


def print_reports(reports: Iterable[RunReport]) -> None:
    """Print the findings of all runs; runs without any are only counted."""
    counts = dict.fromkeys(Level, 0)
    for report in reports:
        if report.obs_id:
            counts[report.level] += 1
        for finding in report.findings:
            _print_finding(report.obs_id or "folder", finding)
    text = ", ".join(f"{number} {level}" for level, number in counts.items())
    messages.print(f"{sum(counts.values())} runs: {text}", markup=False)


def print_findings(subject: str, findings: Iterable[Finding]) -> None:
    """Print findings that belong to no run."""
    for finding in findings:
        _print_finding(subject, finding)


def _print_finding(subject: str, finding: Finding) -> None:
    place = " ".join(
        part
        for part in (finding.file, finding.hdu and f"[{finding.hdu}]", finding.keyword)
        if part
    )
    line = Text(f"{finding.level:7} ", style=_STYLE[finding.level])
    line.append(f"{subject}: {finding.message}", style="default")
    if place:
        line.append(f" ({place}{'=' + finding.value if finding.value else ''})")
    if finding.advice:
        line.append(f" {finding.advice}", style="dim")
    messages.print(line)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Any]:
    """Show progress bars on a terminal; gives the function that advances them."""
    if quiet:
        yield lambda step, done, total: None
        return
    bars = Progress(
        TextColumn("{task.description:>16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=messages,
    )
    tasks: dict[str, Any] = {}
    with bars:

        def advance(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_STEPS.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield advance
