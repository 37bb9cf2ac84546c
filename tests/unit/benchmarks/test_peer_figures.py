"""The comparison with another server: medians, ratios, what is missing, what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import peers
from benchmarks.peer_figures import (
    ROWS,
    comparison,
    failures,
    medians,
    memory_by_scenario,
    row_counts,
)

CONE, JOB, CLIENTS = "sync/cone_random", "async/cone_random", "conc/cone_16_clients"


def scenario(median: float = 10.0, **more: Any) -> dict[str, Any]:
    return {"p50_ms": median, "server": {"mem_peak_MiB": 100.0}, **more}


def row(title: str) -> Any:
    return next(r for r in ROWS if r.title.startswith(title))


def line(lines: list[str], title: str) -> list[str]:
    found = next(text for text in lines if text.startswith(f"| {title}"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_figure_is_the_median_of_the_rounds() -> None:
    rounds = [{CONE: scenario(value)} for value in (30.0, 10.0, 11.0)]
    assert medians(row("small cone (1°), random"), rounds) == (11.0, 10.0, 30.0)


def test_times_and_rates_have_the_better_server_above_one() -> None:
    ours = [{CONE: scenario(10), CLIENTS: scenario(1, qps=160.0)}]
    theirs = [{CONE: scenario(100), CLIENTS: scenario(1, qps=8.0)}]
    lines = comparison(ours, theirs, "peer")
    assert line(lines, "small cone (1°), random")[3:] == ["10.0", "≥ 8", "yes"]
    assert line(lines, "16 clients")[3:] == ["20.0", "≥ 15", "yes"]


def test_ratio_below_what_is_asked_is_not_met() -> None:
    lines = comparison([{CONE: scenario(20)}], [{CONE: scenario(100)}], "peer")
    assert line(lines, "small cone (1°), random")[3:] == ["5.0", "≥ 8", "no"]


def test_overhead_of_a_job_leaves_the_query_out() -> None:
    found = medians(row("asynchronous"), [{CONE: scenario(10), JOB: scenario(70)}])
    assert found is not None
    assert found[0] == 60.0


@pytest.mark.parametrize("lacking", [{}, {CONE: {"error": "HTTP 500"}}])
def test_scenario_that_failed_is_not_measured(lacking: dict[str, Any]) -> None:
    lines = comparison([lacking], [{CONE: scenario(100)}], "peer")
    assert line(lines, "small cone (1°), random")[1] == "–"
    assert line(lines, "small cone (1°), random")[-1] == "not measured"


def test_memory_counts_the_database_and_takes_the_highest_scenario() -> None:
    rounds = [{CONE: scenario(db={"mem_peak_MiB": 50.0}), JOB: scenario()}]
    assert medians(row("peak memory"), rounds) == (150.0, 150.0, 150.0)
    lines = memory_by_scenario(rounds, rounds, "peer")
    assert line(lines, CONE)[1:] == ["150 MiB", "150 MiB"]


def test_row_counts_of_all_rounds_are_shown() -> None:
    ours = [{CONE: scenario(rows=[77])}, {CONE: scenario(rows=[77])}]
    theirs = [{CONE: scenario(rows=[77])}, {CONE: scenario(rows=[70])}]
    assert line(row_counts(ours, theirs, "peer"), CONE)[1:] == ["77", "70 / 77"]


def test_failures_are_named() -> None:
    rounds = [
        {
            CONE: {"error": "HTTP 500"},
            CLIENTS: scenario(errors=3, error_kinds={"TapError": 3}),
            "bulk/csv": scenario(overflow=True),
        }
    ]
    found = failures(rounds, "peer")
    assert [text.partition(":")[0] for text in found] == [
        f"- peer, {CONE}",
        f"- peer, {CLIENTS}",
        "- peer, bulk/csv",
    ]


def test_report_replaces_what_is_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Head\n{peers.BEGIN}\nold\n{peers.END}\nRemarks\n")
    peers.write(page, ["new"])
    assert page.read_text() == (f"# Head\n{peers.BEGIN}\nnew\n{peers.END}\nRemarks\n")


def test_report_is_a_file_of_its_own_else(tmp_path: Path) -> None:
    peers.write(tmp_path / "new.md", ["one", "two"])
    assert (tmp_path / "new.md").read_text() == "one\ntwo\n"
