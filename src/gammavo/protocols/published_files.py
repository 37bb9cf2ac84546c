"""Small files that belong to a release, or are made of its catalogue, as responses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from gammavo.protocols.http import Request, Response
from gammavo.protocols.stored_files import AN_HOUR, stored_file

__all__ = ["AN_HOUR", "derived_file", "document_response"]


def derived_file(
    request: Request, path: Path, media_type: str, *, caching: str
) -> Response:
    """Return the response for a file that gammavo made and may make again.

    Its entity tag is made of place, time and size: such files are replaced as a whole.
    """
    status = path.stat()
    identity = f"{path} {status.st_mtime_ns} {status.st_size}"
    tag = hashlib.sha256(identity.encode()).hexdigest()[:32]
    headers = {"Content-Type": media_type, "Cache-Control": caching}
    return stored_file(request, path, tag=tag, headers=headers)


def document_response(
    request: Request, content: bytes, headers: Mapping[str, str]
) -> Response:
    """Return the response for a document that is made for the request."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    all_headers = {**headers, "ETag": etag}
    known = request.headers.get("if-none-match", "").split(",")
    if etag in {entry.strip().removeprefix("W/") for entry in known}:
        return Response(304, all_headers)
    return Response(200, all_headers, content)
