"""Sesame: one host, no redirect, whatever the name and the answer are."""

from __future__ import annotations

import http.client
from typing import Self

import pytest

from gammavo.portal.search import sesame

ANSWER = b"# Crab\n#=S=Simbad\n%J 083.6324000 +22.0174000 = 05:34:31.77 +22:01:02.6\n"


class Answer:
    """What a connection gets."""

    def __init__(self, status: int, text: bytes) -> None:
        self.status = status
        self._text = text

    def read(self, most: int) -> bytes:
        return self._text[:most]


class Connection:
    """Stands for the connection to the CDS."""

    answer = Answer(200, ANSWER)
    asked: tuple[tuple[str, ...], ...] = ()

    def __init__(self, host: str, timeout: float) -> None:
        assert timeout < 10
        self.host = host

    def request(self, method: str, path: str) -> None:
        type(self).asked += ((self.host, method, path),)

    def getresponse(self) -> Answer:
        return self.answer

    def close(self) -> Self:
        return self


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> type[Connection]:
    made = type("Made", (Connection,), {})
    monkeypatch.setattr(http.client, "HTTPSConnection", made)
    sesame._answer.cache_clear()
    return made


def test_the_place_is_read_once(connection: type[Connection]):
    assert sesame.resolve_online("Crab") == (83.6324, 22.0174)
    assert sesame.resolve_online("Crab ") == (83.6324, 22.0174)
    assert len(connection.asked) == 1


def test_a_name_is_never_an_address(connection: type[Connection]):
    sesame.resolve_online("../../x?y=1&z#@evil.example/\r\nHost: a")
    ((host, method, path),) = connection.asked
    assert (host, method) == ("cds.unistra.fr", "GET")
    assert path.startswith("/cgi-bin/nph-sesame/-oI/SNV?..%2F..%2Fx%3Fy%3D1%26z")
    assert not set(path.partition("?")[2]) & set("/?#&@ \r\n")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(302, b""),
        Answer(500, ANSWER),
        Answer(200, b"#! nothing"),
        Answer(200, b"%J 999 1"),
    ],
)
def test_other_answers_are_none(connection: type[Connection], answer: Answer):
    connection.answer = answer
    assert sesame.resolve_online("Crab") is None


def test_no_network_is_no_fault(
    connection: type[Connection], monkeypatch: pytest.MonkeyPatch
):
    def fails(self: Connection, method: str, path: str) -> None:
        raise OSError("no route")

    monkeypatch.setattr(connection, "request", fails)
    assert sesame.resolve_online("Crab") is None
