"""Requests and responses without a web framework.

Handlers are functions from :class:`Request` to :class:`Response`. Those that wait for
other processes or for time to pass are ``async``; the others may block, and the one
adapter in ``site`` runs them in threads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gammavo.archive.workers import Answer
from gammavo.model.errors import (
    ConflictError,
    GammavoError,
    InternalError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)

__all__ = [
    "Cancellation",
    "Parameters",
    "Request",
    "Response",
    "SentFile",
    "status_of",
]

_STATUS: Final = {
    UsageError: 400,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    InternalError: 500,
    UnavailableError: 503,
}


def status_of(error: GammavoError) -> int:
    """Return the HTTP status that fits an error."""
    return next(code for kind, code in _STATUS.items() if isinstance(error, kind))


class Parameters:
    """Request parameters: names without case, values with (DALI 1.1 section 3).

    Parameters
    ----------
    pairs
        Names and values in the order sent.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.upper(), []).append(value)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters, in upper case."""
        return tuple(self._values)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter that may be repeated."""
        return tuple(self._values.get(name.upper(), ()))

    def one(self, *names: str) -> str | None:
        """Return the value of a single-valued parameter, None if it is not given.

        Parameters
        ----------
        names
            The name and its synonyms.

        Raises
        ------
        UsageError
            It is given twice with different values.
        """
        values = {value for name in names for value in self.all(name)}
        if len(values) > 1:
            raise UsageError(
                f"The parameter {names[0]} is given more than once.",
                advice="Give it one value.",
            )
        return values.pop() if values else None

    def whole_number(self, name: str) -> int | None:
        """Return the value of a parameter that is a whole number, None if not given.

        Raises
        ------
        UsageError
            It is not a whole number of at least 0.
        """
        text = self.one(name)
        if text is None or not text.strip():
            return None
        if not text.strip().isascii() or not text.strip().isdigit():
            raise UsageError(
                f"{name} must be a whole number of at least 0, not {text!r}."
            )
        if len(text.strip()) > 18:
            raise UsageError(f"{name} is too large: {text!r}.")
        return int(text)


class Cancellation:
    """Tells running work that nobody waits for its result any more."""

    def __init__(self) -> None:
        self._cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    def register(self, callback: Callable[[], None]) -> None:
        """Have a function called on cancellation; at once if that has happened."""
        self._callbacks.append(callback)
        if self._cancelled:
            callback()

    def cancel(self) -> None:
        """Cancel the work; a second call does nothing."""
        if not self._cancelled:
            self._cancelled = True
            for callback in self._callbacks:
                callback()


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file in a multipart form; it is removed after the request, unless it is moved.

    Parameters
    ----------
    name
        Name of the form's part.
    path
        Where its bytes are.
    size
        How many they are.
    """

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Parameters
    ----------
    method
        ``GET``, ``HEAD``, ``POST`` or ``DELETE``.
    parameters
        Of the URL and of the form in the body.
    headers
        By lower-case name.
    path
        Below the base URL, decoded, beginning with a slash.
    client
        Address that the request came from.
    files
        Files of the form.
    cancellation
        Cancelled when the client goes away.
    """

    method: str
    parameters: Parameters
    headers: Mapping[str, str]
    path: str = ""
    client: str = ""
    files: tuple[SentFile, ...] = ()
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass(frozen=True, slots=True)
class Response:
    """One response; ``body`` is all the bytes, or an iterator that makes them.

    An asynchronous iterator that has ``aclose`` is closed when its client leaves. The
    large answer of a worker is a body that the worker may send by itself.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterator[bytes] | AsyncIterator[bytes | bytearray] | Answer = b""
