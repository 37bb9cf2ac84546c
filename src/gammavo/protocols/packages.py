"""Packages of runs as tar or zip: streamed, of known length, and resumable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gammavo.archive.package_streams import PartStream
from gammavo.archive.package_tar import tar_stream
from gammavo.archive.package_zip import zip_stream
from gammavo.archive.packages import make_package, selected_runs, whole_release
from gammavo.model.errors import UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.stored_files import attachment, date_header, ranged

__all__ = ["package"]

_TYPES: Final = {"tar": "application/x-tar", "zip": "application/zip"}
_STREAMS: Final = {"tar": tar_stream, "zip": zip_stream}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a request asks for: runs or a release, and the kind of archive."""

    identifiers: tuple[str, ...]
    release: str | None
    form: str


def package(request: Request, context: Context) -> Response:
    """Send runs with their responses and index files, as ``DataStore.from_dir`` wants.

    Parameters of the request: ``ID`` (``obs_publisher_did``, or an ``obs_id`` that only
    one release has; any number of them) or ``RELEASE`` (all of its runs), and ``FORMAT``
    (``tar``, the default, or ``zip``).

    Raises
    ------
    UsageError
        Nothing or too much is asked for, or in an unknown format.
    NotFoundError
        There is no such run or release.
    UnavailableError
        A file is not as it was published.
    """
    wish = _wish(request, context.files.package_runs)
    archive = context.queries.archive
    releases = context.queries.snapshot().releases
    if wish.release is not None:
        selection = whole_release(archive, releases, wish.release)
    else:
        selection = selected_runs(archive, releases, wish.identifiers)
    content = make_package(archive, releases, selection)
    stream: PartStream = _STREAMS[wish.form](content)
    headers = {
        "Content-Type": _TYPES[wish.form],
        "Content-Disposition": attachment(f"{content.name}.{wish.form}"),
        "Last-Modified": date_header(content.modified),
        # The next version of a release will change it.
        "Cache-Control": "public, no-cache",
    }
    tag = f"{content.tag}-{wish.form}"
    return ranged(request, stream.size, stream.blocks, tag=tag, headers=headers)


def _wish(request: Request, most: int) -> _Wish:
    parameters = request.parameters
    identifiers = tuple(text.strip() for text in parameters.all("ID"))
    release = parameters.one("RELEASE")
    if (release is None) == (not identifiers):
        raise UsageError(
            "A package is of runs or of a release.",
            advice="Give ID=... once or more (obs_publisher_did of ivoa.obscore), or "
            "RELEASE=name.",
        )
    if len(identifiers) > most:
        raise UsageError(
            f"A package can be asked for with at most {most} identifiers, not "
            f"{len(identifiers)}.",
            advice="Ask for several packages, or for a whole one with RELEASE=name.",
        )
    asked = parameters.one("FORMAT", "RESPONSEFORMAT") or "tar"
    by_type = {media_type: form for form, media_type in _TYPES.items()}
    form = by_type.get(asked.strip().lower(), asked.strip().lower())
    if form not in _TYPES:
        raise UsageError(
            f"A package cannot be had as {asked[:80]!r}.", advice="Use tar or zip."
        )
    return _Wish(identifiers, release, form)
