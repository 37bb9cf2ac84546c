"""Releases that are published for tests."""

from __future__ import annotations

from pathlib import Path

from gammavo.archive import Archive, Manifest
from gammavo.archive.publish import PublishOptions, publish


def published(
    root: Path, folder: Path, *, name: str | None = None
) -> tuple[Archive, Manifest]:
    """Publish a folder of DL3 files to an archive below a root."""
    archive = Archive(root / "archive")
    options = PublishOptions("example.org", name=name, processes=1)
    return archive, publish(archive, folder, options).manifest
