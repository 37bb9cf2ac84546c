"""Times written as text (DALI 1.1 section 3.1.2)."""

from __future__ import annotations

import re
from datetime import datetime

__all__ = ["checked_time"]

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
