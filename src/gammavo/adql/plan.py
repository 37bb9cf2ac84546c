"""The engine-neutral plan: a bound query without geometry, with its row limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from gammavo.adql.bound import BoundQuery, CommonTable, Query
from gammavo.adql.errors import AdqlError
from gammavo.adql.expansion import LARGEST_PLAN, printed_nodes
from gammavo.adql.explanation import Access, explained
from gammavo.adql.lowering import Lowering
from gammavo.model.columns import Column

__all__ = ["Access", "Plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine has to do.

    Parameters
    ----------
    query
        Bound query with nothing but columns, arithmetic and plain functions in it. It
        gives a row more than ``row_limit``, or any number more, if there are so many.
    columns
        What is known of the output columns.
    tables
        Model names of the tables used.
    row_limit
        Rows to deliver, after which whoever reads them stops. None if the query itself
        gives no more than are wanted.
    overflows
        Whether more rows than that mean that the result is cut. They do not if the query
        itself (TOP) asks for so many.
    access
        The class of its cost, see :mod:`gammavo.adql.explanation`.
    explanation
        What is done with each table, in words for people.
    """

    query: BoundQuery
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    row_limit: int | None
    overflows: bool
    access: Access
    explanation: tuple[str, ...]


_MANY: Final = 10_000
"""From so many rows on it is not the engine that ends a result in no order."""


def plan(bound: BoundQuery, *, max_rows: int | None = None) -> Plan:
    """Return the plan of a bound query.

    Parameters
    ----------
    bound
        What :func:`gammavo.adql.binder.bind` returns.
    max_rows
        Rows to deliver at most, None for all.

    Raises
    ------
    NotSupportedError
        The query uses a function that this service does not have.
    AdqlError
        A shape is none: a latitude out of range, a polygon that crosses itself.
    """
    lowering = Lowering(bound.roles)
    common = tuple(
        CommonTable(table.name, _lowered(table.query, lowering))
        for table in bound.common
    )
    query, row_limit, overflows = _cut(_lowered(bound.query, lowering), max_rows)
    planned = replace(bound, common=common, query=query)
    if printed_nodes(planned) > LARGEST_PLAN:
        raise AdqlError(
            "the shapes of this query are too complex",
            bound.at,
            "use fewer or simpler ones",
        )
    access, explanation = explained(
        lowering.selects, lowering.prefilters.relations, lowering.cross_matches.found
    )
    return Plan(
        planned, bound.columns, bound.tables, row_limit, overflows, access, explanation
    )


def _lowered(query: Query, lowering: Lowering) -> Query:
    changed = lowering.node(query)
    if not isinstance(changed, Query):
        raise TypeError("lowering keeps queries queries")
    return changed


def _cut(query: Query, max_rows: int | None) -> tuple[Query, int | None, bool]:
    """Return the query for more rows than wanted, the number wanted, whether more overflow.

    Where many rows are wanted in any order, whoever reads them stops: a limit takes the
    engine a quarter of a millisecond to plan, and to keep the order of rows it gathers
    those of a large limit in memory, which is slower than all the rest.
    """
    sorting = query.sorting
    own = sorting.limit
    is_own = own is not None and (max_rows is None or own <= max_rows)
    wanted = own if is_own else max_rows
    if wanted is None:
        return query, None, False
    if wanted >= _MANY and not sorting.keys and not sorting.offset:
        unlimited = replace(query, sorting=replace(sorting, limit=None))
        return unlimited, wanted, not is_own
    if is_own:
        return query, None, False
    return replace(query, sorting=replace(sorting, limit=wanted + 1)), wanted, True
