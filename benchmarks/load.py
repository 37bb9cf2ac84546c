"""Requests per second with 1 and 16 clients: small random cones on events."""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.engine import CENTRES
from benchmarks.report import Report, spread
from benchmarks.sites import published_site, served

SECONDS = 10.0


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Load the server from processes of its own machine."""
    for events in (10**6,) if options.quick else (10**6, 10**7):
        with served(published_site(folder, events)) as (tap, _, _):
            for clients in (1, 16):
                with multiprocessing.Pool(min(clients, 2)) as pool:
                    share = [(tap, seed) for seed in range(clients)]
                    results = pool.starmap(
                        _clients, [(share[i::2],) for i in range(min(clients, 2))]
                    )
                seconds = [s for result in results for s in result]
                report.add(
                    "load",
                    f"{events:.0e} events, 0.1° cones, {clients} clients",
                    f"{len(seconds) / SECONDS:.0f} requests/s, {spread(seconds)}",
                )


def _clients(share: list[tuple[str, int]]) -> list[float]:
    """Run several clients in threads of one process."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(len(share)) as threads:
        return [s for found in threads.map(_client, share) for s in found]


def _client(task: tuple[str, int]) -> list[float]:
    tap, seed = task
    rng = random.Random(seed)
    parts = urlsplit(tap)
    connection = HTTPConnection(parts.netloc, timeout=60)
    seconds = []
    end = time.perf_counter() + SECONDS
    while (started := time.perf_counter()) < end:
        ra, dec = rng.choice(CENTRES)
        ra, dec = ra + rng.uniform(-1, 1), dec + rng.uniform(-1, 1)
        adql = (
            "SELECT obs_id, event_id, ra, dec, energy FROM bench.events WHERE "
            f"CONTAINS(POINT(ra, dec), CIRCLE({ra:.5f}, {dec:.5f}, 0.1)) = 1"
        )
        query = urlencode({"LANG": "ADQL", "QUERY": adql})
        connection.request("GET", f"{parts.path}/sync?{query}")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or b"QUERY_STATUS" not in body:
            raise RuntimeError(body[:500])
        seconds.append(time.perf_counter() - started)
    return seconds
