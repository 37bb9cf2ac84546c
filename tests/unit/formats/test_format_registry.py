"""Which format a request gets, and what its answer is labelled with."""

from __future__ import annotations

import pytest

from gammavo.formats import FORMATS, find_format
from gammavo.model.errors import UsageError

VOTABLE = "application/x-votable+xml"


@pytest.mark.parametrize(
    ("requested", "name", "media_type"),
    [
        (None, "votable", VOTABLE),
        ("", "votable", VOTABLE),
        ("votable", "votable", VOTABLE),
        ("VOTable", "votable", VOTABLE),
        (VOTABLE, "votable", VOTABLE),
        ("text/xml", "votable", "text/xml"),
        ("application/xml", "votable", "application/xml"),
        ("votable/td", "votable/td", f"{VOTABLE};serialization=tabledata"),
        ("votable/b2", "votable/b2", f"{VOTABLE};serialization=binary2"),
        ("votable/b", "votable/b", f"{VOTABLE};serialization=binary"),
        (
            f'{VOTABLE}; serialization="TABLEDATA"',
            "votable/td",
            f"{VOTABLE};serialization=tabledata",
        ),
        (
            f"{VOTABLE};serialization=BINARY2",
            "votable/b2",
            f"{VOTABLE};serialization=binary2",
        ),
        ("csv", "csv", "text/csv;header=present;charset=utf-8"),
        ("text/csv", "csv", "text/csv;header=present;charset=utf-8"),
        ("text/csv; header=present", "csv", "text/csv;header=present;charset=utf-8"),
        ("TSV", "tsv", "text/tab-separated-values;charset=utf-8"),
        ("application/json", "json", "application/json"),
    ],
)
def test_requests(requested: str | None, name: str, media_type: str) -> None:
    found = find_format(requested)
    assert (found.name, found.media_type) == (name, media_type)


@pytest.mark.parametrize("requested", ["xlsx", "text/rtf", "votable/x", "*"])
def test_unknown_formats_are_refused_with_the_names(requested: str) -> None:
    with pytest.raises(UsageError, match=r"votable/b2.*csv.*json"):
        find_format(requested)


def test_every_format_answers_to_all_its_names() -> None:
    for name, entry in FORMATS.items():
        assert name == entry.name
        for known in (entry.name, entry.media_type, *entry.aliases):
            assert find_format(known) is entry


def test_votable_formats_have_their_identifiers() -> None:
    prefix = "ivo://ivoa.net/std/TAPRegExt#output-votable-"
    found = {name: entry.ivo_id for name, entry in FORMATS.items() if entry.ivo_id}
    assert found == {
        "votable": f"{prefix}binary2",
        "votable/b2": f"{prefix}binary2",
        "votable/td": f"{prefix}td",
        "votable/b": f"{prefix}binary",
    }
