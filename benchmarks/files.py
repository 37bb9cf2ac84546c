"""How soon one HDU comes, how fast packages of all runs stream, and in what memory."""

from __future__ import annotations

import argparse
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.report import Report, spread
from benchmarks.sites import GAMMAVO, published_site, served
from gammavo.site import create_site

MOST_RUNS = 105
CLIENTS = 8


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Time HDUs that are cut and that are kept, and packages of a whole release."""
    site, release = _site(folder, options.data)
    with served(site) as (tap, process, _):
        base = tap.removesuffix("/tap")
        with _answer(base, f"/files/{release}/1/") as response:
            files = json.load(response)["files"][:MOST_RUNS]
        for name in ("EVENTS", "AEFF"):
            for state in ("cut", "kept"):
                seconds = [_first_byte(f["url"] + f"/{name}.fits") for f in files]
                report.add("files", f"first byte of {name}, {state}", spread(seconds))
        for form in ("tar", "zip"):
            _package(report, base, f"/package?RELEASE={release}&FORMAT={form}", process)


def _site(folder: Path, data: Path | None) -> tuple[Path, str]:
    if data is None:
        return published_site(folder, 10**6), "bench"
    site = folder / "site-files"
    create_site(site)
    command = [*GAMMAVO, "ingest", data, "--site", site, "--release", "bench", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    return site, "bench"


@contextmanager
def _answer(base: str, path: str) -> Iterator[HTTPResponse]:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=120)
    connection.request("GET", path)
    yield connection.getresponse()
    connection.close()


def _first_byte(url: str) -> float:
    parts = urlsplit(url)
    started = time.perf_counter()
    with _answer(url, parts.path) as response:
        response.read(1)
        return time.perf_counter() - started


def _package(report: Report, base: str, path: str, process: psutil.Process) -> None:
    before = process.memory_full_info().uss
    best, size, first = 0.0, 0, 0.0
    for _ in range(5):
        started = time.perf_counter()
        first, size = _read(base, path)
        best = max(best, size / (time.perf_counter() - started))
    peak = before
    threads = [
        threading.Thread(target=_read, args=(base, path)) for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, process.memory_full_info().uss)
        time.sleep(0.01)
    form = path[-3:]
    report.add(
        "files",
        f"{form} of a release, {size / 1e6:.0f} MB",
        f"{best / 1e6:.0f} MB/s, first byte {1000 * first:.0f} ms",
    )
    grown = (peak - before) / 2**20
    what = f"memory growth while {CLIENTS} clients take it"
    report.add("files", what, f"{grown:.0f} MiB")


def _read(base: str, path: str) -> tuple[float, int]:
    """Read a package into one buffer; return seconds to the first byte, and bytes."""
    started = time.perf_counter()
    with _answer(base, path) as response:
        size = len(response.read(1))
        first = time.perf_counter() - started
        buffer = bytearray(2**20)
        while count := response.readinto(buffer):
            size += count
    return first, size
