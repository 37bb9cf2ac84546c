"""Sources on a grid as SQL of DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    sizes = _sizes(node, print_value)
    rows = _rows(node, axes, sizes, print_source, print_value)
    lowest = [f"floor(g.{axis} * {sizes.scale})" for axis in axes]
    others = ""
    if node.spread:
        lowest = [
            f"floor((g.{axis} - {sizes.reach}) * {sizes.scale}) + {offset}.i"
            for axis, offset in zip(axes, "abc", strict=True)
        ]
        touched = " AND ".join(
            f"{low} <= floor((g.{axis} + {sizes.reach}) * {sizes.scale})"
            for low, axis in zip(lowest, axes, strict=True)
        )
        others = f", {_OFFSETS} WHERE {touched}"
    cell = f'{_key(lowest)} AS "grid{node.number}:cell"'
    return f'(SELECT g.*, {cell} FROM ({rows}) AS g{others}) AS "{node.relation}"'  # noqa: S608 - printed names


def _rows(
    node: GridSource,
    axes: Sequence[str],
    sizes: _Sizes,
    print_source: Callable[[Source], str],
    print_value: Callable[[Value], str],
) -> str:
    """Return the rows that are kept, with their positions."""
    source = print_source(node.source)
    columns = ", ".join(
        f"{print_value(component)} AS {axis}"
        for component, axis in zip(node.vector, axes, strict=True)
    )

    def placed(wanted: str, source: str) -> str:
        where = f"{source}{sizes.source}"
        return f"SELECT {wanted}, {columns}{sizes.columns} FROM {where}"  # noqa: S608

    every = f'"{node.relation}".*'
    if node.near is None:
        return placed(every, source)
    near = grid_source(node.near, print_source, print_value)
    touched = f"SEMI JOIN {near} ON {_touched(node, node.near, axes, sizes)}"
    if node.index is None:
        return f"SELECT g.* FROM ({placed(every, source)}) AS g {touched}"  # noqa: S608
    index = print_value(node.index)
    first = placed(f'{index} AS "grid:index"', source)
    found = f'SELECT g."grid:index" FROM ({first}) AS g {touched}'  # noqa: S608
    few = f"SELECT {every} FROM {source} WHERE {index} IN ({found})"  # noqa: S608
    return placed(every, f'({few}) AS "{node.relation}"')


def _touched(
    node: GridSource, near: GridSource, axes: Sequence[str], sizes: _Sizes
) -> str:
    """Return that a row may be near another one: in a cell that this touches.

    The bounds, which follow from nearness too, are what DuckDB skips blocks of rows by.
    """
    own = _key([f"floor(g.{axis} * {sizes.scale})" for axis in axes])
    other = f'"{near.relation}"'
    bounds = [
        f"g.{axis} BETWEEN {other}.{axis} - {sizes.reach} "
        f"AND {other}.{axis} + {sizes.reach}"
        for axis in (axes[0], axes[2])
    ]
    return " AND ".join([f'{own} = {other}."grid{node.number}:cell"', *bounds])


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
