"""What changed between versions, and the checks that are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gammavo.archive import Manifest
from gammavo.archive.changes import changes_between
from gammavo.archive.checks import read_checks, write_checks
from gammavo.model.errors import InternalError
from gammavo.model.observations import (
    Finding,
    Level,
    ReleaseDescription,
    RunReport,
    SourceFile,
)


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        version=1,
        schema="r",
        authority="example.org",
        created="2026-11-23T00:00:00+00:00",
        data_folder="/data",
        description=ReleaseDescription("r", "R"),
        tables=(),
        files=(SourceFile("a", 1, "aa"), SourceFile("b", 1, "bb")),
        optional_event_columns=(),
        unicode_columns=(),
        counts={"runs": 2},
        software={"numpy": "1"},
    )


def test_files_counts_description_and_software_are_compared(manifest: Manifest):
    after = replace(
        manifest,
        files=(SourceFile("b", 1, "b2"), SourceFile("c", 1, "cc")),
        counts={"runs": 3},
        description=replace(manifest.description, terms="none"),
        software={"numpy": "2"},
    )
    changes = changes_between(manifest, after)
    assert (changes.added, changes.removed, changes.altered) == (("c",), ("a",), ("b",))
    assert changes.counts == (("runs", 2, 3),)
    assert changes.described == ("terms",)
    assert changes.software == (("numpy", "1", "2"),)
    assert not changes.is_empty


def test_only_other_software_is_no_change(manifest: Manifest):
    again = replace(manifest, version=2, software={"numpy": "2"})
    assert changes_between(manifest, again).is_empty


def test_checks_are_read_as_they_were_written(tmp_path: Path):
    finding = Finding(Level.WARNING, "odd", "f", "GTI", "TSTOP", "nan", "mend it")
    reports = (RunReport(""), RunReport("1", (finding,)))
    write_checks(tmp_path, reports)
    assert read_checks(tmp_path) == reports


def test_older_releases_have_no_checks_and_damage_is_said(tmp_path: Path):
    assert read_checks(tmp_path) is None
    (tmp_path / "checks.json").write_text("{")
    with pytest.raises(InternalError, match=r"checks\.json"):
        read_checks(tmp_path)
