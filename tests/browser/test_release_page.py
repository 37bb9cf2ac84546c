"""The page of a release: what a visitor must be told before and after the files."""

from __future__ import annotations

import json
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.support.server import Server


def test_release_shows_terms_files_runs_and_citation(page: Page, hess_server: Server):
    page.goto(f"{hess_server.url}/releases/")
    page.get_by_role("link", name="H.E.S.S. DL3 public test data release 1").click()
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings.index("Terms of use") < headings.index("Files")
    expect(page.get_by_text("No scientific publications")).to_be_visible()
    crab = page.get_by_role("row", name="Crab Nebula").first
    expect(crab).to_contain_text("1.75")
    expect(page.locator("#bibtex")).to_contain_text("10.5281/zenodo.1421099")
    expect(page.get_by_text("104 runs without findings")).to_be_visible()
    page.get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("row", name="47829")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="citation.bib").click()
    assert download.value.suggested_filename == "citation.bib"


def test_release_is_also_there_for_programs(hess_server: Server):
    url = f"{hess_server.url}/releases/hess-dl3-dr1/release.json"
    with urlopen(url, timeout=10) as answer:
        facts = json.load(answer)
    assert facts["counts"]["runs"] == len(facts["files"]) == 105
    assert facts["description"]["doi"] == "10.5281/zenodo.1421099"
    assert "data_folder" not in facts


def test_links_of_a_release_lead_somewhere(page: Page, hess_server: Server):
    page.goto(f"{hess_server.url}/releases/hess-dl3-dr1")
    links = page.locator("main a[href^='/']").evaluate_all(
        "all => all.map(a => new URL(a.getAttribute('href'), location.href).href)"
    )
    for link in sorted(set(links)):
        with urlopen(link, timeout=30) as answer:
            assert answer.status == 200, link


def test_release_without_scripts_and_unknown_ones(new_page, hess_server: Server):
    page = new_page(java_script_enabled=False, expect_errors=True)
    page.goto(f"{hess_server.url}/releases/hess-dl3-dr1/")
    assert page.url.endswith("/releases/hess-dl3-dr1")
    expect(page.get_by_role("row", name="20136")).to_be_visible()
    answer = page.goto(f"{hess_server.url}/releases/none")
    assert answer is not None
    assert answer.status == 404
    for number in ("x", "0", "-1"):
        answer = page.goto(f"{hess_server.url}/releases/hess-dl3-dr1?page={number}")
        assert answer is not None
        assert answer.status == 400
