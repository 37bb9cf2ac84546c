"""Commands that run the server: serve, demo, doctor."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import typer
import uvicorn

from gammavo.cli.app import HERE, SiteOption, app, messages
from gammavo.cli.previews import PreviewsOption, previews_beside
from gammavo.cli.reports import print_reports, progress
from gammavo.model.errors import GammavoError, UsageError
from gammavo.site import Site, SiteApplication, build_application, create_site
from gammavo.site.config import FILE_NAME
from gammavo.site.lending import LendingProtocol

HostOption = Annotated[str, typer.Option("--host", help="Address to listen at.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535)]


@app.command("serve")
def serve(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of DL3 files to serve without a site (temporary)."),
    ] = None,
    site: SiteOption = HERE,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    previews: PreviewsOption = True,
) -> None:
    """Serve a site, or a bare folder of DL3 files."""
    with ExitStack() as stack:
        if folder is not None and not (folder / FILE_NAME).is_file():
            site = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            create_site(site)
            _ingest(Site.open(site), folder)
            if previews:
                stack.enter_context(previews_beside(site))
        elif folder is not None:
            site = folder
        _run(Site.open(site), host, port)


def _ingest(site: Site, folder: Path) -> None:
    from gammavo.archive.publish import PublishOptions, publish  # noqa: PLC0415 - late: needs astropy

    with progress(quiet=not messages.is_terminal) as advance:
        result = publish(
            site.archive,
            folder,
            PublishOptions(authority=site.config.site.authority, on_progress=advance),
        )
    print_reports(result.reports)


def _run(site: Site, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; running answers get 5 seconds to end."""
    base_url = site.base_url(host, port)
    if host in {"0.0.0.0", "::"} and not site.config.site.public_url:  # noqa: S104
        messages.print(
            f"Links will begin with {base_url}: set public_url in {FILE_NAME}.",
            style="yellow",
            markup=False,
        )
    # uvicorn ends in order on SIGTERM and then raises it again: that shall be exit 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _listening(host, port) as sock:
        _serve(build_application(site, base_url), sock, base_url)


def _listening(host: str, port: int) -> socket.socket:
    """Take the address before anything is said of it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(
            f"The server cannot listen at {host} port {port}: {error.strerror}.",
            advice="Choose another one with --port or --host.",
        ) from error


class _Server(uvicorn.Server):
    """A server that tells the site of a signal before it waits for open requests."""

    def __init__(self, config: uvicorn.Config, on_signal: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_signal = on_signal

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self._on_signal()
        super().handle_exit(sig, frame)


def _serve(application: SiteApplication, sock: socket.socket, base_url: str) -> None:
    messages.print(f"Serving {base_url}/ and TAP at {base_url}/tap", markup=False)
    config = uvicorn.Config(
        application,
        access_log=False,
        http=LendingProtocol,
        lifespan="on",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _Server(config, application.end_waits).run(sockets=[sock])
    if application.failure is not None:
        raise application.failure


@app.command("demo")
def demo(
    data: Annotated[
        Path | None, typer.Option("--data", help="DL3 files; else they are simulated.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--folder", help="Folder for the demonstration.")
    ] = Path(".demo"),
    port: PortOption = 8000,
) -> None:
    """Set up a site, publish a release, serve it and show a first ObsTAP row."""
    site_folder = folder / "site"
    if not (site_folder / FILE_NAME).is_file():
        create_site(site_folder)
    site = Site.open(site_folder)
    if data is None:
        data = folder / "simulated"
        if not (data / "obs-index.fits.gz").is_file():
            from gammavo.dl3 import simulate  # noqa: PLC0415 - late: needs astropy

            simulate(data, runs=12, seed=1)
    if not data.is_dir():
        raise UsageError(f"There is no folder {data}.")
    _ingest(site, data)
    threading.Thread(
        target=_show_first_row, args=(site.base_url("127.0.0.1", port),), daemon=True
    ).start()
    with previews_beside(site_folder):
        _run(site, "127.0.0.1", port)


def _show_first_row(base_url: str) -> None:
    """Ask the server for one row as soon as it answers, and print it."""
    tap = f"{base_url}/tap"
    for _ in range(200):
        try:
            with urlopen(f"{tap}/availability", timeout=5):  # noqa: S310 - our own URL
                break
        except URLError:
            time.sleep(0.05)
    adql = (
        "SELECT TOP 1 obs_id, target_name, s_ra, s_dec, t_min, t_exptime, access_url "
        "FROM ivoa.obscore WHERE dataproduct_type = 'event' ORDER BY t_min"
    )
    query = urlencode({"LANG": "ADQL", "FORMAT": "json", "QUERY": adql})
    with urlopen(f"{tap}/sync?{query}", timeout=30) as answer:  # noqa: S310
        document = json.load(answer)
    messages.print("\nFirst row of ivoa.obscore:", style="bold")
    for column, value in zip(document["metadata"], document["data"][0], strict=True):
        messages.print(f"  {column['name']:12} {value}", markup=False)
    messages.print(f"\nTAP service: {tap}   (Ctrl-C ends it)\n", markup=False)


@app.command("doctor")
def doctor(site: SiteOption = HERE) -> None:
    """Tell whether this machine and site are fit to serve; exit 1 if not."""
    lines = [
        ("gammavo", version("gammavo"), True),
        ("Python", platform.python_version(), sys.version_info >= (3, 11)),
        ("SQLite", sqlite3.sqlite_version, sqlite3.sqlite_version_info >= (3, 35)),
        ("processors", str(os.cpu_count()), True),
    ]
    lines += [
        (package, version(package), True)
        for package in ("astropy", "duckdb", "pyarrow", "django", "mocpy")
    ]
    free = shutil.disk_usage(site).free // 2**20
    lines.append(("free disk", f"{free} MiB", free > 1024))
    lines += _site_lines(site)
    for name, text, good in lines:
        messages.print(f"{'ok ' if good else 'BAD'}  {name:12} {text}", markup=False)
    if not all(good for _, _, good in lines):
        raise typer.Exit(1)


def _site_lines(folder: Path) -> list[tuple[str, str, bool]]:
    """Return what can be said of a site: settings, releases, a first query."""
    if not (folder / FILE_NAME).is_file():
        return [
            ("site", f"none in {folder.resolve()} ('gammavo init' makes one)", True)
        ]
    try:
        site = Site.open(folder)
        service = site.queries(site.base_url("127.0.0.1", 8000))
        rows = sum(
            batch.num_rows
            for batch in service.query(
                "SELECT obs_id FROM ivoa.obscore", max_rows=None, seconds=60
            ).batches()
        )
    except GammavoError as error:
        return [("site", str(error), False)]
    count = len(service.snapshot().releases)
    authority = site.config.site.authority
    return [
        ("site", f"{count} releases, {rows} products", True),
        ("authority", authority, True),
    ]
