"""Packages as zip without compression (PKWARE APPNOTE 6.3): DL3 files are packed already.

All sizes are known before the first byte. The sums over the files are not: they stand
behind each file (data descriptor) and in the directory at the end.
"""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gammavo.archive.package_streams import Bytes, Made, Part, PartStream
from gammavo.archive.package_tar import content_part
from gammavo.archive.packages import Package, PackageEntry

__all__ = ["zip_stream"]

_LARGE: Final = 0xFFFFFFFF
"""Sizes and places from which on the fields of ZIP64 are needed."""

_ELSEWHERE: Final = 0xFFFFFFFF
"""Stands where a number is in a field of ZIP64."""

_MANY: Final = 0xFFFF
_PLAIN_VERSION, _LARGE_VERSION = 20, 45
_UNIX: Final = 3 << 8
_FLAGS: Final = 0x0808
"""Sums stand behind the files; names are UTF-8."""

_REGULAR_FILE: Final = 0o100644 << 16
_FIRST_MOMENT: Final = 315_532_800
"""1980-01-01, the first that zip knows."""


def zip_stream(package: Package) -> PartStream:
    """Return a package as zip."""
    parts: list[Part] = []
    members: list[_Member] = []
    place = 0
    for entry in package.entries:
        member = _Member(entry, place)
        members.append(member)
        of_member = (
            Bytes(member.local_header()),
            _SummedPart(member),
            Made(member.descriptor_size, member.descriptor),
        )
        parts += of_member
        place += sum(part.size for part in of_member)
    size = sum(member.directory_size for member in members)
    directory = Made(
        size, lambda: b"".join(member.directory_entry() for member in members)
    )
    return PartStream([*parts, directory, Bytes(_end(len(members), size, place))])


@dataclass(slots=True)
class _Member:
    """A file in a zip, where it begins, and its sum as soon as that is known."""

    entry: PackageEntry
    place: int
    content: Part = field(init=False)
    known_sum: int | None = None

    def __post_init__(self) -> None:
        self.content = content_part(self.entry)

    def sum(self) -> int:
        """Return the CRC-32 of the content, which is read for it if need be."""
        if self.known_sum is None:
            total = 0
            for block in self.content.blocks(0):
                total = zlib.crc32(block, total)
            self.known_sum = total
        return self.known_sum

    @property
    def _is_large(self) -> bool:
        return self.entry.size >= _LARGE

    @property
    def _name(self) -> bytes:
        return self.entry.name.encode("utf-8")

    def _common(self, total: int, size: int, extra: int) -> bytes:
        """Return the fields that local header and directory have in common."""
        moment = time.gmtime(max(self.entry.modified, _FIRST_MOMENT))
        return struct.pack(
            "<HHHHHLLLHH",
            _LARGE_VERSION if self._is_large else _PLAIN_VERSION,
            _FLAGS,
            0,
            moment.tm_hour << 11 | moment.tm_min << 5 | moment.tm_sec // 2,
            (moment.tm_year - 1980) << 9 | moment.tm_mon << 5 | moment.tm_mday,
            total,
            size,
            size,
            len(self._name),
            extra,
        )

    def local_header(self) -> bytes:
        """Return what stands before the content; its sum and size stand behind it."""
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if self._is_large else b""
        size = _ELSEWHERE if self._is_large else 0
        return b"PK\3\4" + self._common(0, size, len(extra)) + self._name + extra

    @property
    def descriptor_size(self) -> int:
        """Bytes of :meth:`descriptor`."""
        return 24 if self._is_large else 16

    def descriptor(self) -> bytes:
        """Return what stands behind the content."""
        sizes = "QQ" if self._is_large else "LL"
        size = self.entry.size
        return b"PK\7\10" + struct.pack(f"<L{sizes}", self.sum(), size, size)

    def _directory_extra(self) -> bytes:
        values = [self.entry.size] * 2 if self._is_large else []
        values += [self.place] if self.place >= _LARGE else []
        if not values:
            return b""
        return struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values)

    @property
    def directory_size(self) -> int:
        """Bytes of :meth:`directory_entry`."""
        return 46 + len(self._name) + len(self._directory_extra())

    def directory_entry(self) -> bytes:
        """Return the entry of the directory at the end."""
        extra = self._directory_extra()
        size = _ELSEWHERE if self._is_large else self.entry.size
        common = self._common(self.sum(), size, len(extra))
        made_by = struct.pack(
            "<H", _UNIX | (_LARGE_VERSION if extra else _PLAIN_VERSION)
        )
        place = _ELSEWHERE if self.place >= _LARGE else self.place
        places = struct.pack("<HHHLL", 0, 0, 0, _REGULAR_FILE, place)
        return b"PK\1\2" + made_by + common + places + self._name + extra


@dataclass(frozen=True, slots=True)
class _SummedPart:
    """The content of a file, summed up while it is sent from its beginning on."""

    member: _Member

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.member.entry.size

    def blocks(self, start: int) -> Iterator[bytes]:
        """Yield its bytes from a place on."""
        total = 0
        for block in self.member.content.blocks(start):
            if start == 0:
                total = zlib.crc32(block, total)
            yield block
        if start == 0:
            self.member.known_sum = total


def _end(count: int, size: int, place: int) -> bytes:
    """Return what stands behind the directory."""
    end = b"PK\5\6" + struct.pack(
        "<HHHHLLH",
        *(0, 0, min(count, _MANY), min(count, _MANY)),
        *(min(size, _ELSEWHERE), place if place < _LARGE else _ELSEWHERE, 0),
    )
    if max(size, place) < _LARGE and count < _MANY:
        return end
    large = b"PK\6\6" + struct.pack(
        "<QHHLLQQQQ",
        *(44, _UNIX | _LARGE_VERSION, _LARGE_VERSION, 0, 0),
        *(count, count, size, place),
    )
    locator = b"PK\6\7" + struct.pack("<LQL", 0, place + size, 1)
    return large + locator + end
