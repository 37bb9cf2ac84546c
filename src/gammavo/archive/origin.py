"""Where the rows of a result come from (IVOA Note Data Origin 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gammavo.archive.manifest import Manifest
from gammavo.formats import Info

__all__ = ["data_origin"]


def data_origin(releases: Sequence[Manifest]) -> Iterator[Info]:
    """Yield what is to be said of the releases that a result was read from."""
    for release in releases:
        description = release.description
        facts = {
            "data_ivoid": f"ivo://{release.authority}/{release.name}",
            "citation": description.doi or description.bib_reference,
            "reference_url": description.reference_url,
            "rights_uri": description.licence_url,
            "resource_version": str(release.version),
            "publication_date": release.created[:10],
        }
        for name, value in facts.items():
            if value:
                yield Info(name, value)
        for creator in description.creators:
            yield Info("creator", creator)
        if description.terms:
            yield Info("rights", " ".join(description.terms.split()))
