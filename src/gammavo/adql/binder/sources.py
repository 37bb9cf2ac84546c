"""The FROM clause: tables, subqueries and joins become relations in scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gammavo.adql import tree
from gammavo.adql.binder.conditions import ConditionBinder, comparable
from gammavo.adql.binder.scope import Context, Entry, Relation, Scope, matches
from gammavo.adql.bound import (
    And,
    Call,
    Comparison,
    Condition,
    JoinedSource,
    Query,
    QuerySource,
    Role,
    RoleKind,
    Source,
    TableSource,
)
from gammavo.adql.errors import AdqlError
from gammavo.adql.tree import JoinKind
from gammavo.adql.types import coerced, common_type
from gammavo.model.columns import Column, Table

__all__ = ["SourceBinder", "roles_of_table"]


class _Bound(NamedTuple):
    """A bound source, its relations, and the columns that ``*`` shows."""

    source: Source
    relations: list[Relation]
    entries: list[Entry]


def roles_of_table(table: Table) -> tuple[Role, ...]:
    """Return what the hidden columns of a table are for."""
    roles = [
        Role(
            RoleKind.POSITION,
            (p.longitude, p.latitude),
            (p.healpix, p.x, p.y, p.z),
        )
        for p in table.positions
    ]
    roles += [
        Role(RoleKind.REGION, (r.column,), (r.x, r.y, r.z, r.radius))
        for r in table.regions
    ]
    stored = {column.name for column in table.columns}
    roles += [
        Role(RoleKind.VOCABULARY, (column.name,), (column.synonyms.column,))
        for column in table.columns
        if column.synonyms is not None and column.synonyms.column in stored
    ]
    return tuple(roles)


class SourceBinder:
    """Binds the FROM clause of one SELECT whose outer scope is ``parent``."""

    def __init__(self, context: Context, parent: Scope | None) -> None:
        self.context = context
        self.parent = parent

    def bind(self, node: tree.TableReference) -> tuple[Source, Scope]:
        """Return the bound source and the scope that it makes.

        Raises
        ------
        AdqlError
            A table or column is unknown, or two tables have the same name.
        """
        bound = self._source(node)
        seen: set[tuple[str, ...]] = set()
        for relation in bound.relations:
            name = tuple(part.lower() for part in relation.names)
            if name in seen:
                raise AdqlError(
                    f'two tables are called "{".".join(relation.names)}"',
                    node.at,
                    "give them different names with AS",
                )
            seen.add(name)
        return bound.source, Scope(bound.relations, bound.entries, self.parent)

    def _source(self, node: tree.TableReference) -> _Bound:
        match node:
            case tree.TableName():
                return self._table(node)
            case tree.DerivedTable():
                query, roles = self.context.carrying(node.query, self.parent)
                return self._query_source(node, node.alias.text, query, roles)
            case tree.Join():
                return self._join(node)

    def _table(self, node: tree.TableName) -> _Bound:
        if len(node.names) == 1:
            for name, query, roles in self.context.common.values():
                if matches(node.names[0], name.text):
                    alias = node.alias.text if node.alias else name.text
                    common = (query, self.context.common_name(name))
                    return self._query_source(node, alias, *common[:1], roles, common[1])
        entry = self.context.catalog.table(node.names)
        table = entry.table
        self.context.tables[table.name] = None
        roles = roles_of_table(table)
        engine_name = self.context.new_relation(roles, node.at)
        names = tuple(part for part in (entry.schema, entry.name) if part)
        relation = Relation(
            engine_name,
            (node.alias.text,) if node.alias else names,
            tuple((column.name, column) for column in table.public_columns),
            roles,
        )
        source = TableSource(engine_name, (entry.schema, entry.name), roles)
        return _Bound(source, [relation], _entries(relation))
