"""Where the engine has the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["ComputedColumn", "StoredTable"]


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A column that the engine calculates from a stored one, NULL from NULL.

    Parameters
    ----------
    before, after
        SQL around the stored column; never text of a user.
    stored
        Name of the stored column.
    """

    before: str
    stored: str
    after: str = ""

    def sql(self, column: str) -> str:
        """Return the expression for the stored column as it is called at some place."""
        return f"({self.before}{column}{self.after})"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """What the engine calls a table, and the columns that are not stored as they are.

    Parameters
    ----------
    schema, name
        The engine's names.
    computed
        Columns that it calculates, by their names.
    """

    schema: str
    name: str
    computed: Mapping[str, ComputedColumn] = field(
        default_factory=lambda: MappingProxyType({})
    )
