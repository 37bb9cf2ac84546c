"""Files that are damaged, incomplete or hostile: a report, never an exception."""

from __future__ import annotations

import gzip
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_dl3 import (
    EVENTS_HEADER,
    REMOVED,
    TIME_HEADER,
    Columns,
    SyntheticRun,
    aeff,
    edisp,
    event_columns,
    psf,
)

from gammavo.dl3 import HduPlace, RunFiles, RunResult, find_runs, read_run
from gammavo.dl3 import fits as fits_access
from gammavo.dl3.inventory import RESPONSE_ROLES
from gammavo.model.observations import Level, ReleaseDescription

Read = Callable[..., RunResult]
DESCRIPTION = ReleaseDescription("test-release", "A release for tests")


def read_file(path: Path) -> RunResult:
    """Read a file as a run with everything in it, without looking for runs first."""
    roles = ("events", "gti", *RESPONSE_ROLES)
    places = {role: HduPlace(path.name, "") for role in roles}
    return read_run(path.parent, RunFiles("7", places), DESCRIPTION)


def refused(result: RunResult) -> str:
    """Return the message of the error that refused a run."""
    assert result.run is None
    assert result.events is None
    assert result.report.level is Level.ERROR
    (error,) = (f for f in result.report.findings if f.level is Level.ERROR)
    assert error.advice
    return error.message


def test_truncated_file(tmp_path: Path) -> None:
    path = SyntheticRun().write(tmp_path / "run.fits")
    os.truncate(path, 3000 + path.stat().st_size // 2)
    result = read_file(path)
    assert "truncated" in refused(result)
    assert result.report.findings[-1].file == "run.fits"


@pytest.mark.parametrize("keep", [1, 100, -20])
def test_truncated_gzip(tmp_path: Path, keep: int) -> None:
    path = SyntheticRun().write(tmp_path / "run.fits.gz")
    path.write_bytes(path.read_bytes()[:keep])
    refused(read_file(path))


def test_damaged_gzip(tmp_path: Path) -> None:
    path = SyntheticRun().write(tmp_path / "run.fits.gz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in refused(read_file(path))


def test_gzip_of_several_members(tmp_path: Path) -> None:
    plain = SyntheticRun().write(tmp_path / "plain.fits")
    content = plain.read_bytes()
    plain.unlink()
    path = tmp_path / "run.fits.gz"
    path.write_bytes(gzip.compress(content[:5000]) + gzip.compress(content[5000:]))
    assert read_file(path).run is not None


def test_gzip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits_access, "_SMALL_BYTES", 100_000)
    path = tmp_path / "bomb.fits.gz"
    path.write_bytes(gzip.compress(b"SIMPLE  =" + b"\0" * 50_000_000))
    assert "would grow beyond" in refused(read_file(path))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"BZh9", b"SIMPLE  = T", b"\0"]
)
def test_not_fits(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.fits"
    path.write_bytes(content)
    refused(read_file(path))


@pytest.mark.parametrize("rows", [10**9, 10**15, -5])
def test_header_that_declares_what_is_not_there(tmp_path: Path, rows: int) -> None:
    path = SyntheticRun(responses=[], intervals=None).write(tmp_path / "run.fits")
    content = path.read_bytes()
    start = content.index(b"NAXIS2  =")
    path.write_bytes(
        content[:start] + f"NAXIS2  = {rows:>20}".encode() + content[start + 30 :]
    )
    refused(read_file(path))


def test_columns_that_do_not_fill_the_row(tmp_path: Path) -> None:
    path = SyntheticRun(responses=[]).write(tmp_path / "run.fits")
    content = path.read_bytes()
    path.write_bytes(
        content.replace(b"TFORM2  = 'D       '", b"TFORM2  = '9D      '", 1)
    )
    assert "columns take" in refused(read_file(path))


@pytest.mark.parametrize("name", ["TIME", "RA", "DEC", "ENERGY"])
def test_missing_column(read: Read, name: str) -> None:
    columns = event_columns()
    del columns[name]
    result = read(SyntheticRun(events=columns))
    assert f"no column {name}" in refused(result)
    assert result.report.findings[-1].hdu == "EVENTS"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ENERGY": ("5A", ["a"] * 5, "")}, "does not hold numbers"),
        ({"RA": ("2E", np.ones((5, 2)), "deg")}, "several numbers"),
        ({"RA": ("E", np.ones(5), "TeV")}, "cannot be converted to deg"),
        ({"ENERGY": ("E", np.ones(5), "m")}, "cannot be converted to TeV"),
        ({"DEC": ("E", np.full(5, 91.0), "deg")}, "beyond the poles"),
        ({"TIME": ("D", np.full(5, np.nan), "s")}, "no finite TIME"),
    ],
)
def test_wrong_column(read: Read, columns: Columns, message: str) -> None:
    result = read(SyntheticRun(events=event_columns() | columns))
    assert message in refused(result)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"TIMESYS": "LOCAL"}, "time system is unknown"),
        ({"MJDREFI": REMOVED, "MJDREFF": REMOVED}, "from when times count"),
        ({"MJDREFI": 10**7}, "times of the run are impossible"),
        ({"RA_PNT": "nan"}, "no position on the sky"),
        ({"DEC_PNT": -91.0}, "no position on the sky"),
        ({"LIVETIME": -3.0}, "livetime is negative"),
        ({"RADECSYS": "FK4"}, "cannot be brought to ICRS"),
    ],
)
def test_wrong_header(read: Read, header: dict[str, Any], message: str) -> None:
    run = SyntheticRun(header=EVENTS_HEADER | TIME_HEADER | header)
    run.gti_header = {}
    assert message in refused(read(run))


