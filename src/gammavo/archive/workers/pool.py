"""The pool of query workers: who is asked next, and what if one dies.

A few workers are always ready. More start only when a query has waited for a while, as
behind long ones: each holds memory, and beyond the processors it makes short queries no
faster. A worker that has had nothing to do for a while ends, and with it what it kept of
the tables in memory; where too few would be left, a fresh one takes its place.

Clients share the workers fairly: the next free one goes to the client that has the fewest
queries running, and no client may have them all. When too many queries wait, those of the
client with the most are refused first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gammavo.archive.workers.messages import AnswerHead
from gammavo.archive.workers.process import (
    UnheardError,
    WorkerDiedError,
    WorkerProcess,
)
from gammavo.archive.workers.requests import WorkRequest
from gammavo.archive.workers.run import ClientConnection, Run
from gammavo.archive.workers.spool import Spool, SpoolSpace
from gammavo.archive.workers.worker import WorkerOptions
from gammavo.model.errors import GammavoError, InternalError, UnavailableError

__all__ = ["Answer", "PoolLimits", "WorkerPool"]

_log = logging.getLogger(__name__)

_TRY_AGAIN: Final = 1.0
"""Seconds until a worker that did not start is tried again."""

_PATIENCE: Final = 0.5
"""Seconds that a query waits before a further worker is started for it."""

_IDLE: Final = 60.0
"""Seconds without a query after which a worker that had some ends."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many queries there may be.

    Parameters
    ----------
    workers
        Processes at most, and so queries that run at the same time.
    ready
        Processes that are always there.
    waiting
        Queries that may wait for one; more are refused.
    per_client
        Queries of one client that may run at the same time.
    spool
        Folder for results that wait for their clients.
    spool_bytes
        Bytes in it at most.
    """

    workers: int
    ready: int
    waiting: int
    per_client: int
    spool: Path
    spool_bytes: int = 10 * 2**30


class Answer:
    """The answer to a query, whose bytes may still be on their way.

    Parameters
    ----------
    head
        What it is.
    """

    def __init__(self, head: AnswerHead, run: Run) -> None:
        self.head = head
        self._run = run

    @property
    def body(self) -> Answer | AsyncGenerator[bytes | bytearray, None]:
        """What a response has for a body: the answer, if it is large, or its bytes."""
        return self if self.head.large else self.blocks()

    def blocks(
        self, client: ClientConnection | None = None
    ) -> AsyncGenerator[bytes | bytearray, None]:
        """Yield the bytes; to be called once.

        Parameters
        ----------
        client
            Where they go. The worker may send bytes of a large answer there by itself,
            which are not yielded then.

        Raises
        ------
        GammavoError
            The query failed after its first rows, in a format that cannot say so.
        """
        self._run.client = client
        return self._run.spool.blocks()

    def abandon(self) -> None:
        """Stop the query if it runs, and forget its bytes."""
        self._run.abandon()


class WorkerPool:
    """Query workers; to be used in one event loop.

    Parameters
    ----------
    options
        What each worker opens and may use.
    limits
        How many there are.
    """

    def __init__(self, options: WorkerOptions, limits: PoolLimits) -> None:
        self._options = options
        self._limits = limits
        self._space = SpoolSpace(limits.spool, limits.spool_bytes)
        self._alive: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._starting = 0
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[WorkerProcess]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._starts: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the workers that are always there.

        Raises
        ------
        InternalError
            None comes up: a release cannot be opened.
        """
        self._limits.spool.mkdir(parents=True, exist_ok=True)
        await self._add()
        for _ in range(1, self._limits.ready):
            self._spawn()

    async def close(self) -> None:
        """Kill all workers, whatever they do, and wait for their end."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        # A start cannot be cancelled half-way; it ends by itself.
        await asyncio.gather(*self._tasks, *self._starts, return_exceptions=True)
        for worker in self._alive:
            worker.kill()
        for worker in self._alive:
            await asyncio.to_thread(worker.reap)
        self._alive.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        """Numbers of the worker processes."""
        return tuple(worker.pid for worker in self._alive)

    async def ask(self, request: WorkRequest, *, client: str) -> Answer:
        """Have a worker answer a query; return when its first bytes are there.

        Parameters
        ----------
        request
            The query.
        client
            Who asks: queries share the workers fairly among clients.

        Raises
        ------
        UsageError
            The query is wrong; ``place`` of a ``QueryError`` tells where.
        UnavailableError
            Too many queries wait, or this one takes too long or too much memory.
        InternalError
            A fault of the service.
        """
        while True:
            # A worker that died while it had nothing to do costs nobody anything.
            with suppress(UnheardError):
                return await self._ask(request, client)

    async def _ask(self, request: WorkRequest, client: str) -> Answer:
        """Have one worker answer; it may turn out to be dead."""
        worker = await self._worker(client)
        try:
            await worker.send(request.to_bytes())
        except WorkerDiedError as error:
            self._release(worker, client, alive=False)
            raise UnheardError from error
        run = Run(worker, request, Spool(self._space))
        _keep(self._pump(run, client), self._tasks)
        try:
            head = await asyncio.shield(run.head)
        except asyncio.CancelledError:
            run.abandon()
            raise
        return Answer(head, run)

    async def _pump(self, run: Run, client: str) -> None:
        """Take a worker's whole answer, then let the next query have the worker."""
        alive = True
        error: Exception | None = None
        try:
            error = await run.take()
        except WorkerDiedError as death:
            alive, error = False, run.death(death)
        except GammavoError as failure:
            # What the worker still sends belongs to nobody.
            alive, error = False, failure
        finally:
            run.finish(error)
            self._release(run.worker, client, alive=alive)

    async def _worker(self, client: str) -> WorkerProcess:
        """Return a worker for a client, when it is the client's turn."""
        if self._idle and self._running[client] < self._limits.per_client:
            self._running[client] += 1
            return self._idle.pop()
        if sum(map(len, self._waiting.values())) >= self._limits.waiting:
            self._make_room(client)
        turn: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        asyncio.get_running_loop().call_later(_PATIENCE, self._help, turn, client)
        try:
            return await turn
        except asyncio.CancelledError:
            self._forget(turn, client)
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._release(turn.result(), client, alive=True)
            raise

    def _forget(self, turn: asyncio.Future[WorkerProcess], client: str) -> None:
        """Take a turn out of those that wait, if it is still among them."""
        turns = self._waiting.get(client, deque())
        if turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[client]

    def _make_room(self, client: str) -> None:
        """Refuse the latest query of the client with the most, or this one."""
        crowd = max(self._waiting.values(), key=len, default=deque())
        crowded = UnavailableError(
            "The service is at its limit of queries.", advice="Try again in a moment."
        )
        if len(crowd) <= len(self._waiting.get(client, ())) + 1:
            raise crowded
        latest = crowd.pop()
        if not latest.done():
            latest.set_exception(crowded)

    def _grant(self) -> None:
        """Give idle workers to those who wait."""
        while self._idle:
            ready = [
                client
                for client, turns in self._waiting.items()
                if turns and self._running[client] < self._limits.per_client
            ]
            if not ready:
                return
            client = min(ready, key=lambda name: self._running[name])
            turns = self._waiting.pop(client)
            turn = turns.popleft()
            if turns:
                # At the end: among equals it is now the others' turn.
                self._waiting[client] = turns
            if not turn.cancelled():
                self._running[client] += 1
                turn.set_result(self._idle.pop())

    def _release(self, worker: WorkerProcess, client: str, *, alive: bool) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if alive:
            loop = asyncio.get_running_loop()
            worker.idle_since = loop.time()
            self._idle.append(worker)
            loop.call_later(_IDLE, self._end_idle, worker, worker.idle_since)
        elif not self._closed:
            worker.kill()
            self._alive.discard(worker)
            _keep(_report_end(worker), self._tasks)
            self._spawn()
        self._grant()

    def _help(self, turn: asyncio.Future[WorkerProcess], client: str) -> None:
        """Start a further worker for a query that has waited, if that helps it."""
        allowed = self._running[client] < self._limits.per_client
        room = len(self._alive) + self._starting < self._limits.workers
        if allowed and room and not turn.done() and not self._closed:
            self._spawn()

    def _end_idle(self, worker: WorkerProcess, since: float) -> None:
        """End a worker if it has had nothing to do since then."""
        if worker in self._idle and worker.idle_since == since and not self._closed:
            if len(self._alive) <= self._limits.ready:
                self._spawn()
            self._idle.remove(worker)
            self._alive.discard(worker)
            worker.kill()
            _keep(_reap(worker), self._tasks)

    def _spawn(self) -> None:
        self._starting += 1
        _keep(self._added(), self._starts)

    async def _added(self) -> None:
        """Start a worker; try until it comes up, for the fault may be mended."""
        try:
            while not self._closed:
                try:
                    await self._add()
                except InternalError:
                    _log.exception("a query worker does not start")
                    await asyncio.sleep(_TRY_AGAIN)
                else:
                    return
        finally:
            self._starting -= 1

    async def _add(self) -> None:
        worker = await WorkerProcess.start(self._options)
        if self._closed:
            worker.kill()
            await asyncio.to_thread(worker.reap)
            return
        self._alive.add(worker)
        self._idle.append(worker)
        self._grant()


def _keep(work: Coroutine[None, None, None], tasks: set[asyncio.Task[None]]) -> None:
    """Run a task that nobody awaits; the loop itself holds tasks weakly."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _reap(worker: WorkerProcess) -> None:
    await asyncio.to_thread(worker.reap)


async def _report_end(worker: WorkerProcess) -> None:
    _log.warning("query worker: %s", await asyncio.to_thread(worker.reap))
