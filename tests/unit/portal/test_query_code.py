"""Code of queries: whatever is in a query, it is the same text in each program."""

from __future__ import annotations

import ast
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gammavo.portal.query_code import query_snippets

HOSTILE = [
    "SELECT 1",
    "SELECT 'it''s' AS a\nFROM ivoa.obscore",
    'SELECT "obs_id" FROM x WHERE a = """quoted"""',
    "SELECT '\\' || '\"'",
    "SELECT '$(reboot)`id`' -- ! # ;",
    'ends with "quote"',
    "bell \a and \u2028 line",
]


def texts(query: str, **options: object) -> dict[str, str]:
    snippets = query_snippets("http://x/y", query, **options)  # type: ignore[arg-type]
    return {snippet.id: snippet.text for snippet in snippets}


def query_of_python(code: str) -> str:
    for node in ast.parse(code).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "query":
            return str(ast.literal_eval(node.value)).strip("\n")
    raise AssertionError(code)


@pytest.mark.parametrize("query", HOSTILE)
def test_python_has_the_query(query: str):
    found = texts(query, columns=["obs_publisher_did"])
    assert query_of_python(found["pyvo"]) == query
    assert query_of_python(found["gammapy"]) == query


@pytest.mark.parametrize("query", HOSTILE)
def test_shells_have_the_query(query: str):
    found = texts(query, max_rows=7)
    curl = shlex.split(found["curl"].replace("\\\n", " "))
    assert f"QUERY={query}" in curl
    assert "MAXREC=7" in curl
    stilts = shlex.split(found["stilts"].replace("\\\n", " "))
    assert f"adql={query}" in stilts
    assert "maxrec=7" in stilts


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
)
def test_any_text_stays_a_text(query: str):
    code = texts(query)["pyvo"]
    assert query_of_python(code) == query.strip("\n") or query_of_python(code) == query


def test_gammapy_needs_identifiers():
    assert "gammapy" not in texts("SELECT 1")
    assert "maxrec=5" in texts("SELECT 1", max_rows=5)["pyvo"]
