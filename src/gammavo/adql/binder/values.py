"""Values: columns, constants, calculations, functions."""

from __future__ import annotations

from collections.abc import Iterator

from gammavo.adql import tree
from gammavo.adql.binder.checks import require_number, require_text
from gammavo.adql.binder.functions import (
    bound_aggregate,
    bound_call,
    finite,
    literal,
)
from gammavo.adql.binder.scope import Context, Scope
from gammavo.adql.binder.shapes import cast_to_shape
from gammavo.adql.binder.user_calls import bound_user_call
from gammavo.adql.bound import (
    Arithmetic,
    Call,
    Cast,
    ColumnReference,
    Concatenation,
    Literal,
    Node,
    ScalarQuery,
    Value,
)
from gammavo.adql.datatypes import arithmetic_type, coerced, holds_lists, noun
from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.parser.functions import FUNCTIONS
from gammavo.adql.times import time_literal
from gammavo.adql.tokens import Kind
from gammavo.model.columns import Datatype

__all__ = ["ValueBinder", "column_references"]

_CAST_TYPES = {
    "CHAR": Datatype.VARCHAR,
    "DOUBLE": Datatype.DOUBLE,
    **{name: Datatype(name) for name in ("VARCHAR", "SMALLINT", "INTEGER", "BIGINT")},
    **{name: Datatype(name) for name in ("REAL", "TIMESTAMP")},
}


def column_references(node: Node) -> Iterator[ColumnReference]:
    """Yield every reference to a column in a bound tree."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, ColumnReference):
            yield current
        pending.extend(current.children)


class ValueBinder:
    """Binds values that stand at one place of a query.

    Parameters
    ----------
    scope
        The columns in sight.
    context
        What the whole query shares.
    place
        The clause, if it must not have aggregates: ``WHERE``, ``ON``, ``GROUP BY``.
    """

    def __init__(self, scope: Scope, context: Context, place: str = "") -> None:
        self.scope = scope
        self.context = context
        self.place = place
        self.aggregates = 0

    def value(self, node: tree.Expression) -> Value:
        """Bind one value.

        Raises
        ------
        AdqlError
            A name in it is unknown, or types do not fit.
        """
        match node:
            case tree.ColumnName():
                return self.scope.column(node.names)
            case tree.Number():
                return literal(finite(node.text, node))
            case tree.Text():
                return literal(node.value)
            case tree.Null():
                return literal(None)
            case tree.Negation():
                return self._negation(node)
            case tree.Operation():
                return self._operation(node)
            case tree.Call():
                return self._call(node)
            case tree.Aggregate():
                return self._aggregate(node)
            case tree.Cast():
                return self._cast(node)
            case tree.ScalarQuery():
                return self._scalar_query(node)
            case _:
                raise AssertionError(f"no rule binds {type(node).__name__}")

    def _negation(self, node: tree.Negation) -> Value:
        operand = self.value(node.operand)
        require_number(operand, node.operand, "-")
        if isinstance(operand, Literal) and isinstance(operand.value, int | float):
            return Literal(operand.datatype, -operand.value)
        datatype = arithmetic_type(operand.datatype, None)
        return Call(datatype, "negate", (coerced(operand, datatype),))

    def _operation(self, node: tree.Operation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        operator = node.operation.value
        if node.operation is tree.BinaryOperation.CONCATENATE:
            require_text(left, node.left, operator)
            require_text(right, node.right, operator)
            kind = Datatype.VARCHAR
            return Concatenation(kind, coerced(left, kind), coerced(right, kind))
        require_number(left, node.left, operator)
        require_number(right, node.right, operator)
        datatype = arithmetic_type(left.datatype, right.datatype)
        if datatype is Datatype.DOUBLE:
            left, right = coerced(left, datatype), coerced(right, datatype)
        return Arithmetic(datatype, operator, left, right)

    def _call(self, node: tree.Call) -> Value:
        if node.at.kind is Kind.KEYWORD:
            return bound_call(node, self._values(node.arguments))
        functions = self.context.catalog.functions(node.name)
        if not functions:
            names = (*self.context.catalog.function_names, *FUNCTIONS)
            hint = did_you_mean(node.name, names)
            raise AdqlError(f'unknown function "{node.name}"', node.at, hint)
        if not functions[0].aggregate:
            return bound_user_call(node, functions, self._values(node.arguments))
        inner = self._inside_aggregate(node.name, node)
        value = bound_user_call(node, functions, inner._values(node.arguments))
        self._check_own(node.name, node, value)
        return value

    def _values(self, nodes: tuple[tree.Expression, ...]) -> tuple[Value, ...]:
        return tuple(self.value(node) for node in nodes)

    def _aggregate(self, node: tree.Aggregate) -> Value:
        inner = self._inside_aggregate(node.name, node)
        argument = None if node.argument is None else inner.value(node.argument)
        aggregate = bound_aggregate(node, argument)
        self._check_own(node.name, node, aggregate)
        return aggregate

    def _inside_aggregate(self, name: str, node: tree.Node) -> ValueBinder:
        if self.place:
            hint = "use HAVING" if self.place == "WHERE" else ""
            raise AdqlError(f"{name} is not possible in {self.place}", node.at, hint)
        self.aggregates += 1
        return ValueBinder(self.scope, self.context, "the argument of a set function")

    def _check_own(self, name: str, node: tree.Node, value: Value) -> None:
        """Refuse set functions of nothing but columns of an outer query."""
        own = {relation.engine_name for relation in self.scope.relations}
        used = {reference.relation for reference in column_references(value)}
        if used and not used & own:
            raise AdqlError(
                f"{name} has only columns of an outer query",
                node.at,
                "calculate it in the outer query",
            )

    def _cast(self, node: tree.Cast) -> Value:
        operand = self.value(node.operand)
        target = _CAST_TYPES.get(node.target)
        if target is None:
            return cast_to_shape(node, operand)
        source = operand.datatype
        if holds_lists(operand) or not _can_cast(source, target):
            what = "a list of numbers" if holds_lists(operand) else noun(source)
            raise AdqlError(f"{what} cannot be cast to {node.target}", node.at)
        if target is Datatype.TIMESTAMP and isinstance(operand, Literal):
            return time_literal(operand, node.operand.at)
        return Cast(target, operand, node.length)

    def _scalar_query(self, node: tree.ScalarQuery) -> Value:
        query = self.context.subquery(node.query, self.scope)
        if len(query.outputs) != 1:
            raise AdqlError(
                f"this subquery has {len(query.outputs)} columns where one value stands",
                node.at,
            )
        return ScalarQuery(query.outputs[0].value.datatype, query)


def _can_cast(source: Datatype | None, target: Datatype) -> bool:
    """Tell whether ADQL 2.1 (table 6) has this conversion."""
    if source is None or source is target:
        return True
    if source.is_text or source is Datatype.REGION:
        return source.is_text or target.is_text
    if target is Datatype.TIMESTAMP or source is Datatype.TIMESTAMP:
        return target.is_text
    return not source.is_geometry
