"""Set operators: both sides have the same columns, those of the left one are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gammavo.adql import tree
from gammavo.adql.binder.ordering import order_by_output
from gammavo.adql.binder.scope import CarryingQuery
from gammavo.adql.bound import Output, Query, RoleKind, Select, SetQuery, Sorting
from gammavo.adql.datatypes import coerced, common_type, noun
from gammavo.adql.errors import AdqlError
from gammavo.adql.tree import SetOperator
from gammavo.model.columns import Datatype, Synonyms

__all__ = ["combined"]


def combined(
    node: tree.Combination, left: CarryingQuery, right: CarryingQuery
) -> CarryingQuery:
    """Return the combination of two bound queries.

    Hidden columns are carried through UNION ALL alone, and only if both sides have the
    same ones: in all other cases they would decide which rows are equal. Columns whose
    vocabularies differ are compared as they are written from there on.

    Raises
    ------
    AdqlError
        The sides differ in number or types of their columns.
    """
    carried = (
        node.operator is SetOperator.UNION
        and node.keep_duplicates
        and left.roles == right.roles
        and _vocabularies(left) == _vocabularies(right)
    )
    first = left.query if carried else without_hidden(left.query)
    second = right.query if carried else without_hidden(right.query)
    word = node.operator.value
    if len(first.outputs) != len(second.outputs):
        raise AdqlError(
            f"{word} combines {len(first.outputs)} with {len(second.outputs)} columns",
            node.at,
            "both sides need the same number of columns",
        )
    types = []
    for number, (a, b) in enumerate(zip(first.outputs, second.outputs, strict=True)):
        try:
            types.append(common_type(a.value.datatype, b.value.datatype))
        except ValueError:
            raise AdqlError(
                f"column {number + 1} is {noun(a.value.datatype)} on the left and "
                f"{noun(b.value.datatype)} on the right of {word}",
                node.at,
                "use CAST to make them one type",
            ) from None
    first, second = with_types(first, types), with_types(second, types)
    keys = tuple(order_by_output(term, first.outputs) for term in node.order_by)
    query = SetQuery(
        node.operator,
        node.keep_duplicates,
        first,
        second,
        first.outputs,
        Sorting(keys, None, node.offset),
    )
    return CarryingQuery(query, left.roles if carried else ())


def _vocabularies(query: CarryingQuery) -> list[Synonyms | None]:
    """Return the synonyms that the hidden columns of a query serve, in order."""
    synonyms = {name: column.synonyms for name, column in query.columns}
    return [
        synonyms[role.public[0]]
        for role in query.roles
        if role.kind is RoleKind.VOCABULARY
    ]


def without_hidden(query: Query) -> Query:
    """Return the query with its public columns only."""
    outputs = tuple(o for o in query.outputs if not o.column.hidden)
    if isinstance(query, Select):
        return replace(query, outputs=outputs)
    return replace(
        query,
        left=without_hidden(query.left),
        right=without_hidden(query.right),
        outputs=outputs,
    )


def with_types(query: Query, types: Sequence[Datatype | None]) -> Query:
    """Return the query with its columns as values of these types."""
    if all(o.value.datatype is t for o, t in zip(query.outputs, types, strict=True)):
        return query
    if isinstance(query, Select):
        return replace(query, outputs=_typed(query.outputs, types))
    left, right = with_types(query.left, types), with_types(query.right, types)
    return replace(query, left=left, right=right, outputs=left.outputs)


def _typed(
    outputs: Sequence[Output], types: Sequence[Datatype | None]
) -> tuple[Output, ...]:
    return tuple(
        replace(
            output,
            value=coerced(output.value, datatype),
            column=replace(output.column, datatype=datatype or output.column.datatype),
        )
        for output, datatype in zip(outputs, types, strict=True)
    )
