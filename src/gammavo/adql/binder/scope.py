"""What names mean at one place of a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from gammavo.adql.bound import ColumnReference, Query, Role, Value
from gammavo.adql.catalog import Catalog
from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.stored import ComputedColumn
from gammavo.adql.tokens import Token
from gammavo.adql.tree import Name
from gammavo.adql.tree import Query as QueryTree
from gammavo.model.columns import Column, Datatype

__all__ = [
    "CarryingQuery",
    "CommonQuery",
    "Context",
    "Entry",
    "Relation",
    "Scope",
    "hidden_column",
    "matches",
]

_MOST_RELATIONS = 64
"""Tables and subqueries of one query; the engine plans their joins in all orders."""


def matches(name: Name, known: str) -> bool:
    """Tell whether an identifier means a known name."""
    if name.exact:
        return name.text == known
    return name.text.lower() == known.lower()


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or subquery in FROM.

    Parameters
    ----------
    engine_name
        Unique in the whole query.
    names
        What qualifies its columns: the alias, or schema and table.
    columns
        Public columns with their engine's names.
    roles
        What its hidden columns are for.
    computed
        Columns that the engine calculates, by the engine's names.
    """

    engine_name: str
    names: tuple[str, ...]
    columns: tuple[tuple[str, Column], ...]
    roles: tuple[Role, ...]
    computed: Mapping[str, ComputedColumn] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def is_called(self, names: Sequence[Name]) -> bool:
        """Tell whether a qualifier means this relation."""
        known = self.names[-len(names) :]
        return len(names) == len(known) and all(map(matches, names, known))


class Entry(NamedTuple):
    """A column that ``*`` shows: of a relation, or (``merged``) of several ones."""

    relation: Relation
    engine_name: str
    column: Column
    merged: Value | None = None

    def value(self, at: Token) -> Value:
        """Return a reference to this column, made at a token."""
        if self.merged is not None:
            return self.merged
        return ColumnReference(
            self.column.datatype,
            self.relation.engine_name,
            self.engine_name,
            self.column,
            at,
            self.relation.computed.get(self.engine_name),
        )


@dataclass(slots=True)
class Scope:
    """The columns that one SELECT sees.

    ``grouped`` is set when the rows have become groups: hidden columns no longer exist
    for each row then. ``aliases`` are values of the select list, which ORDER BY and
    GROUP BY may name where no column has the name.
    """

    relations: list[Relation]
    entries: list[Entry]
    parent: Scope | None = None
    grouped: bool = False
    aliases: list[tuple[str, Value]] = field(default_factory=list)
    _by_name: dict[str, list[Entry]] | None = None

    def column(self, names: Sequence[Name]) -> Value:
        """Return the column that a query names.

        Raises
        ------
        AdqlError
            It is unknown, or several columns have the name.
        """
        at = names[0].at
        scope: Scope | None = self
        while scope is not None:
            found = scope._found(names)
            if len(found) == 1:
                return found[0].value(at)
            if found:
                raise AdqlError(
                    f'"{names[-1].text}" is ambiguous', at, _qualified_hint(found)
                )
            scope = scope.parent
        for name, value in self.aliases:
            if len(names) == 1 and matches(names[0], name):
                return value
        raise self._unknown(names)

    def knows(self, names: Sequence[Name]) -> bool:
        """Tell whether this or an outer scope has a column of that name."""
        scope: Scope | None = self
        while scope is not None:
            if scope._found(names):
                return True
            scope = scope.parent
        return False

    def _found(self, names: Sequence[Name]) -> list[Entry]:
        *qualifier, name = names
        if not qualifier:
            if self._by_name is None:
                self._by_name = defaultdict(list)
                for entry in self.entries:
                    self._by_name[entry.column.name.lower()].append(entry)
            candidates: Iterable[Entry] = self._by_name.get(name.text.lower(), ())
        else:
            candidates = [
                Entry(relation, engine_name, column)
                for relation in self.relations
                if relation.is_called(qualifier)
                for engine_name, column in relation.columns
            ]
        return [entry for entry in candidates if matches(name, entry.column.name)]

    def relation(self, names: Sequence[Name]) -> Relation:
        """Return the relation of this scope that a qualifier means.

        Raises
        ------
        AdqlError
            There is none, or there are several.
        """
        found = [r for r in self.relations if r.is_called(names)]
        if len(found) == 1:
            return found[0]
        written = ".".join(name.text for name in names)
        if found:
            raise AdqlError(f'"{written}" is ambiguous', names[0].at, "use aliases")
        known = [".".join(r.names) for r in self.relations]
        hint = did_you_mean(written, known) or f"the query has {', '.join(known)}"
        raise AdqlError(f'unknown table "{written}"', names[0].at, hint)

    def relation_entries(self, relation: Relation) -> Iterator[Entry]:
        """Yield the columns of one relation."""
        for engine_name, column in relation.columns:
            yield Entry(relation, engine_name, column)

    def owner(self, engine_name: str) -> Scope | None:
        """Return the scope, this or an outer one, that has the relation."""
        scope: Scope | None = self
        while scope is not None:
            if any(r.engine_name == engine_name for r in scope.relations):
                return scope
            scope = scope.parent
        return None

    def _unknown(self, names: Sequence[Name]) -> AdqlError:
        *qualifier, name = names
        at = names[0].at
        written = ".".join(part.text for part in names)
        if qualifier:
            scope: Scope | None = self
            while scope is not None:
                if any(r.is_called(qualifier) for r in scope.relations):
                    break
                scope = scope.parent
            if scope is None:
                self.relation(qualifier)
            known = [
                column.name
                for relation in (scope or self).relations
                if relation.is_called(qualifier)
                for _, column in relation.columns
            ]
        else:
            known = [entry.column.name for entry in self.entries]
        exact = [
            known_name
            for known_name in known
            if known_name.lower() == name.text.lower()
        ]
        hint = did_you_mean(name.text, known)
        if exact:
            hint = f'delimited names compare with case: write "{exact[0]}"'
        return AdqlError(f'unknown column "{written}"', at, hint)


