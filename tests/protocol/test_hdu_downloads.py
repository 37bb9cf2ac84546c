"""Each HDU at an address of its own, the lists of files, and path tricks."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from pathlib import Path

import pytest
from astropy.io import fits

from tests.protocol.test_tap_sync import ask
from tests.support.server import Server

RELEASE = "/files/simulated-dl3/1"
FILE = f"{RELEASE}/data/run_100001.fits.gz"
CRAB = "/files/hess-dl3-dr1/1/data/hess_dl3_dr1_obs_id_023523.fits.gz"


@pytest.mark.parametrize(
    "name", ["EVENTS", "GTI", "AEFF", "EDISP", "PSF", "BKG", "PRIMARY"]
)
def test_each_hdu_of_a_real_run(hess_server: Server, test_data: Path, name: str):
    response, content = ask(hess_server, f"{CRAB}/{name}.fits")
    assert response.status == 200
    assert response.getheader("Content-Type") == "application/x-fits-gadf"
    assert response.getheader("Content-Length") == str(len(content))
    shown = f"hess_dl3_dr1_obs_id_023523_{name}.fits"
    assert shown in response.getheader("Content-Disposition", "")
    digest = hashlib.sha256(content)
    assert response.getheader("ETag") == f'"{digest.hexdigest()}"'
    wanted = f"sha-256=:{b64encode(digest.digest()).decode()}:"
    assert response.getheader("Repr-Digest") == wanted
    original = test_data / "hess-dl3-dr1" / "data" / Path(CRAB).name
    with (
        fits.open(io.BytesIO(content), checksum=True) as cut,
        fits.open(original) as whole,
    ):
        cut.verify("exception")
        names = {"EVENTS": ["PRIMARY", "EVENTS", "GTI"], "PRIMARY": ["PRIMARY"]}
        assert [hdu.name for hdu in cut] == names.get(name, ["PRIMARY", name])
        for hdu in cut[1:]:
            assert hdu.data.tobytes() == whole[hdu.name].data.tobytes()


def test_ranges_and_conditions(server: Server):
    path = f"{FILE}/EVENTS.fits"
    response, whole = ask(server, path)
    tag = response.getheader("ETag", "")
    modified = response.getheader("Last-Modified", "")
    head, body = ask(server, path, method="HEAD")
    assert (body, head.getheader("Content-Length")) == (b"", str(len(whole)))
    part, found = ask(server, path, headers={"Range": "bytes=2880-5759"})
    assert (part.status, found) == (206, whole[2880:5760])
    assert ask(server, path, headers={"If-None-Match": tag})[0].status == 304
    assert ask(server, path, headers={"If-Modified-Since": modified})[0].status == 304
    old = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert ask(server, path, headers={"If-Modified-Since": old})[0].status == 200
    assert ask(server, path, headers={"If-Modified-Since": "x"})[0].status == 200


@pytest.mark.parametrize(
    "rest",
    [
        *(".fits", "NONE.fits", "-1.fits", "99999999.fits", "EVENTS", "EVENTS.fits/x"),
        *("../../../../etc/passwd", "..%2f..%2fmanifest.json.fits", "%00.fits"),
        *("%2e%2e/%2e%2e/catalogue.json", "EVENTS.fits%00", "%ff.fits"),
        "%3Cscript%3E.fits",
    ],
)
def test_what_is_no_hdu(server: Server, rest: str):
    response, content = ask(server, f"{FILE}/{rest}")
    assert response.status == 404
    assert response.getheader("Content-Type", "").startswith("text/plain")
    assert b"root:" not in content


@pytest.mark.parametrize(
    "path",
    [
        *("/files/simulated-dl3/2/", "/files/simulated-dl3/x/", "/files/other/1/"),
        *("/files/../1/", "/files/simulated-dl3/1/../../catalogue.json"),
        "/files/simulated-dl3/1/manifest.json",
    ],
)
def test_what_is_no_release_or_file(server: Server, path: str):
    assert ask(server, path)[0].status == 404


def test_lists_of_files(server: Server, simulated: Path):
    _, content = ask(server, f"{RELEASE}/")
    listed = json.loads(content)
    assert len(listed["files"]) == 4
    for file in listed["files"]:
        raw = (simulated / file["path"]).read_bytes()
        assert (file["size"], file["sha256"]) == (
            len(raw),
            hashlib.sha256(raw).hexdigest(),
        )
        assert file["url"].startswith(f"{server.url}{RELEASE}/data/run_")
    assert ask(server, RELEASE)[1] == content
    _, sums = ask(server, f"{RELEASE}/SHA256SUMS")
    assert sums.decode().splitlines() == [
        f"{file['sha256']}  {file['path']}" for file in listed["files"]
    ]
    response, page = ask(server, f"{RELEASE}/?RESPONSEFORMAT=html")
    assert response.getheader("Content-Type", "").startswith("text/html")
    assert page.count(b"run_10000") >= 4
    assert ask(server, f"{RELEASE}/?RESPONSEFORMAT=xml")[0].status == 400


def test_lists_of_hdus(server: Server):
    _, content = ask(server, f"{FILE}/")
    hdus = json.loads(content)["hdus"]
    assert [hdu["name"] for hdu in hdus] == [
        *("PRIMARY", "EVENTS", "GTI", "AEFF", "EDISP", "PSF", "BKG")
    ]
    assert [hdu["role"] for hdu in hdus] == [
        *("", "events", "gti", "aeff", "edisp", "psf", "bkg")
    ]
    assert hdus[1]["runs"] == ["100001"]
    for hdu in hdus:
        path = hdu["url"].removeprefix(server.url)
        response, found = ask(server, path)
        assert response.status == 200
        assert len(found) >= hdu["size"]
    _, page = ask(server, f"{FILE}/?RESPONSEFORMAT=html")
    assert b"EVENTS.fits" in page
