"""Times written as text (DALI 1.1 section 3.1.2)."""

from __future__ import annotations

import re
from datetime import datetime

from gammavo.adql.bound import Literal
from gammavo.adql.errors import AdqlError
from gammavo.adql.tokens import Token
from gammavo.model.columns import Datatype

__all__ = ["checked_time", "time_literal"]

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z?)?", re.ASCII
)


def checked_time(text: str) -> str:
    """Return a time in the one form ``YYYY-MM-DDThh:mm:ss[.ffffff]``.

    Raises
    ------
    ValueError
        It is not a time in the form ``YYYY-MM-DD[Thh:mm:ss[.sss]][Z]``.
    """
    text = text.strip()
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a time")
    try:
        # Times are without zone here: the column's time scale is declared, not UTC.
        return datetime.fromisoformat(text.removesuffix("Z")).isoformat()
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a time") from None


def time_literal(text: Literal, at: Token) -> Literal:
    """Return a text literal as a time.

    Raises
    ------
    AdqlError
        It is not written as one.
    """
    if text.value is None:
        return Literal(Datatype.TIMESTAMP, None)
    try:
        return Literal(Datatype.TIMESTAMP, checked_time(str(text.value)))
    except ValueError as error:
        raise AdqlError(str(error), at, "write it as '2026-01-31T12:00:00'") from None
