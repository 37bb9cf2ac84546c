"""How fast large results travel, first byte to last, and what memory that takes."""

from __future__ import annotations

import argparse
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.report import Report
from benchmarks.sites import published_site, served

ROWS = 10**6
ADQL = (
    f"SELECT TOP {ROWS} obs_id, obs_id AS run, obs_id AS a, obs_id AS b, ra, dec, "
    "event_time, ra AS c, dec AS d, event_time AS e FROM bench.events"
)


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Download 1e6 rows of 4 texts and 6 doubles in each format."""
    with served(published_site(folder, ROWS)) as (tap, process, start):
        report.add("server", "from start to the first answer", f"{start:.2f} s")
        idle = process.memory_full_info().pss
        report.add("server", "memory when idle", f"{idle / 2**20:.0f} MiB")
        for form in ("votable/b2", "votable/b", "votable/td", "csv", "tsv", "json"):
            _download(report, tap, process, form)
        _slow_client(report, tap, process)


def _open(tap: str, form: str) -> HTTPConnection:
    parts = urlsplit(tap)
    connection = HTTPConnection(parts.netloc, timeout=120)
    query = {"LANG": "ADQL", "QUERY": ADQL, "FORMAT": form, "MAXREC": str(ROWS)}
    connection.request("GET", f"{parts.path}/sync?{urlencode(query)}")
    return connection


def _download(report: Report, tap: str, process: psutil.Process, form: str) -> None:
    best = 0.0
    size = 0
    first = 0.0
    for _ in range(3):
        started = time.perf_counter()
        response = _open(tap, form).getresponse()
        size = len(response.read(1))
        first = time.perf_counter() - started
        while block := response.read(2**20):
            size += len(block)
        best = max(best, 1 / (time.perf_counter() - started))
    report.add(
        "transfer",
        f"1e6 rows x 10 columns, {form}",
        f"{ROWS * best / 1e6:.2f} M rows/s, {size * best / 1e6:.0f} MB/s, "
        f"first byte {1000 * first:.0f} ms",
    )


def _slow_client(report: Report, tap: str, process: psutil.Process) -> None:
    """Read 20 MB in small pieces with pauses; the server must not run ahead."""
    before = process.memory_full_info().pss
    response = _open(tap, "votable/b2").getresponse()
    peak = before
    for _ in range(100):
        response.read(200_000)
        time.sleep(0.05)
        peak = max(peak, process.memory_full_info().pss)
    response.close()
    grown = (peak - before) / 2**20
    report.add(
        "transfer", "memory growth while a slow client reads", f"{grown:.0f} MiB"
    )
