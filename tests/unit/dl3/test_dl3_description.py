"""release.toml: reading, drafting, and recognising well-known releases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_dl3 import EVENTS_HEADER, TIME_HEADER, SyntheticRun

from gammavo.dl3 import (
    Inventory,
    RunFiles,
    describe,
    description_toml,
    find_runs,
    load_description,
)
from gammavo.dl3.description import parse_description
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.model.observations import (
    ReleaseDescription,
    RunReport,
    TargetDescription,
)

NOTHING = Inventory(Path(), (), RunReport(""))
MINIMUM = 'name = "a"\ntitle = "A"\n'


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ('titel = "A"\n', "line 3: there is no key 'titel'", "Did you mean 'title'?"),
        ("doi = 5\n", "line 3: doi must be text, not a number", "in quotes"),
        ("doi = true\n", "not true or false", "in quotes"),
        ('creators = "Jane"\n', "line 3: creators must be a list", "brackets"),
        ("creators = [1]\n", "creators must be text", "in quotes"),
        ('fov_radius = "2"\n', "line 3: fov_radius must be a number", "radius"),
        ("fov_radius = true\n", "fov_radius must be a number", "radius"),
        ("fov_radius = nan\n", "fov_radius must be a number", "radius"),
        ("fov_radius = 0\n", "fov_radius must be a number", "radius"),
        ('release_date = "soon"\n', "line 3: 'soon' is not a date", "2018-09-18"),
        ('data_rights = "mine"\n', "line 3: 'mine' is not a word", "proprietary"),
        ('targets = ["x"]\n', "must be a list of tables", "[[targets]]"),
        ("[[targets]]\n", "line 3: a target has no name", 'name = "…"'),
        (
            '[[targets]]\nname = "x"\nalias = []\n',
            "line 5: there is no key targets.'alias'",
            "Did you mean 'aliases'?",
        ),
        ("doi = \n", "not valid TOML", "quotes"),
    ],
)
def test_mistakes_are_named_with_their_line(
    text: str, message: str, advice: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_description(MINIMUM + text, name="release.toml")
    assert message in caught.value.message
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "A"', "'name' is missing"),
        ('name = "a"', "'title' is missing"),
        ('name = "My Release"\ntitle = "A"', "line 1: 'My Release' cannot name"),
        ('name = "a"\ntitle = " "', "line 2: a release needs a title"),
    ],
)
def test_what_a_release_needs(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_description(text, name="release.toml")
    assert message in caught.value.message


def test_dates_of_toml(tmp_path: Path) -> None:
    path = tmp_path / "release.toml"
    for date in ("2026-01-31", '"2026-01-31"', "2026-01-31T23:59:59Z"):
        path.write_text(f"{MINIMUM}release_date = {date}\n")
        assert load_description(path).release_date == "2026-01-31"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        load_description(tmp_path / "release.toml")
    (tmp_path / "release.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(UsageError, match="UTF-8"):
        load_description(tmp_path / "release.toml")


words = st.text(min_size=0, max_size=30).map(str.strip)
descriptions = st.builds(
    ReleaseDescription,
    name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(
        lambda name: name not in {"ivoa", "main", "config", "datalink", "provenance"}
    ),
    title=words.filter(bool),
    collection=words,
    description=words,
    terms=st.lists(words, max_size=4).map("\n".join).map(str.strip),
    creators=st.lists(words, max_size=3).map(tuple),
    data_rights=st.sampled_from(["public", "secure", "proprietary"]),
    release_date=st.one_of(st.just(""), st.dates().map(lambda date: date.isoformat())),
    fov_radius=st.one_of(st.none(), st.floats(1e-3, 180)),
    targets=st.lists(
        st.builds(
            TargetDescription,
            name=words,
            aliases=st.lists(words, max_size=2).map(tuple),
            target_class=st.one_of(st.none(), words),
        ),
        max_size=2,
    ).map(tuple),
)


@given(description=descriptions)
def test_a_draft_reads_back_as_the_same_description(
    description: ReleaseDescription,
) -> None:
    text = description_toml(description, NOTHING)
    assert parse_description(text, name="draft") == description


def test_draft_proposes_the_targets_of_the_runs() -> None:
    runs = tuple(
        RunFiles(str(number), {}, {"OBJECT": name})
        for number, name in enumerate(["Crab", "Vela X", "crab", ""])
    )
    description = ReleaseDescription(
        "a", "A", targets=(TargetDescription("M 1", ("CRAB",), "SNR"),)
    )
    text = description_toml(description, Inventory(Path(), runs, RunReport("")))
    assert "(4 runs)" in text
    assert '# name = "Vela X"' in text
    assert '"Crab"' not in text
    assert '# licence = "CC-BY-4.0"' in text


def test_unknown_release_is_described_from_its_headers(tmp_path: Path) -> None:
    folder = tmp_path / "My Data (v2)"
    header = EVENTS_HEADER | TIME_HEADER | {"TELESCOP": "HESS"}
    SyntheticRun(header=header).write(folder / "run.fits")
    description = describe(folder, find_runs(folder))
    assert description == ReleaseDescription(
        name="my-data-v2",
        collection="MY-DATA-V2",
        title="H.E.S.S. observations, 1 run",
        creators=("The test",),
        facility_name="H.E.S.S.",
        instrument_name="TESTCAM",
    )


def test_known_release_is_recognised_by_content(tmp_path: Path) -> None:
    header = EVENTS_HEADER | TIME_HEADER | {"TELESCOP": "HESS"}
    run = SyntheticRun(header=header)
    remark = "This file is part of the first H.E.S.S. FITS test data release from 2018"
    run.primary = {"COMMENT": remark}
    run.write(tmp_path / "renamed.fits")
    assert describe(tmp_path, find_runs(tmp_path)).name == "hess-dl3-dr1"


def test_own_description_wins(tmp_path: Path) -> None:
    SyntheticRun().write(tmp_path / "run.fits")
    (tmp_path / "release.toml").write_text(MINIMUM)
    assert describe(tmp_path, find_runs(tmp_path)) == ReleaseDescription("a", "A")


def test_folder_without_runs_is_described_too(tmp_path: Path) -> None:
    folder = tmp_path / "…"
    folder.mkdir()
    description = describe(folder, find_runs(folder))
    assert description.name == "my-release"
    assert description.title == "Gamma-ray observations, 0 runs"
