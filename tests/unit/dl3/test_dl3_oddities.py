"""What public files do beside the format; each must be read, and read rightly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import FK5, SkyCoord
from astropy.io import fits
from synthetic_dl3 import (
    EVENTS_HEADER,
    OFFSET_EDGES,
    REMOVED,
    TIME_HEADER,
    SyntheticRun,
    aeff,
    bkg,
    edisp,
    event_columns,
    psf,
    response,
    write_index,
    write_observations,
)

from gammavo.dl3 import RunResult, find_runs, read_run
from gammavo.model.observations import Level, Product, ReleaseDescription

Read = Callable[..., RunResult]
T_MIN = 55555.5 + 1000 / 86400
DESCRIPTION = ReleaseDescription("test-release", "A release for tests")


def changed(**header: Any) -> SyntheticRun:
    """A run whose EVENTS header differs from a valid one."""
    return SyntheticRun(header=EVENTS_HEADER | TIME_HEADER | header)


def events_of(result: RunResult) -> Product:
    assert result.run is not None, result.report
    return result.run.products[0]


def keywords(result: RunResult) -> set[str]:
    return {finding.keyword for finding in result.report.findings}


def test_valid_run_has_no_finding(read: Read) -> None:
    result = read()
    assert result.report.level is Level.OK, result.report
    product = events_of(result)
    assert product.obscore["t_min"] == pytest.approx(T_MIN, abs=1e-9)
    assert product.obscore["s_fov"] == 5.0  # DETX of the background
    assert product.origins["s_fov"] == "largest offset of bkg"
    assert product.origins["t_exptime"] == "EVENTS header LIVETIME (ONTIME 1000 s)"
    assert product.obscore["obs_title"] == "TESTTEL run 7 Test source"
    assert product.obscore_hea["energy_min"] == pytest.approx(0.3e12)
    assert product.obscore_hea["energy_max"] == pytest.approx(80e12)
    assert product.obscore["em_max"] == pytest.approx(1.239841984332e-18 / 0.3)
    assert product.obscore["em_min"] == pytest.approx(1.239841984332e-18 / 80)
    # sigma = 0.1 deg: R68 = 1.51 sigma, FWHM = 2.355 sigma
    assert product.obscore["s_resolution"] == pytest.approx(3600 * 0.2355, rel=2e-3)
    assert product.obscore["em_res_power"] == pytest.approx(1 / 2.355 / 0.15, rel=0.01)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (20131103103, "20131103103"),
        ("111630", "111630"),
        ("chunks 103 - 133", "chunks 103 - 133"),
        (17.0, "17"),
    ],
)
def test_obs_id_of_any_type(read: Read, value: object, expected: str) -> None:
    assert events_of(read(changed(OBS_ID=value))).obscore["obs_id"] == expected


def test_float_mjdref_and_lower_case_timesys(read: Read) -> None:
    times = {"MJDREF": 55555.5, "TIMESYS": "tt", "MJDREFI": REMOVED, "MJDREFF": REMOVED}
    run = changed(**times)
    run.gti_header = {"MJDREF": 55555.5, "TIMESYS": "tt"}
    assert events_of(read(run)).obscore["t_min"] == pytest.approx(T_MIN, abs=1e-9)


def test_float_mjdrefi_without_mjdreff(read: Read) -> None:
    run = changed(MJDREFI=53402.0, MJDREFF=REMOVED)
    run.gti_header = {"MJDREFI": 53402.0, "TIMESYS": "TT"}
    expected = 53402 + 1000 / 86400
    assert events_of(read(run)).obscore["t_min"] == pytest.approx(expected, abs=1e-9)


def test_intervals_believe_their_own_header(read: Read) -> None:
    run = SyntheticRun(intervals=[(0.0, 1000.0)])
    run.gti_header = TIME_HEADER | {"MJDREFF": 0.5 + 1000 / 86400}
    result = read(run)
    assert events_of(result).obscore["t_min"] == pytest.approx(T_MIN, abs=1e-9)
    assert result.events is not None
    assert result.events["in_gti"].tolist() == [1, 1, 1, 1, 1]


def test_intervals_without_header_or_unit(read: Read) -> None:
    run = SyntheticRun(gti_header={}, gti_unit="")
    assert events_of(read(run)).obscore["t_min"] == pytest.approx(T_MIN, abs=1e-9)


def test_times_declared_tai_from_the_gps_epoch_are_warned_of(read: Read) -> None:
    late = [(1.1e9, 1.1e9 + 1000)]
    run = changed(MJDREFI=44244, MJDREFF=0.0, TIMESYS="TAI")
    run.intervals, run.gti_header = late, {}
    run.events = event_columns() | {"TIME": ("D", np.full(5, 1.1e9 + 5), "s")}
    result = read(run)
    assert result.report.level is Level.WARNING
    expected = 44244 + (1.1e9 + 32.184) / 86400
    assert events_of(result).obscore["t_min"] == pytest.approx(expected, abs=1e-8)
    assert "TIMESYS" in keywords(result)


def test_columns_that_differ_only_by_case(read: Read) -> None:
    columns = event_columns()
    degrees = columns.pop("RA")
    lower = {"ra": ("D", np.full(5, 1.0), "rad"), "dec": ("D", np.full(5, 0.4), "rad")}
    run = SyntheticRun(events={**lower, **columns, "RA": degrees})
    result = read(run)
    assert result.events is not None
    assert result.events["ra"] == pytest.approx(np.linspace(83, 84, 5), abs=1e-5)
    assert result.events["dec"] == pytest.approx(np.linspace(21, 23, 5), abs=1e-5)


def test_columns_in_another_case_and_unit(read: Read) -> None:
    columns = event_columns()
    run = SyntheticRun(
        events={
            "event_id": columns["EVENT_ID"],
            "Time": columns["TIME"],
            "ra": ("D", np.radians(columns["RA"][1]), "rad"),
            "dec": ("D", np.radians(columns["DEC"][1]), "rad"),
            "energy": ("D", 1e3 * columns["ENERGY"][1], "GeV"),
        }
    )
    result = read(run)
    assert result.events is not None
    assert result.events["ra"] == pytest.approx(np.linspace(83, 84, 5))
    assert result.events["energy"] == pytest.approx(np.geomspace(0.5, 50, 5), rel=1e-6)
    assert result.events["energy"].dtype == np.float32


def test_unsigned_event_id_and_optional_columns(read: Read) -> None:
    columns = event_columns()
    columns["MULTIP"] = ("I", np.array([2, 3, 4, 5, 2]), "")
    columns["DETX"] = ("E", np.linspace(-1, 1, 5), "deg")
    columns["DETY"] = ("E", np.linspace(-1, 1, 5), "deg")
    run = SyntheticRun(events=columns)
    hdus = run.hdus()
    ids = np.array([0, 1, 2**31, 2**32 - 2, 2**32 - 1], np.uint32)
    table = hdus["EVENTS"]
    wide = fits.ColDefs(
        [
            fits.Column("EVENT_ID", "J", bzero=2**31, array=ids),
            *(column for column in table.columns if column.name != "EVENT_ID"),
        ]
    )
    hdus[1] = fits.BinTableHDU.from_columns(wide, header=table.header, name="EVENTS")
    run.hdus = lambda: hdus  # type: ignore[method-assign]
    result = read(run)
    assert result.events is not None
    assert result.events["event_id"].tolist() == ids.tolist()
    assert result.optional == ("multip", "detx", "dety")
    assert result.events["multip"].dtype == np.int32
    assert all(values.dtype.isnative for values in result.events.values())


def test_missing_event_ids_are_numbered(read: Read) -> None:
    columns = event_columns()
    del columns["EVENT_ID"]
    result = read(SyntheticRun(events=columns))
    assert result.events is not None
    assert result.events["event_id"].tolist() == [1, 2, 3, 4, 5]
    assert "EVENT_ID" in keywords(result)


def test_fk5_positions_are_rotated_to_icrs(read: Read) -> None:
    result = read(changed(RADECSYS="FK5"))
    truth = SkyCoord(83.6, 22.5, unit="deg", frame=FK5()).icrs
    product = events_of(result)
    assert product.obscore["s_ra"] == pytest.approx(truth.ra.deg, abs=1e-10)
    assert product.obscore["s_dec"] == pytest.approx(truth.dec.deg, abs=1e-10)
    assert abs(product.obscore["s_ra"] - 83.6) > 1e-7  # it did move
    assert result.events is not None
    ra = event_columns()["RA"][1].astype(np.float32).astype(float)
    dec = event_columns()["DEC"][1].astype(np.float32).astype(float)
    events = SkyCoord(ra, dec, unit="deg", frame=FK5()).icrs
    assert result.events["ra"] == pytest.approx(events.ra.deg, abs=1e-10)


def test_equinox_as_text(read: Read) -> None:
    result = read(changed(RADECSYS="FK5", EQUINOX="2000.0"))
    assert result.report.level is Level.OK


def test_drift_run_without_pointing(read: Read) -> None:
    run = changed(OBS_MODE="DRIFT", RA_PNT=REMOVED, DEC_PNT=REMOVED)
    result = read(run)
    product = events_of(result)
    assert product.obscore["s_ra"] == pytest.approx(83.5, abs=0.01)
    assert product.obscore["s_dec"] == pytest.approx(22.0, abs=0.01)
    assert "s_region" not in product.obscore
    assert product.origins["s_ra"] == "mean direction of the events"
    assert product.obscore_hea["tracking_mode"] == "fixed-az-el-transit"
    assert result.events is not None
    assert np.isnan(result.events["offset_angle"]).all()


def test_missing_telescope_and_mode(read: Read) -> None:
    result = read(changed(TELESCOP=REMOVED, OBS_MODE=REMOVED, N_TELS=REMOVED))
    product = events_of(result)
    assert "facility_name" not in product.obscore
    assert not {"obs_mode", "tracking_mode", "pointing_mode"} & set(product.obscore_hea)
    assert keywords(result) == {"TELESCOP"}


def test_booleans_where_numbers_or_text_belong(read: Read) -> None:
    result = read(changed(LIVETIME=True, EV_CLASS=True, N_TELS="4"))
    product = events_of(result)
    assert product.origins["t_exptime"] == "EVENTS header ONTIME * DEADC"
    assert product.obscore["t_exptime"] == pytest.approx(900)
    assert product.obscore_hea["pointing_mode"] == "parallel"


def test_livetime_from_the_intervals(read: Read) -> None:
    run = changed(LIVETIME=REMOVED, DEADC=REMOVED)
    run.intervals = [(1000, 1400), (1300, 1500), (1600, 2000)]
    product = events_of(read(run))
    assert product.obscore["t_exptime"] == pytest.approx(900)  # the overlap counts once
    assert product.origins["t_exptime"] == "sum of GTI table START, STOP"


def test_true_energy_axes_and_bgd_column(read: Read) -> None:
    run = SyntheticRun(
        responses=[
            aeff(energy_name="ETRUE"),
            edisp(energy_name="ETRUE", norm=2400.0),
            psf(),
            bkg("BGD"),
        ]
    )
    result = read(run)
    assert result.report.level is Level.OK
    row = events_of(result).obscore
    assert row["em_res_power"] == pytest.approx(1 / 2.355 / 0.15, rel=0.01)


def test_empty_energy_dispersion(read: Read) -> None:
    result = read(SyntheticRun(responses=[aeff(), edisp(norm=0.0), psf(), bkg()]))
    assert "em_res_power" not in events_of(result).obscore
    assert "em_ref_energy" not in events_of(result).obscore_hea
    assert keywords(result) == {"MATRIX"}


@pytest.mark.parametrize("low_high", [(0.1, 100.0), (0.001, 1e4), (-1.0, 0.0)])
def test_meaningless_thresholds(read: Read, low_high: tuple[float, float]) -> None:
    thresholds = {"LO_THRES": low_high[0], "HI_THRES": low_high[1]}
    run = SyntheticRun(responses=[aeff(thresholds), edisp(), psf(), bkg()])
    product = events_of(read(run))
    assert product.origins["energy_min"].startswith("AEFF above 10 %")
    # the area grows like sqrt(E): 10 % of the one at 89 TeV is reached at 0.89 TeV
    assert product.obscore_hea["energy_min"] == pytest.approx(1e12, rel=0.27)
    assert product.obscore_hea["energy_max"] == pytest.approx(1e14)


def test_without_responses_the_events_give_the_energies(read: Read) -> None:
    result = read(SyntheticRun(responses=[]))
    product = events_of(result)
    assert product.obscore_hea["energy_min"] == pytest.approx(0.5e12)
    assert product.obscore_hea["energy_max"] == pytest.approx(50e12)
    assert "s_fov" not in product.obscore
    assert result.run is not None
    assert [item.name for item in result.run.products] == ["events"]


def test_point_like_run_with_rad_max(read: Read) -> None:
    energies = np.array([0.1, 1.0, 100.0])
    cut = response(
        "RAD_MAX",
        [("ENERG", energies, "TeV"), ("THETA", OFFSET_EDGES, "deg")],
        {"RAD_MAX": (np.full((3, 2), 0.2), "deg")},
        {"HDUCLAS2": "RAD_MAX", "HDUCLAS4": "RAD_MAX_2D"},
    )
    pointlike = {"HDUCLAS3": "POINT-LIKE"}
    result = read(SyntheticRun(responses=[aeff(pointlike), edisp(), cut]))
    assert result.report.level is Level.OK, result.report
    assert result.run is not None
    names = [product.name for product in result.run.products]
    assert names == ["events", "bundle", "aeff", "edisp", "rad_max"]
    assert "s_resolution" not in events_of(result).obscore


def test_place_holder_position_of_the_object(read: Read) -> None:
    product = events_of(read(changed(RA_OBJ=0.0, DEC_OBJ=0.0)))
    assert "target_name" not in product.obscore
    assert "(0, 0)" in product.origins["target_name"]
    assert product.obscore["obs_title"] == "TESTTEL run 7"


def test_survey_keeps_its_name(read: Read) -> None:
    run = changed(OBJECT="Galactic Plane Survey", RA_OBJ=0.0, DEC_OBJ=0.0)
    product = events_of(read(run))
    assert product.obscore["target_name"] == "Galactic Plane Survey"


def test_target_outside_the_field(read: Read) -> None:
    result = read(changed(RA_OBJ=93.6))
    assert "target_name" not in events_of(result).obscore
    assert keywords(result) == {"OBJECT"}


def test_data_subspace_cone_is_the_field_of_view(read: Read) -> None:
    run = changed(DSTYP3="POS(RA,DEC)", DSVAL3="CIRCLE(83.6,22.5,4)")
    product = events_of(read(run))
    assert product.obscore["s_fov"] == 8.0
    assert product.origins["s_fov"] == "EVENTS header DSVAL3"


def test_hdu_names_in_another_case_and_empty_file_dir(tmp_path: Path) -> None:
    SyntheticRun().write(tmp_path / "run.fits")
    rows = [
        (7, "EVENTS", "", "run.fits", "events"),
        (7, "Gti", "", "run.fits", "gti"),
        (7, "aeff", "", "run.fits", "effective area"),
        (7, "PSF", "", "run.fits", "wrong name"),
    ]
    write_index(tmp_path, rows, rename=str.lower)
    (run,) = find_runs(tmp_path).runs
    result = read_run(tmp_path, run, DESCRIPTION)
    assert result.run is not None
    hdus = [product.hdu for product in result.run.products]
    assert hdus == ["EVENTS", "", "EFFECTIVE AREA", "POINT SPREAD FUNCTION"]


def test_index_with_several_extensions_and_event_types(tmp_path: Path) -> None:
    for number in (1, 2):
        SyntheticRun().write(tmp_path / f"bin{number}.fits")
    hdus: list[Any] = [fits.PrimaryHDU()]
    for number in (1, 2):
        columns = [
            fits.Column("OBS_ID", "K", array=[103000133]),
            fits.Column("HDU_TYPE", "6A", array=["events"]),
            fits.Column("FILE_DIR", "1A", array=[""]),
            fits.Column("FILE_NAME", "9A", array=[f"bin{number}.fits"]),
            fits.Column("HDU_NAME", "6A", array=["EVENTS"]),
            fits.Column("EVENT_TYPE", "K", array=[number]),
        ]
        hdus.append(fits.BinTableHDU.from_columns(columns))
    fits.HDUList(hdus).writeto(tmp_path / "hdu-index-test.fits.gz")
    inventory = find_runs(tmp_path)
    assert [run.obs_id for run in inventory.runs] == ["103000133-1", "103000133-2"]
    result = read_run(tmp_path, inventory.runs[1], DESCRIPTION)
    assert events_of(result).obscore_hea["event_type"] == "2"
    assert "OBS_ID" in keywords(result)  # the header says 7


def test_index_row_completes_the_header_and_is_compared_with_it(tmp_path: Path) -> None:
    run = changed(OBJECT=REMOVED, RADECSYS=REMOVED, EQUINOX=REMOVED, INSTRUME=REMOVED)
    run.write(tmp_path / "run.fits")
    write_index(tmp_path, [(7, "events", "", "run.fits", "EVENTS")])
    columns = {
        "OBS_ID": ("K", [7], ""),
        "OBJECT": ("9A", ["Crab"], ""),
        "RA_PNT": ("E", [83.6], "deg"),
        "DEC_PNT": ("E", [22.9], "deg"),
        "EVENT_COUNT": ("K", [4], ""),
    }
    write_observations(tmp_path, columns, {"RADECSYS": "ICRS"})
    (found,) = find_runs(tmp_path).runs
    result = read_run(tmp_path, found, DESCRIPTION)
    product = events_of(result)
    assert product.obscore["target_name"] == "Crab"
    assert product.origins["target_name"] == "obs-index OBJECT"
    assert "instrument_name" not in product.obscore
    assert product.obscore["s_dec"] == 22.5  # the file is believed
    disagreeing = {f.keyword: f.value for f in result.report.findings}
    assert disagreeing["DEC_PNT"] == "file 22.5, index 22.9"
    assert disagreeing["EVENT_COUNT"] == "file 5, index 4"
    assert "RA_PNT" not in disagreeing  # single precision is no disagreement


def test_description_names_rights_and_targets(read: Read) -> None:
    from gammavo.model.observations import TargetDescription

    description = replace(
        DESCRIPTION,
        facility_name="The Facility",
        fov_radius=1.75,
        creators=("José", "Åsa"),
        doi="10.1234/x",
        data_rights="proprietary",
        release_date="2030-01-31",
        targets=(TargetDescription("M 1", ("TEST-SOURCE",), "SNR"),),
    )
    row = events_of(read(description=description)).obscore
    assert row["facility_name"] == "The Facility"
    assert row["s_fov"] == 3.5
    assert row["obs_creator_name"] == "José; Åsa"
    assert row["bib_reference"] == "10.1234/x"
    assert row["data_rights"] == "proprietary"
    assert row["obs_release_date"].isoformat() == "2030-01-31T00:00:00"
    assert row["obs_creation_date"].isoformat() == "2024-05-06T07:08:09"
    assert row["target_class"] == "SNR"
