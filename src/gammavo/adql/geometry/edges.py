"""Sums over the edges of polygons whose vertices, and their number, only the rows know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gammavo.adql.bound import Call, Comparison, Condition, Truth, Value
from gammavo.adql.geometry.arithmetic import Vector, constant, number
from gammavo.model.columns import Datatype

__all__ = [
    "END",
    "FIRST",
    "START",
    "Corner",
    "EdgeSum",
    "Given",
    "edge_sum",
    "edges_of",
    "some_edge",
]


@dataclass(frozen=True, slots=True)
class Corner(Value):
    """In the term of a sum: a component of the unit vector of a vertex.

    ``vertex`` is ``a``, where the edge begins, ``b``, where it ends, ``o``, the first one
    of the polygon, or ``n`` for the unit normal ``a × b``; ``axis`` is x, y or z.
    """

    vertex: str
    axis: str


@dataclass(frozen=True, slots=True)
class Given(Value):
    """In the term of a sum: the input of that number."""

    index: int


@dataclass(frozen=True, slots=True)
class EdgeSum(Value):
    """The sum of a term over all edges of a polygon; NULL if the polygon is.

    Edges for which the term is NULL are left out.

    Parameters
    ----------
    edges
        The edges, made of a DALI array by the function ``edges``.
    inputs
        What the term needs of the row; calculated once.
    term
        A number, made of nothing but corners, inputs and constants. It may be a sum over
        the edges of another polygon, with inputs that are corners of this one.
    """

    parts: ClassVar[tuple[str, ...]] = ("edges", "inputs", "term")

    edges: Value
    inputs: tuple[Value, ...]
    term: Value


def _corner(vertex: str) -> Vector:
    x, y, z = (Corner(Datatype.DOUBLE, vertex, axis) for axis in "xyz")
    return x, y, z


FIRST: Final = _corner("o")
"""The first vertex of the polygon."""
START: Final = _corner("a")
"""The vertex where the edge begins."""
END: Final = _corner("b")
"""The vertex where the edge ends."""
NORMAL: Final = _corner("n")
"""The unit normal of the edge, which points to the left; NULL if it has no length."""


def edges_of(polygon: Value) -> Value:
    """Return the edges of a polygon given as a DALI array, for several sums."""
    return Call(None, "edges", (polygon,))


def edge_sum(
    edges: Value,
    inputs: Sequence[Value],
    term: Callable[[tuple[Value, ...]], Value],
) -> EdgeSum:
    """Return a sum over edges.

    Parameters
    ----------
    edges
        A DALI array of a polygon, or what :func:`edges_of` makes of one.
    inputs
        What the term needs of the row.
    term
        Makes the term of what stands for the inputs in it.
    """
    if edges.datatype is Datatype.POLYGON:
        edges = edges_of(edges)
    inside = tuple(
        value if constant(value) is not None else Given(value.datatype, index)
        for index, value in enumerate(inputs)
    )
    return EdgeSum(Datatype.DOUBLE, edges, tuple(inputs), term(inside))


def some_edge(
    edges: Value,
    inputs: Sequence[Value],
    condition: Callable[[tuple[Value, ...]], Condition],
) -> Condition:
    """Return that a condition holds for at least one edge; parameters as above."""
    count = edge_sum(
        edges, inputs, lambda given: Truth(Datatype.INTEGER, condition(given))
    )
    return Comparison(">", count, number(0))
