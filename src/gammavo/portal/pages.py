"""What a page is, and what all share: threads, methods, headers, languages, errors."""

from __future__ import annotations

import asyncio
import inspect
import logging
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string
from django.utils.translation import gettext

from gammavo.model.errors import (
    GammavoError,
    InternalError,
    NotAllowedError,
    UsageError,
)
from gammavo.portal.context import PageContext
from gammavo.portal.errors import error_page

__all__ = ["Endpoint", "Page", "endpoint", "in_thread"]

_log = logging.getLogger(__name__)

_THREADS: Final = ThreadPoolExecutor(8, "gammavo-page")
_WORTH_COMPRESSING: Final = 500
_RANDOM: Final = 100
"""Bytes of random length in compressed pages, against guessing by size (BREACH)."""

View = Callable[..., Any]
Endpoint = Callable[..., Coroutine[Any, Any, HttpResponseBase]]

_STRICT: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ISLANDS: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self' data: blob: http://localhost:21012 http://127.0.0.1:21012; "
    "font-src 'self' data:; worker-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site.

    Parameters
    ----------
    path
        Its address as Django writes it, without the first slash.
    name
        By which templates make links to it: ``{% url 'name' %}``.
    view
        ``view(request, portal, **arguments)``. A plain function may block: it runs in a
        thread. A coroutine function must not.
    label
        Its name in the bar, marked for translation; empty if it is not there.
    methods
        HTTP methods; HEAD comes with GET.
    has_islands
        Whether Aladin, Tabulator, Plotly, CodeMirror or SAMP run in it. They write styles,
        start workers and WebAssembly, which the policy of other pages forbids.
    """

    path: str
    name: str
    view: View
    label: Any = ""
    methods: tuple[str, ...] = ("GET",)
    has_islands: bool = False


def endpoint(page: Page, portal: PageContext) -> Endpoint:
    """Return what Django calls for a page."""
    allowed = {*page.methods, *(["HEAD"] if "GET" in page.methods else [])}

    async def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if request.method not in allowed:
            response: HttpResponseBase = HttpResponse(
                f"{request.method} is not possible here.\n",
                content_type="text/plain; charset=utf-8",
                status=405,
                headers={"Allow": ", ".join(sorted(allowed))},
            )
        elif request.method == "POST" and _is_from_elsewhere(request):
            response = await in_thread(_refuse, request, portal)
        elif inspect.iscoroutinefunction(page.view):
            response = await _guarded(page.view, request, portal, arguments)
        else:
            response = await in_thread(page.view, request, portal, **arguments)
        _add_headers(response, _ISLANDS if page.has_islands else _STRICT)
        return response

    return answer


def _is_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of another site has sent a form."""
    # What pages of other sites may have is asked for by GET, or by the protocols.
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def _refuse(request: HttpRequest, portal: PageContext) -> HttpResponse:
    raise NotAllowedError(
        gettext("Another site has sent this form."),
        advice=gettext("Use the form of this site itself."),
    )


async def _guarded(
    view: View, request: HttpRequest, portal: PageContext, arguments: dict[str, Any]
) -> HttpResponseBase:
    """Await a view that does not block; only an error becomes a page, in a thread."""
    try:
        response: HttpResponseBase = await view(request, portal, **arguments)
    except GammavoError as error:
        response = await in_thread(error_page, request, portal, error=error)
    return response


async def in_thread(
    view: View, request: HttpRequest, portal: PageContext, **arguments: Any
) -> HttpResponse:
    """Answer by a view that may block; a coroutine that has waited ends with it.

    Parameters
    ----------
    view
        ``view(request, portal, **arguments)``.
    request, portal
        As of every view.
    arguments
        What else it takes.
    """
    return await asyncio.get_running_loop().run_in_executor(
        _THREADS, _in_thread, view, request, portal, arguments
    )


def _in_thread(
    view: View, request: HttpRequest, portal: PageContext, arguments: dict[str, Any]
) -> HttpResponse:
    """Answer in the language of the visitor; compressed, if it is a text."""
    with translation.override(translation.get_language_from_request(request)):
        try:
            response: HttpResponse = view(request, portal, **arguments)
        except GammavoError as error:
            response = error_page(request, portal, error=error)
        except (RequestDataTooBig, SuspiciousOperation) as fault:
            refused = UsageError(f"The request cannot be read: {fault}")
            response = error_page(request, portal, error=refused)
        except Exception:  # noqa: BLE001 - the outermost edge: said as a number
            incident = uuid.uuid4().hex[:12]
            _log.exception("incident %s: %s", incident, request.path)
            fault_of_ours = InternalError(
                f"Something went wrong here, incident {incident}.",
                advice="The log of the site has the details under this number.",
            )
            response = error_page(request, portal, error=fault_of_ours)
        response.setdefault("Content-Language", translation.get_language() or "en")
    patch_vary_headers(response, ("Accept-Language", "Cookie", "Accept-Encoding"))
    response.setdefault("Cache-Control", "private, no-cache")
    _compress(request, response)
    return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    kind = response["Content-Type"].partition(";")[0]
    is_text = kind.startswith("text/") or kind.endswith(("json", "xml"))
    takes = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    small = len(response.content) < _WORTH_COMPRESSING
    if takes and is_text and not small and "Content-Encoding" not in response:
        response.content = compress_string(response.content, max_random_bytes=_RANDOM)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))


def _add_headers(response: HttpResponseBase, policy: str) -> None:
    response.setdefault("Content-Security-Policy", policy)
    for name, value in _HEADERS.items():
        response.setdefault(name, value)
