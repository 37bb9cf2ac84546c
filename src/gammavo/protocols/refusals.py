"""How errors are told: the forms that most addresses share.

Each route has one form, also for what is wrong before its handler is reached. Services
whose standard wants another one have theirs beside their handlers.
"""

from __future__ import annotations

from collections.abc import Callable

from gammavo.formats import error_document
from gammavo.model.errors import GammavoError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Response, status_of

__all__ = ["Refusal", "text_refusal", "told", "votable_refusal"]

Refusal = Callable[[GammavoError, Context], Response]
"""Makes the response that tells an error."""


def votable_refusal(error: GammavoError, context: Context) -> Response:
    """Tell an error by a VOTable document and the HTTP status that fits (DALI 4.2)."""
    del context
    return told(error, "application/x-votable+xml", error_document(str(error)))


def text_refusal(error: GammavoError, context: Context) -> Response:
    """Tell an error at an address of files: by a text."""
    del context
    return told(error, "text/plain; charset=utf-8", f"{error}\n".encode())


def told(error: GammavoError, media_type: str, content: bytes) -> Response:
    """Return a response with the status of an error."""
    status = status_of(error)
    headers = {"Content-Type": media_type}
    if status == 503:
        headers["Retry-After"] = "10"
    return Response(status, headers, content)
