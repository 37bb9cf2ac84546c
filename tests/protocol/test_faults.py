"""A bad day: killed servers, killed workers, full disks. Nothing hangs, nothing is lost."""

from __future__ import annotations

import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.protocol.test_tap_sync import status_of
from tests.support.processes import becomes_idle, busy_worker, template, workers
from tests.support.server import (
    Server,
    free_port,
    gammavo,
    running_server,
    started_server,
)
from tests.support.uws import PATIENCE, Session

COUNT = "SELECT COUNT(*) AS n FROM ivoa.obscore WHERE dataproduct_type = 'event'"
MEDIUM = (
    "SELECT COUNT(*) + {} AS n FROM simulated_dl3.events a, simulated_dl3.events b "
    "WHERE SIN(a.ra + b.ra) > 2 AND a.obs_id = '100001' AND b.obs_id = '100002'"
)
ENDLESS = (
    "SELECT COUNT(*) AS n FROM simulated_dl3.events a, simulated_dl3.events b, "
    "simulated_dl3.events c WHERE SIN(a.ra + b.ra + c.ra) > 2"
)
LARGE = (
    "SELECT a.ra, a.dec, b.energy FROM simulated_dl3.events a, simulated_dl3.events b"
)
DISK = 96
"""Megabytes of the small disk; the releases and the database need a part of it."""


