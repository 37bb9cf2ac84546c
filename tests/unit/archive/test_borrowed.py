"""The client's socket in a worker: chunks as they are, patience, a client that leaves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from gammavo.archive.workers.borrowed import BorrowedSocket
from gammavo.archive.workers.messages import Kind, frame
from gammavo.model.errors import InternalError, UnavailableError

LARGE = bytes(range(256)) * 2**15
"""More than the system keeps for a socket that nobody reads."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
    with client, ours:
        yield ours, client


def _all_of(client: socket.socket) -> bytes:
    data = bytearray()
    while block := client.recv(2**20):
        data += block
    return bytes(data)


def test_blocks_become_chunks(ends: tuple[socket.socket, socket.socket]):
    ours, client = ends
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(_all_of(client)))
    reader.start()
    with BorrowedSocket(ours, patience=30) as borrowed:
        assert borrowed.send(b"abc") is None
        assert borrowed.send(LARGE) is None
        assert borrowed.is_open
    reader.join()
    assert received == [b"3\r\nabc\r\n" + b"%x\r\n" % len(LARGE) + LARGE + b"\r\n"]


def test_what_a_slow_client_does_not_take_is_given_back(
    ends: tuple[socket.socket, socket.socket],
):
    ours, client = ends
    rest = BorrowedSocket(ours, patience=0.05).send(LARGE)
    assert rest
    taken = client.recv(2**24, socket.MSG_DONTWAIT)
    whole = b"%x\r\n" % len(LARGE) + LARGE + b"\r\n"
    assert whole.startswith(taken)
    ours.close()
    assert taken + _all_of(client) + rest == whole


def test_patience_is_for_all_blocks_together(ends: tuple[socket.socket, socket.socket]):
    ours, _ = ends
    borrowed = BorrowedSocket(ours, patience=0.0)
    assert borrowed.send(LARGE)
    assert borrowed.send(b"x") == b"1\r\nx\r\n"


def test_a_client_that_left_is_told_of(ends: tuple[socket.socket, socket.socket]):
    ours, client = ends
    client.close()
    borrowed = BorrowedSocket(ours, patience=5)
    with pytest.raises(UnavailableError, match="left"):
        _send_thrice(borrowed)


def _send_thrice(borrowed: BorrowedSocket) -> None:
    for _ in range(3):
        borrowed.send(LARGE)


def test_the_socket_comes_from_the_server(ends: tuple[socket.socket, socket.socket]):
    ours, client = ends
    server, worker = socket.socketpair()
    with server, worker:
        socket.send_fds(server, [frame(Kind.LENT)], [ours.fileno()])
        with BorrowedSocket.from_server(worker) as borrowed:
            borrowed.send(b"abc")
        server.sendall(frame(Kind.LENT))
        with BorrowedSocket.from_server(worker) as nothing:
            assert not nothing.is_open
            with pytest.raises(InternalError):
                nothing.send(b"abc")
        server.sendall(frame(Kind.END))
        with pytest.raises(ConnectionError):
            BorrowedSocket.from_server(worker)
    assert client.recv(8) == b"3\r\nabc\r\n"
