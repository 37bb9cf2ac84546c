"""Finding runs: with an index, without one, and with one that must not be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from synthetic_dl3 import (
    EVENTS_HEADER,
    REMOVED,
    TIME_HEADER,
    SyntheticRun,
    aeff,
    edisp,
    write_index,
    write_observations,
)

from gammavo.dl3 import find_runs, read_run
from gammavo.dl3.findings import UnusableFileError
from gammavo.dl3.paths import path_below
from gammavo.model.errors import NotFoundError
from gammavo.model.observations import Finding, Level, ReleaseDescription

DESCRIPTION = ReleaseDescription("test-release", "A release for tests")


def numbered(obs_id: Any, **parts: Any) -> SyntheticRun:
    return SyntheticRun(
        header=EVENTS_HEADER | TIME_HEADER | {"OBS_ID": obs_id}, **parts
    )


def errors(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.message for finding in findings if finding.level is Level.ERROR]


def test_folder_without_index(tmp_path: Path) -> None:
    numbered(12).write(tmp_path / "b" / "twelve.FITS.GZ".lower())
    numbered(9).write(tmp_path / "nine.fits")
    numbered("zeta").write(tmp_path / "zeta.fits.gz")
    (tmp_path / "notes.txt").write_text("not FITS")
    inventory = find_runs(tmp_path)
    assert inventory.report.findings == ()
    assert [run.obs_id for run in inventory.runs] == ["9", "12", "zeta"]
    run = inventory.runs[1]
    assert run.hdus["psf"].path == "b/twelve.fits.gz"
    assert set(run.hdus) == {"events", "gti", "aeff", "edisp", "psf", "bkg"}


def test_folder_without_index_has_the_values_of_an_observation_index(
    tmp_path: Path,
) -> None:
    numbered(9).write(tmp_path / "nine.fits")
    write_observations(tmp_path, {"OBS_ID": ("K", [9], ""), "ZEN": ("E", [20.0], "")})
    assert find_runs(tmp_path).runs[0].index["ZEN"] == 20.0


def test_event_list_without_obs_id_is_named_after_its_file(tmp_path: Path) -> None:
    numbered(REMOVED).write(tmp_path / "night-3.fits.gz")
    (run,) = find_runs(tmp_path).runs
    assert run.obs_id == "night-3"
    assert read_run(tmp_path, run, DESCRIPTION).report.level is Level.WARNING


def test_two_event_lists_in_one_file(tmp_path: Path) -> None:
    first, second = numbered(1, responses=[]).hdus(), numbered(2, responses=[]).hdus()
    fits.HDUList([*first, second[1]]).writeto(tmp_path / "both.fits")
    inventory = find_runs(tmp_path)
    assert [run.hdus["events"].hdu for run in inventory.runs] == [1, 3]


def test_second_run_of_the_same_name_is_left_out(tmp_path: Path) -> None:
    numbered(5).write(tmp_path / "a.fits")
    numbered("5").write(tmp_path / "b.fits")
    inventory = find_runs(tmp_path)
    assert [run.hdus["events"].path for run in inventory.runs] == ["a.fits"]
    (finding,) = inventory.report.findings
    assert finding.level is Level.ERROR
    assert finding.file == "b.fits"


def test_damaged_file_does_not_hide_the_others(tmp_path: Path) -> None:
    numbered(5).write(tmp_path / "good.fits")
    (tmp_path / "bad.fits").write_bytes(b"SIMPLE  =" + b"x" * 100)
    inventory = find_runs(tmp_path)
    assert [run.obs_id for run in inventory.runs] == ["5"]
    assert [finding.file for finding in inventory.report.findings] == ["bad.fits"]


def test_responses_of_nobody_are_reported(tmp_path: Path) -> None:
    numbered(5).write(tmp_path / "run.fits")
    fits.HDUList([fits.PrimaryHDU(), aeff()]).writeto(tmp_path / "irf.fits")
    (finding,) = find_runs(tmp_path).report.findings
    assert finding.level is Level.WARNING
    assert finding.file == "irf.fits"


def test_responses_that_an_index_shares_between_runs(tmp_path: Path) -> None:
    for obs_id in (1, 2):
        numbered(obs_id, responses=[]).write(tmp_path / "data" / f"{obs_id}.fits")
    irfs = fits.HDUList([fits.PrimaryHDU(), aeff(), edisp()])
    (tmp_path / "irfs").mkdir()
    irfs.writeto(tmp_path / "irfs" / "irf.fits")
    rows = [
        row
        for obs_id in (1, 2)
        for row in (
            (obs_id, "events", "../data", f"{obs_id}.fits", "EVENTS"),
            (obs_id, "aeff", "../irfs", "irf.fits", "EFFECTIVE AREA"),
            (obs_id, "edisp", "../irfs", "irf.fits", "ENERGY DISPERSION"),
            (obs_id, "pointing", "../irfs", "nothing.fits", "POINTING"),
        )
    ]
    write_index(tmp_path / "index", rows)
    inventory = find_runs(tmp_path)
    for run in inventory.runs:
        result = read_run(tmp_path, run, DESCRIPTION)
        assert result.run is not None
        # no bundle: its file would hold the events alone
        names = [product.name for product in result.run.products]
        assert names == ["events", "aeff", "edisp"]
        paths = [file.path for file in result.run.files]
        assert paths == [f"data/{run.obs_id}.fits", "irfs/irf.fits"]
        assert all(len(file.sha256) == 64 for file in result.run.files)


def test_base_dir_of_an_index(tmp_path: Path) -> None:
    numbered(1).write(tmp_path / "all" / "sub" / "1.fits")
    rows = [(1, "events", "sub", "1.fits", "EVENTS")]
    write_index(tmp_path / "index", rows, base_dir="../all")
    (run,) = find_runs(tmp_path).runs
    assert run.hdus["events"].path == "all/sub/1.fits"


def test_index_in_the_folder_itself_is_the_only_one_used(tmp_path: Path) -> None:
    numbered(1).write(tmp_path / "1.fits")
    numbered(2).write(tmp_path / "old" / "2.fits")
    write_index(tmp_path, [(1, "events", "", "1.fits", "EVENTS")])
    write_index(tmp_path / "old", [(2, "events", "", "2.fits", "EVENTS")])
    assert [run.obs_id for run in find_runs(tmp_path).runs] == ["1"]


def test_same_run_in_two_indices_is_one_run(tmp_path: Path) -> None:
    numbered(1).write(tmp_path / "1.fits")
    for name in ("all", "gps"):
        rows = [(1, "events", "../..", "1.fits", "EVENTS")]
        write_index(tmp_path / "index" / name, rows)
    inventory = find_runs(tmp_path)
    assert len(inventory.runs) == 1
    assert errors(inventory.report.findings) == []


@pytest.mark.parametrize(
    ("file_dir", "file_name"),
    [
        ("..", "secret.fits"),
        ("data/../../", "secret.fits"),
        ("", "../secret.fits"),
        ("/etc", "passwd"),
        ("link", "secret.fits"),
        ("", "secret-link.fits"),
    ],
)
def test_paths_out_of_the_folder_are_refused(
    tmp_path: Path, file_dir: str, file_name: str
) -> None:
    numbered(1).write(tmp_path / "secret.fits")
    folder = tmp_path / "release"
    write_index(folder, [(1, "events", file_dir, file_name, "EVENTS")])
    (folder / "link").symlink_to(tmp_path)
    (folder / "secret-link.fits").symlink_to(tmp_path / "secret.fits")
    (run,) = find_runs(folder).runs
    result = read_run(folder, run, DESCRIPTION)
    assert result.run is None
    refused = [f for f in result.report.findings if "not opened" in f.message]
    assert len(refused) == 1


def test_links_out_of_a_folder_without_index_are_not_followed(tmp_path: Path) -> None:
    numbered(1).write(tmp_path / "outside" / "secret.fits")
    folder = tmp_path / "release"
    numbered(2).write(folder / "2.fits")
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "3.fits").symlink_to(tmp_path / "outside" / "secret.fits")
    inventory = find_runs(folder)
    assert [run.obs_id for run in inventory.runs] == ["2"]
    assert {f.file for f in inventory.report.findings} == {"link", "3.fits"}


def test_absolute_base_dir_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="absolute"):
        path_below(tmp_path, ".", "/data", "", "run.fits")
    assert path_below(tmp_path, "index", "../data/./x", "", "run.fits") == (
        "data/x/run.fits"
    )


@pytest.mark.parametrize("obs_id", ["", "a\x01b", "é", "x" * 101])
def test_unusable_obs_id(tmp_path: Path, obs_id: str) -> None:
    numbered(1).write(tmp_path / "run.fits")
    columns = [
        fits.Column("OBS_ID", "128A", array=[obs_id.encode(), b"ok"]),
        fits.Column("HDU_TYPE", "6A", array=["events"] * 2),
        fits.Column("FILE_NAME", "8A", array=["run.fits"] * 2),
        fits.Column("HDU_NAME", "6A", array=["EVENTS"] * 2),
    ]
    index = fits.BinTableHDU.from_columns(columns)
    fits.HDUList([fits.PrimaryHDU(), index]).writeto(tmp_path / "hdu-index.fits")
    inventory = find_runs(tmp_path)
    assert [run.obs_id for run in inventory.runs] == ["ok"]
    assert errors(inventory.report.findings) == [
        "A run without a usable OBS_ID is left out."
    ]


def test_damaged_or_useless_index(tmp_path: Path) -> None:
    (tmp_path / "hdu-index.fits.gz").write_bytes(b"\x1f\x8bnothing")
    assert errors(find_runs(tmp_path).report.findings)[-1] == "No run was found."
    (tmp_path / "hdu-index.fits.gz").unlink()
    write_observations(tmp_path, {"OBS_ID": ("K", [9], "")})
    (tmp_path / "obs-index.fits.gz").rename(tmp_path / "hdu-index.fits.gz")
    assert (
        errors(find_runs(tmp_path).report.findings)[0] == "The HDU index names no HDU."
    )


def test_runs_that_only_the_observation_index_knows(tmp_path: Path) -> None:
    numbered(1).write(tmp_path / "1.fits")
    write_index(tmp_path, [(1, "events", "", "1.fits", "EVENTS")])
    write_observations(tmp_path, {"OBS_ID": ("K", [1, 2, 3], "")})
    (finding,) = find_runs(tmp_path).report.findings
    assert finding.value == "2, 3"
    assert finding.level is Level.WARNING


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        find_runs(tmp_path / "nothing")
