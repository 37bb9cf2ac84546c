"""A day of a data centre in a minute: 64 clients, everything at once, and a publish.

Each answer is compared with the one that was given before the load began.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.engine import CENTRES
from benchmarks.report import Report, spread
from benchmarks.sites import GAMMAVO, published_site, served, simulated_data

EVENTS = 10**6
CLIENTS = 64
PROCESSES = 2
QUERIES = 40
AFTER_PUBLISH = 10.0
"""Seconds that the load goes on after a publish."""

CONE = (
    "SELECT obs_id, event_id, ra, dec, energy FROM bench.events WHERE "
    "DISTANCE(ra, dec, {:.5f}, {:.5f}) < 0.1 ORDER BY obs_id, event_id"
)
JOIN = (
    "SELECT u.name, COUNT(*) AS n FROM TAP_UPLOAD.mine AS u JOIN bench.events AS e "
    "ON DISTANCE(u.ra, u.dec, e.ra, e.dec) < 0.05 GROUP BY u.name ORDER BY u.name"
)
ENDLESS = (
    "SELECT COUNT(*) AS n FROM bench.events a, bench.events b "
    "WHERE SIN(a.ra + b.ra) > 2"
)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Task:
    """What a client does: it goes on for some seconds and until a file is there."""

    tap: str
    seed: int
    seconds: float
    done: Path
    truth: dict[str, bytes]


@dataclass
class Tally:
    """What clients saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count what another client saw."""
        for kind, seconds in other.seconds.items():
            self.seconds.setdefault(kind, []).extend(seconds)
        self.wrong += other.wrong
        self.statuses += other.statuses


class Client:
    """One user: a connection, a cookie, a tally."""

    def __init__(self, tap: str) -> None:
        parts = urlsplit(tap)
        self._connection = HTTPConnection(parts.netloc, timeout=120)
        self._path = parts.path
        self._cookie = ""
        self.tally = Tally()

    def ask(
        self, method: str, url: str, body: bytes | str = "", kind: str = FORM
    ) -> tuple[int, str, bytes]:
        """Return status, Location and body of an answer."""
        path = urlsplit(url).path if url.startswith("http") else self._path + url
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if method == "POST":
            headers["Content-Type"] = kind
        query = urlsplit(url).query
        self._connection.request(
            method, f"{path}?{query}" if query else path, body or None, headers
        )
        response = self._connection.getresponse()
        content = response.read()
        self.tally.statuses[response.status] += 1
        if (cookie := response.getheader("Set-Cookie")) is not None:
            self._cookie = cookie.partition(";")[0]
        return response.status, response.getheader("Location", ""), content

    def sync(self, query: str) -> bytes:
        """Return the answer to a query."""
        return self.ask("POST", "/sync", form(query))[2]

    def upload(self, name: str) -> bytes:
        """Return the answer to a query on a table that comes along."""
        boundary = "boundary-of-a-form"
        parts = {"LANG": "ADQL", "QUERY": JOIN, "FORMAT": "csv"}
        parts["UPLOAD"] = "mine,param:table"
        text = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
            f"{value}\r\n"
            for key, value in parts.items()
        )
        text += (
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="table"; filename="t.xml"\r\n\r\n{votable(name)}\r\n--{boundary}--\r\n'
        )
        kind = f"multipart/form-data; boundary={boundary}"
        return self.ask("POST", "/sync", text.encode(), kind)[2]

    def job(self, query: str) -> bytes:
        """Return the result of a job, which is deleted."""
        _, url, _ = self.ask("POST", "/async", form(query, PHASE="RUN"))
        phase = b""
        while phase not in {b"COMPLETED", b"ERROR", b"ABORTED"}:
            self.ask("GET", f"{url}?WAIT=20")
            phase = self.ask("GET", f"{url}/phase")[2]
        result = self.ask("GET", f"{url}/results/result")[2]
        self.ask("DELETE", url)
        return result

    def abort(self, seconds: float) -> bytes:
        """Return the phase of a job that was aborted, and deleted."""
        _, url, _ = self.ask("POST", "/async", form(ENDLESS, PHASE="RUN"))
        time.sleep(seconds)
        self.ask("POST", f"{url}/phase", "PHASE=ABORT")
        phase = self.ask("GET", f"{url}/phase")[2]
        self.ask("DELETE", url)
        return phase


def form(query: str, **more: str) -> str:
    """Return a query as a form."""
    return urlencode({"LANG": "ADQL", "QUERY": query, "FORMAT": "csv", **more})


def votable(seed: str) -> str:
    """Return a table of 20 positions."""
    rng = random.Random(seed)
    rows = "".join(
        f"<TR><TD>{seed}-{number}</TD><TD>{ra + rng.uniform(-1, 1):.5f}</TD>"
        f"<TD>{dec + rng.uniform(-1, 1):.5f}</TD></TR>"
        for number, (ra, dec) in enumerate(rng.choices(CENTRES, k=20))
    )
    return (
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
        '<RESOURCE><TABLE><FIELD name="name" datatype="char" arraysize="*"/>'
        '<FIELD name="ra" datatype="double" unit="deg"/>'
        '<FIELD name="dec" datatype="double" unit="deg"/>'
        f"<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Load a server and publish meanwhile."""
    seconds = 15.0 if options.quick else 60.0
    site = fresh_site(folder, options)
    with served(site) as (tap, process, _):
        client = Client(tap)
        has_uploads = b"<uploadMethod" in client.ask("GET", "/capabilities")[2]
        truth = {query: client.sync(query) for query in cones()}
        if has_uploads:
            truth |= {f"table {n}": client.upload(f"table {n}") for n in range(5)}
        bad = {query for query, answer in truth.items() if b"VOTABLE" in answer}
        if bad:
            raise RuntimeError(truth[bad.pop()].decode())
        done = folder / "published"
        tasks = [Task(tap, seed, seconds, done, truth) for seed in range(CLIENTS)]
        idle = memory(process)
        with watched(process) as samples, ThreadPoolExecutor(1) as threads:
            publish = threads.submit(_publish, folder, site, seconds / 6, done)
            total = _all_clients(tasks)
        time.sleep(5)
        _report(report, total, seconds)
        began, ended = publish.result()
        report.add("mixed", "publish", f"from {began:.0f} s to {ended:.0f} s")
        report.add("mixed", "memory of all processes", _memory_line(idle, samples))
        report.add("mixed", "memory 5 s after the load", mebibytes(memory(process)))


