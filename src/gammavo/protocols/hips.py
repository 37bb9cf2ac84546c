"""Hierarchical Progressive Surveys of the releases (IVOA HiPS 1.0), and their list."""

from __future__ import annotations

from typing import Final

from gammavo.archive.hips import find_hips_file, hips_list, hips_properties
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.published_files import (
    AN_HOUR,
    derived_file,
    document_response,
)

__all__ = ["list_of_hips", "survey_file"]

_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": AN_HOUR}
_MEDIA_TYPES: Final = {".png": "image/png", ".fits": "application/fits"}


def survey_file(
    request: Request, context: Context, *, release: str, path: str
) -> Response:
    """Send ``properties``, ``Moc.fits``, Allsky or a tile of a release.

    Raises
    ------
    NotFoundError
        There is no such file; FITS tiles of sky that was not exposed do not exist.
    """
    archive = context.queries.archive
    if path == "properties":
        text = hips_properties(archive, release, _url(context))
        return document_response(request, text.encode(), _TEXT)
    place = find_hips_file(archive, release, path)
    media_type = _MEDIA_TYPES[place.suffix]
    return derived_file(request, place, media_type, caching=AN_HOUR)


def list_of_hips(request: Request, context: Context) -> Response:
    """Send the list of all surveys of the site (HiPS 1.0 section 5.2)."""
    text = hips_list(context.queries.archive, _url(context))
    return document_response(request, text.encode(), _TEXT)


def _url(context: Context) -> str:
    return f"{context.base_url}/hips"
