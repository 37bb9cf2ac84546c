"""Content that never changes as a response: whole, or a range of its bytes (RFC 9110)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from gammavo.model.errors import NotFoundError
from gammavo.protocols.http import Request, Response

__all__ = [
    "AN_HOUR",
    "Handover",
    "SendBy",
    "attachment",
    "content_digest",
    "date_header",
    "ranged",
    "stored_file",
]

_BLOCK: Final = 2**20
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_NOT_SAFE: Final = re.compile(r"[^A-Za-z0-9._+-]+")

AN_HOUR: Final = "public, max-age=3600"
"""Cache-Control of files: they never change, but a release may be withdrawn."""


class SendBy(StrEnum):
    """Who sends files: this server, or the web server in front of it."""

    SELF = ""
    NGINX = "x-accel-redirect"
    SENDFILE = "x-sendfile"


@dataclass(frozen=True, slots=True)
class Handover:
    """How the web server in front is told which file it shall send.

    Parameters
    ----------
    by
        The header that it understands.
    prefix
        For nginx: its internal location, which stands for the root of the file system.
    """

    by: SendBy = SendBy.SELF
    prefix: str = ""

    def headers(self, path: Path) -> dict[str, str]:
        """Return the header for a file."""
        if self.by is SendBy.NGINX:
            return {"X-Accel-Redirect": quote(f"{self.prefix}{path.resolve()}")}
        return {"X-Sendfile": str(path.resolve())}


def stored_file(
    request: Request,
    path: Path,
    *,
    tag: str,
    headers: Mapping[str, str],
    handover: Handover | None = None,
) -> Response:
    """Return the response for a file that never changes.

    Parameters
    ----------
    request
        Its headers ``Range``, ``If-Range`` and ``If-None-Match`` count.
    path
        The file.
    tag
        Names its content, without quotes.
    headers
        Content-Type, Content-Disposition and what else describes it.
    handover
        How the web server in front is told to send it, None if it is not.

    Raises
    ------
    NotFoundError
        It has been deleted.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise _gone() from error
    if handover is not None and handover.by is not SendBy.SELF:
        described = {**headers, "ETag": f'"{tag}"'}
        if _is_known(request, described):
            return Response(304, described)
        return Response(200, {**described, **handover.headers(path)})
    return ranged(
        request,
        size,
        lambda start, count: _read(path, start, count),
        tag=tag,
        headers=headers,
    )


def ranged(
    request: Request,
    size: int,
    read: Callable[[int, int], Iterator[bytes]],
    *,
    tag: str,
    headers: Mapping[str, str],
) -> Response:
    """Return the response for content that never changes.

    Parameters
    ----------
    request
        Its headers ``Range``, ``If-Range``, ``If-None-Match`` and ``If-Modified-Since``
        count.
    size
        Bytes of the content.
    read
        Yields some bytes of it: from a place on, so many.
    tag, headers
        As :func:`stored_file`.
    """
    all_headers = {**headers, "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    if _is_known(request, all_headers):
        return Response(304, all_headers)
    wanted = request.headers.get("range", "")
    same = (all_headers["ETag"], headers.get("Last-Modified"))
    if request.headers.get("if-range", same[0]) not in same:
        wanted = ""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        # Several ranges at once are answered with the whole file, too.
        all_headers["Content-Length"] = str(size)
        return Response(200, all_headers, read(0, size))
    start, end = _bounds(match[1], match[2], size)
    if start > end:
        return Response(416, {**all_headers, "Content-Range": f"bytes */{size}"})
    all_headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    all_headers["Content-Length"] = str(end - start + 1)
    return Response(206, all_headers, read(start, end - start + 1))


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Return whether the client has this content already (RFC 9110 section 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {entry.strip().removeprefix("W/") for entry in tags.split(",")}
        return bool({headers["ETag"], "*"} & known)
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in headers:
        return False
    # A date that cannot be read is ignored.
    with suppress(ValueError, TypeError):
        modified = parsedate_to_datetime(headers["Last-Modified"])
        return modified <= parsedate_to_datetime(since)
    return False


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte; the first is the larger if there is none."""
    if not first:
        return max(0, size - int(last)), size - 1
    end = min(int(last), size - 1) if last else size - 1
    return int(first), end


def _read(path: Path, start: int, count: int) -> Iterator[bytes]:
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise _gone() from error
    with stream:
        stream.seek(start)
        while count > 0 and (block := stream.read(min(_BLOCK, count))):
            count -= len(block)
            yield block


def _gone() -> NotFoundError:
    return NotFoundError("The file has been deleted.")


def attachment(name: str) -> str:
    """Return the Content-Disposition that suggests a name to save content by (RFC 6266)."""
    plain = _NOT_SAFE.sub("_", name)
    full = quote(name.replace("/", "_"), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"


def content_digest(sha256: str) -> str:
    """Return the Repr-Digest of a SHA-256 in hexadecimal digits (RFC 9530)."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"


def date_header(seconds: float) -> str:
    """Return a moment, in seconds since 1970, as HTTP writes it."""
    return formatdate(seconds, usegmt=True)
