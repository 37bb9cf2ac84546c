"""Settings of the database for the rows that change: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from gammavo.model.errors import UsageError

__all__ = ["database_settings"]

_BUSY: Final = 30
"""Seconds that a writer waits for another one."""


def database_settings(place: Path | str) -> dict[str, Any]:
    """Return the entry of Django's ``DATABASES`` for a place.

    Connections stay open: nothing here ends them after a request, and the store drops
    those that broke.

    Parameters
    ----------
    place
        The file of an SQLite database, or ``postgresql://user:password@host:port/name``.

    Raises
    ------
    UsageError
        The URL is not one of a PostgreSQL database.
    """
    common = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if isinstance(place, Path):
        return {
            **common,
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(place),
            "OPTIONS": {
                # WAL: readers never wait. A writer takes its lock as it begins, so that
                # it can wait for another one instead of failing half-way.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": _BUSY,
            },
        }
    try:
        url = urlsplit(place)
        port = url.port
    except ValueError as error:
        raise UsageError(f"The address of the database is wrong: {error}.") from error
    name = unquote(url.path.removeprefix("/"))
    if url.scheme not in {"postgresql", "postgres"} or not name or "/" in name:
        raise UsageError(
            "The address of the database cannot be understood.",
            advice="Write postgresql://user:password@host:port/name",
        )
    return {
        **common,
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }
