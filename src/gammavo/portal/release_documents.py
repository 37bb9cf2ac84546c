"""What programs read of a release: its facts as JSON, and its citation."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from gammavo.archive import Manifest
from gammavo.model.errors import NotFoundError
from gammavo.portal.citation import bibtex, citation_file
from gammavo.portal.context import PageContext

__all__ = ["release_document", "release_url", "shown_release"]

_DOCUMENTS: Final = {
    "release.json": "application/json",
    "citation.bib": "application/x-bibtex; charset=utf-8",
    "CITATION.cff": "application/yaml; charset=utf-8",
}


def release_document(
    request: HttpRequest, portal: PageContext, name: str, document: str
) -> HttpResponse:
    """Answer with ``release.json``, ``citation.bib`` or ``CITATION.cff`` of a release.

    Raises
    ------
    NotFoundError
        There is no such release or document.
    """
    manifest = shown_release(portal, name)
    if document not in _DOCUMENTS:
        raise NotFoundError(
            f"The release has no document {document!r}.",
            advice=f"There are {', '.join(_DOCUMENTS)}.",
        )
    url = release_url(portal, manifest)
    if document == "release.json":
        text = json.dumps(_facts(manifest, url), ensure_ascii=False, indent=1)
    else:
        text = (bibtex if document.endswith("bib") else citation_file)(manifest, url)
    response = HttpResponse(text, content_type=_DOCUMENTS[document])
    is_download = document != "release.json"
    disposition = content_disposition_header(is_download, document)
    response["Content-Disposition"] = disposition or "inline"
    return response


def shown_release(portal: PageContext, name: str) -> Manifest:
    """Return the release that queries see.

    Raises
    ------
    NotFoundError
        There is none.
    """
    for manifest in portal.queries.snapshot().releases:
        if manifest.name == name:
            return manifest
    raise NotFoundError(
        gettext("There is no release “%(name)s” in force.") % {"name": name[:80]}
    )


def release_url(portal: PageContext, manifest: Manifest) -> str:
    """Return the address of the page of a release."""
    return f"{portal.base_url}/releases/{manifest.name}"


def _facts(manifest: Manifest, url: str) -> dict[str, Any]:
    """Return what is public of a manifest: not where the files are on disk."""
    return {
        "url": url,
        "version": manifest.version,
        "created": manifest.created,
        "identifier": f"ivo://{manifest.authority}/{manifest.name}",
        "schema": manifest.schema,
        "description": asdict(manifest.description),
        "counts": manifest.counts,
        "software": manifest.software,
        "files": [asdict(file) for file in manifest.files],
    }
