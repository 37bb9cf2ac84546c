"""Rows kept aside until all are known, for formats that need to know them beforehand.

A few MiB stay in memory, more go to an unnamed file, which vanishes with the process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pyarrow as pa

from gammavo.model.errors import UnavailableError

__all__ = ["Spool"]

_IN_MEMORY: Final = 2**23
"""Bytes of a result that never reaches the disk."""


class Spool:
    """Slices of rows, written once and then read as often as needed.

    :meth:`append` and :meth:`seal` raise :class:`UnavailableError` if the disk is full.

    Parameters
    ----------
    types
        Of the arrays of every slice.
    """

    def __init__(self, types: Sequence[pa.DataType]) -> None:
        # Closed by close(): the rows outlive every block of code here.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._schema = pa.schema([(str(i), each) for i, each in enumerate(types)])
        self._writer = pa.ipc.new_stream(pa.PythonFile(self._file, "w"), self._schema)

    def append(self, arrays: Sequence[pa.Array]) -> None:
        """Add a slice of rows."""
        with _on_disk():
            self._writer.write(pa.record_batch(list(arrays), schema=self._schema))

    def seal(self) -> None:
        """End the writing; from now on the rows can be read."""
        with _on_disk():
            self._writer.close()
            self._file.flush()

    def __iter__(self) -> Iterator[list[pa.Array]]:
        self._file.seek(0)
        for batch in pa.ipc.open_stream(pa.PythonFile(self._file, "r")):
            yield batch.columns

    def close(self) -> None:
        """Delete what was kept."""
        self._file.close()


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"The result cannot be kept on disk: {error.strerror or error}.",
            advice="Ask for fewer rows, or for a VOTable, which needs no disk.",
        ) from error
