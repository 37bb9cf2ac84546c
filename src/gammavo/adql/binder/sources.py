"""The FROM clause: tables, subqueries and joins become relations in scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    QuerySource,
    Role,
    RoleKind,
    Source,
    TableSource,
)
from gammavo.adql.datatypes import coerced, common_type
from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.tree import JoinKind, Name
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
        Role(RoleKind.REGION, (r.column,), (r.x, r.y, r.z, r.radius), r.largest)
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
                carrying = self.context.carrying(node.query, self.parent)
                relation = self._relation(
                    node, node.alias.text, carrying.columns, carrying.roles
                )
                source = QuerySource(relation.engine_name, carrying.query)
                return _Bound(source, [relation], _entries(relation))
            case tree.Join():
                return self._join(node)

    def _table(self, node: tree.TableName) -> _Bound:
        if len(node.names) == 1:
            for common in self.context.common:
                if matches(node.names[0], common.name.text):
                    alias = (node.alias or common.name).text
                    relation = self._relation(node, alias, common.columns, common.roles)
                    query = QuerySource(relation.engine_name, None, common.engine_name)
                    return _Bound(query, [relation], _entries(relation))
        entry = self.context.catalog.table(node.names)
        self.context.tables[entry.table.name] = None
        relation = self._relation(
            node,
            node.alias.text if node.alias else "",
            entry.columns,
            roles_of_table(entry.table),
        )
        relation = replace(relation, computed=entry.stored.computed)
        if node.alias is None:
            names = tuple(part for part in (entry.schema, entry.name) if part)
            relation = replace(relation, names=names)
        source = TableSource(
            relation.engine_name,
            entry.stored.schema,
            entry.stored.name,
            entry.table.name,
            entry.table.rows,
        )
        return _Bound(source, [relation], _entries(relation))

    def _relation(
        self,
        node: tree.Node,
        alias: str,
        columns: tuple[tuple[str, Column], ...],
        roles: tuple[Role, ...],
    ) -> Relation:
        engine_name = self.context.new_relation(roles, node.at)
        return Relation(engine_name, (alias,), columns, roles)

    def _join(self, node: tree.Join) -> _Bound:
        left, right = self._source(node.left), self._source(node.right)
        relations = left.relations + right.relations
        entries = left.entries + right.entries
        condition: Condition | None = None
        if node.on is not None:
            scope = Scope(relations, entries, self.parent)
            condition = ConditionBinder(scope, self.context, "ON").condition(node.on)
        elif node.natural or node.using:
            names = node.using or _common_names(node, left, right)
            condition, entries = self._merged(node, names, left, right)
        source = JoinedSource(node.kind, left.source, right.source, condition)
        return _Bound(source, relations, entries)

    def _merged(
        self, node: tree.Join, names: Sequence[Name], left: _Bound, right: _Bound
    ) -> tuple[Condition, list[Entry]]:
        """Join by columns of the same names, each of which then stands only once."""
        tests: list[Condition] = []
        merged: list[Entry] = []
        used: list[Entry] = []
        for name in names:
            first = _one_entry(name, left.entries, "left")
            second = _one_entry(name, right.entries, "right")
            pair = first.value(name.at), second.value(name.at)
            tests.append(Comparison("=", *comparable(*pair, tree.Node(name.at))))
            entry = second if node.kind is JoinKind.RIGHT else first
            if node.kind is JoinKind.FULL:
                datatype = common_type(pair[0].datatype, pair[1].datatype)
                values = tuple(coerced(value, datatype) for value in pair)
                entry = first._replace(merged=Call(datatype, "coalesce", values))
            merged.append(entry)
            used += (first, second)
        rest = [e for e in left.entries + right.entries if e not in used]
        return And(tuple(tests)), merged + rest


def _entries(relation: Relation) -> list[Entry]:
    return [Entry(relation, name, column) for name, column in relation.columns]


def _common_names(node: tree.Join, left: _Bound, right: _Bound) -> tuple[Name, ...]:
    known = {entry.column.name.lower() for entry in right.entries}
    names = [e.column.name for e in left.entries if e.column.name.lower() in known]
    if not names:
        raise AdqlError(
            "the tables have no column in common for a NATURAL JOIN",
            node.at,
            "use JOIN ... ON",
        )
    return tuple(Name(name, exact=False, at=node.at) for name in dict.fromkeys(names))


def _one_entry(name: Name, entries: Sequence[Entry], side: str) -> Entry:
    found = [entry for entry in entries if matches(name, entry.column.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise AdqlError(
            f'"{name.text}" is ambiguous on the {side} side of the join',
            name.at,
            "use ON with qualified names",
        )
    hint = did_you_mean(name.text, [entry.column.name for entry in entries])
    raise AdqlError(
        f'unknown column "{name.text}" on the {side} side of the join', name.at, hint
    )
