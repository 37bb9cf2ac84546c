"""Fixtures for tests of formats: the STILTS validators."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.stilts import stilts_launchers


@dataclass(frozen=True)
class Stilts:
    """An installed STILTS."""

    launcher: str
    version: tuple[int, int]

    def votlint(self, document: bytes, folder: Path) -> list[str]:
        """Return what votlint has against a VOTable document."""
        file = folder / "document.vot"
        file.write_bytes(document)
        found = self._run("votlint", str(file)).stdout.splitlines()
        return [line for line in found if line.startswith(("ERROR", "WARNING"))]

    def schema_errors(self, document: bytes, folder: Path) -> str:
        """Return what the XML schema of a VO document has against it."""
        file = folder / "document.xml"
        file.write_bytes(document)
        run = self._run("xsdvalidate", f"doc={file}", "uselocals=true")
        return run.stdout + run.stderr if run.returncode else ""

    def csv(self, document: bytes, folder: Path) -> str:
        """Return the table of a VOTable document as STILTS reads it."""
        file = folder / "document.vot"
        file.write_bytes(document)
        return self._run("tcopy", str(file), "ifmt=votable", "ofmt=csv", "out=-").stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.launcher, *arguments],
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )


@pytest.fixture(scope="session")
def all_stilts() -> list[Stilts]:
    """Return each STILTS of GAMMAVO_STILTS (separated like PATH), or the installed one."""
    launchers = stilts_launchers()
    if not launchers:
        missing("no STILTS: set GAMMAVO_STILTS to its launcher")
    return [Stilts(launcher, _version(launcher)) for launcher in launchers]


def _version(launcher: str) -> tuple[int, int]:
    text = subprocess.run(
        [launcher, "-version"], capture_output=True, text=True, check=True
    ).stdout
    number = text.split("STILTS version")[1].split()[0].split("-")[0]
    major, minor, *_ = number.split(".")
    return int(major), int(minor)


@pytest.fixture
def lint(all_stilts: list[Stilts], tmp_path: Path) -> Callable[[bytes], list[str]]:
    """Return a function that gives all complaints of all votlints about a document."""
    return lambda document: [
        f"{stilts.version}: {line}"
        for stilts in all_stilts
        for line in stilts.votlint(document, tmp_path)
    ]
