"""What pages show of the tables: ADQL in, dictionaries out.

Pages ask as everybody does, so whatever they show can be asked for by TAP.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final

from gammavo.adql import number_literal, text_literal
from gammavo.archive import QueryService

__all__ = ["Rows"]

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

    def ask(
        self, adql: str, *, max_rows: int = 100_000, **values: str | float
    ) -> list[dict[str, Any]]:
        """Return the rows of a query, by names of columns; not to be changed.

        Parameters
        ----------
        adql
            The query; ``{name}`` stands for one of the values, if any are given.
        max_rows
            After so many rows the answer is cut.
        values
            Texts and numbers of users; they are written as ADQL's literals, whatever is
            in them.

        Raises
        ------
        UsageError, UnavailableError, InternalError
            As ``QueryService.query``.
        """
        query = adql
        if values:
            query = adql.format(**{name: _literal(v) for name, v in values.items()})
        releases = self._queries.snapshot().releases
        key = (tuple((m.name, m.version) for m in releases), query, max_rows)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        rows = self._answer(query, max_rows)
        if len(rows) <= _KEPT_ROWS:
            with self._lock:
                self._kept[key] = rows
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return rows

    def _answer(self, query: str, max_rows: int) -> list[dict[str, Any]]:
        result = self._queries.query(query, max_rows=max_rows, seconds=_SECONDS)
        # The engine has names of its own for columns.
        names = [column.name for column in result.columns]
        return [
            dict(zip(names, row, strict=True))
            for batch in result.batches()
            for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
        ]


def _literal(value: str | float) -> str:
    if isinstance(value, str):
        return text_literal(value)
    return str(value) if isinstance(value, int) else number_literal(value)
