"""UWS 1.1 WAIT: nobody misses a change, nobody waits for ever, nobody is in the way."""

from __future__ import annotations

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.server import Server
from tests.support.uws import PATIENCE, UWS, LiveJob, Session

QUERY = "SELECT COUNT(*) AS n FROM ivoa.obscore"
LONG = "25"
"""Seconds to wait for what comes long before: who sees no change by then, missed it."""


@pytest.fixture
def session(server: Server) -> Session:
    return Session(server.tap)


def test_a_wait_ends_with_the_change(session: Session):
    def watch(job: LiveJob) -> list[str]:
        """Follow a job as clients do: each wait is for the end of the phase just seen."""
        phases = [job.document(WAIT=LONG, PHASE="PENDING").findtext(f"{UWS}phase")]
        while phases[-1] in {"QUEUED", "EXECUTING"}:
            document = job.document(WAIT=LONG, PHASE=phases[-1])
            phases.append(document.findtext(f"{UWS}phase"))
        return [phase or "" for phase in phases]

    order = ["QUEUED", "EXECUTING", "COMPLETED"]
    rng = random.Random(1)
    started = time.monotonic()
    with ThreadPoolExecutor(2) as threads:
        for _ in range(20):
            job = session.create(QUERY)
            # Some begin to wait before the change, some in the midst of it.
            watchers = [threads.submit(watch, job) for _ in range(2)]
            time.sleep(rng.uniform(0, 0.02))
            assert job.post("/phase", PHASE="RUN").status == 303
            for phases in (watcher.result() for watcher in watchers):
                assert phases[-1] == "COMPLETED"
                assert phases == [phase for phase in order if phase in phases]
    assert time.monotonic() - started < PATIENCE


def test_a_wait_ends_when_the_job_is_deleted(session: Session):
    job = session.create(QUERY)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(job.get, fields={"WAIT": LONG})
        time.sleep(0.1)
        assert session.ask("DELETE", job.url).status == 303
        assert waiting.result().status == 404


def test_what_gives_no_reason_to_wait_is_answered_at_once(session: Session):
    started = time.monotonic()
    pending, ended = session.create(QUERY), session.run(QUERY)
    assert ended.end() == "COMPLETED"
    for phase in ("QUEUED", "EXECUTING", "COMPLETED", "HELD"):
        document = pending.document(WAIT=LONG, PHASE=phase)
        assert document.findtext(f"{UWS}phase") == "PENDING"
    for fields in ({}, {"PHASE": "COMPLETED"}, {"PHASE": "EXECUTING"}):
        for seconds in (LONG, "-1"):
            document = ended.document(WAIT=seconds, **fields)
            assert document.findtext(f"{UWS}phase") == "COMPLETED"
    assert pending.document(WAIT="0").findtext(f"{UWS}phase") == "PENDING"
    assert time.monotonic() - started < float(LONG)


def test_a_wait_ends_with_its_time(session: Session):
    job = session.create(QUERY)
    started = time.monotonic()
    assert job.document(WAIT="1").findtext(f"{UWS}phase") == "PENDING"
    assert 1 <= time.monotonic() - started < float(LONG)


def test_many_waits_are_in_nobodys_way(server: Server, session: Session):
    job = session.create(QUERY)
    process = psutil.Process(server.process.pid)
    before = process.num_threads()
    with ExitStack() as stack:
        waiting = [stack.enter_context(begin_to_wait(job)) for _ in range(100)]
        while len(connections(process)) < 100:
            time.sleep(0.01)
        for _ in range(10):
            assert session.sync(QUERY, FORMAT="tsv").status == 200
        other = session.run(QUERY)
        assert other.end() == "COMPLETED"
        # Request threads begin when they are needed, up to a number; not one for each.
        assert process.num_threads() - before < 20
        for sock in waiting:
            sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                sock.recv(1)
            sock.settimeout(PATIENCE)
        assert job.post("/phase", PHASE="ABORT").status == 303
        for sock in waiting:
            assert b"<uws:phase>ABORTED<" in received(sock)


def test_clients_that_leave_while_they_wait_leave_nothing(
    server: Server, session: Session
):
    job = session.create(QUERY)
    process = psutil.Process(server.process.pid)
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(begin_to_wait(job))
        while len(connections(process)) < 50:
            time.sleep(0.01)
    end = time.monotonic() + PATIENCE
    while len(connections(process)) > 10 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(connections(process)) <= 10
    assert session.ask("DELETE", job.url).status == 303


def begin_to_wait(job: LiveJob) -> socket.socket:
    """Send a request that waits; its answer comes later."""
    parts = urlsplit(job.url)
    sock = socket.create_connection((parts.hostname, parts.port or 80), PATIENCE)
    sock.sendall(
        f"GET {parts.path}?WAIT=-1&PHASE=PENDING HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Connection: close\r\n\r\n".encode()
    )
    return sock


def received(sock: socket.socket) -> bytes:
    """Return all that comes."""
    blocks = []
    while block := sock.recv(65536):
        blocks.append(block)
    return b"".join(blocks)


def connections(process: psutil.Process) -> list[object]:
    """Return the clients that a server has now."""
    found = process.net_connections("tcp")
    return [entry for entry in found if entry.status == psutil.CONN_ESTABLISHED]
