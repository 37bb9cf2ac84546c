"""Functions of HEALPix cells in NESTED numbering."""

from __future__ import annotations

from typing import Final

from gammavo.adql.bound import Call, GeometryValue, Literal, Value
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.function import INTEGER, REAL, UserFunction
from gammavo.model.columns import Datatype

__all__ = ["HEALPIX_FUNCTIONS", "LARGEST_ORDER"]

LARGEST_ORDER: Final = 29
"""HEALPix order of the smallest cells that 64 bits can number."""


def _index(arguments: tuple[Value, ...], at: Token) -> Value:
    order, *place = arguments
    point = place[0]
    if len(place) == 2:
        point = GeometryValue(Datatype.POINT, "POINT", tuple(place), at)
    return GeometryValue(Datatype.BIGINT, "HEALPIX", (order, point), at)


def _centre(arguments: tuple[Value, ...], at: Token) -> Value:
    return Call(Datatype.POINT, "healpix_centre", arguments)


def _check_order(arguments: tuple[Value, ...]) -> None:
    order = _known(arguments[0])
    if order is not None and not 0 <= order <= LARGEST_ORDER:
        raise ValueError(f"HEALPix orders are 0 to {LARGEST_ORDER}, not {order}")


def _check_cell(arguments: tuple[Value, ...]) -> None:
    _check_order(arguments)
    order, index = map(_known, arguments)
    if index is not None and order is not None and not 0 <= index < 12 << 2 * order:
        raise ValueError(
            f"HEALPix cells of order {order} are 0 to {(12 << 2 * order) - 1}"
        )


def _known(value: Value) -> int | None:
    known = isinstance(value, Literal) and isinstance(value.value, int)
    return int(str(value.value)) if known and isinstance(value, Literal) else None


HEALPIX_FUNCTIONS: Final = (
    UserFunction(
        "ivo_healpix_index",
        (("hpxOrder", INTEGER), ("long", REAL), ("lat", REAL)),
        Datatype.BIGINT,
        "Index of the HEALPix cell with a position (degrees) in NESTED numbering",
        _index,
        check=_check_order,
    ),
    UserFunction(
        "ivo_healpix_index",
        (("hpxOrder", INTEGER), ("point", Datatype.POINT)),
        Datatype.BIGINT,
        "Index of the HEALPix cell with a point in NESTED numbering",
        _index,
        check=_check_order,
    ),
    UserFunction(
        "ivo_healpix_center",
        (("hpxOrder", INTEGER), ("hpxIndex", INTEGER)),
        Datatype.POINT,
        "Centre of a HEALPix cell in NESTED numbering",
        _centre,
        check=_check_cell,
    ),
)
