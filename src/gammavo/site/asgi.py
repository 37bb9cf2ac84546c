"""The one adapter between protocol handlers and HTTP.

Protocol addresses are answered straight on ASGI: Django's request cycle would cost a small
query more than the query itself, and it drops forms that come without a length. All other
addresses are Django's. Handlers that block run in threads; bodies are pulled no faster than
the client takes them.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from gammavo.archive.workers import Answer, ClientConnection
from gammavo.model.errors import GammavoError, NotAllowedError, UnavailableError
from gammavo.protocols import (
    COMMON_HEADERS,
    Context,
    FormReader,
    Request,
    Response,
    Route,
    answer,
    answer_async,
    options_response,
)
from gammavo.site.lending import LENDING
from gammavo.site.routing import Router
from gammavo.site.transfers import StalledError, Transfer, Transfers

_log = logging.getLogger(__name__)

__all__ = ["ProtocolApplication", "Receive", "Scope", "Send", "TransferLimits"]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_BLOCK: Final = 2**16
"""Bytes that are worth a change of threads."""

_ENDING = UnavailableError(
    "The server is being stopped.", advice="Try again in a moment."
)


@dataclass(frozen=True, slots=True)
class TransferLimits:
    """What clients may send and take.

    Parameters
    ----------
    body
        Bytes of a request.
    folder
        Where files of a request are kept while it is answered.
    open_results
        Large results and files that may be on their way at the same time; more are
        refused with 503.
    patience
        Seconds that a client may take nothing of its result, before it is taken to have
        left; less when others wait for a place.
    """

    body: int
    folder: Path
    open_results: int
    patience: float = 300.0


class _ClientLeftError(Exception):
    """Nobody waits for the answer any more."""


class ProtocolApplication:
    """The ASGI application of a site.

    Parameters
    ----------
    context
        The site behind the handlers.
    routes
        The addresses of the protocols.
    pages
        The ASGI application for all other addresses.
    limits
        What clients may send and take.
    """

    def __init__(
        self,
        context: Context,
        routes: tuple[Route, ...],
        pages: Application,
        limits: TransferLimits,
    ) -> None:
        self._context = context
        self._router = Router(routes)
        self._pages = pages
        self._limits = limits
        self._transfers = Transfers(limits.open_results, limits.patience)
        self._threads = ThreadPoolExecutor(16, "gammavo-request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = self._router.find(scope["path"])
        if found is None:
            await self._pages(scope, receive, send)
            return
        route, arguments = found
        exchange = _Exchange(scope, receive, send)
        with suppress(_ClientLeftError):
            try:
                await self._respond(exchange, route, arguments)
            except asyncio.CancelledError:
                # The server is told to stop, and has waited as long as it does.
                if not exchange.is_begun:
                    await exchange.send_whole(route.refuse(_ENDING, self._context))

    async def _respond(
        self, exchange: _Exchange, route: Route, arguments: dict[str, str]
    ) -> None:
        method = exchange.method
        if method == "OPTIONS":
            await exchange.send_whole(options_response(route.methods))
            return
        if method not in route.methods:
            refused = NotAllowedError(
                f"{method} is not possible here.",
                advice=f"Use {' or '.join(route.methods)}.",
            )
            response = route.refuse(refused, self._context)
            headers = {**response.headers, "Allow": ", ".join(route.methods)}
            await exchange.send_whole(Response(405, headers, response.body))
            return
        form = FormReader(
            exchange.headers.get("content-type", ""),
            folder=self._limits.folder,
            limit=self._limits.body,
        )
        try:
            request = await exchange.read(form)
        except GammavoError as error:
            form.remove_files()
            await exchange.send_whole(route.refuse(error, self._context))
            return
        exchange.watch(request.cancellation.cancel)
        try:
            response = await exchange.unless_left(
                self._answer(route, request, arguments)
            )
            await self._send(exchange, route, response)
        finally:
            request.cancellation.cancel()
            exchange.unwatch()
            form.remove_files()

    async def _answer(
        self, route: Route, request: Request, arguments: dict[str, str]
    ) -> Response:
        if inspect.iscoroutinefunction(route.handler):
            return await answer_async(route, request, self._context, arguments)
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, answer, route, request, self._context, arguments
        )

    async def _send(
        self, exchange: _Exchange, route: Route, response: Response
    ) -> None:
        body = response.body
        if isinstance(body, bytes):
            await exchange.send_whole(response)
            return
        if isinstance(body, Answer):
            client = exchange.connection
            if client is not None:
                # Whoever had the socket shall not have it for other people's requests.
                headers = {**response.headers, "Connection": "close"}
                response = replace(response, headers=headers)
            body = body.blocks(client)
        elif isinstance(body, Iterator):
            body = self._in_threads(body)
        try:
            with self._transfers.place(exchange.client) as transfer:
                await exchange.send_streamed(response, body, transfer)
        except GammavoError as error:
            if not exchange.is_begun:
                await exchange.send_whole(route.refuse(error, self._context))
                return
            # Too late for a status: the client sees that the body broke off.
            if not exchange.is_left:
                _log.warning("a result broke off: %s", error)
            raise _ClientLeftError from error
        finally:
            if isinstance(body, AsyncGenerator):
                await body.aclose()

    async def _in_threads(self, body: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
        """Yield a blocking body, one block ahead of what the client takes."""
        loop = asyncio.get_running_loop()
        ahead = loop.run_in_executor(self._threads, _next_block, body)
        try:
            while block := await ahead:
                ahead = loop.run_in_executor(self._threads, _next_block, body)
                yield block
        finally:
            # Nobody will ask for what is still being made, nor for how it failed.
            ahead.add_done_callback(lambda done: done.cancelled() or done.exception())


def _next_block(body: Iterator[bytes]) -> bytes:
    """Return the next bytes, enough to be worth a change of threads; none at the end."""
    blocks, size = [], 0
    for block in body:
        blocks.append(block)
        size += len(block)
        if size >= _BLOCK:
            break
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


class _Exchange:
    """One request and its response on the wire.

    Attributes
    ----------
    is_begun
        Whether a response is on its way.
    client
        The address that asks.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.is_begun = False
        client = scope.get("client")
        self.client: str = client[0] if client else ""
        self.method: str = scope["method"]
        self.headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        self._scope = scope
        self._receive = receive
        self._send = send
        self._left: asyncio.Task[None] | None = None

    @property
    def connection(self) -> ClientConnection | None:
        """The connection, if the server can lend it."""
        connection: ClientConnection | None
        connection = self._scope.get("extensions", {}).get(LENDING)
        return connection

    @property
    def is_left(self) -> bool:
        """Whether the client has left."""
        return self._left is not None and self._left.done()

    async def read(self, form: FormReader) -> Request:
        """Read the whole request.

        Raises
        ------
        UsageError
            It is too large, or not what it says that it is.
        """
        more = "content-length" in self.headers or "transfer-encoding" in self.headers
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                form.remove_files()
                raise _ClientLeftError
            form.feed(message.get("body", b""))
            more = message.get("more_body", False)
        parameters = form.finish(self._scope["query_string"].decode("latin-1"))
        return Request(
            self.method,
            parameters,
            self.headers,
            path=self._scope["path"],
            client=self.client,
            files=tuple(form.files),
        )

    def watch(self, on_leave: Callable[[], None]) -> None:
        """Begin to notice that the client leaves."""
        self._left = asyncio.create_task(self._wait_for_leave(on_leave))

    def unwatch(self) -> None:
        """Stop noticing."""
        if self._left is not None:
            self._left.cancel()

    async def _wait_for_leave(self, on_leave: Callable[[], None]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        on_leave()

    async def unless_left(self, work: Awaitable[Response]) -> Response:
        """Return the outcome of the work, which ends with the client."""
        task = asyncio.ensure_future(work)
        waiting = {task, self._left} if self._left is not None else {task}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise _ClientLeftError
            return task.result()
        finally:
            task.cancel()

    async def send_whole(self, response: Response) -> None:
        """Send a response whose body is bytes."""
        body = response.body if isinstance(response.body, bytes) else b""
        headers = {**COMMON_HEADERS, **response.headers}
        is_head = self.method == "HEAD"
        if response.status not in {204, 304} and (body or not is_head):
            headers.setdefault("Content-Length", str(len(body)))
        await self._start(response.status, headers)
        await self._send(
            {"type": "http.response.body", "body": b"" if is_head else body}
        )

    async def send_streamed(
        self,
        response: Response,
        body: AsyncIterator[bytes | bytearray],
        transfer: Transfer,
    ) -> None:
        """Send a response whose body comes piece by piece."""
        await self._start(response.status, {**COMMON_HEADERS, **response.headers})
        async for block in body:
            if self.is_left:
                raise _ClientLeftError
            piece = {"type": "http.response.body", "body": block, "more_body": True}
            try:
                await transfer.send(self._send(piece))
            except StalledError as error:
                raise _ClientLeftError from error
        await self._send({"type": "http.response.body", "body": b""})

    async def _start(self, status: int, headers: dict[str, str]) -> None:
        self.is_begun = True
        encoded = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ]
        await self._send(
            {"type": "http.response.start", "status": status, "headers": encoded}
        )
