"""The forms in the bar: a visitor chooses theme and language, cookies keep them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from gammavo.model.errors import UsageError
from gammavo.portal.context import PageContext
from gammavo.portal.preferences import LANGUAGES, THEME_COOKIE, THEMES

__all__ = ["set_preferences"]

_YEAR: Final = 365 * 86_400


def set_preferences(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Keep a choice of ``theme`` or ``language`` and go back to ``next``, if it is given.

    Raises
    ------
    UsageError
        There is no such theme or language.
    """
    response = HttpResponse(status=204)
    if "next" in request.POST:
        response = HttpResponseRedirect(_address_here(request.POST["next"], portal))
    choices = (
        ("theme", THEME_COOKIE, THEMES),
        ("language", settings.LANGUAGE_COOKIE_NAME, [code for code, _ in LANGUAGES]),
    )
    for name, cookie, allowed in choices:
        value = request.POST.get(name)
        if value is None:
            continue
        if value not in allowed:
            raise UsageError(
                f"There is no {name} {value!r}.", advice=f"Use {', '.join(allowed)}."
            )
        response.set_cookie(
            cookie,
            value,
            max_age=_YEAR,
            path=f"{portal.root}/",
            secure=portal.base_url.startswith("https:"),
            httponly=True,
            samesite="Lax",
        )
    return response


def _address_here(target: str, portal: PageContext) -> str:
    """Return an address of this site: no form may lead its user away by us."""
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, None):
        return target
    return f"{portal.root}/"
