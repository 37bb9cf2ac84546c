"""The pages of a site and their addresses: the only list of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _

from gammavo.portal.adql import adql, check_query, format_query, vocabulary
from gammavo.portal.asset_files import send_asset, send_icon
from gammavo.portal.basket import basket, basket_rows
from gammavo.portal.choices import set_preferences
from gammavo.portal.code import code
from gammavo.portal.context import NavigationEntry, PageContext
from gammavo.portal.errors import no_such_page
from gammavo.portal.help import show_help
from gammavo.portal.home import home
from gammavo.portal.observation import observation
from gammavo.portal.pages import Page, endpoint
from gammavo.portal.release_documents import release_document
from gammavo.portal.releases import release, release_list
from gammavo.portal.search import search

__all__ = ["PAGES", "portal_urls"]

PAGES: Final = (
    Page("", "home", home),
    Page("search", "search", search, label=_("Search"), has_islands=True),
    Page("code", "code", code),
    Page(
        "adql",
        "adql",
        adql,
        label=_("ADQL"),
        methods=("GET", "POST"),
        has_islands=True,
    ),
    Page("adql/check", "adql-check", check_query, methods=("POST",)),
    Page("adql/format", "adql-format", format_query, methods=("POST",)),
    Page("adql/vocabulary", "adql-vocabulary", vocabulary),
    Page("releases/", "releases", release_list, label=_("Releases")),
    Page("releases/<str:name>", "release", release),
    Page("releases/<str:name>/<str:document>", "release_document", release_document),
    # A run may have any name: slashes in it reach us as such.
    Page(
        "obs/<str:release>/<path:obs_id>",
        "observation",
        observation,
        has_islands=True,
    ),
    Page("basket", "basket", basket, label=_("Basket")),
    Page("basket/rows", "basket-rows", basket_rows, methods=("POST",)),
    Page("help", "help", show_help, label=_("Help")),
    Page("assets/<str:name>", "asset", send_asset),
    # Where browsers look for an icon if a page, as those of the protocols, names none.
    Page("favicon.ico", "icon", send_icon),
    Page("preferences", "preferences", set_preferences, methods=("POST",)),
)
"""All pages; those with a label are in the bar, in this order."""

_NO_PAGE: Final = Page("", "", no_such_page, methods=("GET", "POST"))


def portal_urls(portal: PageContext) -> list[URLPattern]:
    """Return the addresses of all pages of a site."""
    # Pages of the bar have no variables in their addresses.
    entries = tuple(
        NavigationEntry(page.name, page.label, f"{portal.root}/{page.path}")
        for page in PAGES
        if page.label
    )
    names = frozenset(page.name for page in PAGES)
    portal = replace(portal, navigation=entries, page_names=names)
    return [
        *(path(page.path, endpoint(page, portal), name=page.name) for page in PAGES),
        re_path(r"^(?P<rest>.*)$", endpoint(_NO_PAGE, portal)),
    ]
