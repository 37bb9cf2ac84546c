"""Which rows of the tables are those of a release.

Releases may share an ``obs_collection``, as parts of a larger one do. What is always a
release's own is the beginning of ``obs_publisher_did``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from gammavo.adql import text_literal
from gammavo.archive import Manifest

__all__ = ["OF_RELEASE", "collection", "release_conditions", "release_values"]

OF_RELEASE: Final = "obs_publisher_did >= {first_did} AND obs_publisher_did < {end_did}"
"""Condition in queries of pages; :func:`release_values` has the values."""


def release_values(manifest: Manifest) -> dict[str, str]:
    """Return the values of :data:`OF_RELEASE` for a release."""
    # The character after "?" is "@": no identifier of another release is between them.
    start = f"ivo://{manifest.authority.lower()}/{manifest.name}"
    return {"first_did": f"{start}?", "end_did": f"{start}@"}


def collection(manifest: Manifest) -> str:
    """Return the ``obs_collection`` of a release."""
    return manifest.description.collection or manifest.name


def release_conditions(releases: Sequence[Manifest]) -> dict[str, str]:
    """Return the condition in ADQL for each release, by name.

    It names the collection, unless another release in force has the same.
    """
    shared = Counter(collection(manifest) for manifest in releases)
    return {
        manifest.name: f"obs_collection = {text_literal(collection(manifest))}"
        if shared[collection(manifest)] == 1
        else f"({_of_release(manifest)})"
        for manifest in releases
    }


def _of_release(manifest: Manifest) -> str:
    values = release_values(manifest)
    return OF_RELEASE.format(**{n: text_literal(v) for n, v in values.items()})
