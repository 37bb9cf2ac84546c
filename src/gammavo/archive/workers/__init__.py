"""Query workers: processes that compile, run and write one query at a time.

What a query may exhaust or crash is its worker alone. The server talks to the workers from
its event loop, holds no thread for a query, and keeps results for clients that are slow.
"""

from gammavo.archive.workers.messages import (
    AnswerHead,
    ColumnMark,
    Place,
    QueryError,
    QueryRequest,
    TableUpload,
)
from gammavo.archive.workers.pool import Answer, PoolLimits, WorkerPool
from gammavo.archive.workers.requests import CutoutRequest, LinksRequest
from gammavo.archive.workers.run import ClientConnection
from gammavo.archive.workers.worker import WorkerOptions

__all__ = [
    "Answer",
    "AnswerHead",
    "ClientConnection",
    "ColumnMark",
    "CutoutRequest",
    "LinksRequest",
    "Place",
    "PoolLimits",
    "QueryError",
    "QueryRequest",
    "TableUpload",
    "WorkerOptions",
    "WorkerPool",
]
