"""Times in UWS documents and parameters: UTC, ISO 8601 with a ``Z`` (UWS 1.1, DALI 1.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from gammavo.model.errors import UsageError

__all__ = ["read_utc", "utc_text"]

_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?)Z?", re.ASCII
)


def utc_text(time: datetime) -> str:
    """Return a time as ``YYYY-MM-DDThh:mm:ss.sssZ``."""
    naive = time.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='milliseconds')}Z"


def read_utc(name: str, text: str) -> datetime:
    """Return the time that a user sent; one without ``Z`` is UTC, too.

    Parameters
    ----------
    name
        Of the parameter.
    text
        A date, or a date and a time.

    Raises
    ------
    UsageError
        It is neither.
    """
    wrong = UsageError(
        f"{name} is {text[:64]!r}, which is no time.",
        advice="Write it in UTC, as in 2026-05-04T13:14:15Z.",
    )
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise wrong
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong from error
