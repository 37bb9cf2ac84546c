"""Packages from a live server: gammapy opens them, downloads can be resumed and left."""

from __future__ import annotations

import io
import socket
import tarfile
import time
import zipfile
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import numpy as np
import psutil
import pytest

from tests.protocol.test_tap_sync import ask
from tests.support.server import Server

CRAB = (23523, 23526, 23559, 23592)
WHOLE = "/package?RELEASE=hess-dl3-dr1"


def address(*identifiers: str, **others: str) -> str:
    pairs = [*(("ID", i) for i in identifiers), *others.items()]
    return f"/package?{urlencode(pairs)}"


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_gammapy_sees_the_crab_as_in_the_original(
    hess_server: Server, test_data: Path, tmp_path: Path, form: str
):
    """Observations, events, intervals, responses and index rows are those of the folder."""
    from gammapy.data import DataStore

    dids = [f"ivo://example.org/hess-dl3-dr1?{run}/events" for run in CRAB]
    response, content = ask(hess_server, address(*dids, FORMAT=form))
    assert response.status == 200
    name = f"hess-dl3-dr1-4-runs.{form}"
    assert name in response.getheader("Content-Disposition", "")
    assert response.getheader("Content-Length") == str(len(content))
    if form == "tar":
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            tar.extractall(tmp_path, filter="data")
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                archive.extract(member, tmp_path)
    found = DataStore.from_dir(tmp_path / "hess-dl3-dr1")
    original = DataStore.from_dir(test_data / "hess-dl3-dr1")
    assert found.obs_table["OBS_ID"].tolist() == list(CRAB)
    assert found.obs_table.time_ref.mjd == original.obs_table.time_ref.mjd
    theirs = original.obs_table.select_obs_id(list(CRAB))
    for column in theirs.colnames:
        assert found.obs_table[column].tolist() == theirs[column].tolist(), column
    for one, two in zip(
        found.get_observations(required_irf="full-enclosure"),
        original.get_observations(CRAB, required_irf="full-enclosure"),
        strict=True,
    ):
        assert one.obs_id == two.obs_id
        assert len(one.events.table) == len(two.events.table) > 7000
        assert one.gti.time_sum == two.gti.time_sum
        assert one.observation_live_time_duration == two.observation_live_time_duration
        for kind in ("aeff", "edisp", "psf", "bkg"):
            mine, others = getattr(one, kind), getattr(two, kind)
            assert type(mine) is type(others)
            np.testing.assert_array_equal(mine.data, others.data)


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_a_download_is_resumed(hess_server: Server, form: str):
    path = f"{WHOLE}&FORMAT={form}"
    response, whole = ask(hess_server, path)
    tag = response.getheader("ETag", "")
    assert len(whole) > 50e6
    assert response.getheader("Content-Length") == str(len(whole))
    rest = {"Range": f"bytes={len(whole) // 2}-", "If-Range": tag}
    response, found = ask(hess_server, path, headers=rest)
    assert response.status == 206
    assert found == whole[len(whole) // 2 :]
    assert ask(hess_server, path, headers={"If-None-Match": tag})[0].status == 304
    head, body = ask(hess_server, path, method="HEAD")
    assert (body, head.getheader("Content-Length")) == (b"", str(len(whole)))


def test_who_leaves_leaves_nothing(hess_server: Server):
    """Memory and open files are as before, and no file was made."""
    process = psutil.Process(hess_server.process.pid)

    def is_open() -> bool:
        return any("hess_dl3" in file.path for file in process.open_files())

    ask(hess_server, WHOLE)
    memory = process.memory_full_info().uss
    parts = urlsplit(hess_server.url)
    clients = []
    for _ in range(8):
        client = socket.create_connection((parts.hostname, parts.port))
        client.sendall(f"GET {WHOLE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        client.recv(1000)
        clients.append(client)
    time.sleep(0.3)
    assert is_open()
    assert process.memory_full_info().uss - memory < 64 * 2**20
    for client in clients:
        client.close()
    end = time.monotonic() + 20
    while is_open() and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_open()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/package", 400, b"RELEASE"),
        (address("100001", RELEASE="simulated-dl3"), 400, b"RELEASE"),
        (address("100001", FORMAT="rar"), 400, b"tar or zip"),
        (address("100009"), 404, b"obs_publisher_did"),
        (address("../../etc/passwd"), 404, b"obs_publisher_did"),
        (address("100001\0"), 404, b"obs_publisher_did"),
        (address("<script>"), 404, b"<script>"),
        (address("ivo://example.org/simulated-dl3?1/../2/events"), 404, b"obs_pub"),
        (address(RELEASE="../simulated-dl3"), 404, b"simulated-dl3"),
        (address(*map(str, range(501))), 400, b"at most 500"),
    ],
)
def test_mistakes(server: Server, path: str, status: int, says: bytes):
    response, content = ask(server, path)
    assert response.status == status
    assert says in content


def test_ten_thousand_identifiers(server: Server):
    form = urlencode([("ID", str(i)) for i in range(10_000)]).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response, _ = ask(server, "/package", method="POST", body=form, headers=kind)
    assert response.status == 400


def test_a_form_asks_for_a_package(server: Server):
    form = f"ID={quote('ivo://example.org/simulated-dl3?100002/bundle')}&ID=100001"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"{form}&format=application/zip".encode()
    response, content = ask(server, "/package", method="POST", body=body, headers=kind)
    assert response.getheader("Content-Type") == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 6
