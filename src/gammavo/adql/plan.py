"""The engine-neutral plan: a bound query without geometry, with its row limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from gammavo.adql.bound import BoundQuery, CommonTable, Query, Select
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
        Bound query with nothing but columns, arithmetic and plain functions in it, cut
        to one row more than ``row_limit``.
    columns
        What is known of the output columns.
    tables
        Model names of the tables used.
    row_limit
        Rows to deliver; if the query gives one more, the result is cut. None if nothing
        but the query itself limits its rows.
    access
        The class of its cost, see :mod:`gammavo.adql.explanation`.
    explanation
        What is done with each table, in words for people.
    """

    query: BoundQuery
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    row_limit: int | None
    access: Access
    explanation: tuple[str, ...]


_MANY: Final = 10_000
"""Rows beyond which it is not the engine that cuts off a result in no order."""


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
    query, row_limit = _cut(_lowered(bound.query, lowering), max_rows)
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
    return Plan(planned, bound.columns, bound.tables, row_limit, access, explanation)


def _lowered(query: Query, lowering: Lowering) -> Query:
    changed = lowering.node(query)
    if not isinstance(changed, Query):
        raise TypeError("lowering keeps queries queries")
    return changed


def _cut(query: Query, max_rows: int | None) -> tuple[Query, int | None]:
    """Return the query for one row more than wanted, and the number wanted.

    A query that asks itself for no more rows than that is never cut. Where many rows are
    wanted in any order, whoever reads them stops: a limit takes the engine a quarter of a
    millisecond to plan.
    """
    own = query.sorting.limit if isinstance(query, Select) else None
    if max_rows is None or (own is not None and own <= max_rows):
        return query, None
    if max_rows >= _MANY and not query.sorting.keys and query.sorting.limit is None:
        return query, max_rows
    sorting = replace(query.sorting, limit=max_rows + 1)
    return replace(query, sorting=sorting), max_rows
