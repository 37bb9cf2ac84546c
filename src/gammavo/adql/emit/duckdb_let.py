"""Names for values within an expression of DuckDB 2, which has none.

What is needed more than once is put in a structure, in a list of one element, which a
lambda takes apart again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["chain", "filled", "let", "structure"]

_SHORT: Final = 160
"""Characters of an argument that is repeated rather than named."""

_PLACE: Final = re.compile(r"\$(\d)")


def structure(fields: Mapping[str, str]) -> str:
    """Return a structure with these fields."""
    return "{" + ", ".join(f"'{name}': {value}" for name, value in fields.items()) + "}"


def let(name: str, fields: Mapping[str, str], body: str) -> str:
    """Return a body in which ``name.field`` are values that are calculated once.

    DuckDB takes ``name.field`` for a part of a column called ``name`` if there is one:
    names must begin with an underscore, as those of columns do not.
    """
    return f"list_transform([{structure(fields)}], lambda {name}: {body})[1]"


def chain(steps: Sequence[tuple[str, Mapping[str, str]]], result: str) -> str:
    """Return a result that is calculated step by step.

    Each step has a name and fields that use the fields of the step before. Lambdas in
    lambdas would do the same, and take the engine three times as long to plan.
    """
    names = [name for name, _ in steps]
    (_, first), *others = steps
    rows = f"[{structure(first)}]"
    for before, (_, fields) in zip(names, others, strict=False):
        rows = f"list_transform({rows}, lambda {before}: {structure(fields)})"
    return f"list_transform({rows}, lambda {names[-1]}: {result})[1]"


def filled(template: str, arguments: Sequence[str]) -> str:
    """Return a template with arguments for ``$0``, ``$1`` ..., each calculated once."""
    if all(len(text) <= _SHORT and "random()" not in text for text in arguments):
        return _PLACE.sub(lambda place: arguments[int(place[1])], template)
    names = {f"a{number}": text for number, text in enumerate(arguments)}
    return let("_v", names, _PLACE.sub(r"_v.a\1", template))
