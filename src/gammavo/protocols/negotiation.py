"""In which form a description is wanted: XML for programs, a page for people, JSON.

XML is what the standards promise, and many programs ask for something else without meaning
it: Java sends ``Accept: text/html, image/gif, image/jpeg, */*; q=0.2``. A page is for those
who surely are browsers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final

from gammavo.model.errors import UsageError
from gammavo.protocols.http import Request, Response

__all__ = [
    "XML_TYPES",
    "Form",
    "accepted",
    "described",
    "is_for_a_browser",
    "wanted_form",
]

XML_TYPES: Final = ("application/xml", "text/xml")
_XHTML: Final = "application/xhtml+xml"
_WILDCARDS: Final = ("*/*", "*", "application/*", "text/*")


class Form(StrEnum):
    """A form of a document, by its name in RESPONSEFORMAT."""

    XML = "xml"
    JSON = "json"
    PAGE = "html"


_MEDIA_TYPES: Final = {
    **dict.fromkeys(XML_TYPES, Form.XML),
    "application/json": Form.JSON,
    "text/html": Form.PAGE,
}


_CONTENT_TYPES: Final = {
    Form.XML: "text/xml",
    Form.JSON: "application/json",
    Form.PAGE: "text/html; charset=utf-8",
}


def described(form: Form, content: bytes) -> Response:
    """Return the response with a document in the form that was wanted."""
    headers = {
        "Content-Type": _CONTENT_TYPES[form],
        "Vary": "Accept, Sec-Fetch-Dest",
    }
    return Response(200, headers, content)


def wanted_form(request: Request, *, offered: Collection[Form]) -> Form:
    """Return the form in which a document is wanted; RESPONSEFORMAT decides if given.

    Parameters
    ----------
    request
        What was asked.
    offered
        The forms that there are: XML or JSON, which programs get, and others.

    Raises
    ------
    UsageError
        RESPONSEFORMAT names a form that there is not.
    """
    name = (request.parameters.one("RESPONSEFORMAT") or "").strip().lower()
    if name:
        form = next((f for f in Form if f == name), None) or _MEDIA_TYPES.get(name)
        if form is None or form not in offered:
            raise UsageError(
                f"This document cannot be had as {name!r}.",
                advice=f"Use one of: {', '.join(offered)}.",
            )
        return form
    if Form.PAGE in offered and is_for_a_browser(request):
        return Form.PAGE
    weights = accepted(request)
    for_xml = max(weights.get(kind, 0.0) for kind in XML_TYPES)
    if Form.JSON in offered and weights.get("application/json", 0.0) > for_xml:
        return Form.JSON
    return Form.XML if Form.XML in offered else Form.JSON


def is_for_a_browser(request: Request) -> bool:
    """Return whether the answer is surely for a person at a browser."""
    # Browsers say where a document will be shown (W3C Fetch Metadata), but only to https
    # and localhost.
    if request.headers.get("sec-fetch-dest") == "document":
        return True
    weights = accepted(request)
    others = max(weights.get(kind, 0.0) for kind in (*XML_TYPES, *_WILDCARDS))
    if weights.get("text/html", 0.0) <= others:
        return False
    # Java, too, prefers text/html to anything else. Browsers alone name XHTML beside it.
    return others == 0 or weights.get(_XHTML, 0.0) > 0


def accepted(request: Request) -> Mapping[str, float]:
    """Return the media types of the Accept header, in lower case, with their weights."""
    weights = {}
    for entry in request.headers.get("accept", "").split(","):
        kind, *options = (part.strip().lower() for part in entry.split(";"))
        weight = next((o[2:] for o in options if o.startswith("q=")), "1")
        with suppress(ValueError):
            weights[kind] = float(weight)
    return weights
