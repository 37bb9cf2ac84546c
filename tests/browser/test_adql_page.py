"""The ADQL page: typing, mending, running, jobs, uploads; and all without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from astropy.table import Table
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import HOSTILE, NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server

RUNS = "SELECT obs_id, s_ra FROM ivoa.obscore WHERE dataproduct_type = 'event'"


def _open(page: Page, server: Server, query: str = "", more: str = "") -> None:
    page.goto(f"{server.url}/adql?query={quote(query)}{more}")
    expect(page.locator(".cm-content")).to_be_visible()


def test_typo_is_underlined_and_mended_then_a_job_is_downloaded(
    page: Page, server: Server, tmp_path: Path
):
    _open(page, server, RUNS.replace("s_ra", "sra"))
    expect(page.locator(".cm-lintRange-error")).to_have_text("sra")
    said = page.locator("#adql-check")
    expect(said).to_contain_text('unknown column "sra" — did you mean "s_ra"?')
    said.get_by_role("button", name="Write s_ra").click()
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(said).to_contain_text("The query is correct.")
    page.locator("#format").select_option("fits")
    page.get_by_role("button", name="Run as job").click()
    job = page.locator("#jobs li")
    expect(job).to_contain_text("Done")
    with page.expect_download() as download:
        job.get_by_role("link", name="Result").click()
    download.value.save_as(tmp_path / "runs.fits")
    assert len(Table.read(tmp_path / "runs.fits")) == 4
    job.get_by_role("button", name="Show the result").click()
    expect(page.locator(".results-count")).to_contain_text("4 rows")
    job.get_by_role("button", name="Delete").click()
    expect(page.locator("#jobs")).to_contain_text("No jobs yet.")


def test_run_by_keys_is_an_address_and_history(page: Page, server: Server):
    _open(page, server)
    page.locator(".cm-content").click()
    page.keyboard.insert_text(RUNS)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".results-count")).to_contain_text("4 rows")
    assert "run=1" in page.url
    page.reload()
    expect(page.locator(".results-count")).to_contain_text("4 rows")
    _open(page, server)
    page.get_by_role("tab", name="History").click()
    page.locator("#history").get_by_role("button", name="SELECT obs_id").click()
    expect(page.locator(".cm-content")).to_contain_text("dataproduct_type")
    page.locator("#history").get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#history")).to_contain_text("Nothing yet.")


def test_what_others_wrote_into_the_storage_does_no_harm(page: Page, server: Server):
    page.add_init_script(
        """localStorage.setItem("gammavo.queries",
             '[1, null, {"query": "SELECT 1", "at": "x", "rows": "y", "name": {}}]');
           localStorage.setItem("gammavo.baskets", '{"a": [1, null], "b": 3}');"""
    )
    _open(page, server)
    page.get_by_role("tab", name="History").click()
    expect(
        page.locator("#history").get_by_role("button", name="SELECT 1")
    ).to_be_visible()


def test_tidy_up_leaves_what_is_typed_meanwhile(page: Page, server: Server):
    _open(page, server, "select 1 from ivoa.obscore")

    def later(route: Route) -> None:
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(" -- typed")
        route.continue_()

    page.route("**/adql/format", later)
    with page.expect_response("**/adql/format"):
        page.get_by_role("button", name="Tidy up").click()
    expect(page.locator(".cm-content")).to_have_text(
        "select 1 from ivoa.obscore -- typed"
    )


def test_completion_knows_the_alias(page: Page, server: Server):
    _open(page, server, "SELECT o.s_r FROM ivoa.obscore AS o")
    page.locator(".cm-content").click()
    for _ in range(len(" FROM ivoa.obscore AS o")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Space")
    offered = page.locator(".cm-tooltip-autocomplete")
    expect(offered.get_by_role("option", name=re.compile("^s_ra"))).to_be_visible()
    expect(offered.get_by_role("option", name="event_id")).to_have_count(0)
    # Escape, then Tab leaves the editor: no trap for the keyboard.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")


def test_uploaded_tables_are_joined(page: Page, server: Server, tmp_path: Path):
    table = Table({"name": ["a, b", "<b>"], "size": [1, 2]})
    table.write(tmp_path / "my list.csv")
    table.write(tmp_path / "other.fits")
    _open(page, server)
    page.locator("#adql-uploads summary").click()
    for name in ("my list.csv", "other.fits"):
        page.locator("#upload-file").set_input_files(tmp_path / name)
    names = page.get_by_label("Name of the table in queries")
    expect(names.first).to_have_value("my_list")
    expect(names.last).to_have_value("other")
    page.locator(".cm-content").click()
    page.keyboard.insert_text(
        'SELECT b.name, a."size" FROM TAP_UPLOAD.my_list AS a '
        "JOIN TAP_UPLOAD.other AS b ON a.name = b.name"
    )
    expect(page.locator("#adql-check")).to_contain_text("The query is correct.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result-body")).to_contain_text("<b>")
    expect(page.locator(".results-count")).to_contain_text("2 rows")


def test_tables_are_searched_and_inserted(page: Page, server: Server):
    _open(page, server)
    page.get_by_label("Search names, units, UCDs").fill("pos.eq.dec obscore")
    page.get_by_label("Search names, units, UCDs").fill("pos.eq.dec")
    tree = page.locator("#adql-schema")
    expect(tree).not_to_contain_text("em_min")
    tree.get_by_role("button", name="s_dec", exact=True).first.click()
    expect(page.locator(".cm-content")).to_have_text("s_dec")
    page.locator("[data-example='livetime']").click()
    page.get_by_role("button", name="Tidy up").click()
    expect(page.locator(".cm-content")).to_contain_text("COUNT(*) AS runs, SUM")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_hostile_text_is_text(new_page: NewPage, server: Server, has_scripts: bool):
    page = new_page(java_script_enabled=has_scripts)
    literal = "'" + HOSTILE.replace("'", "''") + "'"
    query = f'SELECT TOP 1 {literal} AS "</script><b>" FROM ivoa.obscore -- </textarea>'
    page.goto(f"{server.url}/adql?run=1&query={quote(query)}")
    expect(page.locator("#result-body")).to_contain_text(HOSTILE)
    expect(page.locator("#result-body")).to_contain_text("</script><b>")
    assert page.locator("#query").input_value() == query
    assert "taken" not in page.title()


def test_fault_is_marked_without_scripts(new_page: NewPage, server: Server):
    page = new_page(java_script_enabled=False, expect_errors=True)
    page.goto(f"{server.url}/adql")
    page.locator("#query").fill("SELECT sra FROM ivoa.obscore")
    with page.expect_response("**/adql") as answer:
        page.get_by_role("button", name="Run query").click()
    assert answer.value.status == 400
    expect(page.locator("#results mark")).to_have_text("sra")


def test_page_works_without_scripts(new_page: NewPage, server: Server):
    page = new_page(java_script_enabled=False)
    page.goto(f"{server.url}/adql")
    page.locator("#query").fill(RUNS)
    page.get_by_role("button", name="Run query").click()
    expect(page.locator("#result-body tbody tr")).to_have_count(4)
    page.locator("#format").select_option("csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert len(download.value.path().read_text().splitlines()) == 5
    page.get_by_role("button", name="Run as job").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Job")
    page.get_by_role("link", name="result").wait_for()
    page.get_by_role("link", name="Open on the ADQL page").click()
    page.get_by_role("link", name="Livetime of each target").click()
    expect(page.locator("#query")).to_have_value(re.compile("AS livetime"))


def test_page_is_accessible(page: Page, server: Server):
    _open(page, server, RUNS, "&run=1")
    expect(page.locator(".results-count")).to_contain_text("4 rows")
    page.locator(".adql-table summary").first.click()
    assert_accessible(page)


def test_page_fits_a_phone(new_page: NewPage, server: Server):
    page = new_page(viewport={"width": 390, "height": 844})
    _open(page, server, RUNS, "&run=1")
    expect(page.locator(".results-count")).to_contain_text("4 rows")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
