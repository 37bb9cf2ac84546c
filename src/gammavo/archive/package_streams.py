"""A stream whose length is known before it is made, and that can begin anywhere.

Downloads of packages can so tell their Content-Length and be resumed, though nothing of
them is ever written to disk or held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from gammavo.model.errors import UnavailableError

__all__ = ["Bytes", "FilePart", "Made", "Part", "PartStream"]

_BLOCK: Final = 2**20


class Part(Protocol):
    """A part of a stream."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    def blocks(self, start: int) -> Iterator[bytes]:
        """Yield its bytes from a place on."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes that are there."""

    content: bytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content)

    def blocks(self, start: int) -> Iterator[bytes]:
        """Yield its bytes from a place on."""
        yield self.content[start:]


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes whose number is known, but not yet what they are."""

    size: int
    make: Callable[[], bytes]

    def blocks(self, start: int) -> Iterator[bytes]:
        """Yield its bytes from a place on."""
        yield self.make()[start:]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file on disk.

    Parameters
    ----------
    path
        The file.
    size
        Bytes that it must have.
    """

    path: Path
    size: int

    def blocks(self, start: int) -> Iterator[bytes]:
        """Yield its bytes from a place on.

        Raises
        ------
        UnavailableError
            It is shorter than it was when the stream was begun, or cannot be read.
        """
        left = self.size - start
        try:
            with self.path.open("rb", buffering=0) as stream:
                stream.seek(start)
                while left > 0 and (block := stream.read(min(_BLOCK, left))):
                    left -= len(block)
                    yield block
        except OSError as error:
            raise UnavailableError(
                f"The file {self.path.name!r} cannot be read: {error.strerror}."
            ) from error
        if left:
            raise UnavailableError(f"The file {self.path.name!r} has become shorter.")


@dataclass(frozen=True, slots=True)
class PartStream:
    """Parts, one after the other.

    Parameters
    ----------
    parts
        The parts.
    """

    parts: Sequence[Part]

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(part.size for part in self.parts)

    def blocks(self, start: int, count: int) -> Iterator[bytes]:
        """Yield some bytes.

        Parameters
        ----------
        start
            Place of the first.
        count
            How many, at most up to the end.

        Raises
        ------
        UnavailableError
            A file has changed meanwhile.
        """
        for part in self.parts:
            if start >= part.size:
                start -= part.size
                continue
            for block in part.blocks(start):
                if len(block) >= count:
                    yield block[:count]
                    return
                count -= len(block)
                yield block
            start = 0
