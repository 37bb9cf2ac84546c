"""A query worker: a process that answers one query at a time.

It has the catalogue open, compiles, runs and writes; what a hostile query can exhaust or
crash is this process and nothing else. It ends with the server that started it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import uuid4

import pyarrow as pa

from gammavo.archive.durable import sync_folder
from gammavo.archive.engines.duckdb import OnStart
from gammavo.archive.links import (
    MOST_LINKED,
    links_format,
    links_of,
    links_service_for,
)
from gammavo.archive.origin import data_origin
from gammavo.archive.queries import QueryService, QueryUpload, ServiceOptions
from gammavo.archive.store import Archive
from gammavo.archive.workers.borrowed import BorrowedSocket
from gammavo.archive.workers.messages import (
    HEADER,
    AnswerHead,
    ColumnMark,
    Kind,
    QueryRequest,
    TableUpload,
    frame,
    read_exactly,
    write_error,
)
from gammavo.archive.workers.requests import (
    CutoutRequest,
    LinksRequest,
    WorkRequest,
    read_request,
)
from gammavo.formats import Info, ResultStream, find_format
from gammavo.formats.votable_reader import UploadLimits, read_votable
from gammavo.model.columns import Column
from gammavo.model.errors import (
    GammavoError,
    InternalError,
    UnavailableError,
    UsageError,
)

__all__ = ["WorkerOptions", "run_worker"]

_log = logging.getLogger(__name__)

_WHOLE: Final = 2**18
"""An answer of up to this many bytes is sent as one piece."""

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 2**28
"""Bytes that may be kept while an answer is made; options of glibc's mallopt()."""

_LOOK_EVERY: Final = 0.5
"""Seconds between an idle worker's looks at the catalogue."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a worker opens and may use.

    Parameters
    ----------
    archive
        Folder of the releases.
    service
        How the tables are shown and what the engine may use.
    memory
        Bytes that the process may have at most; 0 for no limit.
    niceness
        How much it yields to other processes, 0 to 19.
    uploads
        How large tables of users may be.
    output_bytes
        Bytes that an answer which goes to a file may have; 0 for no limit.
    """

    archive: Path
    service: ServiceOptions
    memory: int = 0
    niceness: int = 0
    uploads: UploadLimits = field(default_factory=UploadLimits)
    output_bytes: int = 0


def run_worker(
    options: WorkerOptions, talk: socket.socket, control: socket.socket
) -> None:
    """Answer queries until the server ends; the main function of a worker process.

    Parameters
    ----------
    options
        What to open.
    talk
        Requests come from it, answers go to it.
    control
        A byte from it cancels the query; its end ends the worker.
    """
    # Ctrl-C reaches the whole process group: the server ends its workers by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if options.niceness:
        os.nice(options.niceness)
    if options.memory:
        resource.setrlimit(resource.RLIMIT_DATA, (options.memory, options.memory))
    _keep_memory()
    current = _Current()
    threading.Thread(
        target=_obey, args=(control, current), name="gammavo-control", daemon=True
    ).start()
    service = QueryService(Archive(options.archive), options.service)
    talk.sendall(frame(Kind.READY))
    while True:
        while not select.select([talk], [], [], _LOOK_EVERY)[0]:
            # What was published is opened before the next query waits for it.
            service.snapshot()
        header = read_exactly(talk, HEADER.size)
        if len(header) < HEADER.size:
            return
        kind, size = HEADER.unpack(header)
        request = read_request(kind, read_exactly(talk, size))
        current.begin()
        answer = _Answer(
            service, options.uploads, current.register, options.output_bytes
        )
        small = answer.send(request, talk)
        current.end()
        if not small:
            _give_back_memory()


def _keep_memory() -> None:
    """Use blocks of memory again while an answer is made.

    The system clears what it hands out: for the blocks of a large answer, which come and
    go, that took a tenth of the time.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if set_option := getattr(ctypes.CDLL(None), "mallopt", None):  # glibc has it
        set_option(_M_MMAP_THRESHOLD, _KEPT)
        set_option(_M_TRIM_THRESHOLD, _KEPT)


def _give_back_memory() -> None:
    """Return to the system what a large answer needed and the allocators still keep."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc has it
        trim(0)


