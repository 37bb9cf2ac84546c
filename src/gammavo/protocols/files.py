"""Files at their ``access_url``: ranges, entity tags, nothing that is not published."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import PurePosixPath
from urllib.parse import quote

from gammavo.archive import find_file
from gammavo.archive.tables import FITS_GADF
from gammavo.model.errors import NotFoundError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.stored_files import stored_file

__all__ = ["release_file"]


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
    headers = {
        "Content-Type": FITS_GADF,
        "Last-Modified": formatdate(file.path.stat().st_mtime, usegmt=True),
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "attachment; filename*=UTF-8''"
        + quote(PurePosixPath(path).name),
    }
    return stored_file(request, file.path, tag=file.sha256, headers=headers)
