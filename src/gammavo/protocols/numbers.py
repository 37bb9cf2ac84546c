"""Numbers and intervals in parameters (DALI 1.1 sections 3.3.1 and 3.3.3)."""

from __future__ import annotations

import math
import re
from typing import Final

from gammavo.model.errors import UsageError

__all__ = ["read_interval", "read_number", "read_numbers"]

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_INFINITE: Final = re.compile(r"[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
_MOST: Final = 2000
"""Numbers in a value, far more than a sensible polygon has."""


def read_numbers(text: str, *, name: str, infinite: bool = False) -> list[float]:
    """Return the numbers in a text, which blanks separate.

    Parameters
    ----------
    text
        The numbers.
    name
        Of the parameter, for messages.
    infinite
        Whether ``-Inf`` and ``+Inf`` are numbers here.

    Raises
    ------
    UsageError
        Something else is among them.
    """
    words = text.split()
    if len(words) > _MOST:
        raise UsageError(f"{name} has more than {_MOST} numbers.")
    return [_number(word, name, infinite) for word in words]


def read_number(text: str, *, name: str) -> float:
    """Return the one finite number in a text.

    Raises
    ------
    UsageError
        It is something else.
    """
    return _number(text.strip(), name, infinite=False)


def read_interval(text: str, *, name: str) -> tuple[float, float]:
    """Return the bounds of an interval; one number is both of them.

    Raises
    ------
    UsageError
        It is something else.
    """
    numbers = read_numbers(text, name=name, infinite=True)
    if len(numbers) == 1 and math.isfinite(numbers[0]):
        return numbers[0], numbers[0]
    if len(numbers) != 2:
        raise UsageError(
            f"{name} is {text[:80]!r}.",
            advice="It is a number, or the two ends of an interval with a blank between, "
            "-Inf or +Inf for an open end.",
        )
    low, high = numbers
    if low > high:
        raise UsageError(f"The interval {name}={text[:80]} ends before it begins.")
    return low, high


def _number(word: str, name: str, infinite: bool) -> float:
    value = math.inf
    if _NUMBER.fullmatch(word):
        value = float(word)
    elif infinite and _INFINITE.fullmatch(word):
        return float(word)
    if math.isinf(value):
        raise UsageError(f"{name} has {word[:40]!r} where a number is wanted.")
    return value
