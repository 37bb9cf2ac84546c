"""Encoding slices of rows in parallel, in order.

Arrow and numpy let go of Python's lock while they work, so two threads encode nearly
twice as fast as one; what waits is bounded, so is memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import Final, TypeVar

__all__ = ["encoded_ahead"]

_Slice = TypeVar("_Slice")
_Encoded = TypeVar("_Encoded")

_THREADS: Final = ThreadPoolExecutor(2, "gammavo-encode")
_AHEAD: Final = 3
"""Slices of about 2 MiB that one result may have under way."""


def encoded_ahead(
    slices: Iterable[_Slice], encode: Callable[[_Slice], _Encoded]
) -> Iterator[_Encoded]:
    """Yield the encoded slices in order, encoding the next ones meanwhile.

    An error of ``encode`` is raised at its slice's turn, one of ``slices`` at once.
    """
    parts = iter(slices)
    start = list(islice(parts, 2))
    if len(start) == 1:
        # Small results are many: they are not worth a change of threads.
        yield encode(start[0])
        return
    waiting: deque[Future[_Encoded]] = deque()
    try:
        for part in chain(start, parts):
            waiting.append(_THREADS.submit(encode, part))
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
