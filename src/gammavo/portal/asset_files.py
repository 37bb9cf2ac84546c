"""The address of files that pages load: compressed, and kept by browsers for a year."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)

from gammavo.model.errors import NotFoundError
from gammavo.portal.assets import Asset
from gammavo.portal.context import PageContext

__all__ = ["send_asset", "send_icon"]

_YEAR: Final = "public, max-age=31536000, immutable"
_BLOCK: Final = 2**16
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Content codings by preference, with the ending of the files that have them."""


async def send_asset(
    request: HttpRequest, portal: PageContext, name: str
) -> HttpResponseBase:
    """Answer with a file, compressed if the browser takes that, to be kept for a year.

    Raises
    ------
    NotFoundError
        There is no such file.
    """
    asset = portal.assets.find(name)
    content, encoding = await asyncio.to_thread(
        _content, asset, _accepted(request.headers.get("Accept-Encoding", ""))
    )
    response = StreamingHttpResponse(_blocks(content), content_type=asset.media_type)
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = _YEAR
    response["Vary"] = "Accept-Encoding"
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def send_icon(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Send browsers to the icon of the site.

    Raises
    ------
    NotFoundError
        The files of pages were not built.
    """
    icon = portal.assets.named.get("favicon.svg")
    if icon is None:
        raise NotFoundError("This site has no icon.")
    return HttpResponseRedirect(f"{portal.root}/assets/{icon.served_as}")


def _accepted(header: str) -> list[str]:
    """Return the codings that a browser takes and we may have, best first."""
    accepted = set()
    for entry in header.lower().split(","):
        name, _, quality = entry.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            accepted.add(name.strip())
    return [name for name in _ENCODINGS if name in accepted]


def _content(asset: Asset, encodings: list[str]) -> tuple[bytes, str]:
    if asset.path is None:
        return asset.content, ""
    for encoding in encodings:
        twin = asset.path.with_name(asset.path.name + _ENCODINGS[encoding])
        if twin.is_file():
            return twin.read_bytes(), encoding
    return asset.path.read_bytes(), ""


async def _blocks(content: bytes) -> AsyncIterator[bytes]:
    """Yield a file in pieces, so that slow clients do not fill the socket's buffer."""
    for start in range(0, len(content), _BLOCK):
        yield content[start : start + _BLOCK]
