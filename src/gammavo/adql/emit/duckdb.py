"""A plan as SQL of DuckDB 2.

All text comes from here, from names that the catalogue declares, and from literals that
:func:`_text` quotes: what a user writes reaches SQL through these two ways only.

Functions are total: what has no value (a root of a negative number, a division by zero,
a text that is no number) is NULL, never an error that would end the query.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from gammavo.adql import bound
from gammavo.adql.bound import Condition, Query, Source, Value
from gammavo.adql.emit import duckdb_functions, duckdb_shapes
from gammavo.adql.emit.duckdb_grids import grid_source
from gammavo.adql.emit.duckdb_let import filled
from gammavo.adql.geometry import edges
from gammavo.adql.grid import GridSource
from gammavo.adql.plan import Plan
from gammavo.adql.seeds import ROW_COLUMN, NumberedSource
from gammavo.adql.tree import JoinKind
from gammavo.model.columns import Datatype

__all__ = ["to_duckdb"]

_TYPES: Final[Mapping[Datatype, str]] = MappingProxyType(
    {
        Datatype.BOOLEAN: "BOOLEAN",
        Datatype.SMALLINT: "SMALLINT",
        Datatype.INTEGER: "INTEGER",
        Datatype.BIGINT: "BIGINT",
        Datatype.REAL: "REAL",
        Datatype.DOUBLE: "DOUBLE",
        Datatype.VARCHAR: "VARCHAR",
        Datatype.UNICODE: "VARCHAR",
        Datatype.REGION: "VARCHAR",
        Datatype.TIMESTAMP: "TIMESTAMP",
        Datatype.POINT: "DOUBLE[]",
        Datatype.CIRCLE: "DOUBLE[]",
        Datatype.POLYGON: "DOUBLE[]",
    }
)

_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "abs": "abs({0})",
        "atan": "atan({0})",
        "atan2": "atan2({0}, {1})",
        "ceiling": "ceil({0})",
        "cos": "cos({0})",
        "degrees": "degrees({0})",
        "element": "({0})[CAST({1} AS INTEGER)]",
        "floor": "floor({0})",
        "lower": "lower({0})",
        "negate": "(- {0})",
        "pi": "pi()",
        "radians": "radians({0})",
        "rand": "random()",
        "regular_expression_literal": "regexp_escape({0})",
        "sign": "sign({0})",
        "sin": "sin({0})",
        "tan": "tan({0})",
        "unix_days": "(epoch_us({0}) / 86400e6)",
        "upper": "upper({0})",
    }
)
"""DuckDB's words for functions that use each argument once; ``{0}`` is the first."""

_GUARDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acos": "CASE WHEN abs({0}) <= 1 THEN acos({0}) END",
        "asin": "CASE WHEN abs({0}) <= 1 THEN asin({0}) END",
        "cot": "1 / nullif(tan({0}), 0)",
        "exp": "nullif(exp({0}), CAST('inf' AS DOUBLE))",
        "latitude": "CASE WHEN {0} BETWEEN -90 AND 90 THEN {0} END",
        "log": "CASE WHEN {0} > 0 THEN ln({0}) END",
        "log10": "CASE WHEN {0} > 0 THEN log10({0}) END",
        "longitude": "{0} - 360e0 * floor({0} / 360e0)",
        "mod": "{0} % nullif({1}, 0)",
        "power": "CASE WHEN {0} > 0 OR {1} = trunc({1}) AND ({0} <> 0 OR {1} >= 0) "
        "THEN nullif(nullif(pow({0}, {1}), CAST('inf' AS DOUBLE)), CAST('-inf' AS DOUBLE)) "
        "WHEN {0} = 0 AND {1} > 0 THEN 0 END",
        # DuckDB's greatest() and least() pass over NULL, and so must not be used.
        "root": "CASE WHEN {0} > 0 THEN sqrt({0}) WHEN {0} <= 0 THEN 0e0 END",
        "sqrt": "CASE WHEN {0} >= 0 THEN sqrt({0}) END",
        "square": "({0} * {0})",
        "truncate": "CASE WHEN abs({0}) < 1e15 THEN trunc({0} * {1}) / {1} ELSE {0} END",
    }
)
"""The same for functions that use an argument more than once, in the text or, as DuckDB
does with NULLIF, in the engine: ten nested ones take it half a second to plan, twenty
would take hours."""

_LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "coalesce": "coalesce({})",
        # Of the 64 bits of a hash, as many as a DOUBLE holds.
        "rand_of": "((hash({}) >> 11) / 9007199254740992e0)",
    }
)
"""The same for functions with any number of arguments."""

_SHORT: Final = 160
"""Characters of an argument that is repeated; a longer one is bound to a name, or the
text of nested functions would grow with the power of their depth."""

_WHOLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "abs": "abs({0})",
        "mod": "({0} % {1})",
        "negate": "(- {0})",
        "+": "({0} + {1})",
        "-": "({0} - {1})",
        "*": "({0} * {1})",
        "/": "({0} // {1})",
    }
)
"""Calculations with whole numbers, which DuckDB would end with an error at an overflow."""

_MOST_DIGITS: Final = 290
"""Digits to round to: scales and scaled numbers stay below the largest number, 1e308."""

_LONGEST_TEXT: Final = 2**31 - 1
"""Characters that texts are cut to."""

_NUMBERED: Final = re.compile("[ct][0-9]+")
"""The binder's names of columns and relations. They are no words of SQL, and without
quotes the engine parses them faster."""

_PREDICATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "has_text": "contains({0}, {1})",
        "matches": "regexp_matches({0}, {1})",
    }
)

_JOINS: Final[Mapping[JoinKind, str]] = MappingProxyType(
    {
        JoinKind.COMMA: "CROSS JOIN",
        JoinKind.INNER: "JOIN",
        JoinKind.LEFT: "LEFT JOIN",
        JoinKind.RIGHT: "RIGHT JOIN",
        JoinKind.FULL: "FULL JOIN",
    }
)


def to_duckdb(plan: Plan) -> str:
    """Return the SELECT statement of a plan."""
    statement = _query(plan.query.query)
    common = ", ".join(
        f"{_name(table.name)} AS ({_query(table.query)})" for table in plan.query.common
    )
    return f"WITH {common} {statement}" if common else statement


def _name(name: str) -> str:
    if _NUMBERED.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _query(query: Query) -> str:
    if isinstance(query, bound.SetQuery):
        every = " ALL" if query.keep_duplicates else ""
        return (
            f"({_query(query.left)}) {query.operator.value}{every} "
            f"({_query(query.right)}){_sorting(query.sorting)}"
        )
    return _select(query)


def _select(select: bound.Select) -> str:
    outputs = ", ".join(map(_output, select.outputs))
    distinct = "DISTINCT " if select.distinct else ""
    source = _source(select.source)
    parts = [f"SELECT {distinct}{outputs} FROM {source}"]  # noqa: S608 - printed names
    if select.where is not None:
        parts.append(f"WHERE {_condition(select.where)}")
    if select.group_by:
        parts.append("GROUP BY " + ", ".join(map(_value, select.group_by)))
    if select.having is not None:
        parts.append(f"HAVING {_condition(select.having)}")
    return " ".join(parts) + _sorting(select.sorting)


def _output(output: bound.Output) -> str:
    text = _value(output.value)
    if output.value.datatype is None:
        text = f"CAST({text} AS {_TYPES[output.column.datatype]})"
    return f"{text} AS {_name(output.name)}"


def _sorting(sorting: bound.Sorting) -> str:
    parts = []
    if sorting.keys:
        parts.append(" ORDER BY " + ", ".join(map(_order_key, sorting.keys)))
    if sorting.limit is not None:
        parts.append(f" LIMIT {sorting.limit}")
    if sorting.offset is not None:
        parts.append(f" OFFSET {sorting.offset}")
    return "".join(parts)


def _order_key(key: bound.OrderKey) -> str:
    term = _name(key.output) if key.value is None else _value(key.value)
    return f"{term} DESC NULLS LAST" if key.descending else f"{term} NULLS LAST"


def _source(source: Source) -> str:
    match source:
        case bound.TableSource(relation=relation, schema=schema, table=table):
            where = f"{_name(schema)}.{_name(table)}" if schema else _name(table)
            return f"{where} AS {_name(relation)}"
        case bound.QuerySource(relation=relation, query=None, common=common):
            return f"{_name(common)} AS {_name(relation)}"
        case bound.QuerySource(relation=relation, query=query) if query is not None:
            return f"({_query(query)}) AS {_name(relation)}"
        case NumberedSource():
            numbered = f"*, row_number() OVER () AS {_name(ROW_COLUMN)}"
            rows = f"SELECT {numbered} FROM {_source(source.source)}"  # noqa: S608
            return f"({rows}) AS {_name(source.relation)}"
        case GridSource():
            return grid_source(source, _source, _value)
        case bound.JoinedSource(kind=kind, left=left, right=right):
            joined = f"{_source(left)} {_JOINS[kind]} {_nested(right)}"
            if kind is JoinKind.COMMA:
                return joined
            condition = source.condition
            on = "TRUE" if condition is None else _condition(condition)
            return f"{joined} ON {on}"
        case _:
            raise AssertionError(f"no rule prints the source {source!r}")


def _nested(source: Source) -> str:
    text = _source(source)
    return f"({text})" if isinstance(source, bound.JoinedSource) else text


