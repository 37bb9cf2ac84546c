"""The use cases of the high-energy extension of ObsCore (draft of 2026), as queries.

A few observations are made so that each query finds the one that it describes.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from astropy.time import Time
from mocpy import TimeMOC

from gammavo.adql import Catalog
from gammavo.model.columns import Column, Datatype, Schema, Table
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from tests.unit.adql.adql_world import World, create_table, with_index

_BOTH = "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea WHERE "
_POINT = "CONTAINS(POINT(s_ra, s_dec), CIRCLE({})) = 1"
_LIST = "dataproduct_type = 'hea-event-list'"
_LINKS = (
    "SELECT datalink.response.access_url FROM ivoa.obscore JOIN datalink.response "
    "ON obs_publisher_did = datalink.response.ID WHERE"
)

CASES = {
    "1": f"{_BOTH} (target_name = 'Sgr A*' OR {_POINT.format('266.4168, -29.0078, 0.5')}) "
    f"AND {_LIST}",
    "2": f"{_BOTH} {_POINT.format('330.680338, 42.27777, 0.083333')} AND {_LIST} AND "
    "calib_level >= 2 AND em_calib_status = 'calibrated' AND ev_xel >= 10000",
    "3": f"{_BOTH} INTERSECTS(s_region, CIRCLE(312.775, 30.683, 1.5)) = 1 AND "
    "dataproduct_type IN ('hea-event-list', 'aeff', 'edisp', 'psf', 'bkgrate') AND "
    "obs_collection = 'SWGO-DR1' AND event_type = 'very-good'",
    "4": f"{_BOTH} {_POINT.format('350.8584, 58.8113, 0.042')} AND {_LIST} AND "
    "obs_collection = 'VERITAS-DR1' AND "
    "access_format = 'application/x-votable+xml;content=datalink'",
    "5": f"{_BOTH} {_POINT.format('350.8584, 58.8113, 0.1')} AND "
    "dataproduct_type = 'hea-event-bundle' AND ev_xel >= 1000000",
    "6": f"{_BOTH} {_LIST} AND obs_collection = 'CTAO-DR1' AND "
    "instrument_name LIKE '%CTAO-S%' AND energy_max >= 1.0e13",
    "7": f"{_BOTH} {_POINT.format('83.6331, 22.0145, 0.1')} AND "
    "dataproduct_type = 'hea-event-bundle' AND calib_level >= 2 AND em_res_power > 100 "
    "AND energy_min < 1e5 AND energy_max >= 1e3 AND o_ucd LIKE '%phys.polarization%' "
    "AND ivo_hashlist_has(o_ucd, 'pos.eq') = 1",
    "8": f"{_BOTH} dataproduct_type = 'response-function' AND dataproduct_subtype = 'psf' "
    "AND obs_id = '4374' AND obs_collection = 'CSC2'",
    "9": f"{_BOTH} dataproduct_type IN ('aeff', 'edisp', 'psf', 'bkgrate') AND "
    "obs_id = '4374'",
    "10": f"{_BOTH} CONTAINS(POINT('ICRS', 98.24, 5.81), "
    "CIRCLE('ICRS', s_ra, s_dec, s_fov)) = 1 AND "
    "dataproduct_type IN ('hea-event-list', 'response-function')",
    "11": f"{_BOTH} facility_name = 'KM3NeT' AND instrument_name LIKE '%ARCA%' AND "
    "t_max >= 61406 AND t_min <= 62870 AND event_type = 'track' AND "
    "analysis_mode = 'pointsource'",
    "12": f"{_BOTH} messenger_name = 'neutrino' AND analysis_mode = 'diffuse' AND "
    "INTERSECTS(CIRCLE('ICRS', s_ra, s_dec, 80), BOX('GALACTIC', 0, 0, 30, 2)) = 1",
    "13": f"{_BOTH} messenger_pdgid IN ('-16', '+16') AND obs_mode LIKE '%wide-array%' AND "
    "dataproduct_subtype = 'aeff'",
    "14": f"{_BOTH} {_POINT.format('10.68, 41.27, 5. / 3600')} AND "
    "dataproduct_type = 'draws' AND dataproduct_subtype = 'poserr'",
    "15": f"{_BOTH} dataproduct_type = 'image' AND dataproduct_subtype = 'fluxmap' AND "
    "instrument_name LIKE '%CTAO-N%' AND CAST(obs_id AS INTEGER) BETWEEN 4375 AND 4379",
    "16": f"{_BOTH} {_POINT.format('10.68, 41.27, 0.5')} AND "
    "dataproduct_type IN ('light-curve', 'pdf') AND "
    "energy_min <= 300 AND energy_max >= 7000 AND "
    "INTERSECTS(TMOC(27, t_intervals), TMOC(27, 56320.0, 56325.0)) = 1",
    "17": f"{_BOTH} dataproduct_type = 'light-curve' AND t_min >= 62502 AND "
    "t_max <= 62866 AND target_name = 'PKS 2155-304'",
    "18": f"{_LINKS} obs_id = '4374' AND semantics = '#this'",
    "19": f"{_LINKS} {_POINT.format('10.68, 41.27, 1')} AND "
    "semantics = '#calibration' AND content_qualifier = 'psf'",
    "20": f"{_LINKS} "
    "INTERSECTS(s_region, CIRCLE(10.68, 41.27, 1)) = 1 AND "
    "semantics = '#auxiliary' AND content_qualifier = 'bkgimage'",
    "21": "SELECT r.access_url FROM ivoa.obscore o JOIN datalink.response r ON "
    "r.dl_association_id = 'group-' || o.obs_collection WHERE semantics = '#calibration'",
    "22": "SELECT resp_access_url FROM ivoa.obscore o JOIN ivoa.response_psf r ON "
    "o.obs_id = r.obs_id AND o.obs_publisher_did = r.obs_publisher_did WHERE "
    "o.obs_id = '1527' AND o.obs_collection = 'HESS-DR1'",
    "23": "SELECT resp_access_url FROM ivoa.obscore o JOIN ivoa.response_psf r ON "
    "o.obs_id = r.obs_id AND o.obs_publisher_did = r.obs_publisher_did WHERE "
    "o.obs_id = '1527' AND t_min <= 53000 AND t_max >= 53000 AND "
    "INTERSECTS(TMOC(27, resp_t_intervals), TMOC(27, 53000, 53000.5)) = 1",
}

_IN_2013 = " ".join(
    TimeMOC.from_time_ranges(
        Time([56321.0], format="mjd", scale="tt"),
        Time([56321.5], format="mjd", scale="tt"),
        order=42,
    )
    .to_string("ascii")
    .split()
)
_IN_2003 = " ".join(
    TimeMOC.from_time_ranges(
        Time([53000.1], format="mjd", scale="tt"),
        Time([53000.2], format="mjd", scale="tt"),
        order=42,
    )
    .to_string("ascii")
    .split()
)

_ANDROMEDA = {"s_ra": 10.68, "s_dec": 41.27, "s_region": "CIRCLE ICRS 10.68 41.27 0.5"}
_WANTED: dict[str, dict[str, Any]] = {
    "1": {"product_type": "hea-event-list", "s_ra": 266.5, "s_dec": -29.1},
    "2": {"product_type": "hea-event-list", "s_ra": 330.7, "s_dec": 42.3,
          "em_calib_status": "calibrated", "ev_xel": 20000},
    "3": {"product_type": "psf", "s_region": "CIRCLE ICRS 314 31 2",
          "obs_collection": "SWGO-DR1", "event_type": "very-good"},
    "4": {"product_type": "hea-event-list", "s_ra": 350.86, "s_dec": 58.81,
          "obs_collection": "VERITAS-DR1",
          "access_format": "application/x-votable+xml;content=datalink"},
    "5": {"product_type": "hea-event-bundle", "s_ra": 350.86, "s_dec": 58.81,
          "ev_xel": 2000000},
    "6": {"product_type": "hea-event-list", "obs_collection": "CTAO-DR1",
          "instrument_name": "CTAO-South", "energy_max": 1e14},
    "7": {"product_type": "hea-event-bundle", "s_ra": 83.6, "s_dec": 22.0,
          "em_res_power": 200.0, "energy_min": 1e3, "energy_max": 1e4,
          "o_ucd": "phys.polarization#pos.eq#time"},
    "8": {"product_type": "psf", "dataproduct_type": "response-function",
          "dataproduct_subtype": "psf", "obs_id": "4374", "obs_collection": "CSC2"},
    "10": {"product_type": "hea-event-list", "s_ra": 97.0, "s_dec": 5.0, "s_fov": 4.0},
    "11": {"facility_name": "KM3NeT", "instrument_name": "ARCA230", "t_min": 61500.0,
           "t_max": 61600.0, "event_type": "track", "analysis_mode": "pointsource"},
    "12": {"messenger_name": "neutrino", "analysis_mode": "diffuse", "s_ra": 250.0,
           "s_dec": 10.0},
    "13": {"messenger_pdgid": "-16", "obs_mode": "a-wide-array-b", "product_type": "aeff",
           "dataproduct_subtype": "aeff"},
    "14": {**_ANDROMEDA, "dataproduct_type": "draws", "product_type": "draws",
           "dataproduct_subtype": "poserr"},
    "15": {"dataproduct_type": "image", "product_type": "image",
           "dataproduct_subtype": "fluxmap", "instrument_name": "CTAO-North",
           "obs_id": "4376"},
    "16": {**_ANDROMEDA, "dataproduct_type": "light-curve", "product_type": "light-curve",
           "energy_min": 300.0, "energy_max": 7000.0, "t_intervals": _IN_2013},
    "17": {"dataproduct_type": "light-curve", "product_type": "light-curve",
           "t_min": 62600.0, "t_max": 62700.0, "target_name": "PKS 2155-304"},
    "22": {"obs_id": "1527", "obs_collection": "HESS-DR1", "t_min": 52999.0,
           "t_max": 53001.0},
}  # fmt: skip
"""What the observation of a case has; 9, 18 to 21 and 23 use those of other cases."""


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Datatype.VARCHAR, "x") for name in names)


_LINK_TABLE = Table(
    "datalink.response",
    "x",
    _texts("ID", "access_url", "semantics", "content_qualifier", "dl_association_id"),
)
_RESPONSE_TABLE = Table(
    "ivoa.response_psf",
    "x",
    _texts("obs_id", "obs_publisher_did", "resp_access_url", "resp_t_intervals"),
)


@pytest.fixture(scope="module")
def observatory() -> World:
    engine = duckdb.connect()
    general, special = [], []
    for case, values in _WANTED.items():
        row = dict.fromkeys(c.name for c in OBSCORE.all_columns)
        row |= {"obs_publisher_did": f"ivo://x?{case}", "calib_level": 2}
        row |= {"dataproduct_type": values.get("product_type")}
        row |= {name: value for name, value in values.items() if name in row}
        general.append(row)
        extension = dict.fromkeys(c.name for c in OBSCORE_HEA.all_columns)
        extension |= {
            name: value for name, value in values.items() if name in extension
        }
        special.append({**extension, "obs_publisher_did": f"ivo://x?{case}"})
    create_table(engine, "ivoa", OBSCORE, with_index(OBSCORE, general))
    create_table(engine, "ivoa", OBSCORE_HEA, special)
    links = [
        ("ivo://x?8", "a", "#this", None, None),
        ("ivo://x?14", "b", "#calibration", "psf", None),
        ("ivo://x?16", "c", "#auxiliary", "bkgimage", None),
        (None, "d", "#calibration", "psf", "group-CTAO-DR1"),
    ]
    names = [column.name for column in _LINK_TABLE.columns]
    rows = [dict(zip(names, link, strict=True)) for link in links]
    create_table(engine, "datalink", _LINK_TABLE, rows)
    names = [column.name for column in _RESPONSE_TABLE.columns]
    response = ("1527", "ivo://x?22", "e", _IN_2003)
    rows = [dict(zip(names, response, strict=True))]
    create_table(engine, "ivoa", _RESPONSE_TABLE, rows)
    catalog = Catalog(
        [
            Schema("ivoa", "x", (OBSCORE, OBSCORE_HEA, _RESPONSE_TABLE)),
            Schema("datalink", "x", (_LINK_TABLE,)),
        ]
    )
    return World(catalog, engine, {})


_FOUND = {"9": ["8"], "18": ["a"], "19": ["b"], "20": ["c"], "21": ["d"], "22": ["e"],
          "23": ["e"]}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_use_case(observatory: World, case: str) -> None:
    rows = observatory.ask(CASES[case], max_rows=100)
    if len(rows[0]) == 1:
        assert [row[0] for row in rows] == _FOUND[case]
        return
    names = [c.name for c in observatory.compile(CASES[case]).columns]
    did = names.index("obs_publisher_did")
    found = [row[did].rpartition("?")[2] for row in rows]
    assert found == _FOUND.get(case, [case])


def test_there_are_all_of_them() -> None:
    assert list(CASES) == [str(number) for number in range(1, 24)]
