"""The home page, and what all pages have in common."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server


def test_home_is_accessible_in_both_themes(page: Page, server: Server):
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def test_theme_is_chosen_and_kept(page: Page, server: Server):
    page.goto(server.url)
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_system_theme_needs_no_script(new_page: NewPage, server: Server):
    page = new_page(java_script_enabled=False, color_scheme="dark")
    page.goto(server.url)
    probe = new_page(color_scheme="light")
    probe.goto(server.url)
    assert _ground(page) != _ground(probe)


def test_french_without_scripts(new_page: NewPage, server: Server):
    page = new_page(java_script_enabled=False)
    page.goto(server.url)
    page.get_by_role("button", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.get_by_text("Aller au contenu")).to_be_attached()


def _ground(page: Page) -> str:
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    body = session.send("DOM.querySelector", {"nodeId": root, "selector": "body"})
    style = session.send("CSS.getComputedStyleForNode", {"nodeId": body["nodeId"]})
    return next(
        entry["value"]
        for entry in style["computedStyle"]
        if entry["name"] == "background-color"
    )