def _value(value: Value) -> str:
    """Return a value as SQL that needs no parentheses around it."""
    return _VALUES[type(value)](value)


def _condition(condition: Condition) -> str:
    """Return a condition as SQL that needs no parentheses around it."""
    return _CONDITIONS[type(condition)](condition)


def _literal(node: bound.Literal) -> str:
    match node.value:
        case None:
            kind = node.datatype
            return "NULL" if kind is None else f"CAST(NULL AS {_TYPES[kind]})"
        case bool():
            return "TRUE" if node.value else "FALSE"
        case int():
            text = str(node.value) if node.value >= 0 else f"({node.value})"
            if node.datatype is Datatype.BIGINT and abs(node.value) < 1 << 31:
                return f"CAST({text} AS BIGINT)"
            return text
        case float():
            return _number(node.value)
        case str() if node.datatype is Datatype.TIMESTAMP:
            return f"CAST({_text(node.value)} AS TIMESTAMP)"
        case str():
            return _text(node.value)


def _number(value: float) -> str:
    """Return a DOUBLE: with an exponent, or DuckDB would take it for a DECIMAL."""
    if not math.isfinite(value):
        return f"CAST('{value}' AS DOUBLE)"
    text = repr(value)
    if "e" not in text:
        text += "e0"
    return f"({text})" if value < 0 else text


def _column(node: bound.ColumnReference) -> str:
    if node.computed is not None:
        stored = f"{_name(node.relation)}.{_name(node.computed.stored)}"
        return node.computed.sql(stored)
    return f"{_name(node.relation)}.{_name(node.name)}"


def _arithmetic(node: bound.Arithmetic) -> str:
    if node.datatype is Datatype.BIGINT:
        return _whole(node.operator, (node.left, node.right))
    left, right = _value(node.left), _value(node.right)
    if node.operator == "/":
        right = _guarded("nullif({0}, 0)", [right])
    return f"({left} {node.operator} {right})"


def _whole(operation: str, operands: Sequence[Value]) -> str:
    """Return a whole number of 64 bits, NULL if the result has more."""
    large = any(operand.datatype is Datatype.BIGINT for operand in operands)
    kind = "HUGEINT" if large else "BIGINT"
    texts = [f"CAST({_value(operand)} AS {kind})" for operand in operands]
    if operation in {"mod", "/"}:
        texts[1] = _guarded("nullif({0}, 0)", texts[1:])
    text = _WHOLE[operation].format(*texts)
    return f"TRY_CAST({text} AS BIGINT)" if large else text


def _concatenation(node: bound.Concatenation) -> str:
    return f"({_value(node.left)} || {_value(node.right)})"


def _call(node: bound.Call) -> str:
    if node.datatype is Datatype.BIGINT and node.function in _WHOLE:
        return _whole(node.function, node.arguments)
    arguments = [_value(argument) for argument in node.arguments]
    if node.function in _LISTS:
        return _LISTS[node.function].format(", ".join(arguments))
    if node.function == "array":
        fixed = all(isinstance(a, bound.Literal) for a in node.arguments)
        return duckdb_shapes.array(arguments, constant=fixed)
    if node.function == "directions":
        return duckdb_shapes.directions(arguments)
    if node.function == "edges":
        return duckdb_shapes.edges(arguments[0])
    if node.function == "shape_of_text":
        return duckdb_shapes.shape_of_text(arguments[0], node.datatype)
    if node.function in {"round", "truncate"}:
        return _rounded(node.function, arguments[0], node.arguments[1:])
    if node.function in _GUARDED:
        return _guarded(_GUARDED[node.function], arguments)
    if node.function in duckdb_functions.FUNCTIONS:
        return filled(duckdb_functions.FUNCTIONS[node.function], arguments)
    return _FUNCTIONS[node.function].format(*arguments)


def _rounded(function: str, number: str, digits: Sequence[Value]) -> str:
    """Return ROUND or TRUNCATE, to digits that are a constant by the grammar."""
    wanted = 0
    for literal in digits:
        if not isinstance(literal, bound.Literal) or not isinstance(literal.value, int):
            raise TypeError(f"{function} to digits that are not constant")
        wanted = max(-_MOST_DIGITS, min(_MOST_DIGITS, literal.value))
    if function == "round":
        return f"round({number}, {wanted})" if wanted else f"round({number})"
    scale = _number(10.0 ** abs(wanted))
    if wanted > 0:
        return _guarded(_GUARDED["truncate"], [number, scale])
    return f"(trunc({number} / {scale}) * {scale})" if wanted else f"trunc({number})"


