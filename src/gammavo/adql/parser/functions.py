"""How many arguments the functions of ADQL take, and of which form.

The grammar itself fixes these (ADQL 2.1 appendix A), so breaking them is an error of
syntax; the types of the arguments are the binder's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from gammavo.adql.errors import AdqlError
from gammavo.adql.tokens import Token
from gammavo.adql.tree import Call, ColumnName, Expression, Negation, Number, Text

__all__ = ["AGGREGATES", "CAST_TARGETS", "FUNCTIONS", "check_arguments"]

AGGREGATES: Final = frozenset({"AVG", "COUNT", "MAX", "MIN", "SUM"})

CAST_TARGETS: Final = frozenset(
    {
        *("CHAR", "VARCHAR", "SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE"),
        *("TIMESTAMP", "POINT", "CIRCLE", "POLYGON"),
    }
)
"""First words of the types that CAST makes; DOUBLE is followed by PRECISION."""

FUNCTIONS: Final = MappingProxyType(
    {
        "ABS": "x",
        "ACOS": "x",
        "AREA": "geometry",
        "ASIN": "x",
        "ATAN": "x",
        "ATAN2": "y, x",
        "BOX": "longitude, latitude, width, height",
        "CEILING": "x",
        "CENTROID": "geometry",
        "CIRCLE": "longitude, latitude, radius",
        "COALESCE": "x, ...",
        "CONTAINS": "geometry, geometry",
        "COORD1": "point",
        "COORD2": "point",
        "COORDSYS": "geometry",
        "COS": "x",
        "COT": "x",
        "DEGREES": "x",
        "DISTANCE": "longitude, latitude, longitude, latitude",
        "EXP": "x",
        "FLOOR": "x",
        "INTERSECTS": "geometry, geometry",
        "IN_UNIT": "x, 'unit'",
        "LOG": "x",
        "LOG10": "x",
        "LOWER": "text",
        "MOD": "x, y",
        "PI": "",
        "POINT": "longitude, latitude",
        "POLYGON": "longitude, latitude, longitude, latitude, longitude, latitude, ...",
        "POWER": "x, y",
        "RADIANS": "x",
        "RAND": "[seed]",
        "REGION": "'text'",
        "ROUND": "x [, digits]",
        "SIN": "x",
        "SQRT": "x",
        "TAN": "x",
        "TRUNCATE": "x [, digits]",
        "UPPER": "text",
    }
)
"""The functions with reserved names, and the arguments of each."""

_WITH_SYSTEM = frozenset({"BOX", "CIRCLE", "POINT", "POLYGON"})
_POINT_FORMS = MappingProxyType(
    {
        "BOX": "point, width, height",
        "CIRCLE": "point, radius",
        "DISTANCE": "point, point",
        "POLYGON": "point, point, point, ...",
    }
)
_POINT_FUNCTIONS = frozenset({"POINT", "CENTROID"})


def check_arguments(name: str, arguments: Sequence[Expression], at: Token) -> None:
    """Check number and form of the arguments of a function with a reserved name.

    Raises
    ------
    AdqlError
        They are not of a form that the grammar has.
    """
    if name in _WITH_SYSTEM and arguments and isinstance(arguments[0], Text):
        arguments = arguments[1:]
    if _number_fits(name, len(arguments)) and _form_fits(name, arguments):
        return
    if name in _POINT_FORMS and _fits_with_points(name, arguments):
        return
    usage = f"{name}({FUNCTIONS[name]})"
    if name in _POINT_FORMS:
        usage += f" or {name}({_POINT_FORMS[name]})"
    raise AdqlError(f"{name} has wrong arguments", at, f"write {usage}")


def _number_fits(name: str, number: int) -> bool:
    if name == "COALESCE":
        return number >= 1
    if name == "POLYGON":
        return number >= 6 and number % 2 == 0
    arguments = FUNCTIONS[name]
    if "[" in arguments:
        most = arguments.count(",") + 1
        return most - 1 <= number <= most
    return number == (arguments.count(",") + 1 if arguments else 0)


def _form_fits(name: str, arguments: Sequence[Expression]) -> bool:
    if name == "REGION":
        return isinstance(arguments[0], Text)
    if name == "RAND" and arguments:
        return isinstance(arguments[0], Number) and arguments[0].is_integer
    if name in {"ROUND", "TRUNCATE"} and len(arguments) == 2:
        return _is_signed_integer(arguments[1])
    return True


def _is_signed_integer(argument: Expression) -> bool:
    if isinstance(argument, Negation):
        argument = argument.operand
    return isinstance(argument, Number) and argument.is_integer


def _fits_with_points(name: str, arguments: Sequence[Expression]) -> bool:
    if name == "POLYGON":
        return len(arguments) >= 3 and all(map(_may_be_point, arguments))
    points = 2 if name == "DISTANCE" else 1
    return len(arguments) == _POINT_FORMS[name].count(",") + 1 and all(
        map(_may_be_point, arguments[:points])
    )


def _may_be_point(argument: Expression) -> bool:
    """Tell whether the grammar has a point here: only a column or a function can be."""
    if isinstance(argument, Call):
        return argument.name in _POINT_FUNCTIONS or argument.name not in FUNCTIONS
    return isinstance(argument, ColumnName)
