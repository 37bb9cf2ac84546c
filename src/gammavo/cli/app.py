"""The command line: one function a command, each a thin face of ``site``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gammavo.model.errors import GammavoError

__all__ = ["app", "main", "messages"]

app = typer.Typer(
    help="Turn a folder of gamma-ray event data (DL3 FITS) into a Virtual Observatory "
    "data centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
messages = Console(stderr=True, highlight=False)

SiteOption = Annotated[
    Path, typer.Option("--site", help="The site folder.", show_default="this folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
HERE = Path()


def main() -> None:
    """Run the command line; an anticipated error is one clear message and exit 1."""
    # The commands are registered when their modules are loaded.
    from gammavo.cli import data, serving  # noqa: F401, PLC0415

    try:
        app()
    except GammavoError as error:
        messages.print(f"gammavo: {error.message}", style="red", markup=False)
        if error.advice:
            messages.print(error.advice, markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is no error.
        sys.stdout = None  # type: ignore[assignment]
        sys.exit(0)


def print_json(document: object) -> None:
    """Print a document as JSON on standard output."""
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False, default=str)
    sys.stdout.write("\n")
