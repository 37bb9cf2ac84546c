"""Downloads that clients do not take are bounded in number, and end with the client."""

from __future__ import annotations

import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.protocol.test_tap_sync import ADQL, sync
from tests.support.server import gammavo, running_server

LARGE = "SELECT a.ra, b.ra AS r FROM simulated_dl3.events a, simulated_dl3.events b"


def test_open_results_are_limited(simulated: Path, tmp_path: Path):
    site = tmp_path / "site"
    gammavo("init", site)
    settings = (site / "gammavo.toml").read_text()
    one = settings.replace("# open_results = 32", "open_results = 1")
    assert one != settings
    (site / "gammavo.toml").write_text(one)
    gammavo("ingest", simulated, "--site", site, "--no-previews")
    with running_server("--site", site, folder=tmp_path) as server:
        query = {"LANG": "ADQL", "QUERY": LARGE, "MAXREC": "10000000"}
        stalled = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        stalled.request("GET", f"/tap/sync?{urlencode(query)}")
        response = stalled.getresponse()
        assert response.status == 200
        response.read(1000)
        refused, text = sync(server, QUERY=LARGE, MAXREC="10000000")
        assert refused.status == 503
        assert b"limit" in text
        assert refused.getheader("Retry-After")
        assert sync(server, QUERY=ADQL)[0].status == 200
        response.close()
        stalled.close()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
            connection.request("GET", f"/tap/sync?{urlencode(query)}")
            status = connection.getresponse().status
            connection.close()
            if status == 200:
                break
            time.sleep(0.2)
        assert status == 200
