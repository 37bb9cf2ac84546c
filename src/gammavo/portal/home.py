"""The home page: what is here, and how to ask for it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from gammavo.archive import published_examples
from gammavo.formats.pages import query_url
from gammavo.portal.allsky import all_sky, observed_places
from gammavo.portal.context import PageContext
from gammavo.portal.releases import cards
from gammavo.portal.search.site_names import site_names
from gammavo.portal.snippets import site_snippets

__all__ = ["home"]

_EXAMPLES: Final = 3
_NAMES: Final = 4
"""Targets under the search box."""


def home(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show the sky, the releases, example questions, and how programs ask."""
    releases = portal.queries.snapshot().releases
    search, adql = portal.page_url("search"), portal.page_url("adql")
    places = observed_places(portal, link=search)
    shown = cards(portal)
    values = {
        "search": search,
        "targets": _busiest_targets(places),
        "sky": all_sky(places),
        "cards": shown,
        "totals": _totals(portal, shown),
        "examples": [
            {
                "example": example,
                "link": f"{adql}?{urlencode({'query': example.query})}"
                if adql
                else query_url(portal.tap_url, example.query),
            }
            for example in published_examples(releases)[:_EXAMPLES]
        ],
        "snippets": site_snippets(portal, releases),
    }
    return portal.render(request, "portal/home.html", values)


def _busiest_targets(places: list[Any]) -> list[str]:
    """Return names to search for: those of the targets with most runs."""
    runs: dict[str, int] = {}
    for place in places:
        if place.target:
            runs[place.target] = runs.get(place.target, 0) + place.runs
    return sorted(runs, key=lambda name: (-runs[name], name))[:_NAMES]


def _totals(portal: PageContext, shown: list[dict[str, Any]]) -> dict[str, float]:
    numbers = [card["numbers"] for card in shown]
    return {
        "releases": len(shown),
        "runs": sum(card["manifest"].counts["runs"] for card in shown),
        "events": sum(card["manifest"].counts["events"] for card in shown),
        "hours": sum(n["hours"] or 0 for n in numbers),
        # Not the sum: releases have targets in common.
        "targets": len(site_names(portal).observed()),
    }
