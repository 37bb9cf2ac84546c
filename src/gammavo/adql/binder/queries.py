"""Whole queries: SELECT, set operators, WITH."""

from __future__ import annotations

from gammavo.adql import tree
from gammavo.adql.binder.combinations import combined
from gammavo.adql.binder.scope import CarryingQuery, CommonQuery, Context, Scope
from gammavo.adql.binder.selects import SelectBinder
from gammavo.adql.bound import BoundQuery, CommonTable, Query
from gammavo.adql.catalog import Catalog
from gammavo.adql.errors import AdqlError

__all__ = ["bind"]


def bind(
    statement: tree.Statement, catalog: Catalog, *, strict_vocabulary: bool = False
) -> BoundQuery:
    """Resolve all names of a query and check all types.

    Parameters
    ----------
    statement
        What :func:`gammavo.adql.parser.parse` returns.
    catalog
        The tables that the query may use.
    strict_vocabulary
        Compare columns with a vocabulary literally, without the synonyms of its words.

    Raises
    ------
    AdqlError
        A name is unknown or ambiguous, or types, units or groups do not fit.
    """
    return _QueryBinder(catalog, strict_vocabulary).statement(statement)


class _QueryBinder:
    def __init__(self, catalog: Catalog, strict_vocabulary: bool) -> None:
        self.context = Context(
            catalog, strict_vocabulary, self.subquery, self.carrying_query
        )

    def statement(self, node: tree.Statement) -> BoundQuery:
        common = tuple(self._common_table(table) for table in node.common)
        query = self.subquery(node.query, None)
        context = self.context
        return BoundQuery(common, query, tuple(context.tables), context.roles, node.at)

    def _common_table(self, node: tree.WithQuery) -> CommonTable:
        context = self.context
        if any(
            known.name.text.lower() == node.name.text.lower()
            for known in context.common
        ):
            raise AdqlError(f'WITH has "{node.name.text}" twice', node.at)
        carrying = self.carrying_query(node.query, None)
        engine_name = f"w{len(context.common)}"
        context.common.append(
            CommonQuery(node.name, engine_name, carrying.columns, carrying.roles)
        )
        return CommonTable(engine_name, carrying.query)

    def subquery(self, node: tree.Query, parent: Scope | None) -> Query:
        return self._query(node, parent, carry=False).query

    def carrying_query(self, node: tree.Query, parent: Scope | None) -> CarryingQuery:
        return self._query(node, parent, carry=True)

    def _query(
        self, node: tree.Query, parent: Scope | None, *, carry: bool
    ) -> CarryingQuery:
        if isinstance(node, tree.Combination):
            left = self._query(node.left, parent, carry=carry)
            right = self._query(node.right, parent, carry=carry)
            return combined(node, left, right)
        if isinstance(node, tree.SelectQuery):
            return SelectBinder(self.context, node, parent).bind(carry=carry)
        raise AssertionError(f"no rule binds {type(node).__name__}")
