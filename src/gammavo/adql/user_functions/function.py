"""What a user-defined function is, and what expansions are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gammavo.adql.bound import Call, Concatenation, Literal, Value
from gammavo.adql.datatypes import coerced
from gammavo.adql.tokens import Token
from gammavo.model.columns import Datatype

__all__ = [
    "INTEGER",
    "REAL",
    "TEXT",
    "Expansion",
    "UserFunction",
    "joined",
    "lower_case",
    "real",
    "text",
]

TEXT: Final = Datatype.VARCHAR
INTEGER: Final = Datatype.INTEGER
REAL: Final = Datatype.DOUBLE

Expansion = Callable[[tuple[Value, ...], Token], Value]
"""Makes the value of a call from its arguments and its place."""


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function that queries may call though ADQL does not have it.

    Several functions may have one name; the arguments then decide.

    Parameters
    ----------
    name
        As documented; compared without case.
    parameters
        Names and types. DOUBLE takes every number, INTEGER every whole number,
        VARCHAR every text, TIMESTAMP also texts that are times.
    result
        Type of the value.
    description
        One sentence for capabilities documents.
    expand
        Makes the engine-neutral value of a call, of geometry at most. None for a function
        that is known by name and refused.
    aggregate
        Whether it is a set function: its first argument is of the rows of a group, the
        others are constants. Such a function expands when it is bound.
    check
        Raises ValueError, with a text for people, if constant arguments are out of range.
    refusal
        Why a function without expansion is refused, if there is more to say.
    """

    name: str
    parameters: tuple[tuple[str, Datatype], ...]
    result: Datatype
    description: str
    expand: Expansion | None = None
    aggregate: bool = False
    check: Callable[[tuple[Value, ...]], None] | None = None
    refusal: str = ""

    @property
    def form(self) -> str:
        """The signature as TAPRegExt writes it."""
        arguments = ", ".join(f"{name} {kind}" for name, kind in self.parameters)
        return f"{self.name}({arguments}) -> {self.result}"


def text(value: str) -> Literal:
    """Return a text."""
    return Literal(TEXT, value)


def real(value: Value) -> Value:
    """Return a number as DOUBLE."""
    return coerced(value, REAL)


def lower_case(value: Value) -> Value:
    """Return a text in lower case."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return text(value.value.lower())
    return Call(TEXT, "lower", (value,))


def joined(*values: Value) -> Value:
    """Return texts one after the other."""
    result = values[0]
    for value in values[1:]:
        result = Concatenation(TEXT, result, value)
    return result
