"""Whether a grouped query asks only for what each group has one of."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gammavo.adql.bound import Aggregate, ColumnReference, Node, Value
from gammavo.adql.errors import AdqlError

__all__ = ["check_grouped"]


def check_grouped(
    node: Node, keys: Collection[Value], relations: Collection[str]
) -> None:
    """Check that a value or condition is the same for all rows of a group.

    Parameters
    ----------
    node
        Of the select list, HAVING or ORDER BY.
    keys
        What the query is grouped by.
    relations
        Engine's names of the query's own relations; columns of outer queries do not
        change within a group.

    Raises
    ------
    AdqlError
        A column is neither a key nor the argument of a set function.
    """
    for column in _loose_columns(node, keys):
        if column.relation in relations:
            raise AdqlError(
                f'the query has groups, but "{column.column.name}" differs within them',
                column.at,
                "add it to GROUP BY, or take its MIN, MAX or AVG",
            )


def _loose_columns(node: Node, keys: Collection[Value]) -> Iterator[ColumnReference]:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Value) and current in keys:
            continue
        if isinstance(current, ColumnReference):
            yield current
        elif not isinstance(current, Aggregate):
            pending.extend(current.children)
