"""Names as queries have to write them."""

from __future__ import annotations

import pytest

from gammavo.model.reserved import RESERVED_WORDS, delimited


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ra", "ra"),
        ("RA_J2000", "RA_J2000"),
        ("size", '"size"'),
        ("Region", '"Region"'),
        ("time", '"time"'),
        ("event_time", "event_time"),
        ("_x", '"_x"'),
        ("2mass", '"2mass"'),
        ("a b", '"a b"'),
        ('a"b', '"a""b"'),
        ("größe", '"größe"'),
        ("", '""'),
    ],
)
def test_delimited(name: str, written: str) -> None:
    assert delimited(name) == written


def test_the_words_are_those_of_sql_92_and_of_adql() -> None:
    assert {"SELECT", "ZONE", "ABSOLUTE", "ILIKE", "IN_UNIT", "TOP"} <= RESERVED_WORDS
    assert len(RESERVED_WORDS) == 266