def _qualified_hint(found: Sequence[Entry]) -> str:
    names = [".".join((*e.relation.names[-1:], e.column.name)) for e in found]
    if len({name.lower() for name in names}) == 1 and len(set(names)) > 1:
        quoted = (f'"{entry.column.name}"' for entry in found)
        return (
            f"names that differ in case only need quotes: write {' or '.join(quoted)}"
        )
    if len(set(names)) == 1:
        return "give the columns of the subquery different names"
    return f"write {' or '.join(names)}"


class CommonQuery(NamedTuple):
    """A query of the WITH clause: its name, columns by engine's names, and roles."""

    name: Name
    engine_name: str
    columns: tuple[tuple[str, Column], ...]
    roles: tuple[Role, ...]


class CarryingQuery(NamedTuple):
    """A query that also carries hidden columns outside, and what these are for."""

    query: Query
    roles: tuple[Role, ...]

    @property
    def columns(self) -> tuple[tuple[str, Column], ...]:
        """The public columns with their engine's names."""
        return tuple(
            (output.name, output.column)
            for output in self.query.outputs
            if not output.column.hidden
        )


@dataclass(slots=True)
class Context:
    """What all parts of the binder share while one query is bound.

    ``subquery`` binds a query that stands in an expression, ``carrying`` one that stands
    in FROM or WITH.
    """

    catalog: Catalog
    strict_vocabulary: bool
    subquery: Callable[[QueryTree, Scope | None], Query]
    carrying: Callable[[QueryTree, Scope | None], CarryingQuery]
    common: list[CommonQuery] = field(default_factory=list)
    tables: dict[str, None] = field(default_factory=dict)
    roles: dict[str, tuple[Role, ...]] = field(default_factory=dict)

    def new_relation(self, roles: tuple[Role, ...], at: Token) -> str:
        """Return a new engine's name for a relation with these roles."""
        if len(self.roles) >= _MOST_RELATIONS:
            raise AdqlError(
                f"the query has more than {_MOST_RELATIONS} tables and subqueries", at
            )
        name = f"t{len(self.roles)}"
        self.roles[name] = roles
        return name


def hidden_column(reference: ColumnReference, name: str) -> ColumnReference:
    """Return a hidden column of the relation that a reference belongs to."""
    column = Column(name, Datatype.VARCHAR, "Serves the engine", hidden=True)
    return ColumnReference(
        column.datatype, reference.relation, name, column, reference.at
    )
