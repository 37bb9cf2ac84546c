"""The home page, and what all pages have in common."""

from __future__ import annotations

import gzip
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE, NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def release_name(server: Server) -> str:
    """Return the name of the release that is served."""
    with urlopen(f"{server.url}/releases/", timeout=10) as answer:
        found = re.search(r'href="/releases/([^"]+)"', answer.read().decode())
    assert found
    return found[1]


@pytest.mark.parametrize(
    "path", ["/", "/releases/", "/releases/{}", "/help", "/nothing"]
)
def test_pages_are_accessible_in_both_themes(
    new_page: NewPage, server: Server, release_name: str, path: str
):
    page = new_page(expect_errors=path == "/nothing")
    page.goto(server.url + path.format(release_name))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def test_theme_is_chosen_and_kept(page: Page, server: Server):
    page.goto(server.url)
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_system_theme_and_french_need_no_script(new_page: NewPage, server: Server):
    grounds = []
    for scheme in ("light", "dark"):
        page = new_page(java_script_enabled=False, color_scheme=scheme)
        page.goto(server.url)
        grounds.append(_ground(page))
    assert grounds[0] != grounds[1]
    page.get_by_role("button", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_attached()


def test_home_tells_how_to_ask_from_programs(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("tab", name="curl").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("--data-urlencode LANG=ADQL")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == server.tap
    assert page.locator(".allsky .footprint").count() > 0


def test_addresses_of_the_help_page_answer(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("link", name="Help", exact=True).click()
    links = page.locator("main a").evaluate_all("all => all.map((a) => a.href)")
    services = page.locator("main table code").all_inner_texts()
    assert len(services) > 8
    for address in (*links, *services):
        ending = "/capabilities" if address == server.tap else ""
        # SODA says that it needs an identifier.
        wanted = 400 if "/soda/" in address else 200
        assert _status(address + ending) == wanted, address


def test_python_of_the_home_page_runs(page: Page, server: Server):
    page.goto(server.url)
    code = page.locator("#snippet-pyvo").inner_text()
    namespace: dict[str, object] = {}
    exec(code, namespace)  # noqa: S102 - what users are told to run
    assert len(namespace["runs"]) == 4  # type: ignore[arg-type]


def _status(address: str) -> int:
    try:
        with urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_keyboard_reaches_content_and_menu(new_page: NewPage, server: Server):
    page = new_page(viewport=PHONE)
    page.goto(server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Releases", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_phone_shows_everything_without_scrolling_aside(
    new_page: NewPage, server: Server, release_name: str, *, scripts: bool
):
    page = new_page(viewport=PHONE, java_script_enabled=scripts)
    for path in ("/", f"/releases/{release_name}"):
        page.goto(server.url + path)
        width = page.locator("body").bounding_box()["width"]  # type: ignore[index]
        main = page.locator("main").bounding_box()["width"]  # type: ignore[index]
        assert main <= width == PHONE["width"]
    if not scripts:
        expect(
            page.get_by_role("link", name="Releases", exact=True).first
        ).to_be_visible()


def test_first_visit_is_small_and_assets_stay_in_the_cache(server: Server):
    html = _get(server.url)
    total = len(html.body)
    page = gzip.decompress(html.body).decode()
    for path in set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', page)):
        if "licences" in path:
            continue
        asset = _get(server.url + path)
        assert "immutable" in asset.headers["Cache-Control"]
        assert len(asset.body) < 300 or "Content-Encoding" in asset.headers
        assert "default-src 'none'" in asset.headers["Content-Security-Policy"]
        total += len(asset.body)
    assert total < 120_000


def test_programs_get_errors_as_text(server: Server):
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{server.url}/no/such/page", timeout=10)
    assert caught.value.code == 404
    assert caught.value.headers["Content-Type"].startswith("text/plain")
    caught.value.close()
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{server.url}/preferences", data=b"theme=purple", timeout=10)
    assert caught.value.code == 400
    caught.value.close()


def test_forms_of_other_sites_are_refused(server: Server):
    for path in ("preferences", "adql", "adql/check", "basket/rows"):
        request = Request(f"{server.url}/{path}", data=b"theme=dark")
        request.add_header("Sec-Fetch-Site", "cross-site")
        with pytest.raises(HTTPError) as caught:
            urlopen(request, timeout=10)
        assert caught.value.code == 403
        caught.value.close()


def test_browsers_find_the_icon_and_the_service(page: Page, server: Server):
    icon = page.request.get(f"{server.url}/favicon.ico")
    assert icon.headers["content-type"] == "image/svg+xml"
    page.goto(f"{server.url}/tap")
    assert page.url == f"{server.url}/tap/capabilities"
    expect(page.locator("h1")).to_be_visible()


def test_choices_lead_nowhere_else(server: Server, page: Page):
    page.goto(server.url)
    answer = page.request.post(
        f"{server.url}/preferences",
        form={"language": "fr", "next": "//evil.example/"},
        max_redirects=0,
    )
    assert answer.headers["location"] == "/"


def test_hostile_texts_are_shown_as_texts(new_page: NewPage, hostile_server: Server):
    page = new_page()
    for path in ("/", "/releases/", "/releases/hostile"):
        page.goto(hostile_server.url + path)
        assert page.title() != "taken"
        assert page.locator("main img").count() == 0
        expect(page.get_by_text(HOSTILE).first).to_be_attached()


class _Answer:
    def __init__(self, url: str) -> None:
        request = Request(url, headers={"Accept-Encoding": "br, gzip"})
        with urlopen(request, timeout=10) as answer:
            self.headers = answer.headers
            self.body: bytes = answer.read()


def _get(url: str) -> _Answer:
    return _Answer(url)


def _ground(page: Page) -> str:
    """Return the colour of the page, asked without running a script in it."""
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
