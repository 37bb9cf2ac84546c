"""Pictures, coverage and sky tiles over HTTP."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import pytest
from astropy.io import fits
from mocpy import MOC
from PIL import Image

from tests.protocol.test_tap_sync import ask
from tests.support.server import Server

RUN = "/previews/simulated-dl3/1/100001"
HIPS = "/hips/simulated-dl3"


def test_pictures_of_a_run(server: Server):
    response, body = ask(server, f"{RUN}/index.json")
    assert response.getheader("Content-Type") == "application/json"
    pictures = {entry["name"] for entry in json.loads(body)["pictures"]}
    assert {
        "counts-map",
        "theta2",
        "energy",
        "livetime",
        "aeff",
        "thumbnail",
    } <= pictures
    response, body = ask(server, f"{RUN}/theta2.png")
    assert response.getheader("Content-Type") == "image/png"
    assert "max-age" in response.getheader("Cache-Control", "")
    assert Image.open(io.BytesIO(body)).size == (640, 480)
    tag = response.getheader("ETag", "")
    response, body = ask(server, f"{RUN}/theta2.png", headers={"If-None-Match": tag})
    assert (response.status, body) == (304, b"")
    response, body = ask(server, f"{RUN}/theta2.svg")
    assert response.getheader("Content-Type") == "image/svg+xml"
    ET.fromstring(body)
    facts = json.loads(ask(server, f"{RUN}/theta2.json")[1])["facts"]
    assert facts["significance_method"] == "Li & Ma 1983, eq. 17"


@pytest.mark.parametrize(
    "path",
    [
        f"{RUN}/nothing.png",
        "/previews/simulated-dl3/1/%2e%2e/manifest.json",
        "/previews/simulated-dl3/1/100001%2f..%2f..%2fmanifest.json",
        "/previews/simulated-dl3/1/" + "9" * 3000 + "/theta2.png",
        "/previews/simulated-dl3/99/100001/theta2.png",
        "/previews/simulated-dl3/x/100001/theta2.png",
        "/previews/simulated-dl3",
        "/coverage/simulated-dl3/1/100001/what.fits",
        "/coverage/simulated-dl3/1/nothing/smoc.fits",
        "/coverage/simulated-dl3/smoc.fits",
        "/coverage/nothing/1/smoc.fits",
        f"{HIPS}/%2e%2e/manifest.json",
        f"{HIPS}/Norder3/Dir0/Npix5000.png",
        f"{HIPS}/Norder99/Dir0/Npix0.png",
        f"{HIPS}/metadata.exe",
        "/hips/nothing/properties",
    ],
)
def test_what_is_not_there_is_404(server: Server, path: str):
    response, body = ask(server, path)
    assert response.status == 404
    assert b"Traceback" not in body


def test_coverage_comes_in_the_form_that_is_wanted(server: Server):
    base = "/coverage/simulated-dl3/1/smoc"
    response, ascii_map = ask(server, f"{base}.txt")
    assert response.getheader("Content-Type") == "text/plain"
    moc = MOC.from_string(ascii_map.decode())
    assert not moc.empty()
    for headers, path, media_type in (
        ({}, base, "application/fits"),
        ({"Accept": "*/*"}, base, "application/fits"),
        ({"Accept": "application/json"}, base, "application/json"),
        ({"Accept": "text/plain"}, base, "text/plain"),
        ({"Accept": "text/plain"}, f"{base}.json", "application/json"),
        ({}, f"{base}?RESPONSEFORMAT=json", "application/json"),
    ):
        response, body = ask(server, path, headers=headers)
        assert response.getheader("Content-Type") == media_type
        assert body
    with fits.open(io.BytesIO(ask(server, base)[1])) as hdus:
        assert hdus[1].header["MOCDIM"] == "SPACE"
    assert MOC.from_string(ask(server, "/coverage/smoc.txt")[1].decode()) == moc
    run = ask(server, "/coverage/simulated-dl3/1/100001/smoc.txt")[1].decode()
    assert MOC.from_string(run).difference(moc).empty()
    response, _ = ask(server, f"{base}?RESPONSEFORMAT=png")
    assert response.status == 400


@pytest.mark.parametrize("kind", ["tmoc", "stmoc"])
def test_coverage_of_time(server: Server, kind: str):
    for path in ("", "simulated-dl3/1/", "simulated-dl3/1/100002/"):
        response, body = ask(server, f"/coverage/{path}{kind}.json")
        assert response.status == 200
        assert json.loads(body)


def test_hips_as_its_clients_ask(server: Server):
    response, body = ask(server, "/hipslist")
    assert response.getheader("Content-Type", "").startswith("text/plain")
    assert f"{server.url}{HIPS}" in body.decode()
    response, body = ask(
        server, f"{HIPS}/properties", headers={"Origin": "https://aladin.example"}
    )
    assert response.getheader("Access-Control-Allow-Origin") == "*"
    lines = [line.split("=", 1) for line in body.decode().splitlines()]
    pairs = {name.strip(): value.strip() for name, value in lines}
    assert pairs["hips_service_url"] == server.url + HIPS
    sky = MOC.from_fits(io.BytesIO(ask(server, f"{HIPS}/Moc.fits")[1]))
    assert float(pairs["moc_sky_fraction"]) == pytest.approx(sky.sky_fraction, rel=1e-4)
    for path, media_type in (
        ("Norder3/Allsky.png", "image/png"),
        ("Norder0/Dir0/Npix0.png", "image/png"),
        ("Norder0/Dir0/Npix11.fits", "application/fits"),
    ):
        response, body = ask(server, f"{HIPS}/{path}")
        assert response.getheader("Content-Type") == media_type
        assert "max-age=3600" in response.getheader("Cache-Control", "")
        head, nothing = ask(server, f"{HIPS}/{path}", method="HEAD")
        assert head.getheader("Content-Length") == str(len(body))
        assert nothing == b""
