"""Tables that users bring along: from pyvo, STILTS and by hand, and what is refused."""

from __future__ import annotations

import io
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import pyvo
from astropy.io.votable import from_table, writeto
from astropy.table import Table

from tests.protocol.test_tap_sync import status_of
from tests.support.server import Server

JOIN = (
    "SELECT u.name, o.obs_id FROM TAP_UPLOAD.mine AS u JOIN ivoa.obscore AS o "
    "ON DISTANCE(u.ra, u.dec, o.s_ra, o.s_dec) < 2 "
    "WHERE o.dataproduct_type = 'event' ORDER BY o.obs_id"
)


@pytest.fixture(scope="module")
def service(hess_server: Server) -> pyvo.dal.TAPService:
    return pyvo.dal.TAPService(hess_server.tap)


def _mine() -> Table:
    return Table(
        {"name": ["crab", "nothing"], "ra": [83.633, 10.0], "dec": [22.014, -80.0]}
    )


def _runs_at_the_crab(service: pyvo.dal.TAPService) -> list[str]:
    rows = service.search(
        "SELECT obs_id FROM ivoa.obscore WHERE dataproduct_type = 'event' AND "
        "DISTANCE(83.633, 22.014, s_ra, s_dec) < 2 ORDER BY obs_id"
    )
    return [str(obs_id) for obs_id in rows["obs_id"]]


@pytest.mark.parametrize("mode", ["run_sync", "run_async"])
def test_pyvo(service: pyvo.dal.TAPService, mode: str):
    result = getattr(service, mode)(JOIN, uploads={"mine": _mine()})
    expected = _runs_at_the_crab(service)
    assert len(expected) >= 4
    assert [str(v) for v in result["obs_id"]] == expected
    assert {str(v) for v in result["name"]} == {"crab"}


def test_pyvo_states_the_limits(service: pyvo.dal.TAPService):
    methods = {method.ivo_id for method in service.upload_methods}
    assert {method.rpartition("#")[2] for method in methods} == {
        "upload-inline",
        "upload-http",
        "upload-https",
    }
    assert service.get_tap_capability().uploadlimit.hard.content == 1_000_000


@pytest.mark.parametrize("sync", ["true", "false"])
def test_stilts_tapquery(
    hess_server: Server,
    service: pyvo.dal.TAPService,
    stilts: str,
    tmp_path: Path,
    sync: str,
):
    _mine().write(tmp_path / "mine.csv", format="ascii.csv")
    done = _stilts(
        stilts,
        "tapquery",
        f"tapurl={hess_server.tap}",
        f"sync={sync}",
        "nupload=1",
        f"upload1={tmp_path / 'mine.csv'}",
        "ufmt1=csv",
        "upname1=mine",
        f"adql={JOIN}",
        "ofmt=csv-noheader",
    )
    rows = [line.split(",") for line in done.splitlines()]
    assert [row[1].lstrip("0") for row in rows] == [
        run.lstrip("0") for run in _runs_at_the_crab(service)
    ]


def test_stilts_tapskymatch(
    hess_server: Server, service: pyvo.dal.TAPService, stilts: str, tmp_path: Path
):
    events = service.search(
        "SELECT TOP 40 event_id, ra, dec FROM hess_dl3_dr1.events ORDER BY event_id"
    ).to_table()
    events.write(tmp_path / "events.csv", format="ascii.csv")
    done = _stilts(
        stilts,
        "tapskymatch",
        f"tapurl={hess_server.tap}",
        "taptable=hess_dl3_dr1.events",
        "taplon=ra",
        "taplat=dec",
        "tapcols=event_id,ra,dec",
        f"in={tmp_path / 'events.csv'}",
        "ifmt=csv",
        "inlon=ra",
        "inlat=dec",
        "sr=0.0002",
        "find=best",
        "ofmt=csv",
    )
    assert len(done.splitlines()) == 1 + len(events)


