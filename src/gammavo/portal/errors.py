"""Errors as pages for browsers, as a line of text for programs."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gammavo.model.errors import (
    ConflictError,
    GammavoError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from gammavo.portal.context import PageContext

__all__ = ["error_page", "no_such_page", "status_of"]

_KINDS: Final[tuple[tuple[type[GammavoError], int, Any], ...]] = (
    (UsageError, 400, _("This request cannot be answered")),
    (NotAllowedError, 403, _("This is not allowed")),
    (NotFoundError, 404, _("There is nothing here")),
    (ConflictError, 409, _("This is not possible at the moment")),
    (UnavailableError, 503, _("Not available at the moment")),
)
_FAULT: Final = (500, _("A fault of this site"))


def status_of(error: GammavoError) -> int:
    """Return the HTTP status that fits an error."""
    return _kind_of(error)[0]


def _kind_of(error: GammavoError) -> tuple[int, Any]:
    return next(
        ((code, text) for kind, code, text in _KINDS if isinstance(error, kind)), _FAULT
    )


def error_page(
    request: HttpRequest, portal: PageContext, *, error: GammavoError
) -> HttpResponse:
    """Answer with what went wrong and what can be done, in the frame of the site."""
    status, heading = _kind_of(error)
    if "text/html" not in request.headers.get("Accept", ""):
        text = f"{error}\n"
        return HttpResponse(text, "text/plain; charset=utf-8", status=status)
    values = {"heading": heading, "error": error, "status": status}
    return portal.render(request, "portal/error.html", values, status=status)


def no_such_page(
    request: HttpRequest, portal: PageContext, *, rest: str
) -> HttpResponse:
    """Answer for an address that is none; a slash too many or too few is no matter."""
    other = f"/{rest.rstrip('/')}" if rest.endswith("/") else f"/{rest}/"
    if request.method != "POST" and resolve(other).url_name:
        return HttpResponsePermanentRedirect(f"{portal.root}{other}")
    error = NotFoundError(
        gettext("There is no page %(path)s.") % {"path": f"/{rest}"},
        advice=gettext("The entries above lead to those there are."),
    )
    return error_page(request, portal, error=error)
