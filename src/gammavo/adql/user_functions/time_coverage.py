"""Time coverage maps (T-MOC of MOC 2.0), as the high-energy use cases search them."""

from __future__ import annotations

from typing import Final

from gammavo.adql.bound import Call, Holds, Truth, UserCall, Value
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.arithmetic import constant
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.function import INTEGER, REAL, TEXT, UserFunction, real
from gammavo.model.columns import Datatype

__all__ = ["TIME_COVERAGE_FUNCTIONS", "coverages_meet", "is_time_coverage"]

_NAME: Final = "tmoc"
_LARGEST_ORDER: Final = 61
"""Order of the smallest cells, of a microsecond each."""


def is_time_coverage(value: Value) -> bool:
    """Tell whether a value is a time coverage map."""
    return isinstance(value, UserCall) and value.function == _NAME


def coverages_meet(first: Value, second: Value, at: Token) -> Value:
    """Return 1 if two time coverage maps have a cell in common, else 0.

    Each of them has the cells of its order that its intervals touch.

    Raises
    ------
    AdqlError
        One of the values is another shape.
    """
    for value in (first, second):
        if not is_time_coverage(value):
            raise AdqlError(
                "a time coverage can be compared with another one only",
                at,
                "for example INTERSECTS(TMOC(27, t_intervals), TMOC(27, 56320, 56325))",
            )
    return Truth(INTEGER, Holds("cells_meet", (_cells(first), _cells(second))))


def _cells(value: Value) -> Value:
    if not isinstance(value, UserCall):
        raise TypeError("a time coverage is a call")
    order, *intervals = value.arguments
    if len(intervals) == 1:
        return Call(Datatype.REGION, "time_cells", (order, *intervals))
    ends = map(real, intervals)
    return Call(Datatype.REGION, "time_cells_between", (order, *ends))


def _refused(arguments: tuple[Value, ...], at: Token) -> Value:
    raise NotSupportedError(
        "a time coverage as a value is not supported",
        at,
        "use it in INTERSECTS(TMOC(...), TMOC(...)) = 1",
    )


def _check_order(arguments: tuple[Value, ...]) -> None:
    order = constant(arguments[0])
    if order is None or not 0 <= order <= _LARGEST_ORDER:
        raise ValueError(f"the order of a T-MOC is a number from 0 to {_LARGEST_ORDER}")


TIME_COVERAGE_FUNCTIONS: Final = (
    UserFunction(
        _NAME,
        (("order", INTEGER), ("intervals", TEXT)),
        Datatype.REGION,
        "Time coverage at an order of T-MOC (27: 4.8 h, 42: 0.5 s), of an ASCII T-MOC such "
        "as t_intervals; use it in INTERSECTS",
        _refused,
        check=_check_order,
    ),
    UserFunction(
        _NAME,
        (("order", INTEGER), ("t_min", REAL), ("t_max", REAL)),
        Datatype.REGION,
        "Time coverage at an order of T-MOC, of an interval from and to an MJD (TT)",
        _refused,
        check=_check_order,
    ),
)
