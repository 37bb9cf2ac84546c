"""What pages show of the tables: ADQL in, dictionaries out.

Pages ask as everybody does, so whatever they show can be asked for by TAP.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final

from gammavo.archive import QueryService

__all__ = ["Rows", "literal"]

_KEPT: Final = 64
"""Answers that are kept: those of the home page and of some releases."""
_KEPT_ROWS: Final = 20_000
"""Longer answers are not kept."""
_SECONDS: Final = 20.0
"""A page that takes longer helps nobody."""

_Key = tuple[tuple[tuple[str, int], ...], str, int]


class Rows:
    """Answers of queries; kept while the same releases are in force.

    Parameters
    ----------
    queries
        The query service.
    """

    def __init__(self, queries: QueryService) -> None:
        self._queries = queries
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, list[dict[str, Any]]] = OrderedDict()

    def ask(self, adql: str, *, max_rows: int = 100_000) -> list[dict[str, Any]]:
        """Return the rows of a query, by names of columns; not to be changed.

        Parameters
        ----------
        adql
            The query; texts in it are written by :func:`literal`.
        max_rows
            After so many rows the answer is cut.

        Raises
        ------
        UsageError, UnavailableError, InternalError
            As ``QueryService.query``.
        """
        releases = self._queries.snapshot().releases
        key = (tuple((m.name, m.version) for m in releases), adql, max_rows)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = self._queries.query(adql, max_rows=max_rows, seconds=_SECONDS)
        rows = [row for batch in result.batches() for row in batch.to_pylist()]
        if len(rows) <= _KEPT_ROWS:
            with self._lock:
                self._kept[key] = rows
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return rows


def literal(text: str) -> str:
    """Return a text as ADQL writes it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"
