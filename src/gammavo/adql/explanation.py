"""What a plan costs, in words for people.

The classes of cost, from cheap to dear:

``indexed``
    An index search finds the rows of at least one table.
``scan``
    All rows of the tables are read, once.
``cross-match``
    Rows of two tables are matched by their positions, on a grid.
``nested-loop``
    All rows of a table are compared with all rows of another one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

from gammavo.adql.bound import (
    ColumnReference,
    Comparison,
    NamedSource,
    Node,
    QuerySource,
    Select,
    TableSource,
)
from gammavo.adql.cross_matches import CrossMatch
from gammavo.adql.grid import GridSource
from gammavo.adql.joins import column_relations, conditions_of, conjuncts, leaves
from gammavo.adql.seeds import NumberedSource

__all__ = ["Access", "explained"]

Access = Literal["indexed", "scan", "cross-match", "nested-loop"]


def explained(
    selects: Sequence[Select], indexed: Collection[str], matches: Sequence[CrossMatch]
) -> tuple[Access, tuple[str, ...]]:
    """Return the class of cost of a plan, and what it does with each table.

    Parameters
    ----------
    selects
        Every SELECT of the plan, without geometry.
    indexed
        Relations whose positions an index search restricts.
    matches
        Relations that are joined on a grid.
    """
    names: dict[str, str] = {}
    lines: list[str] = []
    loops: list[str] = []
    for select in reversed(selects):
        relations = list(leaves(select.source))
        names.update((source.relation, _title(source)) for source in relations)
        lines += [
            _reading(source, source.relation in indexed)
            for source in relations
            if isinstance(_plain(source), TableSource)
        ]
        if len(selects) > 1 or len(relations) > 1:
            loops += _loops(select, relations)
    lines += [_matching(match, names) for match in matches]
    # A table may stand at several places of a query and be read in the same way.
    explanation = tuple(dict.fromkeys(lines + loops))
    if loops:
        return "nested-loop", explanation
    if matches:
        return "cross-match", explanation
    return ("indexed" if indexed else "scan"), explanation


def _plain(source: NamedSource) -> NamedSource:
    while isinstance(source, GridSource | NumberedSource):
        source = source.source
    return source


def _title(source: NamedSource) -> str:
    plain = _plain(source)
    if isinstance(plain, TableSource):
        return plain.title
    if isinstance(plain, QuerySource) and plain.query is None:
        return "the table of WITH"
    return "the subquery"


def _reading(source: NamedSource, indexed: bool) -> str:
    plain = _plain(source)
    rows = plain.rows if isinstance(plain, TableSource) else None
    number = "" if rows is None else f"{rows:,} "
    if indexed:
        return f"{_title(source)}: its {number}rows are searched by position, with an index"
    return f"{_title(source)}: all {number}rows are read"


def _matching(match: CrossMatch, names: dict[str, str]) -> str:
    first, second = (names.get(name, "a subquery") for name in match.relations)
    limit = "a radius of each row" if match.angle is None else _angle(match.angle)
    return f"{first} and {second}: matched by position within {limit}, on a grid"


def _angle(radians: float) -> str:
    degrees = math.degrees(radians)
    for unit, factor in (("°", 1), ("′", 60), ("″", 3600)):
        if degrees * factor >= 1:
            return f"{degrees * factor:.4g}{unit}"
    return f"{degrees * 3600:.4g}″"


def _loops(select: Select, relations: Sequence[NamedSource]) -> list[str]:
    """Return what is compared row by row: relations that no equality connects."""
    many = [source for source in relations if not _has_one_row(source)]
    groups = {source.relation: {source.relation} for source in many}
    outer = _outer(select, relations)
    if many and outer:
        groups[""] = {""}
    for sides in _equalities(select):
        joined = [
            groups[key]
            for side in sides
            if (key := "" if side & outer else min(side)) in groups
        ]
        if len(joined) == 2 and joined[0] is not joined[1]:
            joined[0] |= joined[1]
            for name in joined[1]:
                groups[name] = joined[0]
    apart = {id(group): group for group in groups.values()}
    if len(apart) < 2:
        return []
    titles = [
        next(_title(source) for source in many if source.relation in group)
        for group in apart.values()
        if group != {""}
    ]
    if len(titles) == 1:
        titles.append("the query around it")
    return [
        f"{' and '.join(titles)}: every row of one is compared with every row of the other"
    ]


def _outer(select: Select, relations: Iterable[NamedSource]) -> set[str]:
    """Return the relations of outer queries that conditions of a SELECT use."""
    own = {source.relation for source in relations}
    used: set[str] = set()
    for condition in conditions_of(select):
        pending: list[Node] = [condition]
        while pending:
            node = pending.pop()
            if isinstance(node, ColumnReference):
                used.add(node.relation)
            if isinstance(node, Select):
                own |= {source.relation for source in leaves(node.source)}
            pending.extend(node.children)
    return used - own


def _equalities(select: Select) -> Iterator[tuple[set[str], set[str]]]:
    for condition in conditions_of(select):
        for part in conjuncts(condition):
            if isinstance(part, Comparison) and part.operator == "=":
                left, right = column_relations(part.left), column_relations(part.right)
                if left and right and len(left) == len(right) == 1:
                    yield left, right


def _has_one_row(source: NamedSource) -> bool:
    plain = _plain(source)
    if not isinstance(plain, QuerySource) or not isinstance(plain.query, Select):
        return False
    query = plain.query
    return (query.grouped and not query.group_by) or query.sorting.limit in {0, 1}
