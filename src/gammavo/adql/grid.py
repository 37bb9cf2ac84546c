"""Rows sorted into the cells of a grid, so that rows near each other can be joined fast.

The grid is one of cubes in the space of the unit vectors: it knows neither poles nor a
seam at 0° of longitude. Two rows are near each other only if one of them lies in a cell
that the surroundings of the other one touch; that is an equality, which engines join by
hashing, and few pairs are left for the exact condition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Final

from gammavo.adql.bound import ColumnReference, NamedSource, Value
from gammavo.adql.geometry.arithmetic import Vector
from gammavo.adql.tokens import Token
from gammavo.model.columns import Column, Datatype

__all__ = ["CELLS_PER_AXIS", "REACHES_PER_CELL", "SMALLEST_CELL", "GridSource", "reach"]

SMALLEST_CELL: Final = 2e-4
"""Edge of the smallest cubes (40 arcseconds): smaller ones are no faster to search."""

REACHES_PER_CELL: Final = 4.0
"""Edge of the cubes for larger radii. Smaller ones give more cells for each row, larger
ones more pairs for each cell; between 2 and 8 it takes about the same time."""

CELLS_PER_AXIS: Final = 1 << 14
"""More than there are between -1 and 1, so that three numbers of cells make one."""


@dataclass(frozen=True, slots=True)
class GridSource(NamedSource):
    """The rows of a source with the cells that they belong to.

    The columns ``grid<number>:cell``, ``:x``, ``:y`` and ``:z`` are added: the cell, and
    the position. Rows without a position have no cell.

    Parameters
    ----------
    source
        The rows, under the same name.
    number
        Tells the grids of a query apart.
    vector
        The position: a unit vector of columns of the source.
    angle
        Radians within which rows are near each other: a constant, or a query for one.
    spread
        Whether each row stands once for each cell that its surroundings touch, instead
        of once for the cell that it lies in.
    near
        If not None, only rows that lie in a cell of these are kept.
    index
        The column to find those rows by, after only the positions of all rows were read;
        None to read all columns at once.
    """

    parts: ClassVar[tuple[str, ...]] = ("source", "vector", "angle", "near", "index")

    source: NamedSource
    number: int
    vector: Vector
    angle: Value
    spread: bool
    near: GridSource | None = None
    index: ColumnReference | None = None
    at: Token = field(kw_only=True, compare=False, repr=False)

    def column(self, name: str) -> ColumnReference:
        """Return one of the added columns: ``cell``, ``x``, ``y`` or ``z``."""
        datatype = Datatype.BIGINT if name == "cell" else Datatype.DOUBLE
        full = f"grid{self.number}:{name}"
        column = Column(full, datatype, "Serves the engine", hidden=True)
        return ColumnReference(datatype, self.relation, full, column, self.at)

    @property
    def position(self) -> Vector:
        """The added columns with the position."""
        return self.column("x"), self.column("y"), self.column("z")


def reach(angle: float) -> float:
    """Return the largest difference of coordinates of rows within an angle (radians).

    It is the chord, with a margin for what is lost by rounding.
    """
    chord = 2 * math.sin(min(max(angle, 0.0), math.pi) / 2)
    return chord * (1 + 1e-12) + 1e-14
