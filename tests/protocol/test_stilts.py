"""STILTS judges us: taplint on every stage that applies, votlint on every VOTable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.conftest import missing
from tests.support.server import Server

STAGES = "TMV TME TMS TMC CPV CAP AVV QGE QPO QAS UWS MDQ OBS LOC UPL EXA"
"""All of them. There is no ivoa.obsplan, for there are no plans: LOC says so."""
QUERIES = {
    "obscore": "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea",
    "events": "SELECT TOP 100 * FROM hess_dl3_dr1.events",
    "expressions": "SELECT TOP 5 obs_id || 'é<&' AS t, 1/3 AS i, s_ra*2.0 AS d, "
    "CONTAINS(POINT(s_ra, s_dec), s_region) AS c, NULL AS n, obs_creation_date "
    "FROM ivoa.obscore",
    "columns": "SELECT * FROM tap_schema.columns",
    "none": "SELECT * FROM ivoa.obscore WHERE 1 = 0",
}


def gate() -> Path:
    """Return the script that turns a taplint report into an exit status."""
    default = Path(__file__).parents[3] / "shared" / "tools" / "taplint-gate.py"
    path = Path(os.environ.get("GAMMAVO_TAPLINT_GATE", default))
    if not path.is_file():
        missing("no taplint gate: set GAMMAVO_TAPLINT_GATE")
    return path


def test_taplint_finds_nothing(hess_server: Server, stilts: str):
    command = [sys.executable, gate(), hess_server.tap, "--stilts", stilts]
    command += ["--stages", STAGES, "--require", *STAGES.split()]
    command += ["--allow", "F-LOC-NOTP"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("form", ["votable/td", "votable/b", "votable/b2"])
@pytest.mark.parametrize("name", QUERIES)
def test_votlint_is_silent(
    hess_server: Server, stilts: str, tmp_path: Path, form: str, name: str
):
    query = urlencode({"LANG": "ADQL", "QUERY": QUERIES[name], "FORMAT": form})
    path = tmp_path / "result.vot"
    with urlopen(f"{hess_server.tap}/sync?{query}") as answer:
        path.write_bytes(answer.read())
    done = subprocess.run(
        [stilts, "votlint", f"votable={path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    # "adql:REGION" is what clients draw; votlint 3.5 remarks (INFO) that DALI has others.
    remark = 'Namespaced non-DALI xtype value "adql:REGION"'
    lines = [line for line in done.stdout.splitlines() if remark not in line]
    assert lines == []
    assert done.stderr == ""


def test_tapquery(hess_server: Server, stilts: str):
    done = subprocess.run(
        [
            stilts,
            "tapquery",
            f"tapurl={hess_server.tap}",
            "sync=true",
            "adql=SELECT COUNT(*) AS n FROM hess_dl3_dr1.events",
            "ofmt=csv-noheader",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1046156"
