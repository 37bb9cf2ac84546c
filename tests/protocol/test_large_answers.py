"""Large answers, which workers send by themselves: whole, slow, broken off, pipelined."""

from __future__ import annotations

import socket
import time
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from urllib.parse import urlencode, urlsplit

import pytest

from tests.protocol.test_tap_sync import ADQL, sync
from tests.support.processes import becomes_idle, busy_worker
from tests.support.server import Server

EVENTS = "simulated_dl3.events"
MOST = 10**8
FORMATS = ("votable/b2", "votable/td", "csv", "fits", "json", "parquet")


def _query(copies: int, output: str = "csv") -> str:
    """Ask for all events, so many times."""
    adql = (
        f"SELECT a.ra, a.energy, b.event_id FROM {EVENTS} a, "
        f"(SELECT TOP {copies} event_id FROM {EVENTS} ORDER BY obs_id, event_id) b"
    )
    parameters = {"LANG": "ADQL", "QUERY": adql, "MAXREC": MOST, "FORMAT": output}
    return f"/tap/sync?{urlencode(parameters)}"


def _opened(server: Server, path: str, method: str = "GET") -> HTTPResponse:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(method, path)
    return connection.getresponse()


def test_a_slow_client_gets_what_a_quick_one_gets(server: Server):
    quick = _opened(server, _query(160))
    # Who has had the socket does not keep it: the connection is not used again.
    assert quick.getheader("Connection") == "close"
    whole = quick.read()
    assert len(whole) > 2**24, "too little to fill what the system keeps for a socket"
    slow = _opened(server, _query(160))
    parts = []
    while block := slow.read(2**20):
        parts.append(block)
        if len(parts) < 4:
            time.sleep(0.7)
    # Rows without an order come as they like.
    assert sorted(b"".join(parts).splitlines()) == sorted(whole.splitlines())


@pytest.mark.parametrize("output", FORMATS)
def test_every_format_ends_in_order(server: Server, output: str):
    response = _opened(server, _query(10, output))
    assert response.status == 200
    # HTTPResponse raises IncompleteRead unless the last chunk is there.
    assert len(response.read()) > 2**18


def test_head_of_a_large_answer_has_no_body(server: Server):
    response = _opened(server, _query(160), "HEAD")
    assert response.status == 200
    assert response.read() == b""


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_requests_by_hand(server: Server, version: str):
    """Two requests at once, as pipelining has them, are answered once."""
    address = urlsplit(server.url)
    request = f"GET {_query(10)} HTTP/{version}\r\nHost: {address.netloc}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), 60) as client:
        client.sendall((2 if version == "1.1" else 1) * request.encode())
        response = HTTPResponse(client)
        response.begin()
        content = response.read()
        expected = _opened(server, _query(10)).read()
        assert sorted(content.splitlines()) == sorted(expected.splitlines())


def test_who_leaves_costs_the_others_nothing(server: Server):
    for _ in range(8):
        response = _opened(server, _query(4000))
        response.read(1000)
        response.close()
    started = time.monotonic()
    assert sync(server, QUERY=ADQL)[0].status == 200
    assert time.monotonic() - started < 10


def test_who_leaves_between_rows_stops_the_engine(server: Server):
    # One in some hundred combinations is a row: seconds lie between two blocks.
    adql = (
        f"SELECT a.ra FROM {EVENTS} a, {EVENTS} b, {EVENTS} c "
        "WHERE SIN(a.ra + b.ra + c.ra) > 0.9999"
    )
    parameters = {"LANG": "ADQL", "QUERY": adql, "MAXREC": MOST, "FORMAT": "csv"}
    response = _opened(server, f"/tap/sync?{urlencode(parameters)}")
    assert response.read(1000)
    busy_worker(server)
    response.close()
    assert becomes_idle(server)


def test_a_worker_that_dies_breaks_the_answer_off(server: Server):
    response = _opened(server, _query(4000))
    response.read(1000)
    busy_worker(server).kill()
    with pytest.raises((IncompleteRead, ConnectionError)):
        response.read()
    assert sync(server, QUERY=ADQL)[0].status == 200
