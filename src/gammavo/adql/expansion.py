"""How large a plan is when it is printed.

Geometry uses the same coordinates several times, and nodes of a plan are shared between
all these places. Text cannot share them: a distance between positions that are calculated
from distances, and so on, would be printed with the power of its depth.
"""

from __future__ import annotations

from typing import Final

from gammavo.adql.bound import Node

__all__ = ["LARGEST_PLAN", "printed_nodes"]

LARGEST_PLAN: Final = 150_000
"""Nodes printed: some 2 MB of SQL, which the engine reads in a second. Ten polygons of a
hundred vertices are 100 000."""

_FEW: Final = 2_000
"""Nodes that are counted at each of their places before counts are remembered, which
takes longer for the usual query."""


def printed_nodes(root: Node) -> int:
    """Return how many nodes a tree has when shared ones count at each of their places."""
    few = _counted(root, _FEW)
    if few < _FEW:
        return few
    counts: dict[int, int] = {}
    pending: list[tuple[Node, bool]] = [(root, False)]
    while pending:
        node, children_known = pending.pop()
        if id(node) in counts:
            continue
        children = list(node.children)
        if children_known:
            counts[id(node)] = 1 + sum(counts[id(child)] for child in children)
        else:
            pending.append((node, True))
            pending.extend((child, False) for child in children)
    return counts[id(root)]


def _counted(root: Node, most: int) -> int:
    """Return how many nodes a tree has, at all their places, or ``most`` if not less."""
    pending = [root]
    number = 0
    while pending and number < most:
        number += 1
        pending.extend(pending.pop().children)
    return number
