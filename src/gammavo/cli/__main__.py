"""``python -m gammavo.cli`` is the ``gammavo`` command."""

from gammavo.cli import main

main()
