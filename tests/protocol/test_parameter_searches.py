"""SIA 2.0 and cone searches through pyvo and STILTS, on H.E.S.S. DL3 DR1."""

from __future__ import annotations

import csv
import io
import math
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import astropy.units as u
import pytest
import pyvo
from astropy.io import votable
from astropy.time import Time

from tests.support.schemas import registry_schemas
from tests.support.server import Server
from tests.support.uws import ask

CRAB = ["23523", "23526", "23559", "23592"]
FIELD = "{http://www.ivoa.net/xml/VOTable/v1.3}FIELD"
ROW = "{http://www.ivoa.net/xml/VOTable/v1.3}TR"
INFO = "{http://www.ivoa.net/xml/VOTable/v1.3}INFO"


@pytest.fixture(scope="module")
def sia(hess_server: Server) -> pyvo.dal.SIA2Service:
    return pyvo.dal.SIA2Service(f"{hess_server.url}/sia")


@pytest.fixture(scope="module")
def runs(hess_server: Server) -> list[dict[str, str]]:
    """Return the event lists as TAP has them."""
    query = "SELECT * FROM ivoa.obscore WHERE dataproduct_type = 'event'"
    fields = {"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"}
    reply = ask("POST", f"{hess_server.tap}/sync", fields)
    return list(csv.DictReader(io.StringIO(reply.text)))


def distance(run: dict[str, str], ra: float, dec: float) -> float:
    """Return the angle between a pointing and a direction, degrees."""
    lon, lat = math.radians(float(run["s_ra"]) - ra), math.radians(float(run["s_dec"]))
    there = math.radians(dec)
    cosine = math.sin(lat) * math.sin(there)
    cosine += math.cos(lat) * math.cos(there) * math.cos(lon)
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def distance_to_range(run: dict[str, str], *bounds: float) -> float:
    """Return the angle between a pointing and a range, degrees."""
    west, east, south, north = bounds
    if west <= float(run["s_ra"]) <= east:
        return max(south - float(run["s_dec"]), float(run["s_dec"]) - north, 0.0)
    steps = [south + (north - south) * i / 500 for i in range(501)]
    return min(distance(run, ra, dec) for ra in (west, east) for dec in steps)


def ids(result: pyvo.dal.DALResults) -> list[str]:
    return sorted(result["obs_id"])


def test_circle(sia: pyvo.dal.SIA2Service, runs: list[dict[str, str]]):
    assert ids(sia.search(pos=(83.633, 22.014, 0.5), data_type="event")) == CRAB
    wide = sia.search(pos=(329.7, -30.2, 9), data_type="event")
    near = [run["obs_id"] for run in runs if distance(run, 329.7, -30.2) <= 9 + 2.5]
    assert ids(wide) == sorted(near)
    # A parameter that is not given restricts nothing: responses have no type.
    assert len(sia.search(pos=(83.633, 22.014, 0.5))) == 6 * len(CRAB)


@pytest.mark.parametrize(
    "bounds",
    [
        (80, 82, 20, 24),
        (85.9, 86.0, 24, 25),
        (300, 360, -90, 90),
        (0, 200, -60, -20),
    ],
)
def test_range(
    sia: pyvo.dal.SIA2Service, runs: list[dict[str, str]], bounds: tuple[float, ...]
):
    found = sia.search(pos=tuple(b * u.deg for b in bounds), data_type="event")
    expected = [r["obs_id"] for r in runs if distance_to_range(r, *bounds) <= 2.5]
    assert ids(found) == sorted(expected)


def test_other_parameters(sia: pyvo.dal.SIA2Service, runs: list[dict[str, str]]):
    start, end = 53343.0, 53344.0
    found = sia.search(
        time=(Time(start, format="mjd"), Time(end, format="mjd")),
        data_type="event",
        calib_level=2,
        facility="H.E.S.S.",
        exptime=(1000 * u.s, 5000 * u.s),
    )
    assert ids(found) == sorted(
        run["obs_id"]
        for run in runs
        if float(run["t_max"]) >= start
        and float(run["t_min"]) <= end
        and 1000 <= float(run["t_exptime"]) <= 5000
    )
    did = runs[0]["obs_publisher_did"]
    assert list(sia.search(publisher_did=did)["obs_publisher_did"]) == [did]
    assert len(sia.search(data_type="image")) == 0
    assert len(sia.search(target_name="Nobody's; -- '")) == 0
    assert len(sia.search(band=(1e-21 * u.m, 1e-20 * u.m), data_type="event")) == 0


def test_limits_and_formats(hess_server: Server, sia: pyvo.dal.SIA2Service):
    cut = sia.search(maxrec=3)
    assert (len(cut), cut.status[0]) == (3, "OVERFLOW")
    url = f"{hess_server.url}/sia/query"
    empty = ask("GET", url, {"MAXREC": "0", "RESPONSEFORMAT": "votable/td"})
    assert len(list(empty.xml.iter(FIELD))) == 49
    assert not list(empty.xml.iter(ROW))
    text = ask("POST", url, {"RESPONSEFORMAT": "csv", "DPTYPE": "event"}).text
    assert len(text.splitlines()) == 106


@pytest.mark.parametrize(
    "parameters",
    [
        {"POS": "CIRCLE 1"},
        {"BAND": "NaN"},
        {"MAXREC": "-1"},
        {"RESPONSEFORMAT": "docx"},
        {"POS": "POLYGON 0 0 0 0 0 0"},
    ],
)
def test_mistakes_are_told(hess_server: Server, parameters: dict[str, str]):
    reply = ask("GET", f"{hess_server.url}/sia/query", parameters)
    assert reply.status == 400
    assert reply.xml.find(f".//{INFO}").get("value") == "ERROR"


