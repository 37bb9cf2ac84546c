"""A worker process as the server sees it: started, asked, cancelled, killed."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import socket
from typing import Final

from gammavo.archive.workers.messages import HEADER, Kind, frame
from gammavo.archive.workers.worker import WorkerOptions, run_worker
from gammavo.model.errors import InternalError

__all__ = ["UnheardError", "WorkerDiedError", "WorkerProcess"]

_READ: Final = 2**16
_SENT_AHEAD: Final = 2**20
_STARTS_WITHIN: Final = 60.0
_TEMPLATE: Final = "gammavo.archive.workers.template"


class WorkerDiedError(Exception):
    """The process is gone: killed by its memory limit, by the system, or by us."""


class UnheardError(WorkerDiedError):
    """The process was gone before it took the request, which is not to blame."""


class WorkerProcess:
    """One worker.

    Attributes
    ----------
    pid
        Number of the process.
    idle_since
        When its last query ended, on the clock of the event loop.
    """

    def __init__(
        self,
        process: multiprocessing.process.BaseProcess,
        talk: socket.socket,
        control: socket.socket,
    ) -> None:
        self._process = process
        self._talk = talk
        self._control = control
        self._data = b""
        self.pid = process.pid or 0
        self.idle_since = 0.0

    @classmethod
    async def start(cls, options: WorkerOptions) -> WorkerProcess:
        """Start a process and wait until it has opened the catalogue.

        Raises
        ------
        InternalError
            It did not come up; its log says why.
        """
        worker = await asyncio.to_thread(cls._start, options)
        try:
            async with asyncio.timeout(_STARTS_WITHIN):
                await worker.receive()
        except (WorkerDiedError, TimeoutError) as error:
            worker.kill()
            await asyncio.to_thread(worker.reap)
            raise InternalError("A query worker does not start.") from error
        return worker

    @classmethod
    def _start(cls, options: WorkerOptions) -> WorkerProcess:
        # A forked template has the libraries loaded, and none of the server's threads.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["__main__", run_worker.__module__, "cdshealpix", _TEMPLATE]
        )
        talk, workers_talk = socket.socketpair()
        # Twice what the system gives by itself, or more: large answers go in fewer steps.
        workers_talk.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENT_AHEAD)
        control, workers_control = socket.socketpair()
        process = context.Process(
            target=run_worker,
            args=(options, workers_talk, workers_control),
            name="gammavo-worker",
            daemon=True,
        )
        process.start()
        workers_talk.close()
        workers_control.close()
        talk.setblocking(False)
        control.setblocking(False)
        return cls(process, talk, control)

    async def send(self, message: bytes) -> None:
        """Send a request.

        Raises
        ------
        WorkerDiedError
            There is no process to take it.
        """
        try:
            await asyncio.get_running_loop().sock_sendall(self._talk, message)
        except OSError as error:
            raise WorkerDiedError from error

    def lend(self, client: socket.socket | None) -> None:
        """Let the worker send a large answer over a socket by itself, or tell it not to.

        Raises
        ------
        WorkerDiedError
            There is no process to take it.
        """
        descriptors = [] if client is None else [client.fileno()]
        try:
            # A few bytes that the worker waits for: there is room for them.
            socket.send_fds(self._talk, [frame(Kind.LENT)], descriptors)
        except OSError as error:
            raise WorkerDiedError from error

    async def receive(self) -> tuple[Kind, bytes | bytearray]:
        """Return the next message; not to be cancelled half-way.

        Raises
        ------
        UnheardError
            The process ended before it took what was sent to it.
        WorkerDiedError
            The process ended.
        """
        while len(self._data) < HEADER.size:
            self._data += await self._some()
        kind, length = HEADER.unpack_from(self._data)
        end = HEADER.size + length
        if len(self._data) >= end:
            payload, self._data = self._data[HEADER.size : end], self._data[end:]
            return Kind(kind), payload
        # The rest of a large block goes to its place without a further copy.
        block = bytearray(length)
        at = len(self._data) - HEADER.size
        block[:at] = self._data[HEADER.size :]
        self._data = b""
        rest = memoryview(block)[at:]
        loop = asyncio.get_running_loop()
        while rest:
            try:
                size = await loop.sock_recv_into(self._talk, rest)
            except OSError as error:
                raise WorkerDiedError from error
            if not size:
                raise WorkerDiedError
            rest = rest[size:]
        return Kind(kind), block

    async def _some(self) -> bytes:
        try:
            data = await asyncio.get_running_loop().sock_recv(self._talk, _READ)
        except ConnectionResetError as error:
            # The system says so when a socket closes with something unread in it.
            raise UnheardError from error
        except OSError as error:
            raise WorkerDiedError from error
        if not data:
            raise WorkerDiedError
        return data

    def cancel(self) -> None:
        """Tell the worker to stop its query."""
        with contextlib.suppress(OSError):
            self._control.send(b"c")

    def kill(self) -> None:
        """End the process at once; its reader gets a WorkerDiedError."""
        self._process.kill()

    def reap(self) -> str:
        """Wait for a process that is ending; return how it ended, for the log."""
        self._process.join(5)
        self._talk.close()
        self._control.close()
        return f"process {self.pid} ended with {self._process.exitcode}"
