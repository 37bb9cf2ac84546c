"""The command line as a person uses it; and a publish that a running server sees."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.protocol.test_tap_sync import sync
from tests.support.server import gammavo, running_server

COUNT = "SELECT COUNT(*) AS n FROM ivoa.obscore WHERE dataproduct_type = 'event'"


@pytest.fixture(scope="module")
def site(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("line") / "site"
    gammavo("init", folder)
    gammavo("ingest", simulated, "--site", folder, "--no-previews")
    return folder


def test_ingest_says_what_it_did(site: Path, simulated: Path, simulated_events: int):
    done = gammavo("ingest", simulated, "--site", site, "--release", "second")
    text = f"Release second version 1 is in force: 4 runs, {simulated_events} events"
    assert text in done.stderr.replace("\n", " ")
    document = json.loads(
        gammavo(
            "ingest",
            simulated,
            "--site",
            site,
            "--json",
            "--release",
            "second",
            "--no-previews",
        ).stdout
    )
    assert document["version"] == 2
    assert [report["level"] for report in document["reports"]] == ["ok"] * 5
    gammavo("withdraw", "second", "--site", site)
    listed = json.loads(gammavo("releases", "--site", site, "--json").stdout)
    assert [(row["name"], row["version"], row["state"]) for row in listed] == [
        ("second", 1, "withdrawn"),
        ("second", 2, "withdrawn"),
        ("simulated-dl3", 1, "in force"),
    ]


def test_query(site: Path):
    assert gammavo("query", COUNT, "--site", site).stdout == "n\n4\n"
    done = gammavo(
        "query", "SELECT * FROM ivoa.obscore", "--site", site, "--max-rows", "1"
    )
    assert len(done.stdout.splitlines()) == 2
    assert "cut" in done.stderr


def test_verify_and_doctor(site: Path):
    assert "0 with faults" in gammavo("verify", "--site", site).stderr
    assert "BAD" not in gammavo("doctor", "--site", site).stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("query", "SELECT nothing FROM ivoa.obscore", "--site", "SITE"), "Line 1"),
        (("query", COUNT, "--site", "SITE", "--format", "docx"), "docx"),
        (("query", COUNT, "--site", "/nowhere"), "gammavo init"),
        (("ingest", "/nowhere", "--site", "SITE"), "/nowhere"),
        (("withdraw", "nothing", "--site", "SITE"), "nothing"),
        (("init", "SITE"), "already"),
        (("check", "/nowhere"), "/nowhere"),
        (("serve", "/nowhere"), "/nowhere"),
    ],
)
def test_mistakes_are_explained(site: Path, arguments: tuple[str, ...], text: str):
    given = [str(site) if word == "SITE" else word for word in arguments]
    done = gammavo(*given, check=False)
    assert done.returncode == 1
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_check_reports_a_broken_run(simulated: Path, tmp_path: Path):
    folder = Path(shutil.copytree(simulated, tmp_path / "data"))
    assert gammavo("check", folder).returncode == 0
    path = folder / "data" / "run_100003.fits.gz"
    path.write_bytes(path.read_bytes()[:3000])
    done = gammavo("check", folder, "--json", check=False)
    assert done.returncode == 1
    reports = {row["obs_id"]: row for row in json.loads(done.stdout)}
    assert reports["100003"]["level"] == "error"
    assert reports["100003"]["findings"][0]["file"].endswith("run_100003.fits.gz")
    assert reports["100001"]["level"] == "ok"


def test_init_release_writes_a_draft_that_publishes(simulated: Path, tmp_path: Path):
    folder = Path(shutil.copytree(simulated, tmp_path / "data"))
    (folder / "release.toml").unlink()
    gammavo("init-release", folder)
    text = (folder / "release.toml").read_text()
    assert "# " in text
    gammavo("init", tmp_path / "site")
    gammavo("ingest", folder, "--site", tmp_path / "site", "--no-previews")
    assert gammavo("init-release", folder, check=False).returncode == 1


def test_a_running_server_shows_a_new_release_without_a_failed_query(
    simulated: Path, tmp_path: Path, simulated_events: int
):
    site = tmp_path / "site"
    gammavo("init", site)
    with running_server("--site", site, folder=tmp_path) as server:
        assert sync(server, QUERY=COUNT, FORMAT="tsv")[1] == b"n\n0\n"
        gammavo("ingest", simulated, "--site", site, "--no-previews")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            response, body = sync(server, QUERY=COUNT, FORMAT="tsv")
            assert response.status == 200
            if body == b"n\n4\n":
                break
        assert body == b"n\n4\n"
        query = "SELECT COUNT(*) AS n FROM simulated_dl3.events"
        found = sync(server, QUERY=query, FORMAT="tsv")[1]
        assert found.decode() == f"n\n{simulated_events}\n"


def test_a_bare_folder_is_served_and_nothing_is_left(simulated: Path, tmp_path: Path):
    before = sorted(simulated.rglob("*"))
    with running_server(simulated, folder=tmp_path) as server:
        assert sync(server, QUERY=COUNT, FORMAT="tsv")[1] == b"n\n4\n"
    assert sorted(simulated.rglob("*")) == before