def test_cone_for_observations(hess_server: Server, runs: list[dict[str, str]]):
    service = pyvo.dal.SCSService(f"{hess_server.url}/cone/observations")
    found = service.search((83.633, 22.014), 2)
    assert ids(found) == CRAB
    assert {record.id.split("/")[-1] for record in found} == {"events"}
    near = [run["obs_id"] for run in runs if distance(run, 267.0, -29.0) <= 20]
    assert ids(service.search((267.0, -29.0), 20)) == sorted(near)
    assert len(service.search((0, 0), 180)) == len(runs)


def test_cone_for_events(hess_server: Server):
    query = (
        "SELECT COUNT(*) AS n FROM hess_dl3_dr1.events "
        "WHERE DISTANCE(ra, dec, 83.633, 22.014) <= 0.2"
    )
    count = pyvo.dal.TAPService(hess_server.tap).search(query)["n"][0]
    service = pyvo.dal.SCSService(f"{hess_server.url}/cone/hess-dl3-dr1/events")
    found = service.search((83.633, 22.014), 0.2, verbosity=3)
    assert len(found) == count > 100
    assert len({record.id for record in found}) == count
    assert {"energy", "event_time"} < set(found.fieldnames)
    assert len(service.search((83.633, 22.014), 0.2, verbosity=1).fieldnames) == 3


@pytest.mark.parametrize("path", ["observations", "hess-dl3-dr1/events"])
@pytest.mark.parametrize("verbosity", ["1", "2", "3"])
def test_columns_are_marked_as_scs_wants_it(
    hess_server: Server, path: str, verbosity: str
):
    fields = {"RA": "83.6", "DEC": "22", "SR": "0", "VERB": verbosity}
    reply = ask("GET", f"{hess_server.url}/cone/{path}", fields)
    assert not list(reply.xml.iter(ROW))
    for ucd, datatype in (
        ("ID_MAIN", "char"),
        ("POS_EQ_RA_MAIN", "double"),
        ("POS_EQ_DEC_MAIN", "double"),
    ):
        (marked,) = [f for f in reply.xml.iter(FIELD) if f.get("ucd") == ucd]
        assert marked.get("datatype") == datatype


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"RA": "1", "DEC": "1"},
        {"RA": "400", "DEC": "1", "SR": "1"},
        {"RA": "1", "DEC": "x", "SR": "1"},
        {"RA": "1", "DEC": "1", "SR": "-1"},
        {"RA": "1", "DEC": "1", "SR": "1", "VERB": "9"},
        {"RA": "1", "DEC": "1", "SR": "1", "RESPONSEFORMAT": "docx"},
    ],
)
def test_cone_mistakes_are_told_as_scs_wants_it(
    hess_server: Server, parameters: dict[str, str]
):
    reply = ask("GET", f"{hess_server.url}/cone/observations", parameters)
    assert (reply.status, reply.media_type) == (200, "application/x-votable+xml")
    (told,) = [e for e in reply.xml.iter(INFO) if e.get("name") == "Error"]
    assert told.get("value")
    votable.parse(io.BytesIO(reply.body), verify="exception")


def test_there_is_no_cone_in_an_unknown_release(hess_server: Server):
    for path in ("nothing/events", "nothing/events/capabilities", "nothing"):
        assert ask("GET", f"{hess_server.url}/cone/{path}").status == 404


def test_stilts_finds_the_same(hess_server: Server, stilts: str, tmp_path: Path):
    for kind, path, radius, rows in (
        ("cone", "cone/hess-dl3-dr1/events", "0.05", 238),
        ("sia2", "sia/query", "0.5", 24),
    ):
        command = [stilts, "cone", f"serviceurl={hess_server.url}/{path}"]
        command += ["lon=83.63", "lat=22.01", f"radius={radius}", f"servicetype={kind}"]
        found = run(*command, "ofmt=csv")
        assert len(found.splitlines()) == rows + 1, kind
    table = tmp_path / "positions.csv"
    table.write_text("name,ra,dec\ncrab,83.63,22.01\nnothing,10,80\n")
    command = [stilts, "coneskymatch", f"in={table}", "ifmt=csv", "ra=ra", "dec=dec"]
    command += ["sr=2", f"serviceurl={hess_server.url}/cone/observations"]
    found = run(*command, "find=all", "usefoot=false", "ofmt=csv")
    assert [line.split(",")[0] for line in found.splitlines()[1:]] == ["crab"] * 4


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "path", ["sia", "cone/observations", "cone/hess-dl3-dr1/events", "tap"]
)
def test_services_describe_themselves(hess_server: Server, path: str):
    reply = ask("GET", f"{hess_server.url}/{path}/capabilities")
    assert registry_schemas().faults(reply.body) == []
    for element in reply.xml.iter("accessURL"):
        assert element.text.startswith(hess_server.url)
    for query in reply.xml.iter("testQuery"):
        fields = {name: query.findtext(name.lower()) for name in ("RA", "DEC", "SR")}
        found = ask("GET", f"{hess_server.url}/{path}", fields)
        assert list(found.xml.iter(ROW))
    reply = ask("GET", f"{hess_server.url}/{path}/availability")
    assert ET.fromstring(reply.body)[0].text == "true"
