"""Parameters: names without case, forms in each encoding, and what is refused."""

from __future__ import annotations

import pytest

from gammavo.model.errors import UsageError
from gammavo.protocols import Parameters, read_parameters

BOUNDARY = "<<<--------------MULTIPART-BOUNDARY------->>>"
MULTIPART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="LANG"\r\n\r\nADQL\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="query"\r\n\r\n'
    f"SELECT 'ü' FROM t\r\n--{BOUNDARY}--\r\n"
).encode()


def test_names_have_no_case_and_values_have():
    parameters = Parameters([("Lang", "adql"), ("QUERY", "x")])
    assert parameters.one("LANG") == "adql"
    assert parameters.one("query") == "x"
    assert parameters.one("maxrec") is None


def test_twice_the_same_is_once_and_twice_another_is_refused():
    assert Parameters([("LANG", "a"), ("lang", "a")]).one("LANG") == "a"
    with pytest.raises(UsageError, match="more than once"):
        Parameters([("LANG", "a"), ("lang", "b")]).one("LANG")
    with pytest.raises(UsageError, match="more than once"):
        Parameters([("FORMAT", "csv"), ("RESPONSEFORMAT", "tsv")]).one(
            "RESPONSEFORMAT", "FORMAT"
        )


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "１", "9" * 30])
def test_not_a_whole_number(text: str):
    with pytest.raises(UsageError, match="MAXREC"):
        Parameters([("MAXREC", text)]).whole_number("MAXREC")


def test_url_and_urlencoded_form_add_up():
    found = read_parameters(
        "LANG=ADQL",
        "application/x-www-form-urlencoded; charset=utf-8",
        b"QUERY=a+b%2Bc",
    )
    assert (found.one("LANG"), found.one("QUERY")) == ("ADQL", "a b+c")


def test_multipart_with_a_quoted_odd_boundary():
    found = read_parameters(
        "", f'multipart/form-data; boundary="{BOUNDARY}"', MULTIPART
    )
    assert (found.one("LANG"), found.one("QUERY")) == ("ADQL", "SELECT 'ü' FROM t")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", MULTIPART),
        ('multipart/form-data; boundary="x"', b"garbage"),
        ("application/x-www-form-urlencoded", b"QUERY=\xff"),
        ("application/x-www-form-urlencoded", b"a=1&" * 20_001),
    ],
)
def test_bodies_that_cannot_be_read(content_type: str, body: bytes):
    with pytest.raises(UsageError):
        read_parameters("", content_type, body)
