"""What is joined in a query, and by which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gammavo.adql.bound import (
    Aggregate,
    And,
    Call,
    ColumnReference,
    Condition,
    Exists,
    InQuery,
    JoinedSource,
    NamedSource,
    Node,
    QuerySource,
    ScalarQuery,
    Select,
    Source,
    TableSource,
    Value,
)

__all__ = [
    "all_nodes",
    "column_relations",
    "conditions_of",
    "conjuncts",
    "estimated_rows",
    "is_stored",
    "leaves",
]

_UNKNOWN_ROWS: Final = 1_000_000
"""Rows that a table is taken to have if nobody knows."""


def conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that all hold if one does."""
    if isinstance(condition, And):
        for operand in condition.operands:
            yield from conjuncts(operand)
    elif condition is not None:
        yield condition


def leaves(source: Source) -> Iterator[NamedSource]:
    """Yield the relations of a source, from left to right."""
    if isinstance(source, JoinedSource):
        yield from leaves(source.left)
        yield from leaves(source.right)
    elif isinstance(source, NamedSource):
        yield source


def conditions_of(select: Select) -> Iterator[Condition]:
    """Yield the conditions of WHERE and ON."""
    if select.where is not None:
        yield select.where
    pending: list[Source] = [select.source]
    while pending:
        source = pending.pop()
        if isinstance(source, JoinedSource):
            if source.condition is not None:
                yield source.condition
            pending += [source.left, source.right]


def column_relations(value: Value) -> set[str] | None:
    """Return the relations whose columns a value is calculated from.

    None if it is more than a calculation with the columns of one row.
    """
    names = set()
    for node in all_nodes(value):
        if isinstance(node, ScalarQuery | Exists | InQuery | Aggregate):
            return None
        if isinstance(node, Call) and node.function == "rand":
            return None
        if isinstance(node, ColumnReference):
            names.add(node.relation)
    return names


def all_nodes(root: Node) -> Iterator[Node]:
    """Yield a node and all that is below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.children)


def is_stored(source: NamedSource) -> bool:
    """Tell whether a relation can be read twice at no great cost."""
    return isinstance(source, TableSource) or (
        isinstance(source, QuerySource) and source.query is None
    )


def estimated_rows(source: NamedSource) -> int:
    """Return roughly how many rows a relation has."""
    if isinstance(source, TableSource):
        return _UNKNOWN_ROWS if source.rows is None else source.rows
    if isinstance(source, QuerySource) and isinstance(source.query, Select):
        inner = max(estimated_rows(leaf) for leaf in leaves(source.query.source))
        limit = source.query.sorting.limit
        return inner if limit is None else min(inner, limit)
    return _UNKNOWN_ROWS