def _report(report: Report, total: Tally, seconds: float) -> None:
    failures = {s: n for s, n in sorted(total.statuses.items()) if s >= 400}
    report.add(
        "mixed",
        f"{CLIENTS} clients, {seconds:.0f} s or more, one publish",
        f"{sum(total.statuses.values())} requests, {len(total.wrong)} wrong answers, "
        f"statuses of 400 and more: {failures or 'none'}",
    )
    for text in total.wrong[:3]:
        print(text)
    for kind, found in sorted(total.seconds.items()):
        report.add("mixed", kind, f"{len(found)} done, {spread(found)}")


def _memory_line(idle: int, samples: list[int]) -> str:
    tenth = max(1, len(samples) // 10)
    early, late = max(samples[tenth : 3 * tenth]), max(samples[-2 * tenth :])
    return (
        f"{mebibytes(idle)} idle, {mebibytes(early)} early, {mebibytes(late)} late, "
        f"{mebibytes(max(samples))} at most"
    )


def mebibytes(size: int) -> str:
    """Return a size for people."""
    return f"{size / 2**20:.0f} MiB"


def fresh_site(folder: Path, options: argparse.Namespace) -> Path:
    """Return a site of its own; data of an earlier run in ``--data`` are used again."""
    data = folder / f"data-{EVENTS}"
    if options.data and (options.data / data.name).is_dir() and not data.exists():
        data.symlink_to(options.data / data.name)
    return published_site(folder, EVENTS)


def _publish(folder: Path, site: Path, pause: float, done: Path) -> tuple[float, float]:
    """Publish the same data again after a pause; return when that began and ended."""
    started = time.perf_counter()
    time.sleep(pause)
    command = [
        *GAMMAVO,
        "ingest",
        simulated_data(folder, EVENTS),
        "--site",
        site,
        "--no-previews",
    ]
    command += ["--release", "bench", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    ended = time.perf_counter() - started
    time.sleep(AFTER_PUBLISH)
    done.touch()
    return pause, ended


def cones() -> list[str]:
    """Return small cones where there are events."""
    rng = random.Random(1)
    return [
        CONE.format(ra + rng.uniform(-1, 1), dec + rng.uniform(-1, 1))
        for ra, dec in rng.choices(CENTRES, k=QUERIES)
    ]


def _all_clients(tasks: list[Task]) -> Tally:
    with multiprocessing.Pool(PROCESSES) as pool:
        shares = [(tasks[number::PROCESSES],) for number in range(PROCESSES)]
        total = Tally()
        for tally in pool.starmap(_some_clients, shares):
            total.add(tally)
        return total


def _some_clients(tasks: list[Task]) -> Tally:
    """Run several clients in threads of one process."""
    total = Tally()
    with ThreadPoolExecutor(len(tasks)) as threads:
        for tally in threads.map(_client, tasks):
            total.add(tally)
    return total


def _client(task: Task) -> Tally:
    rng = random.Random(task.seed)
    client = Client(task.tap)
    truth = task.truth
    queries = [name for name in truth if not name.startswith("table")]
    tables = [name for name in truth if name.startswith("table")]
    kinds: dict[str, Callable[[], tuple[str, bytes, bytes]]] = {
        "sync": lambda: _told(q := rng.choice(queries), client.sync(q), truth[q]),
        "async": lambda: _told(q := rng.choice(queries), client.job(q), truth[q]),
        "abort": lambda: ("abort", client.abort(rng.uniform(0, 0.3)), b"ABORTED"),
    }
    weights = {"sync": 70, "async": 12, "abort": 6}
    if tables:
        weights["upload"] = 12
        kinds["upload"] = lambda: _told(
            t := rng.choice(tables), client.upload(t), truth[t]
        )
    end = time.perf_counter() + task.seconds
    while (started := time.perf_counter()) < end or not task.done.exists():
        kind = rng.choices(list(weights), list(weights.values()))[0]
        try:
            what, answer, wanted = kinds[kind]()
        except (OSError, HTTPException) as error:
            client.tally.wrong.append(f"{kind}: {error!r}")
            continue
        taken = time.perf_counter() - started
        client.tally.seconds.setdefault(kind, []).append(taken)
        if answer != wanted:
            client.tally.wrong.append(f"{kind}: {what}: {answer[-500:]!r}")
    return client.tally


def _told(what: str, answer: bytes, wanted: bytes) -> tuple[str, bytes, bytes]:
    return what, answer, wanted


@contextmanager
def watched(process: psutil.Process) -> Iterator[list[int]]:
    """Note the memory of a server about once a second."""
    samples: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.7):
            samples.append(memory(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def memory(process: psutil.Process) -> int:
    """Return the memory of a server with all its processes (PSS), in bytes."""
    total = 0
    for member in (process, *process.children(recursive=True)):
        try:
            total += member.memory_full_info().pss
        except psutil.Error:
            continue
    return total
