"""gammavo.toml: drafted, read back, and faults named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gammavo.model.errors import ConflictError, NotFoundError, UsageError
from gammavo.site import SiteConfig, create_site, load_config


def test_a_drafted_site_has_the_defaults(tmp_path: Path):
    path = create_site(tmp_path / "site")
    assert load_config(path.parent) == SiteConfig()


def test_every_setting_of_the_draft_can_be_turned_on(tmp_path: Path):
    path = create_site(tmp_path / "site")
    text = re.sub(r"^# (\w+ = )", r"\1", path.read_text(), flags=re.MULTILINE)
    assert text.count(" = ") >= 14
    path.write_text(text)
    assert load_config(path.parent) == SiteConfig()


def test_a_site_is_not_made_twice(tmp_path: Path):
    create_site(tmp_path)
    with pytest.raises(ConflictError, match="already"):
        create_site(tmp_path)


def test_a_folder_without_settings_is_no_site(tmp_path: Path):
    with pytest.raises(NotFoundError, match="gammavo init"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tap]\nmax_row = 5\n",
            r"unknown setting tap\.max_row, did you mean max_rows\?",
        ),
        ("[tab]\n", r"unknown setting tab, did you mean tap\?"),
        ("[tap]\nmax_rows = 'many'\n", r"tap\.max_rows is 'many'"),
        ("[site]\nauthority = 'a b'\n", r"site\.authority"),
        ("[site]\npublic_url = 'https://x.org/'\n", r"site\.public_url"),
        ("[tap\n", "is not TOML"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str):
    (tmp_path / "gammavo.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_config(tmp_path)
