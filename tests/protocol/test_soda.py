"""SODA as clients see it: pyvo cuts, gammapy reads, errors begin with the right word."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
import pyvo
from astropy import units as u
from astropy.io import fits

from tests.protocol.test_tap_sync import ask
from tests.support.server import Server

FILE = "hess-dl3-dr1/data/hess_dl3_dr1_obs_id_023523.fits.gz"
CRAB = (83.633, 22.014)


@pytest.fixture(scope="module")
def original(test_data: Path) -> fits.HDUList:
    with fits.open(test_data / FILE, memmap=False) as hdus:
        assert len(hdus["EVENTS"].data) == 7613
        assert len(hdus["GTI"].data) == 1
        yield hdus


def cut(server: Server, *pairs: tuple[str, str]) -> tuple[int, str, bytes]:
    query = urlencode([("ID", "23523"), *pairs])
    response, content = ask(server, f"/soda/sync?{query}")
    return response.status, response.getheader("Content-Type", ""), content


def test_pyvo_cuts_and_gammapy_reads(
    hess_server: Server, original: fits.HDUList, tmp_path: Path
):
    from astropy.coordinates import SkyCoord
    from gammapy.data import Observation

    service = pyvo.dal.TAPService(hess_server.tap)
    result = service.search(
        "SELECT * FROM ivoa.obscore WHERE obs_id IN ('23523', '23526') "
        "AND dataproduct_type = 'event'"
    )
    (links,) = (
        links
        for links in result.iter_datalinks()
        if links.original_row["obs_id"] == "23523"
    )
    (row,) = (row for row in links if row.semantics == "#cutout")
    circle = (*CRAB, 0.5) * u.deg
    content = row.processed(circle=circle, energy=(1e12, 1e13) * u.eV).read()
    path = tmp_path / "cutout.fits"
    path.write_bytes(content)

    table = original["EVENTS"].data
    place = SkyCoord(table["RA"], table["DEC"], unit="deg", frame="fk5").icrs
    near = place.separation(SkyCoord(*CRAB, unit="deg")).deg <= 0.5
    mask = near & (table["ENERGY"] >= 1) & (table["ENERGY"] <= 10)
    observation = Observation.read(path)
    assert len(observation.events.table) == mask.sum() == 293
    with fits.open(path, checksum=True) as hdus:
        assert hdus["EVENTS"].data["EVENT_ID"].tolist() == (
            table["EVENT_ID"][mask].tolist()
        )
    assert observation.gti.time_sum.to_value("s") == pytest.approx(1687)
    for name in ("aeff", "edisp", "psf", "bkg"):
        assert getattr(observation, name) is not None


def test_a_choice_of_time_moves_the_good_time(
    hess_server: Server, original: fits.HDUList, tmp_path: Path
):
    from gammapy.data import Observation

    time = (53343.925, 53343.925 + 600 / 86400)
    status, _, content = cut(hess_server, ("TIME", f"{time[0]!r} {time[1]!r}"))
    assert status == 200
    path = tmp_path / "cutout.fits"
    path.write_bytes(content)
    observation = Observation.read(path)
    header = original["EVENTS"].header
    assert observation.gti.time_start.mjd[0] == pytest.approx(time[0], abs=1e-10)
    assert observation.gti.time_sum.to_value("s") == pytest.approx(600, abs=1e-5)
    assert observation.observation_live_time_duration.to_value("s") == pytest.approx(
        600 * header["LIVETIME"] / header["ONTIME"], rel=1e-6
    )
    origin = header["MJDREFI"] + header["MJDREFF"]
    first, last = ((mjd - origin) * 86400 for mjd in time)
    seconds = original["EVENTS"].data["TIME"]
    count = ((seconds >= first) & (seconds <= last)).sum()
    assert len(observation.events.table) == count


def test_tables_of_events(hess_server: Server):
    import pyarrow.parquet as pq
    from astropy.io.votable import parse_single_table

    region = ("POS", "RANGE 83 84 21.5 22.5")
    _, media_type, content = cut(hess_server, region, ("RESPONSEFORMAT", "parquet"))
    assert media_type == "application/vnd.apache.parquet"
    parquet = pq.read_table(io.BytesIO(content))
    _, media_type, content = cut(hess_server, region, ("RESPONSEFORMAT", "votable"))
    assert media_type == "application/x-votable+xml"
    votable = parse_single_table(io.BytesIO(content))
    assert parquet.column_names == [field.name for field in votable.fields]
    ids = parquet["event_id"].to_pylist()
    assert ids == votable.array["event_id"].tolist()
    assert len(ids) > 100
    assert np.all(np.abs(parquet["ra"].to_numpy() - 83.5) <= 0.5)


def test_several_runs(hess_server: Server):
    status, media_type, content = cut(
        hess_server, ("ID", "23526"), ("CIRCLE", f"{CRAB[0]} {CRAB[1]} 0.1")
    )
    assert (status, media_type) == (200, "application/x-tar")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["23523_cutout.fits", "23526_cutout.fits"]


def test_a_run_named_twice_is_cut_once(hess_server: Server):
    status, media_type, content = cut(
        hess_server,
        ("ID", "ivo://example.org/hess-dl3-dr1?23523/bundle"),
        ("CIRCLE", "83.6 22 0.1"),
    )
    assert (status, media_type) == (200, "application/x-tar")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["23523_cutout.fits"]


@pytest.mark.parametrize(
    "pair", [("CIRCLE", "183 22 1"), ("TIME", "53344.5 53345"), ("ENERGY", "1e18 1e19")]
)
def test_no_overlap(hess_server: Server, pair: tuple[str, str]):
    status, _, content = cut(hess_server, pair)
    assert (status, content) == (204, b"")


@pytest.mark.parametrize(
    ("pairs", "status", "word"),
    [
        ([("CIRCLE", "NaN 1 2")], 400, "UsageError"),
        ([("POLYGON", "0 0 120 0 240 0")], 400, "UsageError"),
        ([("POS", "BOX 1 2 3 4")], 400, "UsageError"),
        ([("BAND", "2 1")], 400, "UsageError"),
        ([("RESPONSEFORMAT", "bogus")], 400, "UsageError"),
        (
            [("CIRCLE", "1 2 3"), ("CIRCLE", "2 2 3")],
            400,
            "MultiValuedParamNotSupported",
        ),
        ([("TIME", "1 2"), ("TIME", "3 4")], 400, "MultiValuedParamNotSupported"),
        ([("ID", "../../etc/passwd")], 404, "UsageError"),
        ([("ID", str(n)) for n in range(200)], 400, "UsageError"),
    ],
)
def test_errors_begin_with_a_word_of_the_standard(
    hess_server: Server, pairs: list[tuple[str, str]], status: int, word: str
):
    found, media_type, content = cut(hess_server, *pairs)
    assert (found, media_type) == (status, "text/plain; charset=utf-8")
    assert content.decode().startswith(f"{word}: ")
    assert "Traceback" not in content.decode()


def test_jobs_have_a_result_for_each_combination(hess_server: Server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(
        [
            ("ID", "23523"),
            ("ID", "nothing"),
            ("CIRCLE", f"{CRAB[0]} {CRAB[1]} 0.1"),
            ("CIRCLE", "183 22 1"),
            ("PHASE", "RUN"),
        ]
    ).encode()
    made, _ = ask(hess_server, "/soda/async", method="POST", body=body, headers=form)
    assert made.status == 303
    job = made.getheader("Location", "").removeprefix(hess_server.url)
    _, document = ask(hess_server, f"{job}?WAIT=20&PHASE=QUEUED")
    _, document = ask(hess_server, f"{job}?WAIT=20&PHASE=EXECUTING")
    assert b">COMPLETED<" in document
    results = [ask(hess_server, f"{job}/results/result_{n}") for n in (1, 2, 3, 4)]
    types = [response.getheader("Content-Type") for response, _ in results]
    assert types == ["application/x-fits-gadf", *["text/plain"] * 3]
    with fits.open(io.BytesIO(results[0][1])) as hdus:
        assert len(hdus["EVENTS"].data) > 0
    assert all(text.startswith(b"UsageError: ") for _, text in results[1:])


def test_a_job_with_wrong_parameters_says_so(hess_server: Server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"ID": "23523", "CIRCLE": "1 2", "PHASE": "RUN"}).encode()
    made, _ = ask(hess_server, "/soda/async", method="POST", body=body, headers=form)
    job = made.getheader("Location", "").removeprefix(hess_server.url)
    _, phase = ask(hess_server, f"{job}/phase")
    assert phase == b"ERROR"


def test_a_client_that_leaves_leaves_nothing_behind(hess_server: Server):
    import socket
    from urllib.parse import urlsplit

    pairs = [("ID", str(run)) for run in (23523, 23526, 23559, 23592)]
    parts = urlsplit(hess_server.url)
    for _ in range(3):
        with socket.create_connection(
            (parts.hostname or "", parts.port or 80)
        ) as client:
            request = f"GET /soda/sync?{urlencode(pairs)} HTTP/1.1\r\nHost: x\r\n\r\n"
            client.sendall(request.encode())
            client.recv(10)
    assert cut(hess_server, ("CIRCLE", f"{CRAB[0]} {CRAB[1]} 0.1"))[0] == 200
