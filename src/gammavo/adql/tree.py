"""The syntax tree: what a query says, before anybody knows the tables.

Every node has the token at which an error about it is reported. ``Expression`` nodes have
values; ``Condition`` nodes are true, false or unknown and never mix with values, because
ADQL has no boolean values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, NamedTuple, TypeAlias

from gammavo.adql.tokens import Token

__all__ = [
    "Aggregate",
    "Between",
    "BinaryOperation",
    "Call",
    "Cast",
    "ColumnName",
    "Combination",
    "Comparison",
    "Condition",
    "DerivedTable",
    "Exists",
    "Expression",
    "InList",
    "InQuery",
    "IsNull",
    "Join",
    "JoinKind",
    "Like",
    "Logical",
    "Name",
    "Negation",
    "Node",
    "Not",
    "Null",
    "Number",
    "Operation",
    "OrderTerm",
    "Query",
    "ScalarQuery",
    "SelectItem",
    "SelectQuery",
    "SetOperator",
    "Star",
    "Statement",
    "TableName",
    "TableReference",
    "Text",
    "WithQuery",
]


class Name(NamedTuple):
    """An identifier: ``exact`` if it was delimited and thus compares with case."""

    text: str
    exact: bool
    at: Token


@dataclass(frozen=True, slots=True)
class Node:
    """Anything with a place in the text; ``parts`` names the fields that hold nodes."""

    parts: ClassVar[tuple[str, ...]] = ()

    at: Token = field(repr=False, compare=False)

    @property
    def children(self) -> Iterator[Node]:
        """The nodes directly below this one."""
        for part in self.parts:
            value = getattr(self, part)
            if isinstance(value, tuple):
                yield from value
            elif value is not None:
                yield value


@dataclass(frozen=True, slots=True)
class Expression(Node):
    """Has a value."""


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Is true, false or unknown."""


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number as written, without sign."""

    text: str

    @property
    def is_integer(self) -> bool:
        """Whether it is written without point and exponent."""
        return self.text.isdigit()


@dataclass(frozen=True, slots=True)
class Text(Expression):
    """A text literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Null(Expression):
    """``NULL``."""


@dataclass(frozen=True, slots=True)
class ColumnName(Expression):
    """``[[schema.]table.]column``."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Negation(Expression):
    """``-x``; a plus sign leaves no trace in the tree."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Expression


class BinaryOperation(Enum):
    """Operators between values."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    CONCATENATE = "||"


@dataclass(frozen=True, slots=True)
class Operation(Expression):
    """Two values calculated to one."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right")

    operation: BinaryOperation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A function; ``name`` is in upper case if ADQL reserves it, else as written."""

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Expression):
    """``COUNT(*)`` (no argument), ``AVG(DISTINCT x)`` ...; ``name`` in upper case."""

    parts: ClassVar[tuple[str, ...]] = ("argument",)

    name: str
    distinct: bool
    argument: Expression | None


@dataclass(frozen=True, slots=True)
class Cast(Expression):
    """``CAST(x AS type)``; ``length`` is that of CHAR(n) and VARCHAR(n)."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Expression
    target: str
    length: int | None


@dataclass(frozen=True, slots=True)
class ScalarQuery(Expression):
    """A query in parentheses that stands for its one value."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """``left operator right``; the operator is one of = <> < <= > >=."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right")

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between(Condition):
    """``x [NOT] BETWEEN low AND high``."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "low", "high")

    operand: Expression
    low: Expression
    high: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class InList(Condition):
    """``x [NOT] IN (a, b, ...)``."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "items")

    operand: Expression
    items: tuple[Expression, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InQuery(Condition):
    """``x [NOT] IN (SELECT ...)``."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "query")

    operand: Expression
    query: Query
    negated: bool


@dataclass(frozen=True, slots=True)
class Like(Condition):
    """``x [NOT] LIKE pattern``, or ILIKE."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "pattern")

    operand: Expression
    pattern: Expression
    any_case: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNull(Condition):
    """``x IS [NOT] NULL``."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class Exists(Condition):
    """``EXISTS (SELECT ...)``."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """``NOT condition``."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Condition


@dataclass(frozen=True, slots=True)
class Logical(Condition):
    """Two or more conditions joined by ``AND`` or by ``OR``, flat."""

    parts: ClassVar[tuple[str, ...]] = ("operands",)

    operator: str
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Star(Node):
    """``*``, or ``table.*`` with the names of the table."""

    table: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectItem(Node):
    """A value of the select list, its alias, and its text as written."""

    parts: ClassVar[tuple[str, ...]] = ("value",)

    value: Expression
    alias: Name | None
    text: str


@dataclass(frozen=True, slots=True)
class OrderTerm(Node):
    """One term of ORDER BY: a value, or the number of an output column."""

    parts: ClassVar[tuple[str, ...]] = ("value",)

    value: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class TableName(Node):
    """``[schema.]table [AS alias]``."""

    names: tuple[Name, ...]
    alias: Name | None


@dataclass(frozen=True, slots=True)
class DerivedTable(Node):
    """``(SELECT ...) AS alias``."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query
    alias: Name


class JoinKind(Enum):
    """Which rows without a partner a join keeps. ``COMMA`` is the list in FROM."""

    COMMA = ","
    INNER = "INNER"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class Join(Node):
    """Two tables joined: by ``on``, by ``using``, naturally, or (COMMA) by nothing."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right", "on")

    kind: JoinKind
    left: TableReference
    right: TableReference
    natural: bool = False
    using: tuple[Name, ...] = ()
    on: Condition | None = None


TableReference: TypeAlias = TableName | DerivedTable | Join


class SetOperator(Enum):
    """Operators between queries."""

    UNION = "UNION"
    EXCEPT = "EXCEPT"
    INTERSECT = "INTERSECT"


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A query with what may follow it: ORDER BY and OFFSET."""

    order_by: tuple[OrderTerm, ...] = ()
    offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectQuery(Query):
    """``SELECT ...``."""

    parts: ClassVar[tuple[str, ...]] = (
        *("items", "source", "where", "group_by", "having", "order_by"),
    )

    items: tuple[Star | SelectItem, ...]
    source: TableReference
    distinct: bool = False
    top: int | None = None
    where: Condition | None = None
    group_by: tuple[Expression, ...] = ()
    having: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination(Query):
    """Two queries combined by a set operator."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right", "order_by")

    operator: SetOperator
    keep_duplicates: bool
    left: Query
    right: Query


@dataclass(frozen=True, slots=True)
class WithQuery(Node):
    """``name AS (SELECT ...)``."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    name: Name
    query: Query


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """A whole query with its WITH clause."""

    parts: ClassVar[tuple[str, ...]] = ("common", "query")

    common: tuple[WithQuery, ...]
    query: Query
