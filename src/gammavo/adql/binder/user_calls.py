"""Calls of user-defined functions: which of those with the name, and its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gammavo.adql import tree
from gammavo.adql.binder.checks import what
from gammavo.adql.bound import Cast, Literal, UserCall, Value
from gammavo.adql.datatypes import holds_lists, noun
from gammavo.adql.errors import AdqlError
from gammavo.adql.times import time_literal
from gammavo.adql.user_functions import UserFunction
from gammavo.model.columns import Datatype

__all__ = ["bound_user_call"]


def bound_user_call(
    call: tree.Call, functions: Sequence[UserFunction], arguments: tuple[Value, ...]
) -> Value:
    """Return the call of a user-defined function.

    Parameters
    ----------
    call
        As written.
    functions
        Those with its name; the first one that takes the arguments is meant.
    arguments
        What the call has in parentheses.

    Raises
    ------
    AdqlError
        Number, types or values of the arguments are wrong.
    """
    if functions[0].expand is None:
        # Refused later by name; until then every signature of it is tolerated.
        first = functions[0]
        return UserCall(
            *(first.result, first.name, arguments, None), call.at, first.refusal
        )
    function = _meant(call, functions, arguments)
    kinds = [kind for _, kind in function.parameters]
    values = tuple(
        _as(argument, kind, node)
        for argument, kind, node in zip(arguments, kinds, call.arguments, strict=True)
    )
    if function.aggregate and any(not isinstance(v, Literal) for v in values[1:]):
        raise AdqlError(
            f"{function.name} takes constants after its first argument",
            call.arguments[1].at,
            f"its form is {function.form}",
        )
    if function.check is not None:
        try:
            function.check(values)
        except ValueError as error:
            raise AdqlError(str(error), call.at, f"in {function.form}") from None
    made = function.expand
    if made is None:
        raise TypeError(f"{function.name} has forms with and without expansion")
    if function.aggregate:
        return made(values, call.at)

    def expand(arguments: tuple[Value, ...]) -> Value:
        return made(arguments, call.at)

    return UserCall(function.result, function.name, values, expand, call.at)


def _meant(
    call: tree.Call, functions: Sequence[UserFunction], arguments: Sequence[Value]
) -> UserFunction:
    name = functions[0].name
    forms = " or ".join(function.form for function in functions)
    number = len(arguments)
    possible = [f for f in functions if len(f.parameters) == number]
    if not possible:
        counts = " or ".join(
            str(count) for count in dict.fromkeys(len(f.parameters) for f in functions)
        )
        message = f"{name} takes {counts} arguments, not {number}"
        raise AdqlError(message, call.at, f"write {forms}")
    for function in possible:
        if all(map(_fits, arguments, (kind for _, kind in function.parameters))):
            return function
    parameters = [[f.parameters[place][1] for f in possible] for place in range(number)]
    for argument, node, kinds in zip(
        arguments, call.arguments, parameters, strict=True
    ):
        if not any(_fits(argument, kind) for kind in kinds):
            wanted = " or ".join(dict.fromkeys(map(noun, kinds)))
            raise AdqlError(
                f"{name} takes {wanted} here, not {what(argument)}",
                node.at,
                f"its form is {forms}",
            )
    raise AdqlError(
        f"{name} takes no such arguments together", call.at, f"write {forms}"
    )


def _fits(value: Value, wanted: Datatype) -> bool:
    datatype = value.datatype
    if datatype is None:
        return True
    if holds_lists(value):
        return False
    if wanted.is_text:
        return datatype.is_text
    if wanted is Datatype.DOUBLE:
        return datatype.is_numeric
    if wanted.is_integer:
        return datatype.is_integer
    if wanted is Datatype.TIMESTAMP and datatype.is_text:
        return True
    return datatype is wanted


def _as(value: Value, kind: Datatype, node: tree.Node) -> Value:
    """Return an argument as the function takes it."""
    if value.datatype is None and isinstance(value, Literal):
        return replace(value, datatype=kind)
    if kind is not Datatype.TIMESTAMP or value.datatype is kind:
        return value
    if isinstance(value, Literal):
        return time_literal(value, node.at)
    return Cast(kind, value)
