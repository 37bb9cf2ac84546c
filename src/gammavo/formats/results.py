"""What a writer gets: columns, batches of rows, and what to say about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from gammavo.formats.arrow import conform
from gammavo.formats.service_descriptors import ServiceDescriptor
from gammavo.model.columns import Column
from gammavo.model.errors import GammavoError

__all__ = ["Info", "ResultStream", "Rows"]

_SLICE_BYTES = 2**21
_SLICE_ROWS = 2**16


@dataclass(frozen=True, slots=True)
class Info:
    """A remark on a result: a VOTable ``INFO`` with name, value and content."""

    name: str
    value: str
    text: str = ""


def _complete() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ResultStream:
    """The result of a query, not yet read.

    Parameters
    ----------
    columns
        What the columns are, in order.
    batches
        Rows. Types may differ from ``arrow_schema(columns)`` where a cast loses
        nothing; names are ignored.
    infos
        Remarks for the head of the document (Data Origin, the query).
    overflow
        Asked after the last batch: whether rows were cut off at a limit.
    services
        Services that take values of the rows; told in VOTables only.
    """

    columns: tuple[Column, ...]
    batches: Iterator[pa.RecordBatch]
    infos: tuple[Info, ...] = ()
    overflow: Callable[[], bool] = _complete
    services: tuple[ServiceDescriptor, ...] = ()


class Rows:
    """The rows of a result, as conformed arrays of about 2 MiB a time.

    The first batch is read at once: an error in it reaches the caller before a writer has
    said anything, so that it can become an HTTP status. Later errors are kept in
    :attr:`error` if the format can report them in its trailer, else raised.

    Parameters
    ----------
    stream
        The result; this object consumes it.
    keep_error
        Whether a later :class:`GammavoError` ends the rows instead of being raised.

    Attributes
    ----------
    error
        What ended the rows early, None if nothing did.
    """

    def __init__(self, stream: ResultStream, *, keep_error: bool) -> None:
        self.error: GammavoError | None = None
        self._stream = stream
        self._keep_error = keep_error
        self._first = self._next()

    def _next(self) -> list[pa.Array] | None:
        batch = next(self._stream.batches, None)
        return None if batch is None else conform(batch, self._stream.columns)

    def __iter__(self) -> Iterator[list[pa.Array]]:
        arrays, self._first = self._first, None
        while arrays is not None:
            yield from _slices(arrays)
            try:
                arrays = self._next()
            except GammavoError as error:
                if not self._keep_error:
                    raise
                self.error = error
                return

    @property
    def overflow(self) -> bool:
        """Whether a limit cut rows off; to be asked when the rows are read."""
        return self.error is None and self._stream.overflow()


def _slices(arrays: list[pa.Array]) -> Iterator[list[pa.Array]]:
    """Cut a batch so that each part encodes to a bounded number of bytes."""
    rows = len(arrays[0])
    # Quicker than the exact size, which it exceeds where arrays are parts of larger ones.
    if rows and sum(array.get_total_buffer_size() for array in arrays) <= _SLICE_BYTES:
        yield arrays
        return
    size = sum(array.nbytes for array in arrays)
    step = max(1, min(_SLICE_ROWS, rows * _SLICE_BYTES // max(size, 1)))
    for start in range(0, rows, step):
        yield [array.slice(start, step) for array in arrays]
