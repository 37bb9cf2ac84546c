"""Values and conditions: precedence climbing over one table of operators."""

from __future__ import annotations

from abc import abstractmethod
from types import MappingProxyType
from typing import Final, NoReturn

from gammavo.adql.errors import AdqlError
from gammavo.adql.parser.cursor import CLAUSES, TokenCursor
from gammavo.adql.parser.functions import (
    AGGREGATES,
    CAST_TARGETS,
    FUNCTIONS,
    check_arguments,
)
from gammavo.adql.tokens import Kind, Token
from gammavo.adql.tree import (
    Aggregate,
    Between,
    BinaryOperation,
    Call,
    Cast,
    ColumnName,
    Comparison,
    Condition,
    Exists,
    Expression,
    InList,
    InQuery,
    IsNull,
    Like,
    Logical,
    Name,
    Negation,
    Not,
    Null,
    Number,
    Operation,
    Query,
    ScalarQuery,
    Text,
)

__all__ = ["ExpressionParser"]

_ANYTHING, _OR, _AND, _NOT, _PREDICATE, _VALUE = range(6)
_POWERS: Final = MappingProxyType(
    {
        "OR": _OR,
        "AND": _AND,
        **dict.fromkeys(("=", "<>", "!=", "<", "<=", ">", ">="), _PREDICATE),
        **dict.fromkeys(("NOT", "BETWEEN", "IN", "LIKE", "ILIKE", "IS"), _PREDICATE),
        "||": _VALUE,
        "+": _VALUE + 1,
        "-": _VALUE + 1,
        "*": _VALUE + 2,
        "/": _VALUE + 2,
    }
)
"""How strongly an infix operator binds; NOT stands for NOT BETWEEN, NOT IN ..."""

_OPERATORS = frozenset({Kind.KEYWORD, Kind.OPERATOR})
_PREDICATE_FUNCTIONS = frozenset({"CONTAINS", "INTERSECTS"})


