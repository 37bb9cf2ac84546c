"""Whose jobs a list shows: those of a session, which a random cookie stands for.

An anonymous job belongs to whoever knows its address, which cannot be guessed; the session
is only there to list them. Its token is kept as a hash. Limits count by network address:
cookies can be invented.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from gammavo.protocols.http import Request

__all__ = ["COOKIE", "Session", "known_session", "session_for"]

COOKIE: Final = "gammavo_session"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Session:
    """A session.

    Parameters
    ----------
    key
        Hash of its token.
    owner
        Hash of the network address that its jobs are charged to.
    cookie
        The header that makes the client remember it.
    """

    key: str
    owner: str
    cookie: str


def known_session(request: Request) -> str | None:
    """Return the hash of the session of a request, None if it has none."""
    token = _token(request)
    return None if token is None else _hash(token)


def session_for(request: Request, base_url: str) -> Session:
    """Return the session of a request, or a new one."""
    token = _token(request) or secrets.token_urlsafe(32)
    url = urlsplit(base_url)
    secure = "; Secure" if url.scheme == "https" else ""
    return Session(
        key=_hash(token),
        owner=_hash(f"address {request.client}"),
        cookie=f"{COOKIE}={token}; Path={url.path or '/'}; Max-Age={_DAYS * 86400}; "
        f"HttpOnly; SameSite=Lax{secure}",
    )


def _token(request: Request) -> str | None:
    for entry in request.headers.get("cookie", "").split(";"):
        name, _, value = entry.strip().partition("=")
        if name == COOKIE and _TOKEN.fullmatch(value):
            return value
    return None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
