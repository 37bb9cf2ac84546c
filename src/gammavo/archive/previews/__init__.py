"""Previews: pictures of each run and of the sky, made when the release is in force.

This front finds them; making them reads FITS files and is in
``gammavo.archive.previews.build``.
"""

from gammavo.archive.previews.places import (
    INDEX_NAME,
    PREVIEWS,
    PreviewForm,
    find_preview,
    list_previews,
)

__all__ = ["INDEX_NAME", "PREVIEWS", "PreviewForm", "find_preview", "list_previews"]
