"""Links of many products, and cut-outs of event lists, over HTTP."""

from __future__ import annotations

import argparse
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.report import Report, spread
from benchmarks.sites import published_runs, served

RUNS = 200
IDENTIFIERS = 1000


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Ask for the links of a thousand products at once, and cut runs one by one."""
    del options
    with served(published_runs(folder, RUNS)) as (tap, _, _):
        connection = HTTPConnection(urlsplit(tap).netloc, timeout=60)
        query = {
            "LANG": "ADQL",
            "FORMAT": "tsv",
            "QUERY": f"SELECT TOP {IDENTIFIERS} obs_publisher_did FROM ivoa.obscore "
            "ORDER BY obs_publisher_did",
        }
        products = _ask(connection, "/tap/sync?" + urlencode(query)).decode()
        body = urlencode([("ID", product) for product in products.split()[1:]])
        links = [_timed(connection, "/datalink/links", body) for _ in range(10)]
        report.add("links", f"links of {IDENTIFIERS} products", spread(links))
        cuts = [
            _timed(
                connection,
                "/soda/sync",
                urlencode({"ID": str(100001 + run), "ENERGY": "1e12 1e13"}),
            )
            for run in range(50)
        ]
        report.add("links", "cut-out of one run, with responses", spread(cuts))


def _timed(connection: HTTPConnection, path: str, body: str) -> float:
    started = time.perf_counter()
    _ask(connection, path, body)
    return time.perf_counter() - started


def _ask(connection: HTTPConnection, path: str, body: str | None = None) -> bytes:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST" if body else "GET", path, body, headers if body else {})
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(content[:500])
    return content
