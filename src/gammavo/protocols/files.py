"""Files at their ``access_url``: ranges, entity tags, nothing that is not published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from gammavo.archive import StoredFile, find_file
from gammavo.archive.tables import FITS_GADF
from gammavo.model.errors import NotFoundError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response

__all__ = ["release_file"]

_BLOCK = 2**20


def release_file(
    request: Request, context: Context, *, release: str, version: str, path: str
) -> Response:
    """Send a DL3 file of a release, whole or a range of its bytes (RFC 9110).

    Raises
    ------
    NotFoundError
        The release has no such file.
    UnavailableError
        The file is not as it was published.
    """
    if not (version.isascii() and version.isdecimal()) or len(version) > 9:
        raise NotFoundError(f"There is no version {version!r} of a release.")
    file = find_file(context.queries.archive, release, int(version), path)
    tag = f'"{file.sha256}"'
    headers = {
        "Content-Type": FITS_GADF,
        "ETag": tag,
        "Last-Modified": formatdate(file.path.stat().st_mtime, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "attachment; filename*=UTF-8''"
        + quote(PurePosixPath(path).name),
    }
    known = request.headers.get("if-none-match", "").split(",")
    if {tag, "*"} & {entry.strip().removeprefix("W/") for entry in known}:
        return Response(304, headers)
    if request.headers.get("if-range", tag) != tag:
        return _whole(file, headers)
    return _ranged(file, request.headers.get("range", ""), headers)


def _whole(file: StoredFile, headers: dict[str, str]) -> Response:
    headers["Content-Length"] = str(file.size)
    return Response(200, headers, _read(file.path, 0, file.size))


def _ranged(file: StoredFile, wanted: str, headers: dict[str, str]) -> Response:
    """Answer a single range; several at once are answered with the whole file."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", wanted.strip())
    if match is None or match.groups() == ("", ""):
        return _whole(file, headers)
    first, last = match.groups()
    if first:
        start = int(first)
        end = min(int(last), file.size - 1) if last else file.size - 1
    else:
        start, end = max(0, file.size - int(last)), file.size - 1
    if start >= file.size or (first and last and int(last) < start) or start > end:
        return Response(416, {**headers, "Content-Range": f"bytes */{file.size}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    headers["Content-Length"] = str(end - start + 1)
    return Response(206, headers, _read(file.path, start, end - start + 1))


def _read(path: Path, start: int, count: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while count > 0 and (block := stream.read(min(_BLOCK, count))):
            count -= len(block)
            yield block
