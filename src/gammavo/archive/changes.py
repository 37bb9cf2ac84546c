"""What changed from one version of a release to the next, by their manifests."""

from __future__ import annotations

from dataclasses import dataclass, fields

from gammavo.archive.manifest import Manifest
from gammavo.model.observations import ReleaseDescription

__all__ = ["Changes", "changes_between"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences of two versions.

    Parameters
    ----------
    added, removed, altered
        Paths of files that are new, gone, or have another content.
    counts
        Name, number before and number after, of counts that differ.
    described
        Fields of the description that differ.
    software
        Name, version before and version after, of software that differs.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]
    counts: tuple[tuple[str, int, int], ...]
    described: tuple[str, ...]
    software: tuple[tuple[str, str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether data and description are the same; software may differ."""
        return not (
            self.added or self.removed or self.altered or self.counts or self.described
        )


def changes_between(before: Manifest, after: Manifest) -> Changes:
    """Return what changed from a version of a release to a later one."""
    old = {file.path: file.sha256 for file in before.files}
    new = {file.path: file.sha256 for file in after.files}
    both = sorted(old.keys() & new.keys())
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        altered=tuple(path for path in both if old[path] != new[path]),
        counts=tuple(
            (name, before.counts.get(name, 0), after.counts.get(name, 0))
            for name in sorted(before.counts.keys() | after.counts.keys())
            if before.counts.get(name, 0) != after.counts.get(name, 0)
        ),
        described=tuple(
            field.name
            for field in fields(ReleaseDescription)
            if getattr(before.description, field.name)
            != getattr(after.description, field.name)
        ),
        software=tuple(
            (name, before.software.get(name, ""), after.software.get(name, ""))
            for name in sorted(before.software.keys() | after.software.keys())
            if before.software.get(name) != after.software.get(name)
        ),
    )
