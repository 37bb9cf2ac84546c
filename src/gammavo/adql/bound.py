"""The bound query: every name resolved, every value typed.

``bind`` makes these nodes from the syntax tree; ``plan`` replaces geometry by arithmetic;
``emit`` prints what is left. Nodes compare by what they mean, not by where they stand, so
that a GROUP BY key is recognised in the select list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from gammavo.adql.node import Node
from gammavo.adql.roles import Role, RoleKind
from gammavo.adql.stored import ComputedColumn
from gammavo.adql.tokens import Token
from gammavo.adql.tree import JoinKind, SetOperator
from gammavo.model.columns import Column, Datatype

__all__ = [
    "Aggregate",
    "And",
    "Arithmetic",
    "Between",
    "BoundQuery",
    "Call",
    "Case",
    "Cast",
    "ColumnReference",
    "CommonTable",
    "Comparison",
    "Concatenation",
    "Condition",
    "Converted",
    "Distance",
    "Exists",
    "GeometryTest",
    "GeometryValue",
    "Holds",
    "InList",
    "InQuery",
    "IsNull",
    "JoinedSource",
    "Like",
    "Literal",
    "NamedSource",
    "Node",
    "Not",
    "Or",
    "OrderKey",
    "Output",
    "QuerySource",
    "Role",
    "RoleKind",
    "ScalarQuery",
    "Select",
    "SetQuery",
    "Sorting",
    "Source",
    "TableSource",
    "Truth",
    "UserCall",
    "Value",
]


@dataclass(frozen=True, slots=True)
class Value(Node):
    """A value of one type; ``datatype`` is None for NULL, which fits everywhere."""

    datatype: Datatype | None


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """True, false or unknown."""


@dataclass(frozen=True, slots=True)
class Literal(Value):
    """A constant. Texts of type TIMESTAMP are ISO 8601."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ColumnReference(Value):
    """A column of one of the sources in scope.

    ``relation`` and ``name`` are the engine's names; ``column`` is what is known of it.
    """

    relation: str
    name: str
    column: Column = field(compare=False, repr=False)
    at: Token = field(compare=False, repr=False)
    computed: ComputedColumn | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic(Value):
    """``left operator right``, the operator being one of + - * /."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right")

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Concatenation(Value):
    """``left || right``."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right")

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Call(Value):
    """A function, by its ADQL name in lower case or one of the plan's own names."""

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    function: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Value):
    """A set function over the rows of a group; COUNT(*) has no arguments."""

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    function: str
    arguments: tuple[Value, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Cast(Value):
    """A value in another type, NULL if it has none there; texts cut to ``length``."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Value
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Converted(Value):
    """IN_UNIT: the operand times ``factor`` has the unit ``unit``."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Value
    factor: float
    unit: str


@dataclass(frozen=True, slots=True)
class Case(Value):
    """The value of the first condition that is true, else NULL."""

    parts: ClassVar[tuple[str, ...]] = ("conditions", "values")

    conditions: tuple[Condition, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Truth(Value):
    """A condition as a number: 1 for true, 0 for false, NULL for unknown."""

    parts: ClassVar[tuple[str, ...]] = ("condition",)

    condition: Condition


@dataclass(frozen=True, slots=True)
class UserCall(Value):
    """A user-defined function; ``plan`` replaces it by its expansion.

    One without expansion is refused; ``hint`` is what to do instead.
    """

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    function: str
    arguments: tuple[Value, ...]
    expand: Callable[[tuple[Value, ...]], Value] | None = field(compare=False)
    at: Token = field(compare=False, repr=False)
    hint: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ScalarQuery(Value):
    """The one value of a query."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query


@dataclass(frozen=True, slots=True)
class GeometryValue(Value):
    """A geometry function: a shape, or what is calculated of one; ``plan`` removes it.

    ``function`` is the ADQL name in upper case.
    """

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    function: str
    arguments: tuple[Value, ...]
    at: Token = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Distance(Value):
    """Angle between two points in degrees; ``plan`` removes it."""

    parts: ClassVar[tuple[str, ...]] = ("first", "second")

    first: Value
    second: Value
    at: Token = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GeometryTest(Value):
    """CONTAINS or INTERSECTS as the number 1 or 0; ``plan`` removes it."""

    parts: ClassVar[tuple[str, ...]] = ("first", "second")

    function: str
    first: Value
    second: Value
    at: Token = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """``left operator right``, the operator being one of = <> < <= > >=."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right")

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Between(Condition):
    """``low <= operand <= high``."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "low", "high")

    operand: Value
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class InList(Condition):
    """The operand equals one of the items."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "items")

    operand: Value
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class InQuery(Condition):
    """The operand equals one of the values of the query."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "query")

    operand: Value
    query: Query


@dataclass(frozen=True, slots=True)
class Like(Condition):
    """The operand matches a pattern with % and _."""

    parts: ClassVar[tuple[str, ...]] = ("operand", "pattern")

    operand: Value
    pattern: Value
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class IsNull(Condition):
    """The operand is NULL."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Value


@dataclass(frozen=True, slots=True)
class Exists(Condition):
    """The query has at least one row."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query


@dataclass(frozen=True, slots=True)
class Holds(Condition):
    """A function that is true or false, by one of the plan's own names."""

    parts: ClassVar[tuple[str, ...]] = ("arguments",)

    function: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The operand is false."""

    parts: ClassVar[tuple[str, ...]] = ("operand",)

    operand: Condition


@dataclass(frozen=True, slots=True)
class And(Condition):
    """All operands are true; no operands are true too."""

    parts: ClassVar[tuple[str, ...]] = ("operands",)

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """At least one operand is true; no operands are false."""

    parts: ClassVar[tuple[str, ...]] = ("operands",)

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NamedSource(Node):
    """Rows under the engine's name ``relation``."""

    relation: str


@dataclass(frozen=True, slots=True)
class TableSource(NamedSource):
    """A table, by the engine's names; ``schema`` may be empty.

    ``title`` is what people call it, ``rows`` how many it has, if that is known.
    """

    schema: str
    table: str
    title: str = field(default="", compare=False)
    rows: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class QuerySource(NamedSource):
    """A subquery, or (``query`` None) the common table ``common``."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    query: Query | None
    common: str = ""


@dataclass(frozen=True, slots=True)
class JoinedSource(Node):
    """Two sources joined; COMMA joins have no condition."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right", "condition")

    kind: JoinKind
    left: Source
    right: Source
    condition: Condition | None


