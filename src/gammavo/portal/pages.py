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

from gammavo.archive import Manifest, QueryService

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


@dataclass(frozen=True, slots=True)
class _Example:
    title: str
    query: str
    link: str


_EXAMPLES: Final = (
    (
        "Event lists of all runs",
        "SELECT obs_id, target_name, s_ra, s_dec, t_min, t_exptime, access_url "
        "FROM ivoa.obscore WHERE dataproduct_type = 'event' ORDER BY t_min",
    ),
    (
        "Livetime of each target",
        "SELECT target_name, COUNT(*) AS runs, SUM(t_exptime)/3600 AS livetime_hours "
        "FROM ivoa.obscore WHERE dataproduct_type = 'event' "
        "GROUP BY target_name ORDER BY livetime_hours DESC",
    ),
    (
        "Tables of this service",
        "SELECT table_name, description FROM tap_schema.tables",
    ),
)


def urlpatterns(context: PageContext) -> list[URLPattern]:
    """Return the addresses of all pages of a site."""
    style = files("gammavo.portal").joinpath("assets/gammavo.css").read_bytes()

    async def stylesheet(request: HttpRequest) -> HttpResponse:
        return HttpResponse(style, content_type="text/css; charset=utf-8")

    return [
        path("", _page(lambda request: _home(request, context))),
        path("assets/gammavo.css", stylesheet),
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
        _Example(
            title,
            query,
            f"{tap}/sync?"
            + urlencode({"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}),
        )
        for title, query in _EXAMPLES
    ]
    page: dict[str, Any] = {
        "title": context.title,
        "contact": context.contact,
        "tap": tap,
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
