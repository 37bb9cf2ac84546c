"""Values as ADQL text: the one way in which a program puts them into a query."""

from __future__ import annotations

import math

__all__ = ["number_literal", "text_literal"]


def text_literal(text: str) -> str:
    """Return a character string literal (ADQL 2.1 section 2.1.3): quotes are doubled."""
    return "'" + text.replace("'", "''") + "'"


def number_literal(value: float) -> str:
    """Return a numeric literal with all digits of a finite number.

    Raises
    ------
    ValueError
        It is infinite or not a number, for which ADQL has no literal.
    """
    if not math.isfinite(value):
        raise ValueError(f"ADQL has no literal for {value}")
    return repr(float(value))
