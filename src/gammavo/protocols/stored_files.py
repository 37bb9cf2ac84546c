"""A file on disk as a response: whole, or a range of its bytes (RFC 9110 section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from gammavo.model.errors import NotFoundError
from gammavo.protocols.http import Request, Response

__all__ = ["stored_file"]

_BLOCK: Final = 2**20
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def stored_file(
    request: Request, path: Path, *, tag: str, headers: Mapping[str, str]
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

    Raises
    ------
    NotFoundError
        It has been deleted.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise _gone() from error
    etag = f'"{tag}"'
    all_headers = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    known = request.headers.get("if-none-match", "").split(",")
    if {etag, "*"} & {entry.strip().removeprefix("W/") for entry in known}:
        return Response(304, all_headers)
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", etag) != etag:
        wanted = ""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        # Several ranges at once are answered with the whole file, too.
        all_headers["Content-Length"] = str(size)
        return Response(200, all_headers, _read(path, 0, size))
    start, end = _bounds(match[1], match[2], size)
    if start > end:
        return Response(416, {**all_headers, "Content-Range": f"bytes */{size}"})
    all_headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    all_headers["Content-Length"] = str(end - start + 1)
    return Response(206, all_headers, _read(path, start, end - start + 1))


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
