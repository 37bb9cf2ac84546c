"""Conditions: comparisons with their types made to fit, vocabularies, logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gammavo.adql import tree
from gammavo.adql.binder.checks import require_text
from gammavo.adql.binder.scope import hidden_column
from gammavo.adql.binder.values import ValueBinder
from gammavo.adql.bound import (
    And,
    Between,
    ColumnReference,
    Comparison,
    Condition,
    Exists,
    InList,
    InQuery,
    IsNull,
    Like,
    Literal,
    Not,
    Or,
    RoleKind,
    Value,
)
from gammavo.adql.datatypes import common_type, holds_lists, noun
from gammavo.adql.errors import AdqlError
from gammavo.adql.times import time_literal
from gammavo.model.columns import Datatype

__all__ = ["ConditionBinder", "comparable"]

_TRUTHS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def comparable(left: Value, right: Value, at: tree.Node) -> tuple[Value, Value]:
    """Return two values as values of types that can be compared.

    Text literals next to a time become times, words next to a truth value truth values.

    Raises
    ------
    AdqlError
        The types do not fit together.
    """
    for value in (left, right):
        datatype = value.datatype
        if holds_lists(value) or (datatype is not None and datatype.is_geometry):
            what = (
                "lists of numbers"
                if holds_lists(value)
                else f"{str(datatype).lower()}s"
            )
            hint = "" if holds_lists(value) else "use CONTAINS, INTERSECTS or DISTANCE"
            raise AdqlError(f"{what} cannot be compared", at.at, hint)
    left, right = _converted(left, right, at), _converted(right, left, at)
    try:
        common_type(left.datatype, right.datatype)
    except ValueError:
        raise AdqlError(
            f"{noun(left.datatype)} cannot be compared with {noun(right.datatype)}",
            at.at,
            _comparison_hint(left, right),
        ) from None
    return left, right


def _converted(value: Value, other: Value, at: tree.Node) -> Value:
    """Return a literal in the type of the other operand, if that is what it means."""
    if not isinstance(value, Literal) or value.datatype is None:
        return value
    if other.datatype is Datatype.TIMESTAMP and value.datatype.is_text:
        return time_literal(value, at.at)
    if other.datatype is Datatype.BOOLEAN:
        truth = _TRUTHS.get(str(value.value).lower())
        if truth is None:
            raise AdqlError(
                f"{value.value!r} is no truth value", at.at, "write 'true' or 'false'"
            )
        return Literal(Datatype.BOOLEAN, truth)
    return value


def _comparison_hint(left: Value, right: Value) -> str:
    if isinstance(left, Literal):
        left, right = right, left
    text = left.datatype is not None and left.datatype.is_text
    if isinstance(right, Literal) and text:
        return f"write the number in quotes: '{right.value}'"
    if isinstance(right, Literal):
        return "write the number without quotes"
    return "use CAST to make both one type"


class ConditionBinder(ValueBinder):
    """Binds conditions that stand at one place of a query."""

    def condition(self, node: tree.Condition) -> Condition:
        """Bind one condition.

        Raises
        ------
        AdqlError
            A name in it is unknown, or types do not fit.
        """
        match node:
            case tree.Logical():
                operands = tuple(self.condition(operand) for operand in node.operands)
                return And(operands) if node.operator == "AND" else Or(operands)
            case tree.Not():
                return Not(self.condition(node.operand))
            case tree.Comparison():
                return self._comparison(node)
            case tree.Between():
                return _negated(self._between(node), node.negated)
            case tree.InList():
                return _negated(self._in_list(node), node.negated)
            case tree.InQuery():
                return _negated(self._in_query(node), node.negated)
            case tree.Like():
                return _negated(self._like(node), node.negated)
            case tree.IsNull():
                return _negated(IsNull(self.value(node.operand)), node.negated)
            case tree.Exists():
                return Exists(self.context.subquery(node.query, self.scope))
            case _:
                raise AssertionError(f"no rule binds {type(node).__name__}")

    def _comparison(self, node: tree.Comparison) -> Condition:
        left, right = self.value(node.left), self.value(node.right)
        left, right = comparable(left, right, node)
        if node.operator in {"=", "<>"}:
            column, literal = (
                (right, left) if isinstance(left, Literal) else (left, right)
            )
            words = self._vocabulary(column, [literal])
            if words is not None and not words[1]:
                return _negated(words[0], node.operator == "<>")
        return Comparison(node.operator, left, right)

    def _between(self, node: tree.Between) -> Between:
        operand = self.value(node.operand)
        operand, low = comparable(operand, self.value(node.low), node.low)
        operand, high = comparable(operand, self.value(node.high), node.high)
        return Between(operand, low, high)

    def _in_list(self, node: tree.InList) -> Condition:
        operand = self.value(node.operand)
        items = []
        for item in node.items:
            operand, value = comparable(operand, self.value(item), item)
            items.append(value)
        words = self._vocabulary(operand, items)
        if words is None:
            return InList(operand, tuple(items))
        known, others = words
        return Or((known, InList(operand, tuple(others)))) if others else known

    def _in_query(self, node: tree.InQuery) -> Condition:
        operand = self.value(node.operand)
        query = self.context.subquery(node.query, self.scope)
        if len(query.outputs) != 1:
            raise AdqlError(
                f"the subquery of IN has {len(query.outputs)} columns instead of one",
                node.at,
            )
        comparable(operand, query.outputs[0].value, node)
        return InQuery(operand, query)

    def _like(self, node: tree.Like) -> Like:
        operand, pattern = self.value(node.operand), self.value(node.pattern)
        word = "ILIKE" if node.any_case else "LIKE"
        require_text(operand, node.operand, word)
        require_text(pattern, node.pattern, word)
        return Like(operand, pattern, node.any_case)

    def _vocabulary(
        self, column: Value, items: Sequence[Value]
    ) -> tuple[InList, list[Value]] | None:
        """Translate words of a controlled vocabulary.

        Returns the test on the canonical terms and the items that are no such words;
        None if the column has no vocabulary here or no item is a word of it.
        """
        found = self._canonical_column(column)
        if found is None:
            return None
        canonical, terms = found
        wanted: dict[str, None] = {}
        others = []
        for item in items:
            known = terms.get(_word(item))
            if known is None:
                others.append(item)
            else:
                wanted.update(dict.fromkeys(known))
        if not wanted:
            return None
        literals = tuple(Literal(Datatype.VARCHAR, term) for term in wanted)
        return InList(canonical, literals), others

    def _canonical_column(
        self, column: Value
    ) -> tuple[ColumnReference, Mapping[str, tuple[str, ...]]] | None:
        if self.context.strict_vocabulary or not isinstance(column, ColumnReference):
            return None
        synonyms = column.column.synonyms
        owner = self.scope.owner(column.relation)
        if synonyms is None or owner is None or owner.grouped:
            return None
        for role in self.context.roles[column.relation]:
            if role.kind is RoleKind.VOCABULARY and role.public == (column.name,):
                hidden = hidden_column(column, role.hidden[0])
                return hidden, synonyms.terms
        return None


def _word(item: Value) -> str:
    if isinstance(item, Literal) and isinstance(item.value, str):
        return item.value.lower()
    return ""


def _negated(condition: Condition, negated: bool) -> Condition:
    return Not(condition) if negated else condition
