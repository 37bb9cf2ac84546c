"""One SELECT: its columns, conditions, groups and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gammavo.adql import tree
from gammavo.adql.binder.conditions import ConditionBinder
from gammavo.adql.binder.groups import check_grouped
from gammavo.adql.binder.metadata import described
from gammavo.adql.binder.ordering import order_by_value, varies
from gammavo.adql.binder.scope import (
    CarryingQuery,
    Context,
    Entry,
    Scope,
    hidden_column,
    matches,
)
from gammavo.adql.binder.sources import SourceBinder
from gammavo.adql.bound import (
    ColumnReference,
    Output,
    Role,
    Select,
    Sorting,
    Value,
)
from gammavo.adql.errors import AdqlError
from gammavo.adql.parser.depth import MOST_COLUMNS

__all__ = ["SelectBinder"]


class SelectBinder:
    """Binds one SELECT inside an outer scope."""

    def __init__(
        self, context: Context, node: tree.SelectQuery, parent: Scope | None
    ) -> None:
        self.context = context
        self.node = node
        self.source, self.scope = SourceBinder(context, parent).bind(node.source)

    def bind(self, *, carry: bool) -> CarryingQuery:
        """Return the bound SELECT.

        Parameters
        ----------
        carry
            Whether hidden columns go along with the public columns that they serve.

        Raises
        ------
        AdqlError
            A name is unknown, or types or groups do not fit.
        """
        node, scope, context = self.node, self.scope, self.context
        where = None
        if node.where is not None:
            where = ConditionBinder(scope, context, "WHERE").condition(node.where)
        group_by = self._group_by()
        scope.grouped = bool(group_by) or node.having is not None
        binder = ConditionBinder(scope, context)
        outputs = self._outputs(binder)
        having = None if node.having is None else binder.condition(node.having)
        scope.aliases = self._aliases(outputs)
        keys = tuple(
            order_by_value(term, outputs, binder, distinct=node.distinct)
            for term in node.order_by
        )
        scope.grouped = scope.grouped or binder.aggregates > 0
        if scope.grouped:
            group_keys = frozenset(group_by)
            relations = {relation.engine_name for relation in scope.relations}
            for part in (*outputs, *((having,) if having else ()), *keys):
                check_grouped(part, group_keys, relations)
        roles: tuple[Role, ...] = ()
        if carry and not scope.grouped and not node.distinct:
            outputs, roles = self._with_hidden(outputs)
        query = Select(
            outputs,
            self.source,
            where,
            group_by,
            having,
            node.distinct,
            scope.grouped,
            Sorting(keys, node.top, node.offset),
        )
        return CarryingQuery(query, roles)

    def _group_by(self) -> tuple[Value, ...]:
        binder = ConditionBinder(self.scope, self.context, "GROUP BY")
        keys = []
        for key in self.node.group_by:
            value = binder.value(self._aliased(key))
            if not varies(value):
                raise AdqlError(
                    "GROUP BY has a constant",
                    key.at,
                    "name columns; their numbers are for ORDER BY only",
                )
            keys.append(value)
        return tuple(keys)

    def _aliased(self, key: tree.Expression) -> tree.Expression:
        """Return what a key means: a column, or else what the select list calls so."""
        if (
            isinstance(key, tree.ColumnName)
            and len(key.names) == 1
            and not self.scope.knows(key.names)
        ):
            for item in self.node.items:
                if (
                    isinstance(item, tree.SelectItem)
                    and item.alias is not None
                    and matches(key.names[0], item.alias.text)
                ):
                    return item.value
        return key

    def _outputs(self, binder: ConditionBinder) -> tuple[Output, ...]:
        outputs: list[Output] = []
        for value, name, text in self._items(binder):
            column = described(value, name, text)
            outputs.append(Output(value, f"c{len(outputs)}", column))
            if len(outputs) > MOST_COLUMNS:
                raise AdqlError(
                    f"the query has more than {MOST_COLUMNS} columns", self.node.at
                )
        return tuple(outputs)

    def _items(self, binder: ConditionBinder) -> Iterator[tuple[Value, str, str]]:
        """Yield value, name and text of each output column."""
        for number, item in enumerate(self.node.items):
            if isinstance(item, tree.Star):
                entries: Iterable[Entry] = self.scope.entries
                if item.table:
                    relation = self.scope.relation(item.table)
                    entries = self.scope.relation_entries(relation)
                for entry in entries:
                    yield entry.value(item.at), entry.column.name, entry.column.name
                continue
            value = binder.value(item.value)
            name = item.alias.text if item.alias else _natural_name(item.value, number)
            yield value, name, item.text

    def _aliases(self, outputs: Sequence[Output]) -> list[tuple[str, Value]]:
        return [
            (output.column.name, output.value)
            for output, item in zip(outputs, self.node.items, strict=False)
            if isinstance(item, tree.SelectItem) and item.alias is not None
        ]

    def _with_hidden(
        self, outputs: tuple[Output, ...]
    ) -> tuple[tuple[Output, ...], tuple[Role, ...]]:
        """Add the hidden columns that serve public output columns."""
        places: dict[tuple[str, str], ColumnReference] = {}
        names: dict[tuple[str, str], str] = {}
        for output in outputs:
            if isinstance(output.value, ColumnReference):
                key = output.value.relation, output.value.name
                places.setdefault(key, output.value)
                names.setdefault(key, output.name)
        hidden: list[Output] = []
        roles: list[Role] = []
        for relation in self.scope.relations:
            for role in relation.roles:
                keys = [(relation.engine_name, name) for name in role.public]
                if not all(key in names for key in keys):
                    continue
                first = len(hidden)
                for name in role.hidden:
                    value = hidden_column(places[keys[0]], name)
                    hidden.append(Output(value, f"h{len(hidden)}", value.column))
                roles.append(
                    Role(
                        role.kind,
                        tuple(names[key] for key in keys),
                        tuple(output.name for output in hidden[first:]),
                        role.largest,
                    )
                )
        return (*outputs, *hidden), tuple(roles)


def _natural_name(value: tree.Expression, number: int) -> str:
    """Return the name of an output column that has no alias."""
    match value:
        case tree.ColumnName():
            return value.names[-1].text
        case tree.Call() | tree.Aggregate():
            return value.name.lower()
        case _:
            return f"column_{number + 1}"
