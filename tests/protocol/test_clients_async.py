"""Jobs as astronomers have them: pyvo, astroquery and STILTS against a live server."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Iterator

import pytest
import pyvo
from astropy import units
from astropy.time import Time
from astroquery.utils.tap.core import Tap
from requests.exceptions import HTTPError

from tests.support.server import Server

COUNT = "SELECT COUNT(*) AS n FROM ivoa.obscore WHERE dataproduct_type = 'event'"
EVENTS = "SELECT obs_id, event_id, ra, dec, energy FROM simulated_dl3.events"
WRONG = "SELECT s_raa FROM ivoa.obscore"
ENDLESS = (
    "SELECT COUNT(*) AS n FROM simulated_dl3.events a, simulated_dl3.events b, "
    "simulated_dl3.events c WHERE SIN(a.ra + b.ra + c.ra) > 2"
)


# Both libraries leave it to the garbage collector to close their connections.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    gc.collect()


class TestPyvo:
    @pytest.fixture
    def service(self, server: Server) -> pyvo.dal.TAPService:
        return pyvo.dal.TAPService(server.tap)

    def test_run_async(self, service: pyvo.dal.TAPService, simulated_events: int):
        found = service.run_async(EVENTS).to_table()
        assert len(found) == simulated_events
        assert str(found["energy"].unit) == "TeV"
        same = service.run_sync(EVENTS).to_table()
        for name in found.colnames:
            assert sorted(found[name]) == sorted(same[name])

    def test_overflow(self, service: pyvo.dal.TAPService):
        found = service.run_async(EVENTS, maxrec=7)
        assert (len(found), found.status[0]) == (7, "OVERFLOW")

    def test_a_job_step_by_step(self, service: pyvo.dal.TAPService):
        job = service.submit_job(WRONG, maxrec=100)
        assert job.phase == "PENDING"
        job.query = COUNT
        assert job.query == COUNT
        job.execution_duration = 30
        assert job.execution_duration.sec == 30
        tomorrow = Time.now() + 1 * units.day
        job.destruction = tomorrow
        assert abs(job.destruction - tomorrow) < 1 * units.s
        assert (job.run().wait().phase, job.quote, job.owner) == (
            "COMPLETED",
            None,
            None,
        )
        assert job.result_uri == f"{job.url}/results/result"
        assert job.fetch_result()["n"][0] == 4
        again = pyvo.dal.AsyncTAPJob(job.url)
        assert again.fetch_result()["n"][0] == 4
        url = job.url
        job.delete()
        with pytest.raises(pyvo.dal.DALServiceError, match="404"):
            pyvo.dal.AsyncTAPJob(url)

    def test_an_error_is_told_with_its_reason(self, service: pyvo.dal.TAPService):
        with pytest.raises(pyvo.dal.DALQueryError, match=r"Line 1, column 8.*s_ra"):
            service.run_async(WRONG)
        job = service.submit_job(WRONG).run().wait()
        assert job.phase == "ERROR"
        with pytest.raises(pyvo.dal.DALQueryError, match="Line 1, column 8"):
            job.raise_if_error()
        with pytest.raises(pyvo.dal.DALQueryError, match="Line 1, column 8"):
            job.fetch_result()

    def test_abort(self, service: pyvo.dal.TAPService):
        job = service.submit_job(ENDLESS).run()
        while job.phase != "EXECUTING":
            time.sleep(0.05)
        job.abort()
        assert job.phase == "ABORTED"
        job.delete()

    def test_a_time_limit_is_told(self, service: pyvo.dal.TAPService):
        job = service.submit_job(ENDLESS)
        job.execution_duration = 1
        assert job.run().wait().phase == "ERROR"
        with pytest.raises(pyvo.dal.DALQueryError, match="executionDuration of 1 s"):
            job.raise_if_error()

    def test_list(self, service: pyvo.dal.TAPService):
        jobs = [service.submit_job(COUNT, runid=f"number {i}") for i in range(3)]
        jobs[1].run().wait()
        wanted = [job.job_id for job in reversed(jobs)]
        assert [entry.jobid for entry in service.get_job_list()] == wanted
        assert [entry.jobid for entry in service.get_job_list(last=1)] == wanted[:1]
        found = service.get_job_list(phases=["COMPLETED", "ERROR"])
        assert [entry.jobid for entry in found] == [jobs[1].job_id]
        assert found[0].runid == "number 1"


class TestAstroquery:
    @pytest.fixture
    def tap(self, server: Server) -> Tap:
        return Tap(url=server.tap)

    def test_sync_and_async(self, tap: Tap):
        assert tap.launch_job(COUNT).get_results()["n"][0] == 4
        job = tap.launch_job_async(COUNT)
        assert job.get_results()["n"][0] == 4
        assert job.get_phase() == "COMPLETED"
        assert len(tap.launch_job_async(EVENTS, maxrec=9).get_results()) == 9

    def test_a_job_step_by_step(self, tap: Tap):
        job = tap.launch_job_async(COUNT, background=True, autorun=False)
        assert job.get_phase() == "PENDING"
        job.start()
        assert job.get_results()["n"][0] == 4

    def test_an_error_is_told_with_its_reason(self, tap: Tap):
        with pytest.raises(HTTPError, match="s_ra"):
            tap.launch_job(WRONG)
        with pytest.raises(HTTPError, match="Line 1, column 8"):
            tap.launch_job_async(WRONG).get_results()


class TestStilts:
    def tapquery(
        self, server: Server, stilts: str, adql: str, *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        command = [stilts, "tapquery", f"tapurl={server.tap}", "sync=false"]
        command += [f"adql={adql}", "poll=200", "ofmt=csv-noheader", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_tapquery(self, server: Server, stilts: str):
        done = self.tapquery(server, stilts, COUNT)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "4"
        assert "DELETED" in done.stderr

    def test_an_error_is_told_with_its_reason(self, server: Server, stilts: str):
        done = self.tapquery(server, stilts, WRONG)
        assert done.returncode == 1
        assert "Line 1, column 8" in done.stderr
