"""Pictures of runs, as PNG for links, and as SVG and JSON for pages."""

from __future__ import annotations

from typing import Final

from gammavo.archive.previews import PreviewForm, find_preview
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.published_files import AN_HOUR, derived_file

__all__ = ["preview_file"]

_MEDIA_TYPES: Final = {
    PreviewForm.PNG: "image/png",
    PreviewForm.SVG: "image/svg+xml",
    PreviewForm.JSON: "application/json",
}


def preview_file(
    request: Request, context: Context, *, release: str, version: str, path: str
) -> Response:
    """Send a picture of a run, or ``index.json``, the list of its pictures.

    Parameters
    ----------
    request, context
        What was asked, and of which site.
    release, version
        The release.
    path
        ``<obs_id>/<name>.<png, svg or json>``; an identifier may have slashes.

    Raises
    ------
    NotFoundError
        There is no such picture, or not yet.
    """
    obs_id, _, file = path.rpartition("/")
    place = find_preview(context.queries.archive, release, version, obs_id, file)
    media_type = _MEDIA_TYPES[PreviewForm(place.suffix.removeprefix("."))]
    return derived_file(request, place, media_type, caching=AN_HOUR)