def _guarded(template: str, arguments: Sequence[str]) -> str:
    """Return a call that uses its arguments several times and evaluates them once."""
    if all(len(text) <= _SHORT and "random()" not in text for text in arguments):
        return f"({template.format(*arguments)})"
    fields = ", ".join(f"'a{i}': {text}" for i, text in enumerate(arguments))
    names = [f"_v.a{i}" for i in range(len(arguments))]
    return f"list_transform([{{{fields}}}], lambda _v: {template.format(*names)})[1]"


def _aggregate(node: bound.Aggregate) -> str:
    distinct = "DISTINCT " if node.distinct else ""
    arguments = ", ".join(map(_value, node.arguments)) or "*"
    text = f"{node.function}({distinct}{arguments})"
    # Sums of whole numbers are HUGEINT in DuckDB; one that fits no BIGINT is NULL.
    whole = node.function == "sum" and node.datatype is Datatype.BIGINT
    return f"TRY_CAST({text} AS BIGINT)" if whole else text


def _cast(node: bound.Cast) -> str:
    kind = Datatype.VARCHAR if node.datatype is None else node.datatype
    text = f"TRY_CAST({_value(node.operand)} AS {_TYPES[kind]})"
    if kind.is_text and node.operand.datatype is Datatype.TIMESTAMP:
        text = f"replace({text}, ' ', 'T')"
    if node.length is None:
        return text
    return f"left({text}, {min(node.length, _LONGEST_TEXT)})"


def _converted(node: bound.Converted) -> str:
    return f"({_value(node.operand)} * {_number(node.factor)})"


def _case(node: bound.Case) -> str:
    branches = " ".join(
        f"WHEN {_condition(condition)} THEN {_value(value)}"
        for condition, value in zip(node.conditions, node.values, strict=True)
    )
    return f"(CASE {branches} END)"


def _truth(node: bound.Truth) -> str:
    return f"CAST({_condition(node.condition)} AS INTEGER)"


def _scalar_query(node: bound.ScalarQuery) -> str:
    return f"({_query(node.query)})"


def _comparison(node: bound.Comparison) -> str:
    return f"({_value(node.left)} {node.operator} {_value(node.right)})"


def _between(node: bound.Between) -> str:
    return (
        f"({_value(node.operand)} BETWEEN {_value(node.low)} AND {_value(node.high)})"
    )


def _in_list(node: bound.InList) -> str:
    return f"({_value(node.operand)} IN ({', '.join(map(_value, node.items))}))"


def _in_query(node: bound.InQuery) -> str:
    return f"({_value(node.operand)} IN ({_query(node.query)}))"


def _like(node: bound.Like) -> str:
    word = "ILIKE" if node.any_case else "LIKE"
    return f"({_value(node.operand)} {word} {_value(node.pattern)})"


def _is_null(node: bound.IsNull) -> str:
    return f"({_value(node.operand)} IS NULL)"


def _exists(node: bound.Exists) -> str:
    return f"EXISTS ({_query(node.query)})"


def _holds(node: bound.Holds) -> str:
    arguments = [_value(argument) for argument in node.arguments]
    if node.function in duckdb_functions.PREDICATES:
        return filled(duckdb_functions.PREDICATES[node.function], arguments)
    return _PREDICATES[node.function].format(*arguments)


def _not(node: bound.Not) -> str:
    return f"(NOT {_condition(node.operand)})"


def _and(node: bound.And) -> str:
    return (
        f"({' AND '.join(map(_condition, node.operands))})" if node.operands else "TRUE"
    )


def _or(node: bound.Or) -> str:
    return (
        f"({' OR '.join(map(_condition, node.operands))})" if node.operands else "FALSE"
    )


_VALUES: Final[Mapping[type, Callable[..., str]]] = MappingProxyType(
    {
        bound.Aggregate: _aggregate,
        bound.Arithmetic: _arithmetic,
        bound.Call: _call,
        bound.Case: _case,
        bound.Cast: _cast,
        bound.ColumnReference: _column,
        bound.Concatenation: _concatenation,
        bound.Converted: _converted,
        bound.Literal: _literal,
        bound.ScalarQuery: _scalar_query,
        bound.Truth: _truth,
        edges.Corner: duckdb_shapes.corner,
        edges.EdgeSum: lambda node: duckdb_shapes.edge_sum(node, _value),
        edges.Given: duckdb_shapes.given,
    }
)
_CONDITIONS: Final[Mapping[type, Callable[..., str]]] = MappingProxyType(
    {
        bound.And: _and,
        bound.Between: _between,
        bound.Comparison: _comparison,
        bound.Exists: _exists,
        bound.Holds: _holds,
        bound.InList: _in_list,
        bound.InQuery: _in_query,
        bound.IsNull: _is_null,
        bound.Like: _like,
        bound.Not: _not,
        bound.Or: _or,
    }
)
