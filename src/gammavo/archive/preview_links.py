"""Links to the pictures of runs: they come and go after a release is published.

A release keeps the links to its data; which pictures there are is looked up when the
links of a product are asked for. The table ``datalink.response`` has none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from gammavo.archive.previews import PREVIEWS, PreviewForm
from gammavo.archive.previews.places import run_folder
from gammavo.archive.snapshot import Snapshot
from gammavo.archive.store import Archive
from gammavo.model.errors import UsageError
from gammavo.model.identifiers import split_publisher_did

__all__ = ["preview_links"]

_SEMANTICS: Final[Mapping[str, str]] = {
    "counts-map": "#preview-image",
    "thumbnail": "#thumbnail",
}
"""Words of the vocabulary datalink/core; the others are plots."""


def preview_links(
    archive: Archive, snapshot: Snapshot, did: str, *, site: str
) -> Iterator[dict[str, Any]]:
    """Yield a row of a links document for each picture of a product's run.

    A response has the picture of itself only.

    Parameters
    ----------
    archive
        Has the pictures.
    snapshot
        The releases in force.
    did
        ``obs_publisher_did`` of the product.
    site
        Address of the site.
    """
    try:
        _, name, obs_id, product = split_publisher_did(did)
    except UsageError:
        return
    manifest = next((m for m in snapshot.releases if m.name == name), None)
    if manifest is None:
        return
    folder = run_folder(archive.folder(name, manifest.version), obs_id)
    address = f"{site}/previews/{name}/{manifest.version}/{quote(obs_id, safe='')}"
    for picture in [product] if product in PREVIEWS else PREVIEWS:
        file = f"{picture}.{PreviewForm.PNG}"
        try:
            size = (folder / file).stat().st_size
        except OSError:
            continue  # not made, or not yet
        yield {
            "access_url": f"{address}/{file}",
            "semantics": _SEMANTICS.get(picture, "#preview-plot"),
            "description": PREVIEWS[picture],
            "content_type": "image/png",
            "content_length": size,
            "local_semantics": picture,
            "link_auth": "false",
            "link_authorized": True,
        }
