"""``python -m gammavo.cli`` is the ``gammavo`` command."""

from gammavo.cli.run import main

main()
