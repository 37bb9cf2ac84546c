"""The entry point: runs a command and turns anticipated errors into messages."""

from __future__ import annotations

import signal
import sys

from gammavo.cli import data, previews, registry, serving
from gammavo.cli.app import app, messages
from gammavo.model.errors import GammavoError

__all__ = ["COMMANDS", "run_command"]

COMMANDS = (data, previews, registry, serving)
"""The modules whose functions are the commands: loading them registers these."""


def run_command() -> None:
    """Run the command line; an anticipated error is one clear message and exit 1."""
    # SIGTERM ends in order: temporary folders go, locks are free, exit 0 for a server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app()
    except GammavoError as error:
        messages.print(f"gammavo: {error}", style="red", markup=False)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is no error.
        sys.stdout = None
        sys.exit(0)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        text = error.strerror or str(error)
        messages.print(f"gammavo: {place}{text}", style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
