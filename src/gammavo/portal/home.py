"""The home page: what is here, and how to ask for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from gammavo.archive import Manifest, published_examples
from gammavo.portal.context import PageContext

__all__ = ["home"]


def home(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show the releases, example questions, and how programs ask."""
    releases = portal.queries.snapshot().releases
    examples = [
        {
            "example": example,
            "link": f"{portal.tap_url}/sync?"
            + urlencode({"LANG": "ADQL", "FORMAT": "csv", "QUERY": example.query}),
        }
        for example in published_examples(releases)[:3]
    ]
    values = {"releases": [_card(m) for m in releases], "examples": examples}
    return portal.render(request, "portal/home.html", values)


def _card(manifest: Manifest) -> dict[str, Any]:
    return {
        "manifest": manifest,
        "description": manifest.description,
        "runs": manifest.counts["runs"],
        "events": manifest.counts["events"],
    }
