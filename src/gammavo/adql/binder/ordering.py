"""Terms of ORDER BY: numbers and names of output columns, or values."""

from __future__ import annotations

from collections.abc import Sequence

from gammavo.adql import tree
from gammavo.adql.binder.scope import matches
from gammavo.adql.binder.values import ValueBinder, column_references
from gammavo.adql.bound import Aggregate, Call, Node, OrderKey, Output
from gammavo.adql.errors import AdqlError

__all__ = ["order_by_output", "order_by_value", "varies"]


def order_by_output(term: tree.OrderTerm, outputs: Sequence[Output]) -> OrderKey:
    """Return the order by an output column, given by its number or its name.

    Raises
    ------
    AdqlError
        There is no such column, or the term is something else.
    """
    output = _named_output(term, outputs)
    if output is None:
        names = ", ".join(o.column.name for o in outputs if not o.column.hidden)
        raise AdqlError(
            "a combined query is sorted by its output columns",
            term.at,
            f"use a number or one of {names}"[:200],
        )
    return OrderKey(None, output.name, term.descending)


def order_by_value(
    term: tree.OrderTerm,
    outputs: Sequence[Output],
    binder: ValueBinder,
    *,
    distinct: bool,
) -> OrderKey:
    """Return the order by an output column or by any value of the query.

    Raises
    ------
    AdqlError
        A number is out of range, a name is unknown, or the term is constant.
    """
    output = _named_output(term, outputs)
    if output is None:
        value = binder.value(term.value)
        output = next((o for o in outputs if o.value == value), None)
        if output is None:
            if not varies(value):
                raise AdqlError("ORDER BY has a constant", term.at, "name a column")
            if distinct:
                raise AdqlError(
                    "with DISTINCT, rows are sorted by columns of the select list",
                    term.at,
                    "add it to the select list",
                )
            return OrderKey(value, "", term.descending)
    return OrderKey(None, output.name, term.descending)


def varies(node: Node) -> bool:
    """Tell whether a value can differ between rows, or groups."""
    if next(column_references(node), None) is not None:
        return True
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Aggregate):
            return True
        if isinstance(current, Call) and current.function == "rand":
            return True
        pending.extend(current.children)
    return False


def _named_output(term: tree.OrderTerm, outputs: Sequence[Output]) -> Output | None:
    public = [output for output in outputs if not output.column.hidden]
    value = term.value
    if isinstance(value, tree.Number):
        number = int(value.text) if value.is_integer and len(value.text) < 10 else 0
        if not 1 <= number <= len(public):
            raise AdqlError(
                f"ORDER BY {value.text[:20]}: the query has {len(public)} columns",
                term.at,
                f"use a number from 1 to {len(public)} or a name",
            )
        return public[number - 1]
    if not isinstance(value, tree.ColumnName) or len(value.names) != 1:
        return None
    found = [o for o in public if matches(value.names[0], o.column.name)]
    if len({output.value for output in found}) > 1:
        raise AdqlError(
            f'several output columns are called "{value.names[0].text}"',
            term.at,
            "use the number of the column",
        )
    return found[0] if found else None
