"""The use cases of the high-energy ObsCore extension, as queries on H.E.S.S. DL3 DR1.

Numbers are those of the extension's list. 12 (BOX), 16 (TMOC) and 18–23 (DataLink and
response tables) need functions and tables that do not exist yet.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
import pyvo

from tests.conftest import missing
from tests.support.server import Server

JOINED = "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea WHERE "
ELSEWHERE = {
    1: "(target_name='Sgr A*' OR CONTAINS(POINT(s_ra,s_dec),"
    "CIRCLE(266.4168,-29.0078,0.5))=1) AND dataproduct_type='hea-event-list'",
    2: "CONTAINS(POINT(s_ra,s_dec),CIRCLE(330.680338,42.27777,0.083333))=1 AND "
    "dataproduct_type='hea-event-list' AND calib_level>=2 AND "
    "em_calib_status='calibrated' AND ev_xel>=10000",
    3: "INTERSECTS(s_region,CIRCLE(312.775,30.683,1.5))=1 AND dataproduct_type IN "
    "('hea-event-list','aeff','edisp','psf','bkgrate') AND obs_collection='SWGO-DR1' "
    "AND event_type='very-good'",
    4: "CONTAINS(POINT(s_ra,s_dec),CIRCLE(350.8584,58.8113,0.042))=1 AND "
    "dataproduct_type='hea-event-list' AND obs_collection='VERITAS-DR1' AND "
    "access_format='application/x-votable+xml;content=datalink'",
    5: "CONTAINS(POINT(s_ra,s_dec),CIRCLE(350.8584,58.8113,0.5))=1 AND "
    "dataproduct_type='hea-event-bundle' AND ev_xel>=1000000",
    6: "dataproduct_type='hea-event-list' AND obs_collection='CTAO-DR1' AND "
    "instrument_name LIKE '%CTAO-S%' AND energy_max>=1.0e13",
    7: "dataproduct_type='hea-event-bundle' AND calib_level>=2 AND em_res_power>100 AND "
    "energy_min<1e5 AND energy_max>=1e3 AND o_ucd LIKE '%phys.polarization%' AND "
    "o_ucd LIKE '%pos.eq%'",
    8: "dataproduct_type='response-function' AND dataproduct_subtype='psf' AND "
    "obs_id='4374' AND obs_collection='CSC2'",
    9: "dataproduct_type IN ('aeff','edisp','psf','bkgrate') AND obs_id='4374'",
    10: "CONTAINS(POINT('ICRS',98.24,5.81),CIRCLE('ICRS',s_ra,s_dec,s_fov))=1 AND "
    "dataproduct_type IN ('hea-event-list','hea-event-bundle')",
    11: "facility_name='KM3NeT' AND instrument_name LIKE '%ARCA%' AND t_max>=61406 AND "
    "t_min<=62870 AND event_type='track' AND analysis_mode='pointsource'",
    13: "messenger_pdgid IN ('-16','+16') AND obs_mode LIKE '%wide-array%' AND "
    "dataproduct_subtype='aeff'",
    14: "dataproduct_type='draws' AND dataproduct_subtype='poserr' AND "
    "CONTAINS(POINT(s_ra,s_dec),CIRCLE(83.63,22.01,0.0013889))=1",
    15: "dataproduct_type='image' AND dataproduct_subtype='fluxmap' AND "
    "instrument_name LIKE '%CTAO-N%' AND CAST(obs_id AS INTEGER) BETWEEN 4375 AND 4379",
    17: "dataproduct_type='light-curve' AND t_min>=62502 AND t_max<=62866 AND "
    "target_name='PKS 2155-304'",
}


@pytest.fixture(scope="module")
def service(hess_server: Server) -> pyvo.dal.TAPService:
    return pyvo.dal.TAPService(hess_server.tap)


@pytest.fixture(scope="module")
def reference() -> list[dict[str, str]]:
    default = Path(__file__).parents[3] / "shared" / "reference" / "tables"
    folder = Path(os.environ.get("GAMMAVO_REFERENCE", default))
    path = folder / "hess_dr1_obscore_reference.csv"
    if not path.is_file():
        missing("no check values of H.E.S.S. DL3 DR1: set GAMMAVO_REFERENCE")
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def distance(rows: list[dict[str, str]], ra: float, dec: float) -> np.ndarray:
    """Return the angle of each row's pointing from a position, in degrees."""

    def vector(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        lon, lat = np.radians(lon), np.radians(lat)
        return np.array(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        )

    pointing = vector(
        np.array([float(row["s_ra"]) for row in rows]),
        np.array([float(row["s_dec"]) for row in rows]),
    )
    return np.degrees(
        np.arccos(np.clip(vector(np.array(ra), np.array(dec)) @ pointing, -1, 1))
    )


@pytest.mark.parametrize("number", ELSEWHERE)
def test_use_cases_about_other_observatories_run(
    service: pyvo.dal.TAPService, number: int
):
    assert len(service.search(JOINED + ELSEWHERE[number])) == 0


def test_event_lists_at_a_position(
    service: pyvo.dal.TAPService, reference: list[dict[str, str]]
):
    near = distance(reference, 83.633, 22.014) < 2.0
    wanted = {
        row["obs_id"] for row, inside in zip(reference, near, strict=True) if inside
    }
    query = (
        "(target_name='Crab Nebula' OR CONTAINS(POINT(s_ra,s_dec),"
        "CIRCLE(83.633,22.014,2.0))=1) AND dataproduct_type='hea-event-list'"
    )
    found = service.search(JOINED + query)
    assert set(found["obs_id"]) >= wanted
    assert len(wanted) == 4


@pytest.mark.parametrize("word", ["event", "event-list", "hea-event-list"])
def test_every_spelling_finds_the_same(service: pyvo.dal.TAPService, word: str):
    query = f"SELECT obs_id FROM ivoa.obscore WHERE dataproduct_type = '{word}'"
    assert len(service.search(query)) == 105


def test_rich_calibrated_lists(
    service: pyvo.dal.TAPService, reference: list[dict[str, str]]
):
    wanted = {row["obs_id"] for row in reference if int(row["ev_xel"]) >= 10000}
    query = (
        "dataproduct_type='hea-event-list' AND calib_level>=2 AND "
        "em_calib_status='calibrated' AND ev_xel>=10000"
    )
    assert set(service.search(JOINED + query)["obs_id"]) == wanted
    assert 10 < len(wanted) < 105


def test_responses_of_one_run(service: pyvo.dal.TAPService):
    query = (
        "SELECT dataproduct_subtype FROM ivoa.obscore WHERE obs_id = '23523' AND "
        "dataproduct_type IN ('aeff','edisp','psf','bkgrate') ORDER BY 1"
    )
    assert list(service.search(query)["dataproduct_subtype"]) == [
        "aeff",
        "bkgrate",
        "edisp",
        "psf",
    ]
    query = (
        "SELECT dataproduct_subtype FROM ivoa.obscore WHERE obs_id = '23523' AND "
        "dataproduct_type = 'response-function' AND dataproduct_subtype = 'psf'"
    )
    assert len(service.search(query)) == 1


def test_runs_whose_field_of_view_holds_a_position(
    service: pyvo.dal.TAPService, reference: list[dict[str, str]]
):
    inside = distance(reference, 329.717, -30.226) <= 2.5
    query = (
        "SELECT obs_id FROM ivoa.obscore WHERE dataproduct_type = 'event' AND "
        "CONTAINS(POINT('ICRS', 329.717, -30.226), s_region) = 1"
    )
    assert len(service.search(query)) == inside.sum() > 0
    query = query.replace("s_region", "CIRCLE('ICRS', s_ra, s_dec, s_fov/2)")
    assert len(service.search(query)) == inside.sum()


def test_numbers_in_obs_id(service: pyvo.dal.TAPService):
    query = (
        "SELECT obs_id FROM ivoa.obscore WHERE dataproduct_type = 'event' AND "
        "CAST(obs_id AS INTEGER) BETWEEN 23500 AND 23600"
    )
    found = [int(obs_id) for obs_id in service.search(query)["obs_id"]]
    assert {23523, 23526, 23559, 23592} <= set(found)
    assert all(23500 <= number <= 23600 for number in found)


EXACT = (
    "obs_id target_name obs_collection access_estsize ev_xel o_ucd facility_name "
    "instrument_name obs_mode tracking_mode scan_mode pointing_mode analysis_mode "
    "messenger_name messenger_pdgid s_calib_status s_xel1 calib_level"
).split()
CLOSE = {
    "s_ra": (0, 1e-6),
    "s_dec": (0, 1e-6),
    "s_fov": (0, 1e-9),
    "s_resolution": (0.01, 0),
    "t_min": (0, 2e-8),
    "t_max": (0, 2e-8),
    "t_exptime": (0, 1e-3),
    "em_min": (1e-6, 0),
    "em_max": (1e-6, 0),
    "em_res_power": (0.01, 0),
    "energy_min": (1e-4, 0),
    "energy_max": (1e-4, 0),
}


def test_all_rows_agree_with_the_reference(
    service: pyvo.dal.TAPService, reference: list[dict[str, str]]
):
    query = JOINED + "dataproduct_type = 'hea-event-list'"
    found = {str(row["obs_id"]): row for row in service.search(query)}
    assert len(found) == len(reference) == 105
    for wanted in reference:
        row = found[wanted["obs_id"]]
        for name in EXACT:
            value = "" if row[name] is None else str(row[name])
            assert value == wanted[name], (wanted["obs_id"], name)
        for name, (relative, absolute) in CLOSE.items():
            assert float(row[name]) == pytest.approx(
                float(wanted[name]), rel=relative, abs=absolute
            ), (wanted["obs_id"], name)


def test_all_events_are_there(
    service: pyvo.dal.TAPService, reference: list[dict[str, str]]
):
    query = "SELECT obs_id, COUNT(*) AS n FROM hess_dl3_dr1.events GROUP BY obs_id"
    found = {str(row["obs_id"]): int(row["n"]) for row in service.search(query)}
    assert found == {row["obs_id"]: int(row["ev_xel"]) for row in reference}
    assert sum(found.values()) == 1_046_156


def test_t_min_agrees_with_the_headers(service: pyvo.dal.TAPService, test_data: Path):
    from astropy.io import fits
    from astropy.time import Time

    query = (
        "SELECT obs_id, t_min FROM ivoa.obscore "
        "WHERE dataproduct_subtype = 'hea-event-list'"
    )
    found = {str(row["obs_id"]): float(row["t_min"]) for row in service.search(query)}
    for path in sorted((test_data / "hess-dl3-dr1" / "data").glob("*.fits.gz")):
        header = fits.getheader(path, "EVENTS")
        date = f"{header['DATE-OBS']}T{header['TIME-OBS']}"
        start = Time(date, scale="tt")  # TIMESYS of these files
        assert abs(found[str(header["OBS_ID"])] - start.mjd) * 86400 <= 1.0, path.name
