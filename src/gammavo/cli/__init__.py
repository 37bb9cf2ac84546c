"""The ``gammavo`` command: one function a command, each a thin face of ``site``."""

__all__ = ["main"]


def main() -> None:
    """Run the command; the end of the process is its answer."""
    # Late: worker processes import the script that they descend from, not to run it.
    from gammavo.cli.run import run_command  # noqa: PLC0415

    run_command()