def test_no_events_hdu(tmp_path: Path) -> None:
    path = SyntheticRun(events_name="OTHER").write(tmp_path / "run.fits")
    content = path.read_bytes().replace(
        b"HDUCLAS1= 'EVENTS  '", b"HDUCLAS1= 'OTHER   '"
    )
    path.write_bytes(content)
    assert "no HDU for events" in refused(read_file(path))
    assert "No run was found." in [
        f.message for f in find_runs(tmp_path).report.findings
    ]


def test_missing_file_of_a_run(tmp_path: Path) -> None:
    run = RunFiles("7", {"events": HduPlace("gone.fits", "EVENTS")})
    assert "does not exist" in refused(read_run(tmp_path, run, DESCRIPTION))
    assert "no EVENTS" in refused(read_run(tmp_path, RunFiles("7", {}), DESCRIPTION))


def test_missing_intervals(read: Read) -> None:
    result = read(SyntheticRun(intervals=None))
    assert result.report.level is Level.WARNING
    assert result.run is not None
    assert result.run.products[0].origins["t_min"] == "EVENTS header TSTART, TSTOP"


@pytest.mark.parametrize("intervals", [[], [(5.0, 5.0)], [(np.nan, 2000.0)]])
def test_useless_intervals(read: Read, intervals: list[tuple[float, float]]) -> None:
    result = read(SyntheticRun(intervals=intervals))
    assert result.report.level is Level.WARNING
    assert result.run is not None


def test_missing_responses_are_warnings(read: Read) -> None:
    result = read(SyntheticRun(responses=[aeff(), psf()]))
    assert {f.value for f in result.report.findings} == {"edisp", "bkg"}
    assert result.report.level is Level.WARNING


def test_broken_response_is_published_without_summary(read: Read) -> None:
    broken = edisp()
    broken.columns["MIGRA_HI"].array[:] = -1
    result = read(SyntheticRun(responses=[aeff(), broken, psf()]))
    assert result.run is not None
    assert "edisp" in [product.name for product in result.run.products]
    assert any("without a summary" in f.message for f in result.report.findings)


def test_empty_event_list(read: Read) -> None:
    result = read(SyntheticRun(events=event_columns(0)))
    assert result.report.level is Level.WARNING
    assert result.run is not None
    assert result.events is not None
    assert result.run.products[0].obscore_hea["ev_xel"] == 0
    assert all(len(values) == 0 for values in result.events.values())


def test_values_that_are_not_finite_are_kept_and_counted(read: Read) -> None:
    columns = event_columns()
    columns["RA"] = ("E", np.array([83, np.nan, 83, np.inf, 83]), "deg")
    columns["ENERGY"] = ("E", np.array([1, 2, np.nan, 4, 5]), "TeV")
    result = read(SyntheticRun(events=columns))
    assert result.events is not None
    assert len(result.events["ra"]) == 5
    assert not np.isfinite(result.events["ra"][[1, 3]]).any()
    assert [f.message[:13] for f in result.report.findings] == [
        "2 of 5 events",
        "1 of 5 events",
    ]


def test_events_outside_the_intervals(read: Read) -> None:
    result = read(SyntheticRun(intervals=[(1200.0, 2000.0)]))
    assert result.events is not None
    assert result.events["in_gti"].tolist() == [0, 1, 1, 1, 1]
    assert "1 of 5 events lie outside" in result.report.findings[0].message


def test_a_result_and_its_input_can_be_pickled(read: Read, tmp_path: Path) -> None:
    result = read()
    again = pickle.loads(pickle.dumps(result))
    assert again.run == result.run
    inventory = find_runs(tmp_path)
    assert pickle.loads(pickle.dumps(inventory)) == inventory
    assert pickle.loads(pickle.dumps(read_run)) is read_run


@pytest.fixture(scope="module")
def valid_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SyntheticRun().write(tmp_path_factory.mktemp("valid") / "run.fits")


@settings(
    max_examples=int(os.environ.get("GAMMAVO_FUZZ_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    damage=st.lists(
        st.tuples(st.integers(0, 14 * 2880), st.sampled_from(b" 0189'=-.EJDATX\0\xff")),
        min_size=1,
        max_size=6,
    ),
    length=st.none() | st.integers(0, 14 * 2880),
)
def test_random_damage_never_raises(
    tmp_path: Path,
    valid_file: Path,
    damage: list[tuple[int, int]],
    length: int | None,
) -> None:
    content = bytearray(valid_file.read_bytes())
    for position, byte in damage:
        content[position] = byte
    path = tmp_path / "run.fits"
    path.write_bytes(content[:length])
    result = read_file(path)
    assert (result.run is None) == (result.report.level is Level.ERROR)
    find_runs(tmp_path)
