"""Files of pages: named by content; a tree that was not built has one style sheet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gammavo.model.errors import NotFoundError
from gammavo.portal.asset_files import _accepted as accepted
from gammavo.portal.assets import load_assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/plain.css").write_text("body {}")
    return tmp_path


def test_nothing_built_leaves_a_plain_style_sheet(folder: Path):
    assets = load_assets(folder)
    assert not assets.is_built
    assert list(assets.named) == ["frame.css"]
    served_as = assets.named["frame.css"].served_as
    assert assets.find(served_as).content == b"body {}"


def test_only_built_files_are_found(folder: Path):
    static = folder / "static"
    static.mkdir()
    document = {"files": {"a.js": "a-1.js"}, "imports": {"a.js": ["chunk-2.js"]}}
    (static / "assets.json").write_text(json.dumps(document))
    for name in ("a-1.js", "chunk-2.js", "chunk-2.js.br", "secret.txt"):
        (static / name).write_text(name)
    assets = load_assets(folder)
    assert assets.is_built
    assert assets.find("chunk-2.js").path == static / "chunk-2.js"
    for name in ("secret.txt", "assets.json", "../plain/plain.css", "chunk-2.js.br"):
        with pytest.raises(NotFoundError):
            assets.find(name)


def test_a_publishers_file_is_named_by_its_content(folder: Path):
    one = load_assets(folder).with_content("logo.svg", b"<svg/>")
    other = load_assets(folder).with_content("logo.svg", b"<svg />")
    assert one.logo == "logo.svg"
    assert one.named["logo.svg"].served_as != other.named["logo.svg"].served_as


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("gzip, deflate, br", ["br", "gzip"]),
        ("gzip;q=0.5, br;q=0", ["gzip"]),
        ("identity", []),
        ("", []),
    ],
)
def test_codings_that_a_browser_takes(header: str, codings: list[str]):
    assert accepted(header) == codings
