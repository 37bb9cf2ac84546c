"""Coverage maps (MOC 2.0) of runs, releases and the site, in FITS, JSON and ASCII."""

from __future__ import annotations

from typing import Final

from gammavo.archive.coverage import (
    CoverageForm,
    CoverageKind,
    coverage_of_release,
    coverage_of_run,
    coverage_of_site,
)
from gammavo.archive.visible import visible_release
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import accepted
from gammavo.protocols.published_files import AN_HOUR, document_response

__all__ = ["coverage_map"]

_MEDIA_TYPES: Final = {
    CoverageForm.FITS: "application/fits",
    CoverageForm.JSON: "application/json",
    CoverageForm.ASCII: "text/plain",
}
_ALSO: Final = {
    "image/fits": CoverageForm.FITS,
    "ascii": CoverageForm.ASCII,
    "text": CoverageForm.ASCII,
}


def coverage_map(request: Request, context: Context, *, path: str) -> Response:
    """Send a coverage map.

    Parameters
    ----------
    request, context
        What was asked, and of which site.
    path
        ``<kind>`` for the site, ``<release>/<version>/<kind>`` for a release,
        ``<release>/<version>/<obs_id>/<kind>`` for a run. Kinds are smoc, tmoc and stmoc;
        a suffix .fits, .json or .txt decides on the form, else RESPONSEFORMAT or the
        Accept header.

    Raises
    ------
    NotFoundError
        There is no such kind, release or run.
    UsageError
        RESPONSEFORMAT names no form.
    """
    *parts, file = path.split("/")
    name, _, suffix = file.partition(".")
    if name not in set(CoverageKind) or (suffix and suffix not in set(CoverageForm)):
        raise NotFoundError(
            f"There is no coverage map {file!r}.",
            advice="Maps are smoc, tmoc and stmoc, as .fits, .json or .txt.",
        )
    kind = CoverageKind(name)
    form = CoverageForm(suffix) if suffix else _wanted_form(request)
    content = _content(context, parts, kind, form)
    headers = {
        "Content-Type": _MEDIA_TYPES[form],
        "Content-Disposition": f'inline; filename="{kind}.{form}"',
        "Cache-Control": AN_HOUR,
    }
    if not suffix:
        headers["Vary"] = "Accept"
    return document_response(request, content, headers)


def _content(
    context: Context, parts: list[str], kind: CoverageKind, form: CoverageForm
) -> bytes:
    archive = context.queries.archive
    if not parts:
        return coverage_of_site(archive, kind, form)
    release, version, *run = (*parts, "")[: max(2, len(parts))]
    manifest = visible_release(archive, release, version)
    if not run:
        return coverage_of_release(archive, manifest, kind, form)
    folder = archive.folder(manifest.name, manifest.version)
    return coverage_of_run(folder, "/".join(run), kind, form)


def _wanted_form(request: Request) -> CoverageForm:
    name = (request.parameters.one("RESPONSEFORMAT") or "").strip().lower()
    if name:
        by_name = {str(form): form for form in CoverageForm}
        by_type = {media_type: form for form, media_type in _MEDIA_TYPES.items()}
        form = {**by_name, **by_type, **_ALSO}.get(name)
        if form is None:
            raise UsageError(
                f"A coverage map cannot be had as {name!r}.",
                advice="Use fits, json or txt.",
            )
        return form
    weights = accepted(request)
    # FITS first: it is what clients of MOC expect, and what no preference gives.
    return max(CoverageForm, key=lambda form: weights.get(_MEDIA_TYPES[form], 0.0))
