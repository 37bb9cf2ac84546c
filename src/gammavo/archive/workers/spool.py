"""Bytes on their way from a worker to a client that may be slow.

A worker is too dear to wait for a client. What the client has not taken is kept, first in
memory, then in a file without a name; only when the disk space for that is used up does
the worker wait.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gammavo.model.errors import UnavailableError

__all__ = ["Spool", "SpoolSpace"]

_IN_MEMORY: Final = 2**23
_BLOCK: Final = 2**20


@dataclass(slots=True)
class SpoolSpace:
    """Disk space that all spools share.

    Parameters
    ----------
    folder
        Where the files are.
    limit
        Bytes at most.
    used
        Bytes in use now.
    """

    folder: Path
    limit: int
    used: int = 0


class Spool:
    """A queue of bytes with one writer and one reader, in one event loop."""

    def __init__(self, space: SpoolSpace) -> None:
        self._space = space
        self._blocks: deque[bytes | bytearray] = deque()
        self._size = 0
        self._file: _Overflow | None = None
        self._writing = False
        self._written = 0
        self._read = 0
        self._changed = asyncio.Event()
        self._awaited = asyncio.Event()
        self._ended = False
        self._discarded = False
        self._error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether the writer has said that nothing follows."""
        return self._ended

    async def put(self, block: bytes | bytearray) -> None:
        """Add bytes; waits only while no disk space is left.

        Raises
        ------
        UnavailableError
            The disk is full.
        """
        while self._space.used >= self._space.limit and self._size >= _IN_MEMORY:
            if self._discarded:
                return
            await self._change()
        if self._discarded:
            return
        if self._read == self._written and self._size < _IN_MEMORY:
            self._blocks.append(block)
            self._size += len(block)
        else:
            await self._put_on_disk(block)
        self._changed.set()

    async def _put_on_disk(self, block: bytes | bytearray) -> None:
        self._writing = True
        try:
            if self._file is None:
                self._file = await asyncio.to_thread(_Overflow, self._space.folder)
            await asyncio.to_thread(self._file.write, block, self._written)
        except OSError as error:
            raise UnavailableError(
                f"The result cannot be kept for its client: {error.strerror}."
            ) from error
        finally:
            self._writing = False
        if not self._discarded:
            self._written += len(block)
            self._space.used += len(block)

    def end(self, error: Exception | None = None) -> None:
        """Say that nothing follows, and what went wrong if anything did."""
        self._ended, self._error = True, error
        self._changed.set()

    async def blocks(self) -> AsyncGenerator[bytes | bytearray, None]:
        """Yield the bytes until the end.

        Raises
        ------
        GammavoError
            What the writer ended with.
        """
        while True:
            if self._blocks:
                block = self._blocks.popleft()
                self._size -= len(block)
                self._changed.set()
                yield block
            elif self._file is not None and self._read < self._written:
                size = min(_BLOCK, self._written - self._read)
                data = await asyncio.to_thread(self._file.read, size, self._read)
                self._read += len(data)
                if self._read == self._written and not self._writing:
                    self._forget_file()
                self._changed.set()
                yield data
            elif self._ended:
                if self._error is not None:
                    raise self._error
                return
            else:
                self._awaited.set()
                await self._change()
                self._awaited.clear()

    async def is_awaited(self, within: float) -> bool:
        """Wait until the reader has taken all and waits; tell if it did in time."""
        try:
            async with asyncio.timeout(within):
                await self._awaited.wait()
        except TimeoutError:
            return False
        return not self._blocks and not self._discarded

    def discard(self) -> None:
        """Forget everything, also what is still to come."""
        self._discarded = True
        self._blocks.clear()
        self._size = 0
        self._forget_file()
        self._changed.set()

    def _forget_file(self) -> None:
        self._space.used -= self._written
        self._read = self._written = 0
        self._file = None

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class _Overflow:
    """A file without a name; closed when no thread uses it any more."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = tempfile.mkstemp(prefix="spool-", dir=folder)
        self._descriptor = descriptor
        Path(name).unlink()

    def __del__(self) -> None:
        os.close(self._descriptor)

    def write(self, block: bytes | bytearray, offset: int) -> None:
        view = memoryview(block)
        while view:
            size = os.pwrite(self._descriptor, view, offset)
            view, offset = view[size:], offset + size

    def read(self, size: int, offset: int) -> bytes:
        return os.pread(self._descriptor, size, offset)
