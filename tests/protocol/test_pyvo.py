"""pyvo against the live server: what an astronomer's notebook does."""

from __future__ import annotations

import pytest
import pyvo

from tests.support.server import Server


@pytest.fixture(scope="module")
def service(hess_server: Server) -> pyvo.dal.TAPService:
    return pyvo.dal.TAPService(hess_server.tap)


def test_the_service_describes_itself(service: pyvo.dal.TAPService):
    assert service.maxrec == 100_000
    assert service.hardlimit == 10_000_000
    language = service.get_tap_capability().languages[0]
    assert {version.content for version in language.versions} == {"2.0", "2.1"}


def test_tables(service: pyvo.dal.TAPService, capsys: pytest.CaptureFixture[str]):
    names = {table.name for table in service.tables}
    assert {
        "ivoa.obscore",
        "ivoa.obscore_hea",
        "hess_dl3_dr1.events",
        "tap_schema.columns",
    } <= names
    columns = {column.name for column in service.tables["ivoa.obscore"].columns}
    assert "s_region" in columns
    assert "hpx29" not in columns
    service.describe()
    assert "ivo://ivoa.net/std/TAP" in capsys.readouterr().out


def test_examples_run(service: pyvo.dal.TAPService):
    assert len(service.examples) == 7
    for example in service.examples:
        assert len(example.execute()) > 0


def test_search(service: pyvo.dal.TAPService):
    result = service.search(
        "SELECT obs_id, s_ra FROM ivoa.obscore WHERE dataproduct_type = 'event' "
        "AND DISTANCE(s_ra, s_dec, 83.633, 22.014) < 2 ORDER BY obs_id"
    )
    assert list(result["obs_id"]) == ["23523", "23526", "23559", "23592"]
    assert str(result.to_table()["s_ra"].unit) == "deg"


def test_maxrec_and_overflow(service: pyvo.dal.TAPService):
    cut = service.search("SELECT * FROM ivoa.obscore", maxrec=3)
    assert (len(cut), cut.status[0]) == (3, "OVERFLOW")
    whole = service.search("SELECT TOP 3 * FROM ivoa.obscore", maxrec=3)
    assert (len(whole), whole.status[0]) == (3, "OK")


def test_an_error_says_where_and_what(service: pyvo.dal.TAPService):
    with pytest.raises(pyvo.dal.DALQueryError) as caught:
        service.search("SELECT s_raa FROM ivoa.obscore")
    assert "Line 1, column 8" in str(caught.value)
    assert "s_ra" in str(caught.value)


def test_the_products_of_a_run_can_be_downloaded(service: pyvo.dal.TAPService):
    from astropy.io import fits

    row = service.search(
        "SELECT access_url, ev_xel, access_estsize FROM ivoa.obscore "
        "NATURAL JOIN ivoa.obscore_hea WHERE obs_id = '23523' "
        "AND dataproduct_subtype = 'hea-event-list'"
    )[0]
    with fits.open(row["access_url"], cache=False) as hdus:
        assert len(hdus["EVENTS"].data) == row["ev_xel"]
