"""Pages and texts for people: complete, aligned, and harmless whatever the data are."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from gammavo.formats import Info
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UnavailableError
from tests.unit.formats.format_samples import record_batch, write

D = Datatype
HOSTILE = "</td></table><script>alert('1')</script><img src=x onerror=\"a()\">&amp;"
NAME = Column("name", D.UNICODE, 'Its "name" <b>', unit="m<s>")
URL = Column("access_url", D.VARCHAR, "Where", ucd="meta.ref.url")
NUMBER = Column("n", D.DOUBLE, "", unit="deg")


def page(columns: tuple[Column, ...], *rows: list[Any], **options: Any) -> Any:
    batches = [record_batch(columns, rows)] if rows else []
    return html.fromstring(write("html", columns, batches, **options).decode())


def broken_off() -> Iterator[Any]:
    yield record_batch((NUMBER,), [[1.0]])
    raise UnavailableError("Out of <time>.")


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")))))
def test_any_text_is_shown_as_it_is(texts: list[str]) -> None:
    cells = page((NAME,), *([text] for text in texts)).findall(".//tbody/tr/td")
    assert [cell.text_content() for cell in cells] == texts


def test_markup_in_data_names_and_remarks_is_only_text() -> None:
    odd = Column(HOSTILE, D.UNICODE, HOSTILE, unit=HOSTILE)
    found = page((odd,), [HOSTILE], infos=(Info(HOSTILE, HOSTILE, HOSTILE),))
    assert not found.xpath("//script | //img | //*[@onerror]")
    assert found.find(".//td").text_content() == HOSTILE
    assert found.find(".//th").get("title") == HOSTILE
    assert found.find(".//dt").text_content() == HOSTILE


def test_the_page_forbids_scripts_and_all_from_elsewhere() -> None:
    found = page((NAME,))
    (policy,) = found.xpath("//meta[@http-equiv]/@content")
    (style,) = found.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not found.xpath("//*[@src] | //link | //*[@style]")
    assert "prefers-color-scheme: dark" in style


@pytest.mark.parametrize("url", ["https://a.b/c?d=1&e=%22", "http://a/ü", "HTTPS://A"])
def test_web_addresses_are_links(url: str) -> None:
    (link,) = page((URL,), [url]).xpath("//td/a")
    assert (link.get("href"), link.text_content()) == (url, url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        " https://a.b",
        "https://a.b\njavascript:x",
        "ftp://a.b",
        "https:a",
        "",
    ],
)
def test_other_addresses_are_not(url: str) -> None:
    found = page((URL,), [url])
    assert not found.xpath("//a")
    assert found.find(".//td").text_content() == url


def test_quotes_do_not_end_a_link() -> None:
    url = 'https://a.b/"onmouseover="x'
    (link,) = page((URL,), [url]).xpath("//td/a")
    assert link.get("href") == url
    assert "onmouseover" not in link.attrib


def test_addresses_elsewhere_are_text() -> None:
    assert not page((NAME,), ["https://a.b"]).xpath("//a")


def test_nulls_units_and_the_number_of_rows() -> None:
    found = page((NAME, NUMBER), ["x", None], [None, 1.5])
    texts = [cell.text_content() for cell in found.findall(".//td")]
    assert texts == ["x", "", "", "1.5"]
    assert [e.text_content() for e in found.findall(".//small")] == ["m<s>", "deg"]
    assert found.xpath("//main/p/text()") == ["2 rows"]
    assert page((NAME,), ["x"]).xpath("//main/p/text()") == ["1 row"]


def test_a_page_without_rows_is_whole() -> None:
    found = page((NAME, NUMBER))
    assert len(found.findall(".//th")) == 2
    assert found.xpath("//main/p/text()") == ["0 rows"]


def test_missing_rows_are_said_at_the_end_of_the_page() -> None:
    (said,) = page((NUMBER,), [1.0], overflow=True).xpath("//*[@role='alert']/text()")
    assert "cut at a limit" in said
    text = write("html", (NUMBER,), broken_off()).decode()
    (said,) = html.fromstring(text).xpath("//*[@role='alert']/text()")
    assert said == "The rows broke off: Out of <time>."
    assert text.endswith("</html>\n")


def text(columns: tuple[Column, ...], *rows: list[Any], **options: Any) -> str:
    batches = [record_batch(columns, rows)] if rows else []
    return write("text", columns, batches, **options).decode()


def test_text_is_aligned() -> None:
    columns = (Column("id", D.VARCHAR, ""), NUMBER, Column("note", D.UNICODE, ""))
    assert text(
        columns, ["a", 1.5, "é"], ["bcd", -100.25, None], [None, None, "x"]
    ) == (
        "id         n  note\n"
        "         deg  \n"
        "---  -------  ----\n"
        "a        1.5  é\n"
        "bcd  -100.25  \n"
        "              x\n"
        "\n3 rows\n"
    )


def test_text_without_units_and_rows() -> None:
    assert text((Column("id", D.VARCHAR, ""),)) == "id\n--\n\n0 rows\n"


def test_widths_do_not_depend_on_batches() -> None:
    name = Column("a", D.VARCHAR, "")
    rows = [["x"], ["y" * 20], [None]]
    batch = record_batch((name, NUMBER), [[*row, 1.0] for row in rows])
    parts = [batch.slice(i, 1) for i in range(3)]
    assert write("text", (name, NUMBER), parts) == write(
        "text", (name, NUMBER), [batch]
    )


def test_one_long_text_does_not_widen_every_line() -> None:
    long = "y" * 5000
    lines = text((Column("a", D.VARCHAR, ""), NUMBER), ["x", 1.0], [long, 2.0])
    assert max(map(len, lines.splitlines())) < 5000 + 10
    assert sorted(map(len, lines.splitlines()))[-2] < 120


@given(st.lists(st.text(), min_size=1, max_size=5))
@settings(deadline=None)
def test_no_text_breaks_a_line_or_steers_a_terminal(texts: list[str]) -> None:
    name = Column("\x1b[31mname\n", D.UNICODE, "")
    found = text((name,), *([value] for value in texts))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", found)
    assert found.count("\n") == 2 + len(texts) + 2


def test_overflow_is_said_at_the_end_of_the_text() -> None:
    assert text((NUMBER,), [1.0], overflow=True).endswith(
        "\n1 row\nThe result was cut at a limit: rows are missing.\n"
    )
