"""Joins by nearness on the sky, made joins by equality of grid cells.

A condition that two positions are within a constant angle is found where it holds for
every row of the result: in WHERE and ON, and not below OR. It stays, for the few pairs
that share a cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from gammavo.adql.bound import (
    Aggregate,
    And,
    Between,
    ColumnReference,
    Comparison,
    Condition,
    Exists,
    JoinedSource,
    NamedSource,
    Not,
    Output,
    ScalarQuery,
    Select,
    Sorting,
    Source,
    Value,
)
from gammavo.adql.geometry import Cap, Shapes
from gammavo.adql.geometry.arithmetic import added, constant, number, subtracted
from gammavo.adql.grid import GridSource, reach
from gammavo.adql.joins import (
    all_nodes,
    column_relations,
    conditions_of,
    conjuncts,
    estimated_rows,
    is_stored,
    leaves,
)
from gammavo.adql.nearness import NearnessFinder
from gammavo.adql.tokens import Token
from gammavo.adql.tree import JoinKind
from gammavo.model.columns import Column, Datatype

__all__ = ["CrossMatch", "CrossMatches"]

_LARGEST_ANGLE: Final = math.radians(15)
"""Radians; beyond, a grid has so few cells that comparing all pairs is no slower."""

_FEW: Final = 1 / 1000
"""Rows of one relation for each row of the other one, below which it is worth it to read
the positions of the larger one first, and its other columns only where they are needed."""

_SMALL_ANGLE: Final = math.radians(0.1)
"""Radians; below, a grid is worth it even if the rows are joined by equality as well."""


@dataclass(frozen=True, slots=True)
class CrossMatch:
    """Two relations of the query, by the engine's names, joined on a grid.

    ``angle`` is in radians, None if it is the largest one of a column.
    """

    relations: tuple[str, str]
    angle: float | None


class _Place(NamedTuple):
    """Where a condition stands: which relations may be repeated, and which it may have.

    ``outer`` tells that rows without a partner stay.
    """

    repeatable: frozenset[str]
    relations: frozenset[str]
    outer: bool = False


class CrossMatches:
    """Finds joins by nearness and puts their relations on grids.

    Parameters
    ----------
    shapes
        Makes shapes of values.
    lowered
        Turns a value into one without geometry.

    Attributes
    ----------
    found
        The joins, in the order of the query.
    """

    def __init__(self, shapes: Shapes, lowered: Callable[[Value], Value]) -> None:
        self._near = NearnessFinder(shapes, lowered)
        self.found: list[CrossMatch] = []

    def applied(self, select: Select) -> Select:
        """Return a SELECT, whose shapes are still shapes, with its joins on grids.

        Raises
        ------
        AdqlError
            Numbers of a shape are out of range.
        """
        if not isinstance(select.source, JoinedSource) and not any(
            map(_existing, conjuncts(select.where))
        ):
            return select
        search = _Search(select, self._near, self.found)
        source = search.with_conditions(select.source)
        everywhere = frozenset(search.relations)
        where = search.replaced(select.where, _Place(everywhere, everywhere))
        if not search.grids:
            return select
        return replace(select, source=search.with_grids(source), where=where)


class _Search:
    """The joins by nearness of one SELECT."""

    def __init__(
        self, select: Select, near: NearnessFinder, found: list[CrossMatch]
    ) -> None:
        self._near = near
        self._found = found
        self._select = select
        self.relations = {leaf.relation: leaf for leaf in leaves(select.source)}
        self._equal = _equal_pairs(select)
        self.grids: dict[str, list[Callable[[NamedSource], GridSource]]] = {}

    def with_conditions(self, source: Source) -> Source:
        """Return the joins with their conditions replaced."""
        if not isinstance(source, JoinedSource):
            return source
        left, right = map(self.with_conditions, (source.left, source.right))
        condition = source.condition
        places = {
            JoinKind.INNER: (source.left, source.right),
            JoinKind.LEFT: (source.right,),
            JoinKind.RIGHT: (source.left,),
        }
        repeatable = places.get(source.kind)
        if condition is not None and repeatable is not None:
            place = _Place(
                frozenset(
                    leaf.relation for part in repeatable for leaf in leaves(part)
                ),
                frozenset(leaf.relation for leaf in leaves(source)),
                outer=source.kind is not JoinKind.INNER,
            )
            condition = self.replaced(condition, place)
        return replace(source, left=left, right=right, condition=condition)

    def with_grids(self, source: Source) -> Source:
        """Return the joins with their relations on the grids that were found."""
        if isinstance(source, JoinedSource):
            left, right = map(self.with_grids, (source.left, source.right))
            return replace(source, left=left, right=right)
        for grid in self.grids.get(source.relation, ()):
            source = grid(source)
        return source

    def replaced(self, condition: Condition | None, place: _Place) -> Condition | None:
        """Return a condition that has equality of cells where it has nearness."""
        if condition is None:
            return None
        parts = [self._replaced(part, place) for part in conjuncts(condition)]
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _replaced(self, part: Condition, place: _Place) -> Condition:
        query = _existing(part)
        if query is not None:
            exists = self._existence(query)
            return Not(exists) if isinstance(part, Not) else exists
        near = self._near.of(part)
        if near is None:
            return part
        ends = [self._relation(cap) for cap in (near.first, near.second)]
        if None in ends or ends[0] == ends[1]:
            return part
        pair = {end: cap for end, cap in zip(ends, near[:2], strict=True) if end}
        if not place.relations.issuperset(pair):
            return part
        possible = place.repeatable.intersection(pair)
        angle = self._angle(near.limits)
        if angle is None or not possible or not self._worthwhile(pair, angle):
            return part
        spread = min(possible, key=self._rows)
        (other,) = (name for name in pair if name != spread)
        grids = self._add(pair, angle, spread, other, near.at, outer=place.outer)
        caps = [
            replace(pair[end], centre=grids[end].position)
            for end in ends
            if end is not None
        ]
        conditions = [
            Comparison("=", grids[spread].column("cell"), grids[other].column("cell")),
            *_bands(grids[other], grids[spread], constant(angle)),
            near.exact(*caps),
        ]
        if isinstance(part, Between):
            conditions.append(Comparison(">=", part.operand, part.low))
        return And(tuple(conditions))

    def _existence(self, query: Select) -> Exists:
        """Return EXISTS with its own relations on a grid with those around it."""
        own = {leaf.relation: leaf for leaf in leaves(query.source)}
        outer = self.relations
        self.relations = {**outer, **own}
        # Whether a row of its own stands several times does not matter to EXISTS. Rows
        # around it stay without a partner: they may be what NOT EXISTS is to find.
        place = _Place(frozenset(own), frozenset(self.relations), outer=True)
        where = self.replaced(query.where, place)
        source = self.with_grids(query.source)
        self.relations = outer
        return Exists(replace(query, source=source, where=where))

    def _add(
        self,
        pair: Mapping[str, Cap],
        angle: Value,
        spread: str,
        other: str,
        at: Token,
        *,
        outer: bool,
    ) -> dict[str, GridSource]:
        """Put both relations of a pair on one grid."""
        count = len(self._found)

        def grid(name: str, *, spread: bool) -> GridSource:
            source, vector = self.relations[name], pair[name].centre
            return GridSource(name, source, count, vector, angle, spread, at=at)

        made = {name: grid(name, spread=name == spread) for name in pair}
        larger = self._rows(spread) > self._rows(other)
        if outer and larger and is_stored(self.relations[other]):
            # Most of its rows are far from all rows of the other relation: they go
            # before the others are repeated.
            near = grid(other, spread=True)
            made[spread] = replace(made[spread], near=near)
        elif not outer and self._is_long(spread, other, pair[other]):
            near, index = made[spread], pair[other].healpix
            made[other] = replace(made[other], near=near, index=index)
        for name in pair:
            self.grids.setdefault(name, []).append(_wrapper(made[name]))
        self._found.append(CrossMatch((other, spread), constant(angle)))
        return made

    def _relation(self, cap: Cap) -> str | None:
        """Return the one relation whose columns make a centre."""
        names = set()
        for component in cap.centre:
            found = column_relations(component)
            if found is None:
                return None
            names |= found
        name = names.pop() if len(names) == 1 else None
        return name if name in self.relations else None

    def _angle(self, limits: Iterable[Value]) -> Value | None:
        """Return a bound (radians) of a sum of angles; None if there is no simple one."""
        total: Value = number(0)
        for limit in limits:
            largest = self._largest(limit)
            if largest is None:
                return None
            total = added(total, largest)
        return total

    def _largest(self, angle: Value) -> Value | None:
        if constant(angle) is not None:
            return angle
        names = column_relations(angle)
        if names is None or len(names) != 1:
            return None
        source = self.relations.get(names.pop())
        if source is None or not is_stored(source):
            return None
        value = Aggregate(Datatype.DOUBLE, "max", (angle,))
        column = Column("reach", Datatype.DOUBLE, "Serves the engine", hidden=True)
        outputs = (Output(value, "c0", column),)
        query = Select(
            *(outputs, source, None, (), None),
            distinct=False,
            grouped=True,
            sorting=Sorting(),
        )
        return ScalarQuery(Datatype.DOUBLE, query)

    def _worthwhile(self, pair: Iterable[str], angle: Value) -> bool:
        known = constant(angle)
        if known is not None and not 0 <= known <= _LARGEST_ANGLE:
            return False
        small = known is not None and known <= _SMALL_ANGLE
        return small or frozenset(pair) not in self._equal

    def _is_long(self, spread: str, other: str, cap: Cap) -> bool:
        """Tell whether a relation has many rows and columns, and few of them are needed."""
        few, many = self._rows(spread)[0], self._rows(other)[0]
        if cap.healpix is None or few > _FEW * many:
            return False
        stored = is_stored(self.relations[spread]) and is_stored(self.relations[other])
        used = {
            node.name
            for output in self._select.outputs
            for node in all_nodes(output)
            if isinstance(node, ColumnReference) and node.relation == other
        }
        return stored and len(used) > 1

    def _rows(self, name: str) -> tuple[int, str]:
        return estimated_rows(self.relations[name]), name


def _existing(condition: Condition) -> Select | None:
    """Return the query of EXISTS or NOT EXISTS if it is a simple one."""
    operand = condition.operand if isinstance(condition, Not) else condition
    if not isinstance(operand, Exists) or not isinstance(operand.query, Select):
        return None
    query = operand.query
    simple = not query.grouped and query.sorting == Sorting()
    return query if simple else None


def _wrapper(made: GridSource) -> Callable[[NamedSource], GridSource]:
    return lambda source: replace(made, source=source)


def _bands(
    row: GridSource, near: GridSource, angle: float | None
) -> tuple[Condition, ...]:
    """Return bounds of coordinates of one row by those of another row near it.

    They follow from the exact condition, but engines understand them: DuckDB skips the
    blocks of a sorted table that are out of bounds of all rows on the other side.
    """
    if angle is None:
        return ()
    width = number(reach(angle))
    return tuple(
        Between(
            row.column(axis),
            subtracted(near.column(axis), width),
            added(near.column(axis), width),
        )
        for axis in "xz"
    )


def _equal_pairs(select: Select) -> frozenset[frozenset[str]]:
    """Return the pairs of relations that have equal values in every row."""
    pairs = []
    for condition in conditions_of(select):
        for part in conjuncts(condition):
            if isinstance(part, Comparison) and part.operator == "=":
                sides = column_relations(part.left), column_relations(part.right)
                names = [side for side in sides if side is not None and len(side) == 1]
                if len(names) == 2 and names[0] != names[1]:
                    pairs.append(frozenset(names[0] | names[1]))
    return frozenset(pairs)
