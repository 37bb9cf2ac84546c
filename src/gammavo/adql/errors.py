"""Faults of a query, each with its place and what to do about it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from gammavo.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gammavo.adql.tokens import Token

__all__ = ["AdqlError", "NotSupportedError", "did_you_mean"]

_LONGEST_TOKEN = 60
"""Characters of a token that a message repeats; a pasted file may be one token."""


class AdqlError(UsageError):
    """The query is not ADQL, or not one for the tables of this service.

    Parameters
    ----------
    message
        What is wrong, without its place.
    at
        The token at fault.
    hint
        What to write instead; empty if there is nothing to say.

    Attributes
    ----------
    line, column
        Place of the token, counted from 1.
    token
        The token as written; empty at the end of the query.
    hint
        See above.
    """

    def __init__(self, message: str, at: Token, hint: str = "") -> None:
        super().__init__(message, advice=hint)
        self.line = at.line
        self.column = at.column
        self.token = at.text[:_LONGEST_TOKEN]
        self.hint = hint

    def __str__(self) -> str:
        text = f"Line {self.line}, column {self.column}: {self.message}"
        return f"{text} — {self.hint}" if self.hint else text


class NotSupportedError(AdqlError):
    """The query is legal ADQL, but it uses a feature that this service does not have."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the most similar known name, or nothing."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f'did you mean "{by_lower[close[0]]}"?' if close else ""
