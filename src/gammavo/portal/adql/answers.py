"""Rows of a query that a visitor wrote, for a table in a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from gammavo.archive.workers import QueryRequest, WorkerPool
from gammavo.model.errors import UnavailableError

__all__ = ["Outcome", "ask"]

_LARGEST: Final = 16 * 2**20
"""Bytes of an answer that a page still shows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer.

    Parameters
    ----------
    columns
        Metadata, one object a column, as the JSON format has them.
    rows
        Values in the order of the columns.
    overflow
        Whether there are more rows.
    """

    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    overflow: bool


async def ask(
    workers: WorkerPool, adql: str, *, max_rows: int, seconds: float, client: str
) -> Outcome:
    """Have a worker answer a query; return all its rows.

    Parameters
    ----------
    workers
        Answer it.
    adql
        The query.
    max_rows
        Rows at most.
    seconds
        How long it may take.
    client
        Who asks.

    Raises
    ------
    UsageError
        The query is wrong; ``place`` of a ``QueryError`` tells where.
    UnavailableError
        It takes too long or too much memory, or its rows are too large for a page.
    InternalError
        A fault of the service.
    """
    request = QueryRequest(adql=adql, format="json", max_rows=max_rows, seconds=seconds)
    answer = await workers.ask(request, client=client)
    content = bytearray()
    try:
        async for block in answer.blocks():
            content += block
            if len(content) > _LARGEST:
                raise UnavailableError(
                    "The rows are too large to be shown in a page.",
                    advice="Download them, or ask for fewer rows or columns.",
                )
    finally:
        answer.abandon()
    found = json.loads(content)
    if reason := found.get("error"):
        raise UnavailableError(reason)
    return Outcome(found["metadata"], found["data"], found["overflow"])
