"""Making previews: after publishing, on demand, and beside a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from gammavo.cli.app import HERE, SiteOption, app, messages
from gammavo.cli.reports import progress
from gammavo.site import Site

__all__ = ["PreviewsOption", "make_previews", "previews_beside"]

PreviewsOption = Annotated[
    bool, typer.Option("--previews/--no-previews", help="Make pictures and sky tiles.")
]


@app.command("previews")
def previews(
    release: Annotated[
        str | None, typer.Argument(help="One release; else all in force.")
    ] = None,
    site: SiteOption = HERE,
    again: Annotated[
        bool, typer.Option("--again", help="Make those that are there, too.")
    ] = False,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="Processes that draw.")
    ] = os.cpu_count() or 1,
) -> None:
    """Make pictures of runs, coverage and sky tiles that are missing."""
    with progress(quiet=not messages.is_terminal) as advance:
        make_previews(Site.open(site), release, processes, advance, again=again)


def make_previews(
    site: Site,
    release: str | None,
    processes: int,
    advance: Any,
    *,
    again: bool = False,
) -> None:
    """Make what is missing and tell what could not be made; it is no error."""
    from gammavo.archive.previews.build import build_previews  # noqa: PLC0415 - late: needs astropy

    results = build_previews(
        site.archive,
        release=release,
        processes=processes,
        again=again,
        on_progress=advance,
    )
    for result in results:
        for failure in result.failures:
            messages.print(f"no preview: {failure}", style="yellow", markup=False)
        messages.print(
            f"Previews of {result.release}: {result.made} made", markup=False
        )


@contextmanager
def previews_beside(site: Path) -> Iterator[None]:
    """Make previews in another process while something else is done; it ends with that.

    What it has not finished is made by the next one.
    """
    command = [sys.executable, "-m", "gammavo.cli", "previews", "--site", str(site)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        # At once, with its drawing processes: a half-made picture is never in place.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
