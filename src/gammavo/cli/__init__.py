"""The ``gammavo`` command: one function a command, each a thin face of ``site``."""

from gammavo.cli.run import main

__all__ = ["main"]