def _stilts(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _votable(table: Table, form: str) -> bytes:
    stream = io.BytesIO()
    writeto(from_table(table), stream, tabledata_format=form)
    return stream.getvalue()


def _post(
    server: Server, parts: dict[str, bytes], *, chunked: bool = False
) -> tuple[int, bytes]:
    """Send a multipart form by hand; parts that begin with ``<`` are files."""
    boundary = "<<<----MULTIPART---->>>"
    body = b""
    for name, value in parts.items():
        file = b'; filename="x"' if value.lstrip().startswith(b"<") else b""
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
            + file
            + b"\r\n\r\n"
            + value
            + b"\r\n"
        )
    body += f"--{boundary}--\r\n".encode()
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    headers = {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
    pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))
    connection.request(
        "POST",
        "/tap/sync",
        body=pieces if chunked else body,
        headers=headers,
        encode_chunked=chunked,
    )
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("form", ["tabledata", "binary", "binary2"])
def test_by_hand_in_each_serialization(server: Server, form: str, chunked: bool):
    table = Table({"u": [1, 2], "U": [0.5, np.nan], "group": ["a", "ü"]})
    parts = {
        "LANG": b"ADQL",
        "FORMAT": b"csv",
        "UPLOAD": b"t,param:file",
        "QUERY": b'SELECT "u", "U", "group" FROM TAP_UPLOAD.t ORDER BY "u" DESC',
        "file": _votable(table, form),
    }
    status, content = _post(server, parts, chunked=chunked)
    assert status == 200, content
    assert content.decode().splitlines() == ["u,U,group", "2,,ü", "1,0.5,a"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"file": b"<VOTABLE><RESOURCE/></VOTABLE>"}, "table t"),
        ({"file": b"<html></html>"}, "table t"),
        (
            {
                "file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><VOTABLE>'
            },
            "",
        ),
        ({"UPLOAD": b"t,param:other"}, "no part 'other'"),
        ({"UPLOAD": b"t,file:///etc/passwd"}, "http or https"),
        ({"UPLOAD": b"t,http://169.254.169.254/latest"}, "inner network"),
        ({"UPLOAD": b"a b,param:file"}, "name of an uploaded table"),
        ({"QUERY": b"SELECT * FROM TAP_UPLOAD.other"}, "other"),
        ({"QUERY": b"SELECT c0 FROM TAP_UPLOAD.t"}, "c0"),
    ],
)
def test_what_is_refused_is_explained(
    server: Server, changes: dict[str, bytes], text: str
):
    parts = {
        "LANG": b"ADQL",
        "UPLOAD": b"t,param:file",
        "QUERY": b"SELECT * FROM TAP_UPLOAD.t",
        "file": _votable(Table({"x": [1]}), "tabledata"),
        **changes,
    }
    status, content = _post(server, parts)
    assert status == 400, content
    value, message = status_of(content)
    assert value == "ERROR"
    assert text in message
    assert "incident" not in message
    assert "root:" not in message


def test_a_form_that_breaks_off_is_refused(server: Server):
    boundary = "b"
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="LANG"\r\n\r\nADQL'
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(
        "POST",
        "/tap/sync",
        body=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    response = connection.getresponse()
    content = response.read()
    connection.close()
    assert response.status == 400
    assert b"broke off" in content


def test_nothing_of_an_upload_is_left(server: Server):
    assert not list((server.folder / "site" / "temporary").glob("**/*.vot"))
    leftovers = [
        path
        for path in (server.folder / "site" / "temporary").rglob("*")
        if path.is_file()
    ]
    assert leftovers == []


def test_uploads_of_others_are_not_seen(server: Server):
    parts = {
        "LANG": b"ADQL",
        "QUERY": b"SELECT * FROM TAP_UPLOAD.t",
    }
    status, content = _post(server, parts)
    assert status == 400
    assert b"unknown table" in content
