"""What can go wrong, said so that a person can mend it.

Every error that a user may see is one of these classes; the faces (``protocols``,
``portal``, ``cli``) translate a class into an HTTP status or an exit code in one place.
"""

from __future__ import annotations

__all__ = [
    "ConflictError",
    "GammavoError",
    "InternalError",
    "NotAllowedError",
    "NotFoundError",
    "UnavailableError",
    "UsageError",
]


class GammavoError(Exception):
    """An error with a text for the user.

    Parameters
    ----------
    message
        What happened and where, in one sentence.
    advice
        What the user can do about it; empty if there is nothing to add.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UsageError(GammavoError):
    """The request itself is wrong: a parameter, a query, a file of the user."""


class NotFoundError(GammavoError):
    """The thing asked for does not exist."""


class NotAllowedError(GammavoError):
    """The thing exists, but not for this caller or not in this state."""


class ConflictError(GammavoError):
    """Somebody else is doing the same thing, or the state changed meanwhile."""


class UnavailableError(GammavoError):
    """The service cannot answer now: a limit, a time-out, a full disk."""


class InternalError(GammavoError):
    """A fault of gammavo itself; the details are in the log under ``incident``."""
