"""Names of columns for formats in which no two columns may have the same."""

from __future__ import annotations

from collections.abc import Sequence

from gammavo.model.columns import Column

__all__ = ["distinct_names"]


def distinct_names(columns: Sequence[Column]) -> list[str]:
    """Return the names; the second column of a name gets ``_2`` appended, and so on."""
    taken = {column.name for column in columns}
    used: set[str] = set()
    names = []
    for column in columns:
        name, number = column.name, 1
        while name in used or (number > 1 and name in taken):
            number += 1
            name = f"{column.name}_{number}"
        used.add(name)
        names.append(name)
    return names
