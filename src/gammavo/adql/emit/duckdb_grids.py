"""Sources on a grid as SQL of DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from gammavo.adql.bound import Source, Value
from gammavo.adql.geometry.arithmetic import constant, number
from gammavo.adql.grid import (
    CELLS_PER_AXIS,
    REACHES_PER_CELL,
    SMALLEST_CELL,
    GridSource,
    reach,
)

__all__ = ["grid_source"]

_OFFSETS: Final = ", ".join(f"(VALUES (0), (1)) AS {axis}(i)" for axis in "abc")
"""All neighbours upwards: a cell is so wide that surroundings touch two along an axis."""


def grid_source(
    node: GridSource,
    print_source: Callable[[Source], str],
    print_value: Callable[[Value], str],
) -> str:
    """Return a source as SQL, with its alias.

    Parameters
    ----------
    node
        The source.
    print_source, print_value
        Print what is in it.
    """
    axes = [f'"grid{node.number}:{axis}"' for axis in "xyz"]
    cell = f'"grid{node.number}:cell"'
    sizes = _sizes(node, print_value)
    columns = ", ".join(
        f"{print_value(component)} AS {axis}"
        for component, axis in zip(node.vector, axes, strict=True)
    )
    source = print_source(node.source)

    def positions(wanted: str, source: str) -> str:
        return (
            f"SELECT {wanted}, {columns}{sizes.columns} "  # noqa: S608 - printed names
            f"FROM {source}{sizes.source}"
        )

    every = f'"{node.relation}".*'
    rows = positions(every, source)
    own = _key([f"floor(g.{axis} * {sizes.scale})" for axis in axes])
    if node.near is not None:
        near = grid_source(node.near, print_source, print_value)
        where = f"{own} IN (SELECT {cell} FROM {near})"  # noqa: S608 - printed names
        if node.index is None:
            rows = f"SELECT g.* FROM ({rows}) AS g WHERE {where}"  # noqa: S608
        else:
            index = print_value(node.index)
            first = positions(f'{index} AS "grid:index"', source)
            found = f'SELECT g."grid:index" FROM ({first}) AS g WHERE {where}'  # noqa: S608
            few = f"(SELECT {every} FROM {source} WHERE {index} IN ({found}))"  # noqa: S608
            rows = positions(every, f'{few} AS "{node.relation}"')
    if not node.spread:
        return f'(SELECT g.*, {own} AS {cell} FROM ({rows}) AS g) AS "{node.relation}"'  # noqa: S608
    lowest = [
        f"floor((g.{axis} - {sizes.reach}) * {sizes.scale}) + {offset}.i"
        for axis, offset in zip(axes, "abc", strict=True)
    ]
    highest = [f"floor((g.{axis} + {sizes.reach}) * {sizes.scale})" for axis in axes]
    touched = " AND ".join(
        f"{low} <= {high}" for low, high in zip(lowest, highest, strict=True)
    )
    return (
        f"(SELECT g.*, {_key(lowest)} AS {cell} FROM ({rows}) AS g, {_OFFSETS} "  # noqa: S608
        f'WHERE {touched}) AS "{node.relation}"'
    )


def _key(cells: list[str]) -> str:
    """Return one whole number for three; NULL if a coordinate is no number."""
    x, y, z = cells
    per = f"{CELLS_PER_AXIS}e0"
    return f"TRY_CAST((({x}) * {per} + ({y})) * {per} + ({z}) AS BIGINT)"


class _Sizes(NamedTuple):
    """Cells per unit of length and reach as SQL, and where these come from."""

    scale: str
    reach: str
    columns: str = ""
    source: str = ""


def _sizes(node: GridSource, print_value: Callable[[Value], str]) -> _Sizes:
    known = constant(node.angle)
    if known is not None:
        width = reach(known)
        cell = max(SMALLEST_CELL, REACHES_PER_CELL * width)
        return _Sizes(print_value(number(1 / cell)), print_value(number(width)))
    # Only the rows tell the largest radius: it is calculated once, in a source of one row.
    scale, largest = (f'"grid{node.number}:{name}"' for name in ("scale", "reach"))
    angle = f"least(greatest({print_value(node.angle)}, 0), pi())"
    width_text = f"2 * sin({angle} / 2) * (1 + 1e-12) + 1e-14"
    cell_text = f"greatest({REACHES_PER_CELL} * v.reach, {SMALLEST_CELL})"
    return _Sizes(
        f"g.{scale}",
        f"g.{largest}",
        f", s.scale AS {scale}, s.reach AS {largest}",
        f", (SELECT v.reach, 1 / {cell_text} AS scale "  # noqa: S608 - printed names
        f"FROM (SELECT {width_text} AS reach) AS v) AS s",
    )