Source = NamedSource | JoinedSource


@dataclass(frozen=True, slots=True)
class Output(Node):
    """One output column: its value, the engine's name, and what is known of it.

    Hidden outputs carry hidden columns to the query outside.
    """

    parts: ClassVar[tuple[str, ...]] = ("value",)

    value: Value
    name: str
    column: Column = field(compare=False)


@dataclass(frozen=True, slots=True)
class OrderKey(Node):
    """One term of ORDER BY: a value, or (None) the output column called ``output``."""

    parts: ClassVar[tuple[str, ...]] = ("value",)

    value: Value | None
    output: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Sorting(Node):
    """Order and cut of the rows of a query; ``limit`` and ``offset`` may be absent."""

    parts: ClassVar[tuple[str, ...]] = ("keys",)

    keys: tuple[OrderKey, ...] = ()
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Select(Node):
    """``SELECT ...`` with its order and cut."""

    parts: ClassVar[tuple[str, ...]] = (
        *("outputs", "source", "where", "group_by", "having", "sorting"),
    )

    outputs: tuple[Output, ...]
    source: Source
    where: Condition | None
    group_by: tuple[Value, ...]
    having: Condition | None
    distinct: bool
    grouped: bool
    sorting: Sorting


@dataclass(frozen=True, slots=True)
class SetQuery(Node):
    """Two queries combined by a set operator; ``outputs`` are those of the left one."""

    parts: ClassVar[tuple[str, ...]] = ("left", "right", "sorting")

    operator: SetOperator
    keep_duplicates: bool
    left: Query
    right: Query
    outputs: tuple[Output, ...]
    sorting: Sorting


Query = Select | SetQuery


@dataclass(frozen=True, slots=True)
class CommonTable(Node):
    """A named subquery before the query, under the engine's name."""

    parts: ClassVar[tuple[str, ...]] = ("query",)

    name: str
    query: Query


@dataclass(frozen=True, slots=True)
class BoundQuery(Node):
    """A whole bound query.

    ``tables`` are the model names of the tables used; ``roles`` tell by the engine's
    names of all relations which hidden columns they have.
    """

    parts: ClassVar[tuple[str, ...]] = ("common", "query")

    common: tuple[CommonTable, ...]
    query: Query
    tables: tuple[str, ...]
    roles: Mapping[str, tuple[Role, ...]]
    at: Token = field(compare=False, repr=False)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is known of the output columns, in order."""
        return tuple(output.column for output in self.query.outputs)
