"""Sites to measure: simulated releases, published once for all groups."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from gammavo.dl3 import simulate
from gammavo.site import Site, create_site

GAMMAVO = (sys.executable, "-m", "gammavo.cli")


def simulated_data(folder: Path, events: int) -> Path:
    """Return a folder with that many simulated events; made once."""
    data = folder / f"data-{events}"
    if not data.exists():
        simulate(data, runs=20, seed=1, events_per_run=events // 20)
    return data


def published_site(folder: Path, events: int) -> Path:
    """Return a site with a simulated release of that many events; made once."""
    return _published(folder / f"site-{events}", lambda: simulated_data(folder, events))


def published_runs(folder: Path, runs: int) -> Path:
    """Return a site with a simulated release of that many small runs; made once."""

    def data() -> Path:
        made = folder / f"runs-{runs}"
        simulate(made, runs=runs, seed=1, events_per_run=5000)
        return made

    return _published(folder / f"site-runs-{runs}", data)


def _published(site: Path, make_data: Callable[[], Path]) -> Path:
    if not site.exists():
        create_site(site)
        command = [
            *GAMMAVO,
            "ingest",
            make_data(),
            "--site",
            site,
            "--release",
            "bench",
            "--json",
            "--no-previews",
        ]
        subprocess.run(command, check=True, capture_output=True)
    return Site.open(site).folder


@contextmanager
def served(site: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    """Serve a site; gives the TAP address, the process and seconds to the first answer."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    started = time.perf_counter()
    command = [*GAMMAVO, "serve", "--site", site, "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    tap = f"http://127.0.0.1:{port}/tap"
    try:
        while True:
            try:
                with urlopen(f"{tap}/availability"):
                    break
            except URLError:
                time.sleep(0.02)
        yield tap, psutil.Process(process.pid), time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()