class ExpressionParser(TokenCursor):
    """Reads values and conditions."""

    @abstractmethod
    def query(self) -> Query:
        """Read a query without the parentheses around it."""

    @abstractmethod
    def continued_query(self, query: Query, *, closed: bool = True) -> Query:
        """Read set operators, ORDER BY and OFFSET after a query in parentheses."""

    def value(self) -> Expression:
        """Read something that has a value."""
        return self._as_value(self._expression(_VALUE))

    def condition(self) -> Condition:
        """Read something that is true or false."""
        return self._as_condition(self._expression(_ANYTHING))

    def _expression(self, power: int) -> Expression | Condition:
        """Read an operand and all operators behind it that bind at least so strongly."""
        self.enter()
        left = self._prefix(power)
        while True:
            token = self.token
            binding = _POWERS.get(token.value, -1) if token.kind in _OPERATORS else -1
            if binding < power or binding < 0:
                break
            if binding >= _VALUE:
                left = self._operation(left, binding)
            elif binding == _PREDICATE:
                left = self._predicate(self._as_value(left))
            else:
                left = self._logical(self._as_condition(left), binding)
        self.leave()
        return left

    def _prefix(self, power: int) -> Expression | Condition:
        token = self.token
        if power <= _NOT and self.take_word("NOT"):
            return Not(token, self._as_condition(self._expression(_PREDICATE)))
        if power <= _PREDICATE and self.take_word("EXISTS"):
            return Exists(token, self._query_in_parentheses())
        if token.kind is Kind.OPERATOR and token.value in {"+", "-"}:
            self.advance()
            operand = self._as_value(self._primary())
            return Negation(token, operand) if token.value == "-" else operand
        return self._primary()

    def _operation(self, left: Expression | Condition, binding: int) -> Operation:
        token = self.advance()
        return Operation(
            token,
            BinaryOperation(token.value),
            self._as_value(left),
            self._as_value(self._expression(binding + 1)),
        )

    def _logical(self, first: Condition, binding: int) -> Logical:
        operator = self.token
        operands = [first]
        while self.take_word(operator.value):
            operands.append(self._as_condition(self._expression(binding + 1)))
        return Logical(operator, operator.value, tuple(operands))

    def _predicate(self, left: Expression) -> Condition:
        token = self.advance()
        if token.kind is Kind.OPERATOR:
            operator = "<>" if token.value == "!=" else token.value
            return Comparison(token, operator, left, self.value())
        if token.value == "IS":
            negated = self.take_word("NOT") is not None
            self.expect_word("NULL")
            return IsNull(token, left, negated)
        negated = token.value == "NOT"
        if negated:
            token = self.advance()
        match token.value:
            case "BETWEEN":
                low = self.value()
                self.expect_word("AND")
                return Between(token, left, low, self.value(), negated)
            case "IN":
                return self._in(token, left, negated=negated)
            case "LIKE" | "ILIKE":
                pattern = self.value()
                return Like(token, left, pattern, token.value == "ILIKE", negated)
            case _:
                self.index -= 1
                return self.fail("BETWEEN, IN, LIKE or ILIKE")

    def _in(self, at: Token, left: Expression, *, negated: bool) -> Condition:
        self.expect_operator("(")
        if self.at_word("SELECT"):
            query = self.query()
            self.expect_end_of("IN (...)")
            return InQuery(at, left, query, negated)
        items = [self._value_or_query()]
        while self.take_operator(","):
            items.append(self.value())
        self.expect_end_of("IN (...)")
        if len(items) == 1 and isinstance(items[0], ScalarQuery):
            return InQuery(at, left, items[0].query, negated)
        return InList(at, left, tuple(items), negated)

    def _value_or_query(self) -> Expression:
        """Read a value that, as a query in parentheses, may go on as a larger query."""
        value = self.value()
        if isinstance(value, ScalarQuery):
            return ScalarQuery(value.at, self.continued_query(value.query))
        return value

    def _primary(self) -> Expression | Condition:
        token = self.token
        match token.kind:
            case Kind.INTEGER | Kind.DECIMAL:
                self.advance()
                return Number(token, token.value)
            case Kind.STRING:
                self.advance()
                return Text(token, token.value)
            case Kind.NAME | Kind.DELIMITED:
                return self._column_or_user_function()
            case Kind.KEYWORD:
                return self._keyword(token)
            case Kind.OPERATOR if token.value == "(":
                return self._parenthesis(token)
            case _:
                return self.fail("a value")

    def _keyword(self, token: Token) -> Expression:
        word = token.value
        if word == "NULL":
            self.advance()
            return Null(token)
        if self.peek().value != "(" or self.peek().kind is not Kind.OPERATOR:
            clause = word in _POWERS or word in CLAUSES
            self.fail("a value" if clause else "a name")
        if word in AGGREGATES:
            return self._aggregate()
        if word == "CAST":
            return self._cast()
        if word in FUNCTIONS:
            self.advance()
            arguments = self._arguments()
            check_arguments(word, arguments, token)
            return Call(token, word, arguments)
        return self.fail("a value")

    def _parenthesis(self, token: Token) -> Expression | Condition:
        self.advance()
        if self.at_word("SELECT"):
            self.enter()
            query = self.query()
            self.leave()
            self.expect_end_of("the subquery")
            return ScalarQuery(token, query)
        node = self._expression(_ANYTHING)
        if isinstance(node, ScalarQuery):
            node = ScalarQuery(node.at, self.continued_query(node.query))
        self.expect_end_of("the parenthesis")
        return node

    def _query_in_parentheses(self) -> Query:
        self.expect_operator("(")
        query = self.query()
        self.expect_end_of("the subquery")
        return query

    def _column_or_user_function(self) -> Expression:
        at = self.token
        names = self.qualified_name("a name of a column")
        if self.at_operator("("):
            if len(names) > 1 or names[0].exact:
                self.fail("an operator")
            return Call(at, names[0].text, self._arguments())
        return ColumnName(at, names)

    def qualified_name(self, what: str) -> tuple[Name, ...]:
        """Read ``[[schema.]table.]name``."""
        names = [self.expect_name(what)]
        while self.take_operator("."):
            names.append(self.expect_name(what))
        return tuple(names)

    def _arguments(self) -> tuple[Expression, ...]:
        self.expect_operator("(")
        arguments: list[Expression] = []
        if not self.at_operator(")"):
            arguments.append(self.value())
            while self.take_operator(","):
                arguments.append(self.value())
        self.expect_end_of("the arguments")
        return tuple(arguments)

    def _aggregate(self) -> Aggregate:
        token = self.advance()
        self.expect_operator("(")
        if token.value == "COUNT" and self.take_operator("*"):
            self.expect_end_of("COUNT(*)")
            return Aggregate(token, "COUNT", distinct=False, argument=None)
        quantifier = self.take_word("DISTINCT", "ALL")
        distinct = quantifier is not None and quantifier.value == "DISTINCT"
        argument = self.value()
        self.expect_end_of(f"{token.value}(...)")
        return Aggregate(token, token.value, distinct, argument)

    def _cast(self) -> Cast:
        token = self.advance()
        self.expect_operator("(")
        operand = self.value()
        self.expect_word("AS")
        if not self.at_word(*CAST_TARGETS):
            self.fail(
                "a type (CHAR, VARCHAR, SMALLINT, INTEGER, BIGINT, REAL, "
                "DOUBLE PRECISION, TIMESTAMP)"
            )
        target = self.advance().value
        if target == "DOUBLE":
            self.expect_word("PRECISION")
        length = None
        if target in {"CHAR", "VARCHAR"} and self.take_operator("("):
            length = self.expect_integer("the length of the text")
            self.expect_end_of("the length of the text")
        self.expect_end_of("CAST(...)")
        return Cast(token, operand, target, length)

    def _as_value(self, node: Expression | Condition) -> Expression:
        if isinstance(node, Condition):
            raise AdqlError(
                "a condition stands where a value is expected",
                node.at,
                "ADQL has no boolean values: use conditions in WHERE, ON and HAVING",
            )
        return node

    def _as_condition(self, node: Expression | Condition) -> Condition:
        if isinstance(node, Expression):
            _not_a_condition(node)
        return node


def _not_a_condition(node: Expression) -> NoReturn:
    hint = "compare it with something"
    if isinstance(node, Call) and node.name in _PREDICATE_FUNCTIONS:
        hint = f"write 1 = {node.name}(...)"
    raise AdqlError("a value stands where a condition is expected", node.at, hint)
