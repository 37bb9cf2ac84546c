"""A bound query without what engines do not know: geometry and user-defined functions.

What cannot be expressed is refused here by name; nothing is passed through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, cast

from gammavo.adql.bound import (
    Aggregate,
    Between,
    Call,
    Comparison,
    Condition,
    Distance,
    GeometryTest,
    GeometryValue,
    JoinedSource,
    Literal,
    Node,
    Output,
    Role,
    Select,
    Sorting,
    Source,
    Truth,
    UserCall,
    Value,
)
from gammavo.adql.cross_matches import CrossMatches
from gammavo.adql.errors import NotSupportedError
from gammavo.adql.geometry import (
    Cap,
    Shapes,
    distance_below,
    distance_value,
    geometry_value,
    shape_contains,
    shapes_intersect,
)
from gammavo.adql.geometry.arithmetic import all_of, negated
from gammavo.adql.joins import leaves
from gammavo.adql.prefilters import Prefilters
from gammavo.adql.seeds import Seeds

__all__ = ["Lowering"]

_MIRRORED: Final = MappingProxyType(
    {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
)


class Lowering:
    """Rewrites a bound query.

    Parameters
    ----------
    roles
        Hidden columns of all relations, by the engine's names.

    Attributes
    ----------
    selects
        What became of every SELECT so far, those within others first.
    """

    def __init__(self, roles: Mapping[str, tuple[Role, ...]]) -> None:
        self._shapes = Shapes(roles, self.value)
        self._keys: Collection[Node] = frozenset()
        # Values that are done, by their identity: functions that use an argument several
        # times would have it walked through with the power of their depth.
        self._finished: dict[int, Value] = {}
        self.prefilters = Prefilters(self._shapes)
        self.cross_matches = CrossMatches(self._shapes, self.value)
        self._seeds = Seeds()
        self._group: tuple[Value, ...] = ()
        self.selects: list[Select] = []

    def value(self, value: Value) -> Value:
        """Return a value without geometry.

        Raises
        ------
        AdqlError
            It has a function that is not supported, or numbers out of range.
        """
        done = cast("Value", self.node(value))
        self._finished[id(done)] = done
        return done

    def condition(self, condition: Condition) -> Condition:
        """Return a condition without geometry; errors as for :meth:`value`."""
        return cast("Condition", self.node(condition))

    def node(self, node: Node) -> Node:
        """Return any node without geometry; errors as for :meth:`value`."""
        match node:
            case _ if id(node) in self._finished:
                return node
            case Select() | JoinedSource():
                return self._rows(node)
            case _ if isinstance(node, Aggregate) or (
                self._keys and node in self._keys
            ):
                return self._of_rows(node)
            case Comparison():
                return self._comparison(node)
            case Between(operand=Distance()):
                low = Comparison(">=", node.operand, node.low)
                high = Comparison("<=", node.operand, node.high)
                return all_of([self._comparison(low), self._comparison(high)])
            case GeometryTest():
                return Truth(node.datatype, self._test(node))
            case Distance():
                return distance_value(*self._ends(node))
            case UserCall() | GeometryValue():
                return self._function(node)
            case Call(function="rand", arguments=(_,)):
                return self._seeds.number(node, self._group, self._shapes.grouped)
            case _:
                return node.rebuilt(self.node)

    def _rows(self, node: Select | JoinedSource) -> Node:
        return self._select(node) if isinstance(node, Select) else self._join(node)

    def _select(self, select: Select) -> Select:
        keys, grouped, group = self._keys, self._shapes.grouped, self._group
        self._keys = frozenset()
        before = self._seeds.enter(select)
        select = self.cross_matches.applied(select)
        rows = replace(
            select,
            source=cast("Source", self.node(select.source)),
            where=self._filtered(select.where),
            group_by=tuple(self.value(key) for key in select.group_by),
        )
        if select.grouped:
            self._keys, self._group = frozenset(select.group_by), rows.group_by
            self._shapes.grouped = grouped | set(_relations(select.source))
        groups = replace(
            rows,
            outputs=tuple(cast("Output", self.node(o)) for o in select.outputs),
            having=None if select.having is None else self.condition(select.having),
            sorting=cast("Sorting", self.node(select.sorting)),
        )
        self._keys, self._shapes.grouped, self._group = keys, grouped, group
        self.selects.append(self._seeds.leave(groups, before))
        return self.selects[-1]

    def _join(self, join: JoinedSource) -> JoinedSource:
        left, right = (cast("Source", self.node(s)) for s in (join.left, join.right))
        outside, self._seeds.sources = self._seeds.sources, tuple(leaves(join))
        condition = self._filtered(join.condition)
        self._seeds.sources = outside
        return replace(join, left=left, right=right, condition=condition)

    def _filtered(self, condition: Condition | None) -> Condition | None:
        """Return a condition with the index searches that it implies before it."""
        if condition is None:
            return None
        return all_of([*self.prefilters.of(condition), self.condition(condition)])

    def _of_rows(self, node: Node) -> Node:
        """Return a node that is calculated from the rows of a group, not from a group."""
        keys, grouped = self._keys, self._shapes.grouped
        self._keys, self._shapes.grouped = frozenset(), frozenset()
        changed = (
            node.rebuilt(self.node) if isinstance(node, Aggregate) else self.node(node)
        )
        self._keys, self._shapes.grouped = keys, grouped
        return changed

    def _comparison(self, node: Comparison) -> Condition:
        operator, left, right = node.operator, node.left, node.right
        if isinstance(right, GeometryTest | Distance) and not isinstance(
            left, Distance
        ):
            operator, left, right = _MIRRORED[operator], right, left
        if isinstance(left, GeometryTest):
            holds = _asked_truth(operator, right)
            if holds is not None:
                test = self._test(left)
                return test if holds else negated(test)
        if isinstance(left, Distance) and not isinstance(right, Distance):
            first, second = self._ends(left)
            limit = self.value(right)
            if operator in {"<", ">="}:
                below = distance_below(first, second, limit, strictly=True)
                return below if operator == "<" else negated(below)
            if operator in {"<=", ">"}:
                below = distance_below(first, second, limit, strictly=False)
                return below if operator == "<=" else negated(below)
        return Comparison(operator, self.value(left), self.value(right))

    def _test(self, node: GeometryTest) -> Condition:
        first = self._shapes.shape(node.first, node.at)
        second = self._shapes.shape(node.second, node.at)
        if node.function == "CONTAINS":
            return shape_contains(first, second, node.at)
        return shapes_intersect(first, second)

    def _ends(self, node: Distance) -> tuple[Cap, Cap]:
        return (
            self._shapes.point(node.first, node.at),
            self._shapes.point(node.second, node.at),
        )

    def _function(self, node: UserCall | GeometryValue) -> Value:
        if isinstance(node, GeometryValue):
            return geometry_value(node, self._shapes, self.value)
        if node.expand is None:
            raise NotSupportedError(
                f"{node.function} is not supported by this service", node.at, node.hint
            )
        # Functions of positions expand to geometry, which is lowered in turn.
        return self.value(node.expand(tuple(map(self.value, node.arguments))))


def _asked_truth(operator: str, value: Value) -> bool | None:
    """Tell whether ``test operator value`` asks for true, for false, or None: neither."""
    if operator not in {"=", "<>"} or not isinstance(value, Literal):
        return None
    if value.value not in {0, 1} or isinstance(value.value, bool):
        return None
    return (value.value == 1) == (operator == "=")


def _relations(source: Source) -> Iterator[str]:
    if isinstance(source, JoinedSource):
        yield from _relations(source.left)
        yield from _relations(source.right)
    else:
        yield source.relation