@pytest.fixture(scope="module")
def site(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a site on a small disk of its own, where one can be had."""
    folder = tmp_path_factory.mktemp("faults") / "site"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", folder]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        gammavo("init", folder)
        gammavo("ingest", simulated, "--site", folder, "--no-previews")
        yield folder
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    with running_server("--site", site, folder=site.parent) as running:
        yield running


@pytest.fixture
def session(server: Server) -> Session:
    return Session(server.tap)


def test_no_job_is_lost_or_stuck_when_the_server_ends(site: Path):
    port = free_port()
    with serving(site, port) as server:
        session = Session(server.tap)
        session.create()  # makes the cookie
        first = [session.run(MEDIUM.format(n), FORMAT="tsv") for n in range(14)]
        endless = [session.run(ENDLESS) for _ in range(2)]
        last = [session.run(MEDIUM.format(n), FORMAT="tsv") for n in range(14, 28)]
        first[2].becomes("COMPLETED")
        with ThreadPoolExecutor(2) as threads:
            # Neither a client that waits nor a long query keeps a server from its end.
            waiting = threads.submit(last[0].get, fields={"WAIT": "-1"})
            query = threads.submit(session.sync, ENDLESS)
            busy_worker(server)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(PATIENCE) == 0
            assert waiting.result().status == 200
            assert query.result().status == 503
            assert status_of(query.result().body)[0] == "ERROR"
    stopped = states(site)
    assert {phase for phase, _ in stopped.values()} == {
        "PENDING",
        "COMPLETED",
        "QUEUED",
    }
    assert {attempts for _, attempts in stopped.values()} == {0, 1}

    with serving(site, port) as server:
        # Both workers get to what has no end; what comes after it waits.
        for job in endless:
            job.becomes("EXECUTING")
        server.process.kill()
    killed = states(site)
    assert [killed[job.id] for job in first] == [("COMPLETED", 1)] * 14
    assert [killed[job.id] for job in endless] == [("EXECUTING", 1)] * 2
    assert [killed[job.id] for job in last] == [("QUEUED", 0)] * 14

    with serving(site, port) as server:
        for job in endless:
            job.becomes("EXECUTING")
            assert job.post("/phase", PHASE="ABORT").status == 303
        for number, job in enumerate((*first, *last)):
            assert job.result() == f"n\n{number}\n".encode()
        found = states(site)
        assert [found[job.id] for job in (*first, *last)] == [("COMPLETED", 1)] * 28
        assert [found[job.id] for job in endless] == [("ABORTED", 2)] * 2
        assert len(session.listed()) == 31
        for url in session.listed():
            assert session.ask("DELETE", url).status == 303
        server.process.kill()


def test_a_worker_that_is_killed_during_a_query(server: Server, session: Session):
    with ThreadPoolExecutor(1) as threads:
        query = threads.submit(session.sync, ENDLESS)
        busy_worker(server).kill()
        reply = query.result()
    assert reply.status == 503
    assert reply.headers["Retry-After"]
    assert "worker" in status_of(reply.body)[1]
    assert session.sync(COUNT, FORMAT="tsv").text == "n\n4\n"


def test_a_worker_that_is_killed_during_a_job(server: Server, session: Session):
    job = session.run(ENDLESS)
    job.becomes("EXECUTING")
    busy_worker(server).kill()
    assert job.end() == "ERROR"
    assert "worker" in job.message
    assert status_of(job.get("/error").body) == ("ERROR", job.message)
    assert session.run(COUNT, FORMAT="tsv").result() == b"n\n4\n"


def test_all_processes_below_the_server_are_killed(server: Server, session: Session):
    idle = workers(server)
    for process in (*idle, *template(server)):
        process.kill()
    assert psutil.wait_procs(idle, PATIENCE)[1] == []
    for _ in range(10):
        assert session.sync(COUNT, FORMAT="tsv").text == "n\n4\n"
    assert session.run(COUNT, FORMAT="tsv").result() == b"n\n4\n"


def test_a_client_that_leaves_ends_its_query(server: Server, session: Session):
    parts = urlsplit(session.tap)
    form = urlencode({"LANG": "ADQL", "QUERY": ENDLESS})
    with socket.create_connection((parts.hostname, parts.port)) as sock:
        sock.sendall(
            f"GET {parts.path}/sync?{form} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        busy_worker(server)
    assert becomes_idle(server)


def test_a_result_that_is_larger_than_a_file_may_be(server: Server, session: Session):
    batch = [worker for worker in workers(server) if worker.nice() > 0]
    assert batch
    with limited(batch, psutil.RLIMIT_FSIZE, 10**6):
        job = session.run(LARGE, FORMAT="csv", MAXREC="1000000")
        assert job.end() == "ERROR"
    assert "incident" not in job.message
    assert "cannot be written" in job.message
    assert session.run(COUNT, FORMAT="tsv").result() == b"n\n4\n"


class TestFullDisk:
    @pytest.fixture(autouse=True)
    def _small(self, site: Path) -> None:
        if not site.is_mount():
            pytest.skip("no small disk: this system lets nobody mount one")

    def test_a_result_that_fills_it(self, site: Path, session: Session):
        before = shutil.disk_usage(site).free
        job = session.run(LARGE, FORMAT="csv", MAXREC="10000000")
        assert job.end() == "ERROR"
        assert "No space left on device" in job.message
        assert before - shutil.disk_usage(site).free < 10**6
        assert session.run(COUNT, FORMAT="tsv").result() == b"n\n4\n"

    def test_others_have_filled_it(self, site: Path, session: Session):
        waiting = session.create(COUNT, FORMAT="tsv")
        filler = site / "filler"
        with filler.open("wb", buffering=0) as stream, suppress(OSError):
            while stream.write(bytes(4096)):
                pass
        assert session.sync(COUNT, FORMAT="tsv").text == "n\n4\n"
        assert session.sync(LARGE, FORMAT="csv", MAXREC="10").status == 200
        replies = [
            session.ask("POST", session.url, {"QUERY": COUNT, "LANG": "ADQL"}),
            waiting.post("/phase", PHASE="RUN"),
            session.ask("GET", session.url),
        ]
        for reply in replies:
            assert reply.status in {200, 303, 503}
            assert reply.status != 503 or "Try again" in status_of(reply.body)[1]
        filler.unlink()
        if waiting.phase == "PENDING":
            assert waiting.post("/phase", PHASE="RUN").status == 303
        if waiting.end() == "ERROR":
            assert "disk" in waiting.message
        else:
            assert waiting.result() == b"n\n4\n"
        assert session.run(COUNT, FORMAT="tsv").result() == b"n\n4\n"


@contextmanager
def serving(site: Path, port: int) -> Iterator[Server]:
    """Serve until the caller ends the server; see to it that its workers end as well."""
    with started_server("--site", site, folder=site.parent, port=port) as server:
        below = psutil.Process(server.process.pid).children(recursive=True)
        yield server
        server.process.wait(PATIENCE)
        assert psutil.wait_procs(below, PATIENCE)[1] == []


def states(site: Path) -> dict[str, tuple[str, int]]:
    """Return phase and number of attempts of each job."""
    with closing(sqlite3.connect(site / "site.sqlite3")) as database:
        rows = database.execute("SELECT job_id, phase, attempts FROM jobs")
        return {job: (phase, attempts) for job, phase, attempts in rows}


@contextmanager
def limited(processes: list[psutil.Process], what: int, most: int) -> Iterator[None]:
    """Set a limit of running processes for a while."""
    before = [process.rlimit(what) for process in processes]
    for process, (_, hard) in zip(processes, before, strict=True):
        process.rlimit(what, (most, hard))
    yield
    for process, limits in zip(processes, before, strict=True):
        if process.is_running():
            process.rlimit(what, limits)
