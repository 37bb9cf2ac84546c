"""How long pictures and sky tiles take, and whether queries are answered meanwhile."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.report import Report
from benchmarks.sites import GAMMAVO, served, simulated_data
from gammavo.archive.hips.build import build_hips
from gammavo.site import Site, create_site

_QUERY = {
    "LANG": "ADQL",
    "FORMAT": "csv",
    "QUERY": "SELECT obs_id, t_exptime FROM ivoa.obscore WHERE s_dec > 0",
}


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Make previews of real data, or else of simulated ones, beside a server."""
    data = options.data or simulated_data(folder, 10**6)
    site = folder / "site-previews"
    create_site(site)
    command = [*GAMMAVO, "ingest", data, "--site", site, "--no-previews", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    archive = Site.open(site).archive
    manifest = archive.in_force()[0]
    what = f"{manifest.counts['runs']} runs, {manifest.counts['events']:,} events"
    started = time.perf_counter()
    build_hips(archive.folder(manifest.name, manifest.version), manifest)
    report.add("previews", f"HiPS, {what}", f"{time.perf_counter() - started:.1f} s")
    with served(site) as (tap, _, _):
        url = f"{tap}/sync?{urlencode(_QUERY)}"
        alone = statistics.median(_asked(url) for _ in range(20))
        started = time.perf_counter()
        process = subprocess.Popen(
            [*GAMMAVO, "previews", "--again", "--site", site], stderr=subprocess.DEVNULL
        )
        times = []
        while process.poll() is None:
            times.append(_asked(url))
            time.sleep(0.2)
        seconds = time.perf_counter() - started
    report.add("previews", f"all previews, {what}", f"{seconds:.1f} s")
    report.add(
        "previews",
        "query on ivoa.obscore meanwhile, and alone",
        f"p50 {1000 * statistics.median(times):.0f} ms, max {1000 * max(times):.0f} ms; "
        f"{1000 * alone:.0f} ms",
    )


def _asked(url: str) -> float:
    started = time.perf_counter()
    with urlopen(url) as answer:
        answer.read()
    return time.perf_counter() - started
