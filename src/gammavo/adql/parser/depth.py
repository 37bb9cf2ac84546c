"""Limits on the tree, so that no later step recurses or works without bound."""

from __future__ import annotations

from typing import Final

from gammavo.adql.errors import AdqlError
from gammavo.adql.tree import Node

__all__ = ["DEEPEST_TREE", "LARGEST_TREE", "MOST_COLUMNS", "check_size"]

DEEPEST_TREE: Final = 100
"""Operators below each other: a sum or join of 100 terms is the largest possible."""

LARGEST_TREE: Final = 30_000
"""Nodes of a tree; 100 000 characters make more only if nearly all are operators."""

MOST_COLUMNS: Final = 2000
"""Output columns of one query; joins of tables with themselves make them grow fast."""


def check_size(root: Node) -> None:
    """Check depth and number of nodes, without recursion.

    Raises
    ------
    AdqlError
        The tree is too deep or too large.
    """
    level: list[Node] = [root]
    total = 0
    for _ in range(DEEPEST_TREE):
        total += len(level)
        if total > LARGEST_TREE:
            raise AdqlError(
                f"the query has more than {LARGEST_TREE} parts",
                level[0].at,
                "upload long lists as a table and join it",
            )
        level = [child for node in level for child in node.children]
        if not level:
            return
    raise AdqlError(
        f"the query has more than {DEEPEST_TREE} operators below each other",
        level[0].at,
        "split it into subqueries or use IN (...)",
    )
