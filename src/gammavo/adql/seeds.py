"""Random numbers that a seed decides.

ADQL 2.1 leaves the meaning of the argument of RAND open. Here ``RAND(seed)`` is a number
that depends on the seed and on the row: the same query gives the same numbers again, and
rows of one query have different numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from gammavo.adql.bound import (
    Call,
    ColumnReference,
    JoinedSource,
    NamedSource,
    Select,
    Source,
    Value,
)
from gammavo.adql.joins import leaves
from gammavo.adql.tokens import Kind, Token
from gammavo.model.columns import Column, Datatype

__all__ = ["ROW_COLUMN", "NumberedSource", "Seeds"]

ROW_COLUMN = "rand:row"
"""Name of the column with the number of the row."""

_NOWHERE = Token(Kind.END, "", "", 1, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class NumberedSource(NamedSource):
    """The rows of a source, numbered in the order in which the engine reads them."""

    parts: ClassVar[tuple[str, ...]] = ("source",)

    source: NamedSource


class Seeds:
    """Makes the random numbers of one SELECT after the other.

    Attributes
    ----------
    sources
        What is joined at this place of the query.
    """

    def __init__(self) -> None:
        self.sources: tuple[NamedSource, ...] = ()
        self._used = False

    def enter(self, select: Select) -> tuple[tuple[NamedSource, ...], bool]:
        """Begin with a SELECT; returns what :meth:`leave` needs."""
        before = self.sources, self._used
        self.sources, self._used = tuple(leaves(select.source)), False
        return before

    def leave(
        self, select: Select, before: tuple[tuple[NamedSource, ...], bool]
    ) -> Select:
        """Return the finished SELECT, with numbers of rows if it needs them."""
        used = self._used
        self.sources, self._used = before
        return replace(select, source=_numbered(select.source)) if used else select

    def number(
        self, call: Call, keys: Sequence[Value], grouped: Collection[str]
    ) -> Call:
        """Return a random number of a row, or of a group.

        Parameters
        ----------
        call
            RAND with a seed.
        keys
            What tells groups apart.
        grouped
            Relations whose rows are groups at this place.
        """
        of = keys
        if not any(source.relation in grouped for source in self.sources):
            self._used = True
            of = _row_numbers(self.sources)
        return replace(call, function="rand_of", arguments=(*call.arguments, *of))


def _row_numbers(sources: Iterable[NamedSource]) -> list[Value]:
    column = Column(ROW_COLUMN, Datatype.BIGINT, "Serves the engine", hidden=True)
    return [
        ColumnReference(Datatype.BIGINT, source.relation, ROW_COLUMN, column, _NOWHERE)
        for source in sources
    ]


def _numbered(source: Source) -> Source:
    if isinstance(source, JoinedSource):
        left, right = _numbered(source.left), _numbered(source.right)
        return replace(source, left=left, right=right)
    return NumberedSource(source.relation, source)
