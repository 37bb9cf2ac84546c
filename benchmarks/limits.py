"""How close the server comes to what its engine and the machine can do.

python -m benchmarks.limits SITE

Two comparisons on a site of :mod:`benchmarks.synthetic_obscore`: a cone inside the server
with the same question put to DuckDB by hand, and a download of 1e6 rows as BINARY2 with
copying the rows' Arrow buffers through base64 to a socket.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import random
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import duckdb
import pyarrow as pa
import pybase64

from benchmarks.sites import served
from gammavo.adql import cover
from gammavo.archive import QueryService
from gammavo.formats import ResultStream, find_format
from gammavo.model.regions import unit_vector
from gammavo.site import Site

COLUMNS = (
    "obs_publisher_did, obs_collection, dataproduct_type, s_ra, s_dec, "
    "t_min, t_max, em_min, em_max, access_url"
)
ROWS = 10**6
RADIUS = 1.0
"""Degrees."""

Position = tuple[float, float]


def measure(site: Path) -> list[str]:
    """Return both comparisons as lines of Markdown."""
    bare, engine, inside = cone_seconds(Site.open(site), cones=300)
    limit, download = copy_rates(site, repetitions=7)
    return [
        "| against the limit | limit | gammavo | ratio | asked | met |",
        "|---|---:|---:|---:|---:|---|",
        f"| 1° cone inside the server, p50 | {1e3 * bare:.2f} ms "
        f"| {1e3 * inside:.2f} ms | {inside / bare:.2f} | ≤ 2 "
        f"| {'yes' if inside <= 2 * bare else 'no'} |",
        f"| BINARY2, 1e6 rows × 10 columns | {limit / 1e6:.2f} M rows/s "
        f"| {download / 1e6:.2f} M rows/s | {download / limit:.2f} | ≥ 0.4 "
        f"| {'yes' if download >= 0.4 * limit else 'no'} |",
        "",
        f"Of the cone, the engine takes {1e3 * engine:.2f} ms for the SQL as compiled.",
    ]


def cone_seconds(site: Site, *, cones: int) -> tuple[float, float, float]:
    """Return medians for cones at random positions.

    Returns
    -------
    tuple
        Seconds of DuckDB for SQL written by hand, of the engine for the SQL that ADQL is
        compiled to, and of all that a worker does: compile, run, write the VOTable.
    """
    address = "http://127.0.0.1:8000"
    service = site.queries(address)
    manifest = site.archive.in_force()[0]
    database = site.archive.folder(manifest.name, manifest.version) / "release.duckdb"
    limits = site.service_options(address).limits
    threads: dict[str, str | bool | int | float | list[str]]
    threads = {"threads": limits.threads}
    rng = random.Random(1)
    seconds: dict[str, list[float]] = {"bare": [], "engine": [], "inside": []}
    files = f"{address}/files/{manifest.name}/{manifest.version}/"
    with duckdb.connect(str(database), read_only=True, config=threads) as bare:
        for number in range(cones + 20):
            at = rng.uniform(0, 360), math.degrees(math.asin(rng.uniform(-1, 1)))
            adql = _cone(at)
            compiled = service.compile(adql, max_rows=None).sql
            works: dict[str, Callable[[], int]] = {
                "bare": partial(_rows_of_bare, bare, _by_hand(at, files)),
                "engine": partial(_rows_of_engine, service, compiled),
                "inside": partial(_answer, service, adql),
            }
            counts = {name: _timed(seconds[name], work) for name, work in works.items()}
            if len(set(counts.values())) != 1:
                raise RuntimeError(f"different answers for {adql}: {counts}")
            if number < 20:  # all is cold at first
                for figures in seconds.values():
                    figures.clear()
    bare_median, engine_median, inside_median = map(statistics.median, seconds.values())
    return bare_median, engine_median, inside_median


def _timed(figures: list[float], work: Callable[[], int]) -> int:
    started = time.perf_counter()
    rows = work()
    figures.append(time.perf_counter() - started)
    return rows


def _cone(at: Position) -> str:
    return (
        f"SELECT {COLUMNS} FROM ivoa.obscore WHERE 1=CONTAINS(POINT('ICRS', s_ra, s_dec), "
        f"CIRCLE('ICRS', {at[0]:.5f}, {at[1]:.5f}, {RADIUS}))"
    )


def _by_hand(at: Position, files: str) -> str:
    """Return what somebody who knows the table would ask for the same rows."""
    at = float(f"{at[0]:.5f}"), float(f"{at[1]:.5f}")
    ranges = " OR ".join(
        f"hpx29 BETWEEN {first} AND {last}"
        for first, last in cover.cone(*at, math.radians(RADIUS))
    )
    x, y, z = unit_vector(*at)
    columns = COLUMNS.replace(
        "dataproduct_type", "CASE product_type WHEN 'hea-event-list' THEN 'event' END"
    ).replace("access_url", f"'{files}' || access_path")
    return (
        f"SELECT {columns} FROM obscore WHERE ({ranges}) "
        f"AND x * {x!r} + y * {y!r} + z * {z!r} >= {math.cos(math.radians(RADIUS))!r}"
    )


def _rows_of_bare(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    # Of DuckDB's ways to hand over a few rows this one is the fastest.
    return len(connection.execute(sql).fetchall())


def _rows_of_engine(service: QueryService, sql: str) -> int:
    result = service.snapshot().engine.execute(sql, seconds=60)
    return sum(batch.num_rows for batch in result.batches())


def _answer(service: QueryService, adql: str) -> int:
    """Do what a worker does for a query; return the number of rows."""
    rows = 0
    result = service.query(adql, max_rows=100_000, seconds=60)

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        for batch in result.batches():
            rows += batch.num_rows
            yield batch

    stream = ResultStream(
        columns=result.columns, batches=counted(), overflow=lambda: result.overflow
    )
    b"".join(find_format("votable").write(stream))
    return rows


def copy_rates(site: Path, *, repetitions: int) -> tuple[float, float]:
    """Return rows a second of the bare copy and of downloads, medians.

    The two alternate; both are read by the same function, in another process than sends.
    """
    service = Site.open(site).queries("http://127.0.0.1:8000")
    adql = f"SELECT TOP {ROWS} {COLUMNS} FROM ivoa.obscore"
    batches = list(service.query(adql, max_rows=None, seconds=60).batches())
    copies, downloads = [], []
    with served(site) as (tap, _, _):
        for number in range(repetitions + 1):
            copied = _copy(batches)
            downloaded = _download(tap, adql)
            if number:  # all is cold at first
                copies.append(ROWS / copied)
                downloads.append(ROWS / downloaded)
    return statistics.median(copies), statistics.median(downloads)


def _copy(batches: list[pa.RecordBatch]) -> float:
    """Send all buffers as base64 to another process; return the seconds that took."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        reader = multiprocessing.get_context("spawn").Process(
            target=_read_from, args=(server.getsockname()[1],)
        )
        reader.start()
        connection, _ = server.accept()
        started = time.perf_counter()
        with connection:
            for batch in batches:
                for column in batch.columns:
                    for buffer in filter(None, column.buffers()):
                        connection.sendall(pybase64.b64encode(buffer))
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
        seconds = time.perf_counter() - started
        reader.join()
    return seconds


def _read_from(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        _drain(connection)
        connection.sendall(b".")


def _drain(connection: socket.socket) -> int:
    """Read to the end; return the number of bytes."""
    block = memoryview(bytearray(2**20))
    size = 0
    while count := connection.recv_into(block):
        size += count
    return size


def _download(tap: str, adql: str) -> float:
    """Fetch the rows as BINARY2 over HTTP; return the seconds that took."""
    parts = urlsplit(tap)
    query = urlencode(
        {"LANG": "ADQL", "QUERY": adql, "MAXREC": ROWS, "FORMAT": "votable/b2"}
    )
    request = (
        f"GET {parts.path}/sync?{query} HTTP/1.1\r\n"
        f"Host: {parts.netloc}\r\nConnection: close\r\n\r\n"
    )
    started = time.perf_counter()
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as client:
        client.sendall(request.encode())
        size = _drain(client)
    seconds = time.perf_counter() - started
    if size < 100 * ROWS:
        raise RuntimeError(f"the download has {size} bytes only")
    return seconds


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description="Compare with what is possible.")
    parser.add_argument("site", type=Path)
    print("\n".join(measure(parser.parse_args().site)))


if __name__ == "__main__":
    main()
