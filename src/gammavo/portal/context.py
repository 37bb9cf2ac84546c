"""What pages know of their site, and how they become HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from gammavo.archive import QueryService
from gammavo.archive.workers import WorkerPool
from gammavo.portal.assets import Assets, load_assets
from gammavo.portal.preferences import LANGUAGES, chosen_theme
from gammavo.portal.rows import Rows

__all__ = ["NavigationEntry", "PageContext", "QueryLimits", "Texts"]

_VERSION: Final = version("gammavo")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the publisher says about the site: ``[site]`` of ``gammavo.toml``.

    Parameters
    ----------
    title
        Name of the data centre.
    publisher, contact
        Who publishes, and a mail address for questions; empty if not said.
    introduction
        Shown on the home page.
    footer
        Shown at the foot of every page.
    """

    title: str
    publisher: str = ""
    contact: str = ""
    introduction: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What visitors may ask for, as the TAP service says it.

    Parameters
    ----------
    default_rows, max_rows
        Rows of a result when nothing is said, and at most.
    sync_seconds
        Seconds that a query may take while its user waits.
    upload_bytes
        Size of what comes along with a query.
    """

    default_rows: int
    max_rows: int
    sync_seconds: float
    upload_bytes: int


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A page in the bar: ``label`` may wait for the language of the request."""

    name: str
    label: Any
    url: str


@dataclass(frozen=True, slots=True)
class PageContext:
    """The site behind the pages.

    Parameters
    ----------
    texts
        What the publisher says about the site.
    base_url
        Where users reach it, without a slash at the end.
    queries
        The query service; pages ask it through ``rows``.
    workers
        Answer queries that visitors wrote: what one may exhaust is its worker alone.
    limits
        Of such queries.
    assets
        Files that pages load.
    package_runs
        Runs of a package at most.
    sesame
        Whether names that nothing here knows are asked for online.
    navigation, page_names
        Entries of the bar, and names of all pages; filled when their addresses are known.
    rows
        Answers of queries as dictionaries, kept while the same releases are in force.
    """

    texts: Texts
    base_url: str
    queries: QueryService
    workers: WorkerPool
    limits: QueryLimits
    assets: Assets = field(default_factory=load_assets)
    package_runs: int = 500
    sesame: bool = False
    navigation: Sequence[NavigationEntry] = ()
    page_names: frozenset[str] = frozenset()
    rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        """Make what follows from the others."""
        object.__setattr__(self, "rows", Rows(self.queries))

    @property
    def root(self) -> str:
        """Path at which the site is reached, without a slash at the end: mostly none."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def tap_url(self) -> str:
        """Base URL of the TAP service."""
        return f"{self.base_url}/tap"

    @property
    def event_type(self) -> str:
        """What ``dataproduct_type`` of event lists is at this site."""
        return self.queries.options.spelling.value

    def page_url(self, name: str) -> str:
        """Return the address of a page of the bar, empty if there is no such page."""
        return next((e.url for e in self.navigation if e.name == name), "")

    def has_page(self, name: str) -> bool:
        """Tell whether the site has a page of this name."""
        return name in self.page_names

    def render(
        self,
        request: HttpRequest,
        template: str,
        values: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """Answer with a template inside the frame.

        Parameters
        ----------
        request
            What is answered; it tells the theme and which page this is.
        template
            E.g. ``portal/home.html``, which extends ``portal/base.html``.
        values
            What the template shows.
        status
            HTTP status.
        """
        page = {
            "site": self.texts,
            "portal": self,
            "root": self.root,
            "navigation": self.navigation,
            "current": request.resolver_match.url_name
            if request.resolver_match
            else "",
            "address": request.get_full_path(),
            "theme": chosen_theme(request),
            "language": translation.get_language(),
            "languages": LANGUAGES,
            "gammavo_version": _VERSION,
        }
        text = render_to_string(template, {**page, **(values or {})}, request)
        return HttpResponse(text, status=status)
