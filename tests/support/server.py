"""A real server process, as its users start it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

GAMMAVO = (sys.executable, "-m", "gammavo.cli")


@dataclass(frozen=True)
class Server:
    """A running server: address, site folder, process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def tap(self) -> str:
        """Base URL of the TAP service."""
        return f"{self.url}/tap"


def gammavo(
    *arguments: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    command = [*GAMMAVO, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=check, timeout=300
    )


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def running_server(
    *arguments: str | Path, folder: Path, port: int = 0
) -> Iterator[Server]:
    """Serve, wait until queries are answered, end with SIGTERM and expect exit 0."""
    with started_server(*arguments, folder=folder, port=port) as server:
        yield server
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(60)
        assert code == 0, (folder / "server.log").read_text()


@contextmanager
def started_server(
    *arguments: str | Path, folder: Path, port: int = 0
) -> Iterator[Server]:
    """Serve; how the server ends is the business of the caller.

    Parameters
    ----------
    arguments
        Of ``gammavo serve``.
    folder
        For its log, to which a later server appends.
    port
        Where it listens; 0 for a free one.
    """
    port = port or free_port()
    command = [*GAMMAVO, "serve", *map(str, arguments), "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/tap/availability", process, folder)
            yield Server(f"http://127.0.0.1:{port}", folder, process)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError((folder / "server.log").read_text())
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")
