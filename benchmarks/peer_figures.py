"""Which figures two servers are compared by, and the comparison as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Scenarios = Mapping[str, Mapping[str, Any]]
"""What tapbench records of each scenario in one round."""

Figure = Callable[[Scenarios], float]
"""Picks one number of a round; KeyError if the scenario failed or was left out."""


@dataclass(frozen=True)
class Row:
    """One comparison.

    Parameters
    ----------
    title
        What is compared.
    figure
        The number.
    unit
        Of the number.
    asked
        How many times better gammavo shall be.
    more_is_better
        Whether the larger number is the better one.
    """

    title: str
    figure: Figure
    unit: str
    asked: float
    more_is_better: bool = False

    def ratio(self, ours: float, theirs: float) -> float:
        """Return how many times better we are."""
        return ours / theirs if self.more_is_better else theirs / ours


def _median_of(scenario: str) -> Figure:
    return lambda round_: float(round_[scenario]["p50_ms"])


def _rows_a_second(form: str) -> Figure:
    return lambda round_: float(round_[f"bulk/{form}"]["rows_per_s"]) / 1000


def _async_overhead(round_: Scenarios) -> float:
    job = float(round_["async/cone_random"]["p50_ms"])
    return job - float(round_["sync/cone_random"]["p50_ms"])


def memory(scenario: Mapping[str, Any]) -> float:
    """Return the peak of a server with its database in a scenario, MiB of PSS.

    The two peaks are added, as if they were at the same time.
    """
    parts = [scenario[who] for who in ("server", "db") if who in scenario]
    return float(sum(part["mem_peak_MiB"] for part in parts))


def _peak(round_: Scenarios) -> float:
    return max(memory(scenario) for scenario in round_.values())


ROWS = (
    Row("small cone (1°) at the Crab", _median_of("sync/cone_crab_fixed"), "ms", 8),
    Row("small cone (1°), random", _median_of("sync/cone_random"), "ms", 8),
    Row("region at the Crab", _median_of("sync/region_crab_fixed"), "ms", 8),
    Row("region, random", _median_of("sync/region_random"), "ms", 8),
    Row("time + energy + cone (10°)", _median_of("sync/time_energy_cone"), "ms", 8),
    Row(
        "16 clients, 0.3° cones",
        lambda round_: float(round_["conc/cone_16_clients"]["qps"]),
        "queries/s",
        15,
        more_is_better=True,
    ),
    Row("asynchronous job, beyond the query itself", _async_overhead, "ms", 8),
    Row("join with 100 uploaded positions", _median_of("upload/join_100"), "ms", 20),
    Row("BINARY2", _rows_a_second("binary2"), "k rows/s", 20, more_is_better=True),
    Row("TABLEDATA", _rows_a_second("tabledata"), "k rows/s", 15, more_is_better=True),
    Row("CSV", _rows_a_second("csv"), "k rows/s", 15, more_is_better=True),
    Row("FITS", _rows_a_second("fits"), "k rows/s", 15, more_is_better=True),
    Row("peak memory of all processes", _peak, "MiB", 3),
)


def medians(row: Row, rounds: Sequence[Scenarios]) -> tuple[float, float, float] | None:
    """Return median, least and greatest of a figure over the rounds that have it."""
    values = []
    for scenarios in rounds:
        good = {name: s for name, s in scenarios.items() if "error" not in s}
        try:
            values.append(row.figure(good))
        except (KeyError, ValueError):
            continue
    if not values:
        return None
    return statistics.median(values), min(values), max(values)


def comparison(
    ours: Sequence[Scenarios], theirs: Sequence[Scenarios], peer: str
) -> list[str]:
    """Return the table of ratios; each of medians over the rounds."""
    lines = [
        f"| | gammavo | {peer} | ratio | asked | met |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for row in ROWS:
        cells = [_cell(medians(row, rounds), row.unit) for rounds in (ours, theirs)]
        found = medians(row, ours), medians(row, theirs)
        if found[0] is None or found[1] is None:
            verdict = ["–", f"≥ {row.asked:g}", "not measured"]
        else:
            ratio = row.ratio(found[0][0], found[1][0])
            met = "yes" if ratio >= row.asked else "no"
            verdict = [f"{ratio:.1f}", f"≥ {row.asked:g}", met]
        lines.append("| " + " | ".join([row.title, *cells, *verdict]) + " |")
    return lines


def _cell(found: tuple[float, float, float] | None, unit: str) -> str:
    if found is None:
        return "–"
    median, least, greatest = (_short(value) for value in found)
    return f"{median} {unit} ({least}–{greatest})"


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def row_counts(
    ours: Sequence[Scenarios], theirs: Sequence[Scenarios], peer: str
) -> list[str]:
    """Return what each server answered to the same queries: a check, not a race."""
    lines = [f"| rows | gammavo | {peer} |", "|---|---|---|"]
    for name in dict.fromkeys(name for scenarios in ours for name in scenarios):
        cells = [_counted(name, rounds) for rounds in (ours, theirs)]
        if any(cells):
            lines.append(f"| {name} | " + " | ".join(c or "–" for c in cells) + " |")
    return lines


def _counted(name: str, rounds: Sequence[Scenarios]) -> str:
    seen = {
        ", ".join(f"{rows:,}" for rows in scenarios[name]["rows"])
        for scenarios in rounds
        if "rows" in scenarios.get(name, {})
    }
    return " / ".join(sorted(seen))


def memory_by_scenario(
    ours: Sequence[Scenarios], theirs: Sequence[Scenarios], peer: str
) -> list[str]:
    """Return the peaks of memory, medians over the rounds."""
    lines = [f"| peak memory | gammavo | {peer} |", "|---|---:|---:|"]
    for name in dict.fromkeys(name for scenarios in ours for name in scenarios):
        cells = []
        for rounds in (ours, theirs):
            peaks = [memory(s[name]) for s in rounds if "server" in s.get(name, {})]
            cells.append(f"{statistics.median(peaks):,.0f} MiB" if peaks else "–")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def failures(rounds: Sequence[Scenarios], server: str) -> list[str]:
    """Return what went wrong, one line for each scenario."""
    found = {
        name: str(scenario["error"])
        for scenarios in rounds
        for name, scenario in scenarios.items()
        if "error" in scenario
    }
    found |= {
        name: f"{scenario['errors']} queries failed: {scenario['error_kinds']}"
        for scenarios in rounds
        for name, scenario in scenarios.items()
        if scenario.get("errors")
    }
    found |= {
        name: "rows were cut off"
        for scenarios in rounds
        for name, scenario in scenarios.items()
        if scenario.get("overflow")
    }
    return [f"- {server}, {name}: {text}" for name, text in found.items()]
