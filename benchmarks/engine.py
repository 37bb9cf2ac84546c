"""How long queries take inside the server: compile, run, read all rows."""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from benchmarks.report import Report, spread
from benchmarks.sites import published_site
from gammavo.site import Site

CENTRES = [(83.633, 22.014), (329.717, -30.226), (266.417, -29.008)]

CONE = (
    "SELECT COUNT(*), MIN(energy) FROM bench.events WHERE "
    "CONTAINS(POINT(ra, dec), CIRCLE({:.5f}, {:.5f}, {})) = 1"
)


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Time cones and aggregates on 1e6 and 1e7 events."""
    for events in (10**6,) if options.quick else (10**6, 10**7):
        site = Site.open(published_site(folder, events))
        service = site.queries("http://127.0.0.1:8000")
        random.seed(1)

        def position() -> tuple[float, float]:
            ra, dec = random.choice(CENTRES)
            return ra + random.uniform(-1.5, 1.5), dec + random.uniform(-1.5, 1.5)

        queries = {
            "cone 1'": lambda: CONE.format(*position(), 1 / 60),
            "cone 1°": lambda: CONE.format(*position(), 1),
            "cone 10°": lambda: CONE.format(*position(), 10),
            "spectrum of all events (GROUP BY)": lambda: (
                "SELECT FLOOR(LOG10(energy)*5) AS b, COUNT(*) FROM bench.events "
                "GROUP BY FLOOR(LOG10(energy)*5)"
            ),
        }
        for name, make in queries.items():
            seconds = []
            for number in range(45):
                adql = make()
                started = time.perf_counter()
                result = service.query(adql, max_rows=None, seconds=60)
                for _ in result.batches():
                    pass
                if number >= 5:
                    seconds.append(time.perf_counter() - started)
            report.add("engine", f"{events:.0e} events, {name}", spread(seconds))
