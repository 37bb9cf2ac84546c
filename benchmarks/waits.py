"""Clients that wait for jobs: what 500 of them cost the server and everybody else."""

from __future__ import annotations

import argparse
import random
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.mixed import Client, cones, fresh_site, mebibytes, memory
from benchmarks.report import Report
from benchmarks.sites import served

WAITS = 500
ROUNDS = 5
QUERIES = 100


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Time small queries without and with clients that wait, in turns."""
    with served(fresh_site(folder, options)) as (tap, process, _):
        client = Client(tap)
        _, url, _ = client.ask("POST", "/async", "LANG=ADQL")
        _median(client)
        alone, crowded = [], []
        threads, sizes = [process.num_threads()], [memory(process)]
        for _ in range(ROUNDS):
            alone.append(_median(client))
            with waiting(url, process):
                crowded.append(_median(client))
                threads.append(process.num_threads())
                sizes.append(memory(process))
        after = process.num_threads()
        with waiting(url, process) as clients:
            started = time.perf_counter()
            client.ask("POST", f"{url}/phase", "PHASE=ABORT")
            aborted = sum(_is_told(sock) for sock in clients)
            seconds = time.perf_counter() - started
    before, during = 1000 * statistics.median(alone), 1000 * statistics.median(crowded)
    report.add(
        "waits",
        "threads of the server",
        f"{threads[0]} before, {max(threads[1:])} with {WAITS} waits, {after} after",
    )
    report.add(
        "waits",
        f"small query, p50, without and with {WAITS} waits",
        f"{before:.2f} ms, {during:.2f} ms ({100 * (during / before - 1):+.0f} %)",
    )
    report.add(
        "waits",
        "memory of all processes, without and with",
        f"{mebibytes(sizes[0])}, {mebibytes(max(sizes[1:]))}",
    )
    report.add(
        "waits",
        "until all are told that the job was aborted",
        f"{aborted} of {WAITS} in {1000 * seconds:.0f} ms",
    )


def _median(client: Client) -> float:
    rng = random.Random(1)
    queries = cones()
    seconds = []
    for _ in range(QUERIES):
        started = time.perf_counter()
        client.sync(rng.choice(queries))
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


@contextmanager
def waiting(url: str, process: psutil.Process) -> Iterator[list[socket.socket]]:
    """Have clients wait for a change of a job; none of them may have an answer early."""
    parts = urlsplit(url)
    request = f"GET {parts.path}?WAIT=-1 HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    with ExitStack() as stack:
        clients = []
        for _ in range(WAITS):
            sock = socket.create_connection((parts.hostname, parts.port), 60)
            clients.append(stack.enter_context(sock))
            sock.sendall(request.encode())
        while _connections(process) < WAITS:
            time.sleep(0.05)
        time.sleep(0.5)
        yield clients
    while _connections(process) > WAITS // 2:
        time.sleep(0.05)


def _is_told(sock: socket.socket) -> bool:
    """Return whether an answer says that the job was aborted."""
    answer = b""
    while b"</uws:job>" not in answer:
        block = sock.recv(65536)
        if not block:
            return False
        answer += block
    return b"ABORTED" in answer


def _connections(process: psutil.Process) -> int:
    found = process.net_connections("tcp")
    return sum(entry.status == psutil.CONN_ESTABLISHED for entry in found)