class _Current:
    """The query that is running, for the thread that may have to cancel it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel: Callable[[], None] | None = None
        self._cancelled = False
        self._running = False

    def begin(self) -> None:
        with self._lock:
            self._running, self._cancelled, self._cancel = True, False, None

    def end(self) -> None:
        with self._lock:
            self._running, self._cancel = False, None

    def register(self, cancel: Callable[[], None]) -> None:
        with self._lock:
            self._cancel = cancel
            if self._cancelled:
                cancel()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = self._running
            if self._running and self._cancel is not None:
                self._cancel()


def _obey(control: socket.socket, current: _Current) -> None:
    """Cancel the query when the server says so, and the worker when it is gone."""
    with suppress(OSError):
        while control.recv(1):
            current.cancel()
    os._exit(0)


@dataclass(frozen=True, slots=True)
class _Answer:
    """How requests are answered: a head, blocks, an end; or an end with an error."""

    service: QueryService
    uploads: UploadLimits
    on_start: OnStart
    output_bytes: int

    def send(self, request: WorkRequest, talk: socket.socket) -> bool:
        """Answer a request, whatever happens; return whether the answer was small."""
        error: GammavoError | None = None
        waiting = b""
        try:
            waiting = self._send_most(request, talk)
        except (BrokenPipeError, ConnectionError):
            os._exit(0)
        except GammavoError as failure:
            error = failure
        except MemoryError:
            error = UnavailableError(
                "The request needs more memory than a request may use.",
                advice="Restrict it, or ask for less at once.",
            )
        except Exception:  # noqa: BLE001 - the edge of the process: logged, and said
            incident = uuid4().hex[:12]
            _log.exception("incident %s: %.2000s", incident, request)
            error = InternalError(
                f"The service failed (incident {incident}).",
                advice="Please report the request and this number to the service.",
            )
        talk.sendall(waiting + write_error(error))
        return bool(waiting) and not request.output

    def _send_most(self, request: WorkRequest, talk: socket.socket) -> bytes:
        """Send the answer, or write it to its file; return what is not sent yet."""
        head, blocks = self._begun(request)
        if request.output and head.media_type:
            _write(self._bounded(blocks), Path(request.output))
            return head.to_bytes()
        return _send_all_but_a_small_rest(talk, head, blocks)

    def _bounded(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield blocks up to the limit of what goes to a file."""
        size = 0
        for block in blocks:
            size += len(block)
            if self.output_bytes and size > self.output_bytes:
                raise UsageError(
                    f"The result has more than {self.output_bytes // 10**6} MB, which is "
                    "the limit of a job.",
                    advice="Ask for fewer columns or rows, or a smaller format.",
                )
            yield block

    def _begun(self, request: WorkRequest) -> tuple[AnswerHead, Iterator[bytes]]:
        """Begin to answer: return what the answer is, and its bytes."""
        if isinstance(request, CutoutRequest):
            return self._cutout(request)
        if isinstance(request, LinksRequest):
            return self._links(request)
        if not isinstance(request, QueryRequest):
            raise InternalError("A query worker got a request that it does not know.")
        output = find_format(request.format)
        head = AnswerHead(output.media_type, output.extension)
        return head, output.write(self._result(request))

    def _links(self, request: LinksRequest) -> tuple[AnswerHead, Iterator[bytes]]:
        """Give links; the document is a VOTable with TABLEDATA unless told otherwise."""
        output = links_format(request.format)
        links = links_of(
            self.service.archive,
            self.service.snapshot(),
            request.identifiers,
            site=self.service.options.base_url,
            most=MOST_LINKED,
        )
        head = AnswerHead(output.media_type, output.extension, "links")
        return head, output.write(links)

    def _cutout(self, request: CutoutRequest) -> tuple[AnswerHead, Iterator[bytes]]:
        """Cut out of event lists."""
        # Late: what reads FITS takes most of a second to load, and most workers only
        # ever answer queries.
        from gammavo.archive.cutouts import cut_out  # noqa: PLC0415

        cutout = cut_out(
            self.service.archive,
            self.service.snapshot(),
            request.identifiers,
            request.selection,
            request.format,
        )
        if cutout is None:
            return AnswerHead("", ""), iter(())
        head = AnswerHead(cutout.media_type, cutout.extension, cutout.name)
        return head, cutout.blocks

    def _result(self, request: QueryRequest) -> ResultStream:
        """Start the query."""
        result = self.service.query(
            request.adql,
            max_rows=request.max_rows,
            seconds=request.seconds,
            on_start=self.on_start,
            uploads=[self._uploaded(upload) for upload in request.uploads],
        )
        infos = [Info(name, value) for name, value in request.infos]
        return ResultStream(
            columns=_marked(result.columns, request.marks),
            batches=result.batches(),
            infos=(*infos, *data_origin(result.releases)),
            overflow=lambda: result.overflow,
            services=links_service_for(result.columns, self.service.options.base_url),
        )

    def _uploaded(self, upload: TableUpload) -> QueryUpload:
        """Read a table of the user: its document may be hostile, this process may die."""
        try:
            table = read_votable(Path(upload.path), limits=self.uploads)
        except UsageError as error:
            raise UsageError(
                f"The uploaded table {upload.name}: {error.message}",
                advice=error.advice,
            ) from error
        return QueryUpload(upload.name, table.columns, table.rows)


def _marked(
    columns: tuple[Column, ...], marks: tuple[ColumnMark, ...]
) -> tuple[Column, ...]:
    """Return the columns with what a protocol wants said of them."""
    by_name = {mark.name: mark for mark in marks}

    def marked(column: Column) -> Column:
        mark = by_name.get(column.name)
        if mark is None:
            return column
        description = mark.description or column.description
        return replace(column, ucd=mark.ucd, description=description)

    return tuple(marked(column) for column in columns)


def _send_all_but_a_small_rest(
    talk: socket.socket, head: AnswerHead, blocks: Iterator[bytes]
) -> bytes:
    """Send an answer; return what is not sent yet, to be sent with the end.

    Small answers are many: they go in one piece. Large ones go straight to the client, if
    the server lends its socket and the client takes them.
    """
    waiting, size = [], 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size > _WHOLE:
            break
    else:
        return head.to_bytes() + frame(Kind.BLOCK, b"".join(waiting))
    talk.sendall(replace(head, large=True).to_bytes())
    with BorrowedSocket.from_server(talk) as client:
        for block in filter(None, chain(waiting, blocks)):
            if not client.is_open:
                _send(talk, Kind.BLOCK, block)
            elif rest := client.send(block):
                client.close()
                _send(talk, Kind.REST, rest)
    return b""


def _send(talk: socket.socket, kind: Kind, block: bytes) -> None:
    """Send a large message without copying it."""
    talk.sendall(HEADER.pack(kind, len(block)))
    talk.sendall(block)


def _write(blocks: Iterator[bytes], path: Path) -> None:
    """Write an answer to a file that is there whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as stream:
            for block in blocks:
                stream.write(block)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            f"The result cannot be written: {error.strerror}.",
            advice="The disk of the service may be full: tell its operators.",
        ) from error
    finally:
        aside.unlink(missing_ok=True)
