"""HEALPix cells of positions."""

from __future__ import annotations

from gammavo.adql.bound import Call, Value
from gammavo.adql.geometry.arrays import coordinates_of
from gammavo.adql.geometry.kinds import Cap
from gammavo.model.columns import Datatype

__all__ = ["healpix_index"]


def healpix_index(order: Value, point: Cap) -> Value:
    """Return the NESTED index of the cell that a point lies in.

    A position of a table has its cell of order 29 in a column: the cell of a lower order
    around it has a number with fewer bits.
    """
    if point.healpix is not None:
        return Call(Datatype.BIGINT, "healpix_parent", (point.healpix, order))
    longitude, latitude = coordinates_of(point)
    return Call(Datatype.BIGINT, "healpix_index", (order, longitude, latitude))
