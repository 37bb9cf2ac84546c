"""How fast folders become releases, and with how much memory."""

from __future__ import annotations

import argparse
import subprocess
import threading
import time
from pathlib import Path

import psutil

from benchmarks.report import Report
from benchmarks.sites import GAMMAVO, simulated_data
from gammavo.site import create_site


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Ingest simulated and, if given, real data."""
    for events in (10**6,) if options.quick else (10**6, 10**7):
        data = simulated_data(folder, events)
        _ingest(
            report, folder / f"ingest-{events}", data, f"{events:.0e} simulated events"
        )
    if options.data:
        _ingest(report, folder / "ingest-real", options.data, options.data.name)


def _ingest(report: Report, site: Path, data: Path, what: str) -> None:
    create_site(site)
    command = [
        *GAMMAVO,
        "ingest",
        data,
        "--site",
        site,
        "--release",
        "bench",
        "--json",
        "--no-previews",
    ]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak))
    watcher.start()
    if process.wait():
        raise RuntimeError(f"ingest of {data} failed")
    seconds = time.perf_counter() - started
    watcher.join()
    from gammavo.site import Site  # noqa: PLC0415 - not before the site exists

    counts = Site.open(site).archive.in_force()[0].counts
    report.add(
        "ingest",
        what,
        f"{seconds:.1f} s: {counts['runs'] / seconds:.1f} runs/s, "
        f"{counts['events'] / seconds:,.0f} events/s, peak {peak[0] / 2**20:.0f} MiB",
    )


def _watch(pid: int, peak: list[int]) -> None:
    """Note the highest memory of a process and its children (PSS, shared pages once)."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            total = 0
            for member in (process, *process.children(recursive=True)):
                try:
                    total += member.memory_full_info().pss
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], total)
            time.sleep(0.1)
    except psutil.Error:
        return
