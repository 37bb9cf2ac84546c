"""A publisher's colours: readable, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gammavo.model.errors import UsageError
from gammavo.site import load_config
from gammavo.site.colours import contrast, style_sheet


def test_contrast_as_wcag_defines_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_style_sheet_has_both_themes():
    text = style_sheet("#1b4f8f", "#8ab9f5")
    assert ":root { --gv-brand: #1b4f8f; --gv-on-brand: #ffffff; }" in text
    assert "prefers-color-scheme: dark" in text
    assert style_sheet("", "") == ""


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('colour = "#ffee00"', "cannot be read"),
        ('colour_dark = "#102030"', "cannot be read"),
        ('colour = "red;} body{display:none"', "#rrggbb"),
        ('logo = "../secret.png"', "logo"),
    ],
)
def test_bad_looks_are_refused(tmp_path: Path, setting: str, message: str):
    (tmp_path / "gammavo.toml").write_text(f"[site]\n{setting}\n")
    with pytest.raises(UsageError, match=message):
        load_config(tmp_path)
