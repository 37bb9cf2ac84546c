"""Errors have the form of their standard at every address, also before the handlers."""

from __future__ import annotations

import io
import json
import tarfile
from urllib.parse import quote

import pytest

from tests.protocol.test_tap_sync import ask, status_of
from tests.support.server import Server

TEXT = "text/plain; charset=utf-8"
VOTABLE = "application/x-votable+xml"
DID = "IVO://Example.ORG/HESS-DL3-DR1?23523/events"


@pytest.mark.parametrize(
    ("path", "status", "media_type", "begin"),
    [
        ("/soda/sync?ID=%FF", 400, TEXT, b"UsageError: "),
        ("/soda/nothing", 404, TEXT, b"UsageError: "),
        ("/soda/async/nothing", 404, TEXT, b"UsageError: "),
        ("/files/nothing/1/x.fits", 404, TEXT, b"There is no"),
        ("/files?x=%FF", 400, TEXT, b""),
        ("/hips/nothing/properties", 404, TEXT, b"There is no"),
        (
            "/previews/hess-dl3-dr1/01/23523/theta2.png",
            404,
            TEXT,
            b"There is no version",
        ),
        ("/package?ID=%FF", 400, TEXT, b""),
        ("/tap/sync?QUERY=%FF", 400, VOTABLE, b"<?xml"),
        ("/datalink/links?ID=%FF", 400, VOTABLE, b"<?xml"),
        ("/cone/observations?RA=%FF", 200, VOTABLE, b"<?xml"),
        ("/oai?verb=%FF", 200, "text/xml; charset=utf-8", b"<?xml"),
        *((f"/{name}/", 404, VOTABLE, b"<?xml") for name in ("tap", "sia", "datalink")),
        *(
            (f"/{name}", 404, TEXT, b"There is")
            for name in ("files", "hips", "coverage")
        ),
    ],
)
def test_forms(
    hess_server: Server, path: str, status: int, media_type: str, begin: bytes
):
    response, content = ask(hess_server, path)
    assert (response.status, response.getheader("Content-Type")) == (status, media_type)
    assert content.startswith(begin)
    if media_type == VOTABLE:
        assert status_of(content)[0] == "ERROR"
    if "oai" in path:
        assert b'code="badArgument"' in content


def test_wrong_methods_and_long_bodies(hess_server: Server):
    response, content = ask(hess_server, "/soda/sync", method="DELETE")
    assert response.status == 405
    assert content.startswith(b"AuthorizationError: ")
    assert "POST" in response.getheader("Allow", "")
    form = {"Content-Type": "application/json"}
    response, content = ask(
        hess_server, "/soda/sync", method="POST", body=b"{}", headers=form
    )
    assert response.status == 400
    assert content.startswith(b"UsageError: ")


def test_unknown_records_of_the_registry(hess_server: Server):
    for identifier in ("x", "ivo://example.org/nothing", "a b"):
        query = f"verb=GetRecord&metadataPrefix=ivo_vor&identifier={quote(identifier)}"
        _, content = ask(hess_server, f"/oai?{query}")
        assert b'code="idDoesNotExist"' in content


def test_identifiers_in_capitals_are_the_same(hess_server: Server):
    did = quote(DID, safe="")
    response, content = ask(
        hess_server, f"/datalink/links?ID={did}&RESPONSEFORMAT=json"
    )
    rows = json.loads(content)["data"]
    assert response.status == 200
    assert all(row[0] == DID for row in rows)
    assert len(rows) > 5
    response, _ = ask(hess_server, f"/soda/sync?ID={did}&CIRCLE=83.6+22+0.1")
    assert response.getheader("Content-Type") == "application/x-fits-gadf"
    response, _ = ask(hess_server, f"/package?ID={did}", method="HEAD")
    assert response.status == 200
    # What is after the question mark is not the same.
    other = quote(DID.replace("events", "EVENTS"), safe="")
    assert ask(hess_server, f"/package?ID={other}", method="HEAD")[0].status == 404


def test_an_archive_names_the_runs_that_do_not_overlap(hess_server: Server):
    path = "/soda/sync?ID=20136&ID=23523&ID=33787&CIRCLE=83.633+22.014+0.1"
    response, content = ask(hess_server, path)
    assert response.getheader("Content-Type") == "application/x-tar"
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["23523_cutout.fits", "without-overlap.txt"]
        left = archive.extractfile("without-overlap.txt")
        assert left is not None
        text = left.read().decode()
    assert "?20136/events" in text
    assert "?33787/events" in text
