"""UPLOAD: names and addresses, in the spellings of TAP 1.0 and 1.1."""

from __future__ import annotations

import pytest

from gammavo.model.errors import UsageError
from gammavo.protocols.uploads import named_uploads


def test_one_or_several_in_a_value():
    found = named_uploads(["a,param:x", "b,http://h/q?a;b=1;c,http://h/2", " "])
    assert [(u.name, u.uri, u.part) for u in found] == [
        ("a", "param:x", "x"),
        ("b", "http://h/q?a;b=1", None),
        ("c", "http://h/2", None),
    ]


def test_the_schema_may_be_written():
    assert named_uploads(["TAP_UPLOAD.t,param:t;"])[0].name == "t"


@pytest.mark.parametrize(
    "value",
    ["a", "a,", ",param:x", "1a,param:x", "a b,param:x", 'a";drop,param:x', "a.b,x:y"],
)
def test_what_is_no_upload(value: str):
    with pytest.raises(UsageError):
        named_uploads([value])


def test_a_name_is_used_once():
    with pytest.raises(UsageError, match="Two uploaded tables"):
        named_uploads(["t,param:a", "T,param:b"])


def test_not_too_many():
    with pytest.raises(UsageError, match="at most"):
        named_uploads([f"t{n},param:a" for n in range(17)])
