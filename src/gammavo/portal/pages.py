"""The pages and their addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, path

from gammavo.archive import Manifest, QueryService, published_examples

__all__ = ["PageContext", "urlpatterns"]

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class PageContext:
    """What pages know of the site: title, address, contact and the query service."""

    title: str
    base_url: str
    contact: str
    queries: QueryService


def urlpatterns(context: PageContext) -> list[URLPattern]:
    """Return the addresses of all pages of a site."""
    style = files("gammavo.portal").joinpath("assets/gammavo.css").read_bytes()

    def stylesheet(request: HttpRequest) -> HttpResponse:
        return HttpResponse(style, content_type="text/css; charset=utf-8")

    return [
        path("", _page(lambda request: _home(request, context))),
        path("assets/gammavo.css", _page(stylesheet)),
    ]


def _page(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]:
    """Wrap a blocking view: methods, headers, and a thread to run in."""

    async def page(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = await asyncio.to_thread(view, request)
        for name, value in _HEADERS.items():
            response[name] = value
        return response

    return page


def _home(request: HttpRequest, context: PageContext) -> HttpResponse:
    """Show what is here: releases, where to query, three examples, how to cite."""
    snapshot = context.queries.snapshot()
    tap = f"{context.base_url}/tap"
    examples = [
        {
            "example": example,
            "link": f"{tap}/sync?"
            + urlencode({"LANG": "ADQL", "FORMAT": "csv", "QUERY": example.query}),
        }
        for example in published_examples(snapshot.releases)[:3]
    ]
    page: dict[str, Any] = {
        "title": context.title,
        "contact": context.contact,
        "tap": tap,
        "base_url": context.base_url,
        "releases": [_release(manifest) for manifest in snapshot.releases],
        "examples": examples,
    }
    return render(request, "portal/home.html", page)


def _release(manifest: Manifest) -> dict[str, Any]:
    return {
        "manifest": manifest,
        "description": manifest.description,
        "runs": manifest.counts["runs"],
        "events": manifest.counts["events"],
    }
