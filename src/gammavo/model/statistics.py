"""What the values of a published column are like: known when a release is published.

VODataService 1.2 and TAP 1.1 have no place for this; the pages and the JSON document of
the tables show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["MAX_VALUES", "ColumnStatistics", "TableStatistics", "merged"]

MAX_VALUES = 20
"""A column with more different values than this is no small vocabulary."""


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """Facts about all values of a column.

    Parameters
    ----------
    nulls
        Rows without a value: NULL or not a number.
    minimum, maximum
        Of numbers that are finite, in the unit of the column; None where there is none.
    values
        For a small vocabulary, how many rows have each value; None for other columns.
    """

    nulls: int
    minimum: float | None = None
    maximum: float | None = None
    values: Mapping[str, int] | None = None


TableStatistics = Mapping[str, ColumnStatistics]
"""Statistics by the name of the column; a column may be absent."""


def merged(parts: Iterable[ColumnStatistics]) -> ColumnStatistics:
    """Return the statistics of the rows of all parts together; at least one part."""
    entries = list(parts)
    minima = [e.minimum for e in entries if e.minimum is not None]
    maxima = [e.maximum for e in entries if e.maximum is not None]
    return ColumnStatistics(
        nulls=sum(entry.nulls for entry in entries),
        minimum=min(minima, default=None),
        maximum=max(maxima, default=None),
        values=_counts(entries),
    )


def _counts(entries: Iterable[ColumnStatistics]) -> dict[str, int] | None:
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.values is None:
            return None
        for value, count in entry.values.items():
            counts[value] = counts.get(value, 0) + count
    return counts if len(counts) <= MAX_VALUES else None
