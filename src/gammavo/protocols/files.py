"""Files at their ``access_url``, and each of their HDUs as a file of its own.

Below ``/files/<release>/<version>/`` are the files of a release at their paths; below the
path of a file ``<HDU>.fits`` is one HDU of it. Nothing that is not published is found.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from gammavo.archive import StoredFile, file_layout, run_tables
from gammavo.archive.files import published_file, split_path, visible_release
from gammavo.archive.manifest import Manifest
from gammavo.archive.tables import FITS_GADF
from gammavo.formats.file_lists import (
    ListedFile,
    ListedHdu,
    file_json,
    file_page,
    files_json,
    files_page,
    sha256_sums,
)
from gammavo.model.errors import NotFoundError, UnavailableError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import Form, described, wanted_form
from gammavo.protocols.stored_files import (
    AN_HOUR,
    attachment,
    content_digest,
    date_header,
    stored_file,
)

__all__ = ["release_file", "release_files"]

_LISTS: Final = (Form.JSON, Form.PAGE)
_SUMS: Final = "SHA256SUMS"
_HDU_SUFFIX: Final = ".fits"
_PACKED: Final = (".gz", ".fits", ".fit")


def release_files(
    request: Request, context: Context, *, release: str, version: str
) -> Response:
    """List the files of a release with their sizes and SHA-256, as JSON or a page.

    Raises
    ------
    NotFoundError
        There is no such release or version.
    UsageError
        RESPONSEFORMAT is neither json nor html.
    """
    manifest = _manifest(context, release, version)
    files = [ListedFile(file.path, file.size, file.sha256) for file in manifest.files]
    title = f"{manifest.description.title}, version {manifest.version}"
    url = f"{context.base_url}/files/{manifest.name}/{manifest.version}/"
    form = wanted_form(request, offered=_LISTS)
    write = files_page if form is Form.PAGE else files_json
    package = f"{context.base_url}/package?RELEASE={manifest.name}"
    return described(form, write(title, files, url=url, package=package))


def release_file(
    request: Request, context: Context, *, release: str, version: str, path: str
) -> Response:
    """Send a file of a release or one HDU of it, whole or a range of its bytes.

    ``SHA256SUMS`` is a list of all files for ``sha256sum --check``, a file's path with
    ``/`` behind it the list of its HDUs.

    Raises
    ------
    NotFoundError
        The release has no such file, or the file no such HDU.
    UnavailableError
        The file is not as it was published, or there is no room to cut it.
    """
    manifest = _manifest(context, release, version)
    archive = context.queries.archive
    if path == _SUMS:
        sums = sha256_sums((file.path, file.sha256) for file in manifest.files)
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, sums)
    place, hdu = split_path(archive, release, manifest.version, path)
    original = published_file(archive, manifest, place)
    if hdu is None:
        return _send(request, context, original, original, PurePosixPath(place).name)
    if not hdu:
        return _hdu_list(request, context, manifest, place, original)
    if not hdu.endswith(_HDU_SUFFIX) or hdu == _HDU_SUFFIX:
        raise NotFoundError(
            f"The file has no part {hdu[:80]!r}.",
            advice="An HDU is at the file's address with /NAME.fits behind it; with / "
            "behind it is a list of them.",
        )
    name = hdu.removesuffix(_HDU_SUFFIX)
    cut = context.files.hdus.find(archive, manifest, place, name)
    shown = f"{_stem(place)}_{name}{_HDU_SUFFIX}"
    return _send(request, context, cut, original, shown)


def _stem(path: str) -> str:
    name = PurePosixPath(path).name
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return name


def _send(
    request: Request,
    context: Context,
    file: StoredFile,
    original: StoredFile,
    name: str,
) -> Response:
    headers = {
        "Content-Type": FITS_GADF,
        "Last-Modified": date_header(original.path.stat().st_mtime),
        "Cache-Control": AN_HOUR,
        "Content-Disposition": attachment(name),
        "Repr-Digest": content_digest(file.sha256),
    }
    return stored_file(
        request,
        file.path,
        tag=file.sha256,
        headers=headers,
        handover=context.files.handover,
    )


def _hdu_list(
    request: Request,
    context: Context,
    manifest: Manifest,
    path: str,
    file: StoredFile,
) -> Response:
    """List the HDUs of a file, and which run has each of them as which part."""
    try:
        parts = run_tables(context.queries.archive, manifest).in_file(path)
    except UnavailableError:
        # Published before parts of runs were noted.
        parts = ()
    hdus = []
    for hdu in file_layout(file):
        same = [(i, p) for i, p in parts if p.hdu.lower() == hdu.label.lower()]
        runs = tuple(obs_id for obs_id, _ in same)
        role = same[0][1].role if same else ""
        hdus.append(ListedHdu(hdu.number, hdu.label, role, hdu.size, runs))
    listed = ListedFile(path, file.size, file.sha256)
    url = f"{context.base_url}/files/{manifest.name}/{manifest.version}/"
    form = wanted_form(request, offered=_LISTS)
    write = file_page if form is Form.PAGE else file_json
    return described(form, write(listed, hdus, url=url))


def _manifest(context: Context, release: str, version: str) -> Manifest:
    if not (version.isascii() and version.isdecimal()) or len(version) > 9:
        raise NotFoundError(f"There is no version {version[:80]!r} of a release.")
    return visible_release(context.queries.archive, release, int(version))
