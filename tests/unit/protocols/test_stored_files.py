"""A file as a response: ranges and tags (RFC 9110)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gammavo.model.errors import NotFoundError
from gammavo.protocols import Parameters, Request, Response
from gammavo.protocols.stored_files import (
    Handover,
    SendBy,
    attachment,
    content_digest,
    stored_file,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    return path


def ask(path: Path, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("GET", Parameters([]), sent)
    return stored_file(request, path, tag="t", headers={"Content-Type": "text/plain"})


def hand_over(path: Path, handover: Handover, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("GET", Parameters([]), sent)
    described = {"Content-Type": "text/plain"}
    return stored_file(request, path, tag="t", headers=described, handover=handover)


def body(response: Response) -> bytes:
    assert not isinstance(response.body, bytes)
    return b"".join(response.body)


def test_whole(file: Path):
    response = ask(file)
    assert (response.status, body(response)) == (200, b"0123456789")
    assert response.headers == {
        "Content-Type": "text/plain",
        "ETag": '"t"',
        "Accept-Ranges": "bytes",
        "Content-Length": "10",
    }


@pytest.mark.parametrize(
    ("wanted", "expected", "content_range"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_range(file: Path, wanted: str, expected: bytes, content_range: str):
    response = ask(file, range=wanted)
    assert (response.status, body(response)) == (206, expected)
    assert response.headers["Content-Range"] == content_range
    assert response.headers["Content-Length"] == str(len(expected))


@pytest.mark.parametrize(
    "wanted", ["bytes=10-", "bytes=10-12", "bytes=5-4", "bytes=-0"]
)
def test_no_such_range(file: Path, wanted: str):
    response = ask(file, range=wanted)
    assert response.status == 416
    assert response.headers["Content-Range"] == "bytes */10"


@pytest.mark.parametrize("wanted", ["bytes=1-2,4-5", "lines=1-2", "bytes=-", "x"])
def test_a_range_that_is_not_understood_gives_the_whole(file: Path, wanted: str):
    assert ask(file, range=wanted).status == 200


def test_tags(file: Path):
    assert ask(file, if_none_match='"x", W/"t"').status == 304
    assert ask(file, if_none_match="*").status == 304
    assert ask(file, if_none_match='"x"').status == 200
    assert ask(file, range="bytes=0-1", if_range='"t"').status == 206
    assert ask(file, range="bytes=0-1", if_range='"old"').status == 200


def test_an_empty_file(tmp_path: Path):
    path = tmp_path / "empty"
    path.touch()
    assert body(ask(path)) == b""
    assert ask(path, range="bytes=0-").status == 416


def test_a_file_that_is_deleted(file: Path, tmp_path: Path):
    with pytest.raises(NotFoundError, match="deleted"):
        ask(tmp_path / "none")
    response = ask(file)
    file.unlink()
    with pytest.raises(NotFoundError, match="deleted"):
        body(response)


def test_the_web_server_in_front_is_told_to_send(tmp_path: Path):
    path = tmp_path / "a file?.fits"
    path.write_bytes(b"0123456789")
    nginx = Handover(SendBy.NGINX, "/inside")
    response = hand_over(path, nginx, range="bytes=0-1")
    # Ranges are for the one that sends.
    assert (response.status, response.body) == (200, b"")
    sent = response.headers["X-Accel-Redirect"]
    assert sent == f"/inside{tmp_path.resolve()}/a%20file%3F.fits"
    assert response.headers["Content-Type"] == "text/plain"
    assert hand_over(path, nginx, if_none_match='"t"').status == 304
    other = hand_over(path, Handover(SendBy.SENDFILE))
    assert other.headers["X-Sendfile"] == str(path.resolve())
    assert hand_over(path, Handover()).status == 200
    assert body(hand_over(path, Handover())) == b"0123456789"
    with pytest.raises(NotFoundError, match="deleted"):
        hand_over(tmp_path / "none", nginx)


def test_names_to_save_by():
    assert attachment("a.fits") == (
        "attachment; filename=\"a.fits\"; filename*=UTF-8''a.fits"
    )
    hostile = attachment('x"/../é\r\nSet-Cookie: a\0.fits')
    assert not set("\r\n\0") & set(hostile)
    assert hostile.isascii()
    plain = hostile.partition('filename="')[2].partition('"')[0]
    assert "/" not in plain


def test_digest():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    wanted = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    assert content_digest(empty) == wanted
