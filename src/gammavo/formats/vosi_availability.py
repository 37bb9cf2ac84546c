"""VOSI 1.1 availability: whether the service answers, and since when."""

from __future__ import annotations

from datetime import UTC, datetime

from gammavo.formats.elements import add, add_texts, document, root

__all__ = ["availability"]


def availability(available: bool, *, up_since: datetime, note: str = "") -> bytes:
    """Return the ``vosi:availability`` document.

    Parameters
    ----------
    available
        Whether the service can answer queries now.
    up_since
        When it began to; a time without zone is UTC.
    note
        For people; empty for none.
    """
    top = root(
        "vosi:availability",
        {"vosi": "http://www.ivoa.net/xml/VOSIAvailability/v1.0"},
    )
    zoned = up_since if up_since.tzinfo else up_since.replace(tzinfo=UTC)
    instant = zoned.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    add(top, "vosi:available", "true" if available else "false")
    add(top, "vosi:upSince", f"{instant.isoformat()}Z")
    add_texts(top, {"vosi:note": note})
    return document(top)
