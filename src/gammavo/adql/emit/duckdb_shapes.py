"""Arrays of shapes in SQL of DuckDB 2: lists, and lambdas over their elements.

Lambdas cannot hold subqueries nor set functions, and evaluate what they hold for every
element. Therefore arguments are put in a list of one element, which binds them to a name,
and lambdas see names only. An inner lambda hides the names of an outer one: nodes refer to
their own lambda alone. DuckDB takes ``e.x`` for a part of a column ``e`` if there is one:
names of structures begin with an underscore, as those of columns do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gammavo.adql.bound import Value
from gammavo.adql.geometry.edges import Corner, EdgeSum, Given
from gammavo.model.columns import Datatype

__all__ = [
    "array",
    "corner",
    "directions",
    "edge_sum",
    "edges",
    "given",
    "shape_of_text",
]

_EDGES: Final = (
    "list_transform([{0}], lambda p: list_transform(list_transform(list_transform("
    "list_transform([list_transform(range(1, len(p), 2), lambda i: "
    "{{'x': cos(radians(p[i + 1])) * cos(radians(p[i])), "
    "'y': cos(radians(p[i + 1])) * sin(radians(p[i])), "
    "'z': sin(radians(p[i + 1]))}})], lambda v: list_transform(range(1, len(v) + 1), "
    "lambda i: {{'a': v[i], 'b': v[i % len(v) + 1], 'o': v[1]}}))[1], lambda _e: "
    "{{'ax': _e.a.x, 'ay': _e.a.y, 'az': _e.a.z, 'bx': _e.b.x, 'by': _e.b.y, 'bz': _e.b.z, "
    "'ox': _e.o.x, 'oy': _e.o.y, 'oz': _e.o.z, "
    "'nx': _e.a.y * (_e.b.z - _e.a.z) - _e.a.z * (_e.b.y - _e.a.y), "
    "'ny': _e.a.z * (_e.b.x - _e.a.x) - _e.a.x * (_e.b.z - _e.a.z), "
    "'nz': _e.a.x * (_e.b.y - _e.a.y) - _e.a.y * (_e.b.x - _e.a.x)}}), lambda _e: "
    "{{'e': _e, 'l': nullif(sqrt(_e.nx * _e.nx + _e.ny * _e.ny + _e.nz * _e.nz), 0)}}), "
    "lambda _f: {{'ax': _f.e.ax, 'ay': _f.e.ay, 'az': _f.e.az, "
    "'bx': _f.e.bx, 'by': _f.e.by, 'bz': _f.e.bz, "
    "'ox': _f.e.ox, 'oy': _f.e.oy, 'oz': _f.e.oz, "
    "'nx': _f.e.nx / _f.l, 'ny': _f.e.ny / _f.l, 'nz': _f.e.nz / _f.l}}))[1]"
)
"""The vertices of each edge of a polygon, and its normal: differences of vertices keep
all its digits, also for edges of arcseconds."""

_EDGE_SUM: Final = (
    "list_transform([{{'v': {edges}{inputs}}}], "
    "lambda _s: list_sum(list_transform(_s.v, lambda _e: {term})))[1]"
)

_DIRECTIONS: Final = (
    "list_transform([flatten(list_transform([{0}], lambda _p: "
    "[CASE WHEN _p.y < 0 THEN 360e0 WHEN _p.x <> 0 OR _p.y <> 0 OR _p.z <> 0 THEN 0e0 END "
    "+ degrees(atan2(_p.y, _p.x)), "
    "degrees(atan2(_p.z, sqrt(_p.x * _p.x + _p.y * _p.y)))]))], "
    "lambda p: CASE WHEN list_count(p) = len(p) THEN p END)[1]"
)

_COMPLETE: Final = (
    "list_transform([CAST([{0}] AS DOUBLE[])], "
    "lambda p: CASE WHEN list_count(p) = len(p) THEN p END)[1]"
)

_OF_TEXT: Final = (
    r"list_transform([TRY_CAST(regexp_split_to_array(trim({0}, ' \t\r\n'), '\s+') "
    "AS DOUBLE[])], lambda p: CASE WHEN {1} AND "
    "len(list_filter(p, lambda n: isfinite(n))) = len(p) AND "
    "len(list_filter(p, lambda n, i: i % 2 = 0 AND abs(n) > 90)) = 0 THEN p END)[1]"
)

_SHAPES: Final[Mapping[Datatype, str]] = MappingProxyType(
    {
        Datatype.POINT: "len(p) = 2",
        Datatype.CIRCLE: "len(p) = 3 AND p[3] BETWEEN 0 AND 180",
        Datatype.POLYGON: "len(p) >= 6 AND len(p) % 2 = 0",
    }
)


def array(texts: list[str], *, constant: bool) -> str:
    """Return an array of numbers, NULL if one of them is."""
    numbers = ", ".join(texts)
    if constant:
        return f"CAST([{numbers}] AS DOUBLE[])"
    return _COMPLETE.format(numbers)


def shape_of_text(text: str, datatype: Datatype | None) -> str:
    """Return the array that a text has; NULL if it is no such shape."""
    if datatype is None:
        raise TypeError("a shape has a type")
    return _OF_TEXT.format(text, _SHAPES[datatype])


def edges(polygon: str) -> str:
    """Return a list with a structure of numbers for each edge of a polygon."""
    return _EDGES.format(polygon)


def directions(texts: list[str]) -> str:
    """Return longitudes and latitudes of vectors, NULL if a vector is NULL or nothing.

    The vectors are given by their components, which three by three are a vector.
    """
    structures = (
        f"{{'x': {x}, 'y': {y}, 'z': {z}}}"
        for x, y, z in zip(texts[::3], texts[1::3], texts[2::3], strict=True)
    )
    return _DIRECTIONS.format(", ".join(structures))


def edge_sum(node: EdgeSum, value: Callable[[Value], str]) -> str:
    """Return a sum over the edges of a polygon; ``value`` prints what it consists of."""
    inputs = "".join(
        f", 'i{number}': {value(given)}" for number, given in enumerate(node.inputs)
    )
    return _EDGE_SUM.format(
        edges=value(node.edges), inputs=inputs, term=value(node.term)
    )


def corner(node: Corner) -> str:
    """Return a component of a vertex."""
    return f"_e.{node.vertex}{node.axis}"


def given(node: Given) -> str:
    """Return an input."""
    return f"_s.i{node.index}"
