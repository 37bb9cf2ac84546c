"""Packages as tar (POSIX.1-2001); its size is known before the first byte."""

from __future__ import annotations

import tarfile
from typing import Final

from gammavo.archive.package_streams import Bytes, FilePart, Part, PartStream
from gammavo.archive.packages import Package, PackageEntry

__all__ = ["content_part", "tar_stream"]

_MODE: Final = 0o644


def tar_stream(package: Package) -> PartStream:
    """Return a package as tar."""
    parts: list[Part] = []
    for entry in package.entries:
        info = tarfile.TarInfo(entry.name)
        info.size, info.mtime, info.mode = entry.size, entry.modified, _MODE
        parts.append(Bytes(info.tobuf(tarfile.PAX_FORMAT)))
        parts.append(content_part(entry))
        parts.append(Bytes(bytes(-entry.size % tarfile.BLOCKSIZE)))
    end = 2 * tarfile.BLOCKSIZE
    written = PartStream(parts).size + end
    parts.append(Bytes(bytes(end + -written % tarfile.RECORDSIZE)))
    return PartStream(parts)


def content_part(entry: PackageEntry) -> Part:
    """Return the content of a file of a package."""
    if isinstance(entry.source, bytes):
        return Bytes(entry.source)
    return FilePart(entry.source, entry.size)
