"""The help page: how to find and fetch data, what the numbers mean, the addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gammavo.portal.context import PageContext

__all__ = ["show_help"]


@dataclass(frozen=True, slots=True)
class _Service:
    """An interface of the Virtual Observatory, its address and what it is for."""

    title: str
    path: str
    use: Any


_SERVICES: Final = (
    _Service("TAP 1.1", "/tap", _("queries in ADQL, in TOPCAT, pyvo, STILTS")),
    _Service("Cone Search 1.03", "/cone/observations", _("runs around a position")),
    _Service("SIA 2.0", "/sia/query", _("products by position, time and energy")),
    _Service("DataLink 1.1", "/datalink/links", _("what belongs to a product")),
    _Service("SODA 1.0", "/soda/sync", _("cut-outs of event lists")),
    _Service("HiPS", "/hipslist", _("the sky of each release, in Aladin")),
    _Service("MOC", "/coverage/smoc", _("where there is data")),
    _Service("OAI-PMH 2.0", "/oai?verb=Identify", _("records for the VO registry")),
)


def show_help(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Explain the site to those who are new."""
    releases = [manifest.description for manifest in portal.queries.snapshot().releases]
    values = {"services": _SERVICES, "releases": releases, "site_url": _site(portal)}
    return portal.render(request, "portal/help.html", values)


def _site(portal: PageContext) -> str:
    return portal.tap_url.removesuffix("/tap")
