"""Baskets: several, shared by link, loaded as a package, with and without scripts."""

from __future__ import annotations

import json
import tarfile
import zipfile
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server

RELEASE = "obs/simulated-dl3"


@pytest.fixture(scope="module")
def dids(server: Server) -> dict[str, str]:
    """Return the identifiers of the event lists of two runs."""
    found = {}
    for obs_id in ("100001", "100002"):
        with urlopen(
            f"{server.url}/{RELEASE}/{obs_id}?format=json", timeout=30
        ) as answer:
            found[obs_id] = json.load(answer)["obs_publisher_did"]
    return found


def test_runs_are_put_in_named_baskets_and_loaded(page: Page, server: Server):
    for obs_id in ("100001", "100002"):
        page.goto(f"{server.url}/{RELEASE}/{obs_id}")
        page.get_by_role("link", name="Add to basket").click()
        expect(page.get_by_role("link", name="In the basket")).to_be_visible()
    expect(page.locator("[data-basket-count]")).to_have_text("2")
    page.get_by_role("link", name="In the basket").click()
    rows = page.locator("#content tbody tr")
    expect(rows).to_have_count(2)
    assert_accessible(page)
    page.get_by_role("textbox", name="Name").fill("night <b>1</b>")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#which option:checked")).to_have_text("night <b>1</b> (2)")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the package (tar)").click()
    with tarfile.open(download.value.path()) as package:
        names = [name for name in package.getnames() if "run_" in name]
    assert len(names) == 2
    page.get_by_role("button", name="Remove 100001").click()
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)


def test_baskets_are_made_merged_and_deleted(
    page: Page, server: Server, dids: dict[str, str]
):
    page.goto(f"{server.url}/basket")
    expect(page.get_by_text("This basket is empty")).to_be_visible()
    baskets = {"a": [dids["100001"]], "b": list(dids.values()), "c": ["gone"]}
    page.evaluate(
        "text => localStorage.setItem('gammavo.baskets', text)", json.dumps(baskets)
    )
    page.reload()
    rows = page.locator("#content tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_label("Merge into").select_option("b")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(rows).to_have_count(2)
    expect(page.locator("#which option")).to_have_text(["b (2)", "c (1)"])
    page.get_by_label("Basket", exact=True).select_option("c")
    expect(page.get_by_text("1 identifier means nothing here")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#which option")).to_have_text(["b (2)"])
    page.get_by_role("button", name="New").click()
    expect(page.get_by_role("status")).to_have_text("Write a name first.")
    page.get_by_role("textbox", name="Name").fill("b")
    page.get_by_role("button", name="New").click()
    expect(page.get_by_role("status")).to_have_text("There is a basket of this name.")


def test_a_shared_basket_needs_no_scripts(
    new_page: NewPage, server: Server, dids: dict[str, str]
):
    page = new_page(java_script_enabled=False)
    query = "&".join(f"ID={quote(did, safe='')}" for did in dids.values())
    page.goto(f"{server.url}/basket?{query}&ID=ivo%3A%2F%2Fx%2Fgone%3F1%2Fevents")
    expect(page.locator("#content tbody tr")).to_have_count(2)
    expect(page.get_by_text("1 identifier means nothing here")).to_be_visible()
    expect(page.get_by_text("hours of livetime")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the package (zip)").click()
    with zipfile.ZipFile(download.value.path()) as package:
        assert sum("run_" in name for name in package.namelist()) == 2


def test_a_shared_basket_is_kept(page: Page, server: Server, dids: dict[str, str]):
    page.goto(f"{server.url}/basket?ID={quote(dids['100002'], safe='')}")
    page.get_by_role("button", name="Put them into my basket").click()
    page.wait_for_url("**/basket")
    expect(page.get_by_role("link", name="100002")).to_be_visible()
    expect(page.locator("[data-basket-count]")).to_have_text("1")


def test_too_many_runs_are_told(new_page: NewPage, server: Server):
    page = new_page(expect_errors=True)
    page.goto(f"{server.url}/basket")
    many = json.dumps({"all": [f"ivo://x/r?{number}/events" for number in range(5001)]})
    page.evaluate("text => localStorage.setItem('gammavo.baskets', text)", many)
    page.reload()
    expect(
        page.get_by_text("A basket can show 5000 products, not 5001.")
    ).to_be_visible()
