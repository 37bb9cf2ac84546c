"""The processes of a running server: who they are, and who of them works."""

from __future__ import annotations

import time

import psutil

from tests.support.server import Server
from tests.support.uws import PATIENCE

_BUSY = 0.1
"""Seconds of a processor in a look, from which on a process is at work."""

_LOOK = 0.25


def template(server: Server) -> list[psutil.Process]:
    """Return what the server itself has started: what its workers are forked from."""
    return psutil.Process(server.process.pid).children()


def workers(server: Server) -> list[psutil.Process]:
    """Return its query workers."""
    return [child for parent in template(server) for child in parent.children()]


def busy_worker(server: Server) -> psutil.Process:
    """Wait until a worker is at work; return it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = {worker: _seconds(worker) for worker in workers(server)}
        time.sleep(_LOOK)
        for worker, seconds in before.items():
            if _seconds(worker) - seconds > _BUSY:
                return worker
    raise AssertionError("no worker works")


def becomes_idle(server: Server) -> bool:
    """Return whether all workers come to rest."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = {worker: _seconds(worker) for worker in workers(server)}
        time.sleep(_LOOK)
        if all(_seconds(w) - seconds < _BUSY / 2 for w, seconds in before.items()):
            return True
    return False


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system
