"""What all commands share: the Typer application, options, where messages go."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["HERE", "JsonOption", "SiteOption", "app", "messages", "print_json"]

app = typer.Typer(
    help="Turn a folder of gamma-ray event data (DL3 FITS) into a Virtual Observatory "
    "data centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
messages = Console(stderr=True, highlight=False, soft_wrap=True)

SiteOption = Annotated[
    Path, typer.Option("--site", help="The site folder.", show_default="this folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
HERE = Path()


def print_json(document: object) -> None:
    """Print a document as JSON on standard output."""
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False, default=str)
    sys.stdout.write("\n")
