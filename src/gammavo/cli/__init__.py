"""The ``gammavo`` command."""

from gammavo.cli.app import main

__all__ = ["main"]
