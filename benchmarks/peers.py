"""gammavo beside another TAP server with the same rows, on the same machine, in one run.

python -m benchmarks.peers --tapbench tapbench.py --site SITE --peer URL --output PAGE.md

``tapbench.py`` asks both servers the same, one after the other, group by group; who is
first changes from round to round, so that what else the machine does meets both. The
figures are medians over the rounds. gammavo is started here, on a site of
:mod:`benchmarks.synthetic_obscore`; the other server has to be running.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks import limits
from benchmarks.peer_figures import (
    Scenarios,
    comparison,
    failures,
    memory_by_scenario,
    row_counts,
)
from benchmarks.sites import served

GROUPS = {
    "sync": [
        "--only=sync",
        "--repeat=30",
        "--query=^(cone_(crab|random)|region_(crab|random)|time_energy)",
    ],
    "async": ["--only=async", "--repeat=15"],
    "upload": ["--only=upload", "--repeat=9"],
    "conc": ["--only=conc", "--clients=16", "--seconds=15"],
    "bulk": ["--only=bulk", "--formats=binary2,tabledata,csv,fits"],
}
"""Arguments of tapbench; of async jobs and uploads it does a third of the repetitions."""

IDLE = 5
"""Percent of the processors that are busy on a machine with nothing to do."""

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
"""Marks in a page: what is between them is written anew."""


@dataclass(frozen=True)
class Server:
    """A server to measure.

    Parameters
    ----------
    name
        For people.
    address
        URL of its TAP service.
    database
        Process of its database, whose memory counts as the server's; None if it has none.
    """

    name: str
    address: str
    database: int | None = None


@dataclass(frozen=True)
class Bench:
    """The program that measures, and where its records go."""

    tapbench: Path
    records: Path

    def record_of(self, server: Server, number: int) -> Path:
        """Return the file of a server's round."""
        return self.records / f"{server.name.split()[0].lower()}-{number}.json"

    def run(self, server: Server, number: int, group: str) -> None:
        """Measure a group of scenarios."""
        record = str(self.record_of(server, number))
        command = [sys.executable, str(self.tapbench), server.address, *GROUPS[group]]
        command += ["--json", record, "--merge", "--label", server.name]
        command += ["--tmp", str(self.records)]
        if server.database is not None:
            command += ["--db-pid", str(server.database)]
        if number > 1:  # once is enough to know that all rows came
            command.append("--no-parse-bulk")
        subprocess.run(command, check=True)

    def rounds(self, server: Server, count: int) -> list[Scenarios]:
        """Return what was measured so far."""
        files = [self.record_of(server, number) for number in range(1, count + 1)]
        return [
            json.loads(file.read_text())["results"] for file in files if file.exists()
        ]


def compare(
    bench: Bench,
    servers: tuple[Server, Server],
    options: argparse.Namespace,
    limit_lines: list[str],
) -> None:
    """Measure as many rounds as there is time for; write the report after each."""
    began = datetime.now(UTC)
    loads = [os.getloadavg()[0]]
    for number in range(1, options.rounds + 1):
        for group in options.only.split(","):
            for server in servers if number % 2 else reversed(servers):
                settle()
                bench.run(server, number, group)
            loads.append(os.getloadavg()[0])
        minutes = (datetime.now(UTC) - began).total_seconds() / 60
        lines = report(bench, servers, number, limit_lines)
        write(options.output, [conditions(began, minutes, number, loads), "", *lines])
        if minutes * (number + 1) / number > options.minutes:
            break


def settle() -> None:
    """Wait, at most a minute, until nothing of what was measured before goes on.

    A server may still work on what a client no longer waits for, and the system may still
    write what clients have stored.
    """
    os.sync()
    end = time.monotonic() + 60
    while time.monotonic() < end and psutil.cpu_percent(interval=2) > IDLE:
        pass


def report(
    bench: Bench, servers: tuple[Server, Server], count: int, limit_lines: list[str]
) -> list[str]:
    """Return the tables of the rounds that are done."""
    ours, theirs = (bench.rounds(server, count) for server in servers)
    peer = servers[1].name
    wrong = failures(ours, servers[0].name) + failures(theirs, peer)
    return [
        *comparison(ours, theirs, peer),
        *limit_lines,
        "",
        *row_counts(ours, theirs, peer),
        "",
        *memory_by_scenario(ours, theirs, peer),
        *(["", "What went wrong:", "", *wrong] if wrong else []),
    ]


def write(output: Path, lines: list[str]) -> None:
    """Write the report to a file, or between the marks of a page that has them."""
    text = "\n".join(lines) + "\n"
    page = output.read_text(encoding="utf-8") if output.exists() else ""
    if BEGIN in page and END in page:
        before, after = page.partition(BEGIN)[0], page.partition(END)[2]
        text = f"{before}{BEGIN}\n{text}{END}{after}"
    output.write_text(text, encoding="utf-8")


def conditions(began: datetime, minutes: float, rounds: int, loads: list[float]) -> str:
    """Return where and when it was measured."""
    return (
        f"{began:%Y-%m-%d %H:%M} UTC, {rounds} rounds in {minutes:.0f} minutes, "
        f"{os.cpu_count()} processors ({processor()}), Linux {platform.release()}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, "
        f"load average {min(loads):.1f} to {max(loads):.1f}."
    )


def processor() -> str:
    """Return the name of the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description="Compare with another TAP server.")
    parser.add_argument("--tapbench", type=Path, required=True)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--peer", required=True, help="URL of its TAP service")
    parser.add_argument("--peer-name", default="peer")
    parser.add_argument("--peer-database", type=int, help="process of its database")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=15, help="begin no round that ends later"
    )
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, by comma")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--output", type=Path, required=True, help="Markdown page")
    options = parser.parse_args()
    # Whoever ends this run ends the server that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Before the comparison: a site has one server at a time.
    limit_lines = [] if options.no_limits else ["", *limits.measure(options.site)]
    with tempfile.TemporaryDirectory() as records, served(options.site) as (tap, _, _):
        ours = Server("gammavo", tap)
        peer = Server(options.peer_name, options.peer, options.peer_database)
        bench = Bench(options.tapbench, Path(records))
        compare(bench, (ours, peer), options, limit_lines)


if __name__ == "__main__":
    main()
