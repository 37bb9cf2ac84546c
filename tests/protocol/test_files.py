"""Files at their access_url: whole, in parts, conditionally."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.protocol.test_tap_sync import ask, sync
from tests.support.server import Server

NAME = "run_100001.fits.gz"
PATH = f"/files/simulated-dl3/1/data/{NAME}"


@pytest.fixture
def content(simulated: Path) -> bytes:
    return (simulated / "data" / NAME).read_bytes()


def test_access_url_leads_to_the_file(server: Server, content: bytes):
    query = "SELECT DISTINCT access_url FROM ivoa.obscore WHERE obs_id = '100001'"
    _, body = sync(server, QUERY=query, FORMAT="tsv")
    (url,) = body.decode().splitlines()[1:]
    assert url == server.url + PATH
    response, found = ask(server, PATH)
    assert found == content
    assert response.getheader("Content-Length") == str(len(content))
    assert response.getheader("Accept-Ranges") == "bytes"
    assert response.getheader("ETag") == f'"{hashlib.sha256(content).hexdigest()}"'
    assert NAME in response.getheader("Content-Disposition", "")


@pytest.mark.parametrize(
    ("wanted", "part", "total"),
    [
        ("bytes=0-9", slice(0, 10), "bytes 0-9/"),
        ("bytes=100-", slice(100, None), "bytes 100-"),
        ("bytes=-20", slice(-20, None), "bytes "),
        ("bytes=10-99999999", slice(10, None), "bytes 10-"),
    ],
)
def test_ranges(server: Server, content: bytes, wanted: str, part: slice, total: str):
    response, found = ask(server, PATH, headers={"Range": wanted})
    assert response.status == 206
    assert found == content[part]
    assert response.getheader("Content-Range", "").startswith(total)
    assert response.getheader("Content-Range", "").endswith(f"/{len(content)}")


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_ranges_beyond_the_file(server: Server, content: bytes, wanted: str):
    response, found = ask(server, PATH, headers={"Range": wanted})
    assert (response.status, found) == (416, b"")
    assert response.getheader("Content-Range") == f"bytes */{len(content)}"


@pytest.mark.parametrize(
    "wanted", ["bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-"]
)
def test_other_ranges_give_the_whole_file(server: Server, content: bytes, wanted: str):
    response, found = ask(server, PATH, headers={"Range": wanted})
    assert (response.status, found) == (200, content)


def test_conditions(server: Server, content: bytes):
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    response, body = ask(server, PATH, headers={"If-None-Match": tag})
    assert (response.status, body) == (304, b"")
    old = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert ask(server, PATH, headers=old)[0].status == 200
    same = {"Range": "bytes=0-9", "If-Range": tag}
    assert ask(server, PATH, headers=same)[0].status == 206
    response, body = ask(server, PATH, method="HEAD")
    assert (response.status, body) == (200, b"")
    assert response.getheader("Content-Length") == str(len(content))
