"""``/tap/capabilities``: generated from what the service really does."""

from __future__ import annotations

from gammavo.formats import capabilities
from gammavo.formats.service_pages import capabilities_page
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import Form, described, wanted_form
from gammavo.protocols.service_entries import tap_entries

__all__ = ["tap_capabilities"]


def tap_capabilities(request: Request, context: Context) -> Response:
    """Describe the service (VOSI 1.1 section 2.1, TAPRegExt 1.0)."""
    tap = context.tap_url
    entries = tap_entries(tap, context.queries, context.tap)
    form = wanted_form(request, offered=(Form.XML, Form.PAGE))
    if form is Form.PAGE:
        return described(form, capabilities_page(entries, tap_url=tap))
    return described(form, capabilities(entries))
