"""Addresses of runs and code for them hold whatever a run is called."""

from __future__ import annotations

import subprocess
from urllib.parse import unquote

import pytest
from made_observation import observation

from gammavo.portal.addresses import basket_path, run_path
from gammavo.portal.observation.code import run_snippets
from gammavo.portal.package_code import package_snippets

HOSTILE = ["../x", "a/b//c", "50% <b>\"q\" '{0}'", "ü ✓", "a?b#c&d;e"]


@pytest.mark.parametrize("obs_id", HOSTILE)
def test_an_identifier_is_one_segment(obs_id: str):
    path = run_path("/vo", "r", obs_id)
    assert path.count("/") == 4
    assert not set(path) & set("?#\"'<> {")
    assert unquote(path.rpartition("/")[2]) == obs_id


def test_a_shared_basket_lists_identifiers():
    assert basket_path("", ("ivo://a/r?1/x", "b&c")).endswith("ID=b%26c")


@pytest.mark.parametrize("obs_id", HOSTILE)
def test_python_code_compiles_and_names_the_run(obs_id: str):
    snippets = {
        s.id: s.text for s in run_snippets(observation(obs_id=obs_id), (83.6, 22.0))
    }
    for name in ("gammapy", "pyvo"):
        compile(snippets[name], name, "exec")
    check = subprocess.run(
        ["bash", "-n"], input=snippets["curl"], text=True, check=True
    )
    assert check.returncode == 0


def test_code_for_several_runs_compiles():
    snippets = package_snippets("http://h", ['ivo://a/r?1"/x', "ivo://a/r?2'/x"], ["r"])
    for snippet in snippets[:2]:
        compile(snippet.text, snippet.id, "exec")
    assert subprocess.run(["bash", "-n"], input=snippets[2].text, text=True, check=True)
