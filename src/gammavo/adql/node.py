"""What all nodes of a bound query can do: be walked through and be rewritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything bound; ``parts`` names the fields that hold nodes or tuples of nodes."""

    parts: ClassVar[tuple[str, ...]] = ()

    @property
    def children(self) -> Iterator[Node]:
        """The nodes directly below this one."""
        for part in self.parts:
            value = getattr(self, part)
            if isinstance(value, tuple):
                yield from value
            elif value is not None:
                yield value

    def rebuilt(self, change: Callable[[Node], Node]) -> Self:
        """Return this node with every child changed; itself if no child changes."""
        changed: dict[str, Node | tuple[Node, ...]] = {}
        for part in self.parts:
            old = getattr(self, part)
            if old is None:
                continue
            if isinstance(old, tuple):
                new = tuple(change(node) for node in old)
                if any(a is not b for a, b in zip(old, new, strict=True)):
                    changed[part] = new
            else:
                node = change(old)
                if node is not old:
                    changed[part] = node
        return replace(self, **changed) if changed else self
