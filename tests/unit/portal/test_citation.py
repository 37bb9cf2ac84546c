"""Citations: what programs read stays what the publisher wrote."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gammavo.archive import Manifest
from gammavo.model.observations import ReleaseDescription
from gammavo.portal.citation import acknowledgement, bibtex, citation_file

URL = "http://host/releases/r1"


@pytest.fixture
def manifest() -> Manifest:
    description = ReleaseDescription(
        name="r1",
        title="100 % of {everything} & more",
        creators=("H.E.S.S. Collaboration", "A. Nother"),
        doi="10.5281/zenodo.1421099",
    )
    return Manifest(
        version=3,
        schema="r1",
        authority="example.org",
        created="2026-11-23T00:00:00+00:00",
        data_folder="/data",
        description=description,
        tables=(),
        files=(),
        optional_event_columns=(),
        unicode_columns=(),
        counts={},
    )


def test_bibtex_escapes_and_keeps_collaborations_whole(manifest: Manifest):
    text = bibtex(manifest, URL)
    assert text.startswith("@misc{r1,\n")
    assert r"title = {{100 \% of \{everything\} \& more}}" in text
    assert "author = {{H.E.S.S. Collaboration} and {A. Nother}}" in text
    assert "year" not in text
    without_doi = replace(manifest, description=replace(manifest.description, doi=""))
    assert "year = {2026}" in bibtex(without_doi, URL)


def test_citation_file_quotes_whatever_a_title_holds(manifest: Manifest):
    title = 'a: "b" # c\n- d'
    hostile = replace(manifest, description=replace(manifest.description, title=title))
    lines = citation_file(hostile, URL).splitlines()
    (line,) = [line for line in lines if line.startswith("title: ")]
    assert json.loads(line.removeprefix("title: ")) == title
    dated = replace(manifest.description, release_date="2018-05-06")
    text = citation_file(replace(manifest, description=dated), URL)
    assert "date-released: 2018-05-06" in text.splitlines()


def test_acknowledgement_is_the_publishers_or_made(manifest: Manifest):
    assert "version 3" in acknowledgement(manifest)
    cited = replace(manifest.description, cite_as="Thanks.\n")
    assert acknowledgement(replace(manifest, description=cited)) == "Thanks."
