"""Fetching by URL: what is refused before a connection, and what during it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gammavo.model.errors import UsageError
from gammavo.protocols.fetch import FetchLimits, fetch

PUBLIC = FetchLimits(size=1000, seconds=5)
PRIVATE = FetchLimits(size=1000, seconds=1.0, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
    ],
)
def test_inner_addresses_are_refused(url: str, tmp_path: Path):
    with pytest.raises(UsageError, match="inner network"):
        fetch(url, tmp_path / "x", PUBLIC)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://127.0.0.1/",
        "http:///x",
        "http://user:secret@example.org/",
        "http://exam\nple.org/",
        "http://example.org:99999/",
        "x",
    ],
)
def test_other_addresses_are_refused(url: str, tmp_path: Path):
    with pytest.raises(UsageError):
        fetch(url, tmp_path / "x", PUBLIC)


def test_a_name_that_resolves_to_an_inner_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        addresses = ("93.184.216.34", "127.0.0.1")
        return [(2, 1, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(UsageError, match="inner network"):
        fetch("http://innocent.example.org/", tmp_path / "x", PUBLIC)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            for _ in range(40):
                with suppress(OSError):
                    self.wfile.write(b"X")
                time.sleep(0.1)
            return
        location = {"/to-file": "file:///etc/passwd", "/loop": "/loop", "/ok": "/table"}
        if self.path in location:
            self.send_response(302)
            self.send_header("Location", location[self.path])
            self.end_headers()
            return
        self.send_response(404 if self.path == "/none" else 200)
        self.end_headers()
        self.wfile.write(b"x" * (2000 if self.path == "/large" else 10))

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_fetch_and_redirects(tmp_path: Path):
    with _server() as url:
        fetch(f"{url}/ok", tmp_path / "x", PRIVATE)
        assert (tmp_path / "x").read_bytes() == b"x" * 10
        for path, fault in {
            "/none": "status 404",
            "/large": "larger",
            "/to-file": "cannot be fetched",
            "/loop": "too often",
        }.items():
            with pytest.raises(UsageError, match=fault):
                fetch(url + path, tmp_path / "x", PRIVATE)


def test_a_server_that_dribbles_is_left(tmp_path: Path):
    with _server() as url:
        started = time.monotonic()
        with pytest.raises(UsageError):
            fetch(f"{url}/slow", tmp_path / "x", PRIVATE)
        assert time.monotonic() - started < 3
