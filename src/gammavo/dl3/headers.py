"""Looking a value up in several headers, and remembering where it was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from gammavo.dl3.hdu import Hdu

__all__ = ["Found", "HeaderChain"]

Value = TypeVar("Value")


class Found(NamedTuple, Generic[Value]):
    """A value and its origin, e.g. ``EVENTS header LIVETIME``."""

    value: Value
    origin: str


class HeaderChain:
    """Headers in the order in which they are asked.

    The order of GADF files is EVENTS, GTI, PRIMARY, observation index; time keywords of
    the good time intervals ask GTI first.
    """

    def __init__(self, sources: tuple[tuple[str, Callable[[str], Any]], ...]) -> None:
        self.sources = sources

    @classmethod
    def of(cls, *hdus: Hdu | None, index: Mapping[str, Any]) -> HeaderChain:
        """Return the chain of some HDUs (those that exist) and the index row."""
        sources: list[tuple[str, Callable[[str], Any]]] = [
            (f"{hdu.label} header", hdu.get) for hdu in hdus if hdu is not None
        ]
        sources.append(("obs-index", index.get))
        return cls(tuple(sources))

    def __iter__(self) -> Any:
        """Iterate over chains of a single source, in order."""
        return (HeaderChain((source,)) for source in self.sources)

    def text(self, *keywords: str) -> Found[str] | None:
        """Return the first non-empty text; numbers become text."""
        for name, get in self.sources:
            for keyword in keywords:
                value = get(keyword)
                if value is not None and (text := str(value).strip()):
                    return Found(text, f"{name} {keyword}")
        return None

    def number(self, *keywords: str) -> Found[float] | None:
        """Return the first value that is a number, or text that spells one.

        It may be infinite or not a number: what that means is for the caller to say.
        """
        for name, get in self.sources:
            for keyword in keywords:
                value = _as_number(get(keyword))
                if value is not None:
                    return Found(value, f"{name} {keyword}")
        return None

    def finite(self, *keywords: str) -> Found[float] | None:
        """Return the first finite number."""
        for link in self:
            for keyword in keywords:
                found: Found[float] | None = link.number(keyword)
                if found is not None and math.isfinite(found.value):
                    return found
        return None

    def date(self, *keywords: str) -> Found[datetime] | None:
        """Return the first ISO 8601 date, as a naive datetime in UTC."""
        for link in self:
            for keyword in keywords:
                found = link.text(keyword)
                moment = None if found is None else _as_datetime(found.value)
                if found is not None and moment is not None:
                    return Found(moment, found.origin)
        return None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        # EQUINOX = 'J2000.0' and numbers in quotes occur.
        value = value.strip().lstrip("jJ")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _as_datetime(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0)
