"""TAP over plain HTTP: parameters, formats, errors, methods, hostile input."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.support.server import Server

ADQL = "SELECT TOP 2 obs_id, s_ra FROM ivoa.obscore ORDER BY obs_id"
VOTABLE = "{http://www.ivoa.net/xml/VOTable/v1.3}"


def ask(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(method, path, body=body, headers=headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def sync(server: Server, **parameters: str) -> tuple[HTTPResponse, bytes]:
    return ask(server, "/tap/sync?" + urlencode({"LANG": "ADQL", **parameters}))


def status_of(document: bytes) -> tuple[str, str]:
    root = ET.fromstring(document)
    infos = root.findall(f"./{VOTABLE}RESOURCE/{VOTABLE}INFO[@name='QUERY_STATUS']")
    return infos[0].get("value", ""), infos[0].text or ""


def test_get_post_and_head_agree(server: Server):
    _, got = sync(server, QUERY=ADQL, FORMAT="csv")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"lang": "ADQL", "query": ADQL, "format": "csv"}).encode()
    _, posted = ask(server, "/tap/sync", method="POST", body=body, headers=form)
    assert got == posted == got
    assert got.decode().splitlines()[0] == "obs_id,s_ra"
    for path in ("/tap/capabilities", "/tap/tables", "/"):
        response, empty = ask(server, path, method="HEAD")
        assert (response.status, empty) == (200, b"")


def test_a_chunked_multipart_form_without_length(server: Server):
    boundary = "<<<----MULTIPART---->>>"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"LANG": "ADQL", "QUERY": ADQL, "FORMAT": "tsv"}.items()
    )
    payload = f"{parts}--{boundary}--\r\n".encode()
    request = (
        f"POST /tap/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f'Content-Type: multipart/form-data; boundary="{boundary}"\r\n'
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()
    host, port = urlsplit(server.url).netloc.split(":")
    with socket.create_connection((host, int(port))) as sock:
        sock.sendall(request)
        for start in range(0, len(payload), 50):
            block = payload[start : start + 50]
            sock.sendall(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        sock.sendall(b"0\r\n\r\n")
        answer = b""
        while block := sock.recv(65536):
            answer += block
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"obs_id\ts_ra" in answer


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        (None, "application/x-votable+xml"),
        ("votable", "application/x-votable+xml"),
        ("text/xml", "text/xml"),
        ("csv", "text/csv"),
        ("text/csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("json", "application/json"),
    ],
)
def test_formats(server: Server, form: str | None, content_type: str):
    extra = {} if form is None else {"RESPONSEFORMAT": form}
    response, body = sync(server, QUERY=ADQL, **extra)
    assert response.status == 200
    assert response.getheader("Content-Type", "").startswith(content_type)
    assert response.getheader("Content-Length") == str(len(body))
    assert response.getheader("Access-Control-Allow-Origin") == "*"
    assert response.getheader("Server", "").startswith("gammavo/")
    assert b"100001" in body or form in {None, "votable", "text/xml"}


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"QUERY": ADQL, "FORMAT": "doc"}, "doc"),
        ({"QUERY": ADQL, "LANG": "SQL"}, "LANG"),
        ({"QUERY": ""}, "QUERY"),
        ({"QUERY": ADQL, "REQUEST": "drop"}, "REQUEST"),
        ({"QUERY": ADQL, "MAXREC": "-1"}, "MAXREC"),
        ({"QUERY": ADQL, "UPLOAD": "t,http://127.0.0.1/"}, "inner network"),
        ({"QUERY": "SELECT * FROM nowhere"}, "Line 1, column 15"),
        ({"QUERY": "DROP TABLE ivoa.obscore"}, "Line 1"),
        ({"QUERY": "SELECT TOP 5 * FROM ivoa.obscore LIMIT 5"}, "TOP"),
        ({"QUERY": "SELECT hpx29 FROM ivoa.obscore"}, "hpx29"),
    ],
)
def test_a_users_mistake_is_explained(
    server: Server, parameters: dict[str, str], text: str
):
    response, body = sync(server, **parameters)
    assert response.status == 400
    value, message = status_of(body)
    assert value == "ERROR"
    assert text in message


def test_a_missing_language_is_explained(server: Server):
    response, body = ask(server, "/tap/sync?" + urlencode({"QUERY": ADQL}))
    assert response.status == 400
    assert "LANG" in status_of(body)[1]


def test_maxrec(server: Server):
    def overflow(maxrec: str, query: str = "SELECT * FROM ivoa.obscore") -> bool:
        _, body = sync(server, QUERY=query, MAXREC=maxrec, FORMAT="votable/td")
        rows = body.count(b"<TR>")
        assert rows <= int(maxrec)
        return b'value="OVERFLOW"' in body

    assert overflow("0")
    assert overflow("3")
    assert not overflow("100000")
    assert not overflow("3", "SELECT TOP 3 * FROM ivoa.obscore")


def test_json(server: Server):
    _, body = sync(server, QUERY=ADQL, FORMAT="json")
    document = json.loads(body)
    assert [column["name"] for column in document["metadata"]] == ["obs_id", "s_ra"]
    assert len(document["data"]) == 2


ATTACKS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT read_text('/etc/passwd') FROM ivoa.obscore",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('ivoa.obscore')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT getenv('HOME') FROM ivoa.obscore",
    "SELECT current_setting('memory_limit') FROM ivoa.obscore",
    "SELECT 1 FROM ivoa.obscore; DROP TABLE ivoa.obscore",
    "COPY ivoa.obscore TO '/tmp/x'",
    "EXPORT DATABASE '/tmp/x'",
    "ATTACH '/tmp/x' AS x",
    "SET memory_limit = '1TB'",
    "PRAGMA database_list",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "PREPARE p AS SELECT 1",
    "CALL pragma_version()",
    "VACUUM",
    "CHECKPOINT",
    "INSTALL httpfs",
    "LOAD spatial",
    "SELECT write_log('x') FROM ivoa.obscore",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_scan('/tmp/*')",
    "SELECT product_type FROM ivoa.obscore",
    "SELECT * FROM release_simulated_dl3.obscore",
    "SELECT access_path FROM release_simulated_dl3.main.obscore",
    "SELECT rowid FROM ivoa.obscore",
    "SELECT repeat('x', 1500000000) FROM ivoa.obscore",
    "(" * 5000,
    "SELECT " + "- " * 9999 + "1 FROM ivoa.obscore",
    "SELECT " + "NOT " * 5000 + "1 FROM ivoa.obscore",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_nothing_but_adql_reaches_the_engine(server: Server, attack: str):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"LANG": "ADQL", "QUERY": attack}).encode()
    response, document = ask(
        server, "/tap/sync", method="POST", body=body, headers=form
    )
    assert response.status == 400
    value, message = status_of(document)
    assert value == "ERROR"
    assert "incident" not in message


@pytest.mark.parametrize(
    "path",
    [
        "/tap/tables/ivoa.nothing",
        "/tap",
        "/nothing",
        "/files/simulated-dl3/1/../../etc/passwd",
        "/files/simulated-dl3/1/%2e%2e/%2e%2e/catalogue.json",
        "/files/simulated-dl3/1//etc/passwd",
        "/files/simulated-dl3/99/data/run_100001.fits.gz",
        "/files/simulated-dl3/x/data/run_100001.fits.gz",
        "/files/simulated-dl3/%C2%B2/data/run_100001.fits.gz",
        "/files/",
    ],
)
def test_what_does_not_exist_is_404(server: Server, path: str):
    response, _ = ask(server, path)
    assert response.status == 404


def test_methods_that_are_not_possible(server: Server):
    response, _ = ask(server, "/tap/sync", method="DELETE")
    assert response.status == 405
    assert "POST" in response.getheader("Allow", "")
    response, _ = ask(server, "/tap/sync", method="OPTIONS")
    assert response.status == 204
    assert "POST" in response.getheader("Access-Control-Allow-Methods", "")


def test_tables_detail(server: Server):
    _, small = ask(server, "/tap/tables?detail=min")
    _, large = ask(server, "/tap/tables")
    assert b"<column" not in small
    assert b"s_region" in large
    response, _ = ask(server, "/tap/tables?detail=some")
    assert response.status == 400


def test_a_body_that_is_too_large_is_refused(server: Server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"LANG=ADQL&QUERY=" + b"x" * (5 * 2**20)
    response, _ = ask(server, "/tap/sync", method="POST", body=body, headers=form)
    assert response.status in {400, 413}


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("LIKE 'event%'", 4),
        ("LIKE '%vent'", 4),
        ("IN ('event', 'nothing')", 4),
        ("NOT LIKE 'e%'", 0),
        ("IS NULL", 20),
    ],
)
def test_types_without_a_word_are_null(server: Server, condition: str, rows: int):
    query = f"SELECT COUNT(*) FROM ivoa.obscore WHERE dataproduct_type {condition}"
    assert sync(server, QUERY=query, FORMAT="csv")[1].split()[1] == str(rows).encode()


def test_a_csv_of_one_column_has_a_line_for_each_row(server: Server):
    query = "SELECT dataproduct_type FROM ivoa.obscore"
    response, content = sync(server, QUERY=query, FORMAT="csv")
    assert response.getheader("Content-Type") == "text/csv;header=present;charset=utf-8"
    lines = content.decode().splitlines()
    assert (len(lines), lines.count('""'), lines.count("event")) == (25, 20, 4)
