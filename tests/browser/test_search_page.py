"""The search page: with and without scripts, by name, by cone, live, shared, as code."""

from __future__ import annotations

import io
import re
import sys
import tarfile
from subprocess import run
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server


def address(server: Server, **parameters: str) -> str:
    return f"{server.url}/search?{urlencode(parameters)}"


def shown_count(page: Page) -> int:
    return int(page.locator("#summary strong").inner_text().replace("\u202f", ""))


@pytest.fixture
def plain(new_page: NewPage) -> Page:
    return new_page(java_script_enabled=False)


def test_without_scripts_runs_are_found_sorted_and_packed(plain: Page, server: Server):
    plain.goto(f"{server.url}/")
    plain.get_by_role("searchbox").fill("Crab")
    plain.get_by_role("button", name="Search").click()
    rows = plain.locator("#results tbody tr")
    expect(rows).not_to_have_count(0)
    plain.get_by_role("link", name=re.compile("Events")).click()
    expect(plain.locator("th[aria-sort=ascending]")).to_contain_text("Events")
    plain.locator("input[name=ID]").first.check()
    with plain.expect_download() as download:
        plain.get_by_role("button", name=re.compile("Package")).click()
    path = download.value.path()
    with tarfile.open(path) as archive:
        assert [name for name in archive.getnames() if "hdu-index" in name]


def test_facets_are_links_with_true_counts(plain: Page, server: Server):
    plain.goto(address(server, product="any"))
    link = plain.locator("#facets a[data-key^='object=']").first
    count = int(link.locator(".facet-count").inner_text())
    link.click()
    assert shown_count(plain) == count
    expect(plain.locator("#facets a[aria-current=true]").first).to_be_visible()
    plain.locator("#facets a[data-key^='object='][aria-current=true]").click()
    assert shown_count(plain) > count


@pytest.mark.parametrize(
    "parameters",
    [
        {"target": "Krab Nebula"},
        {"target": "Crab", "radius": "wide"},
        {"time_min": "yesterday"},
        {"energy_min": "-3", "mode": "'; DROP TABLE x"},
        {"level": "x"},
    ],
)
def test_faults_are_400_at_their_fields(
    new_page: NewPage, server: Server, parameters: dict[str, str]
):
    page = new_page(java_script_enabled=False, expect_errors=True)
    response = page.goto(address(server, **parameters))
    assert response is not None
    assert response.status == 400
    expect(page.locator("#summary a[data-field]")).not_to_have_count(0)
    if "radius" not in parameters and "target" in parameters:
        page.locator("#error-target").get_by_role(
            "link", name="Crab Nebula", exact=True
        ).click()
        expect(page.locator("#results tbody tr")).not_to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "<script>fail()</script>",
        "x' OR 1=1 --",
        "{name} {0} %s",
        "a\x08\x00b",
        "é\u202e",
    ],
)
def test_hostile_values_are_texts(plain: Page, server: Server, text: str):
    everywhere = dict.fromkeys(("object", "mode", "release", "instrument"), text)
    response = plain.goto(address(server, sort=text, page=text, **everywhere))
    assert response is not None
    assert response.status == 200
    expect(plain.get_by_text("No product fulfils all conditions.")).to_be_visible()
    shown = plain.locator("#search-adql").text_content() or ""
    assert text.replace("\x08\x00", "  ").replace("'", "''") in shown


def test_live_search_follows_and_goes_back(page: Page, server: Server):
    page.goto(f"{server.url}/search")
    expect(page.locator("#results .results")).to_be_visible()
    everything = shown_count(page)
    page.get_by_label("Name or position").fill("Crab")
    page.get_by_label("Radius").fill("0.01")
    expect(page.locator("#summary strong")).to_have_text("0")
    assert page.url.endswith("?target=Crab&radius=0.01")
    page.get_by_label("Radius").fill("3")
    expect(page.locator("#summary strong")).not_to_have_text("0")
    found = shown_count(page)
    expect(page.locator("#results .tabulator-row")).to_have_count(found)
    page.reload()
    expect(page.get_by_label("Radius")).to_have_value("3")
    assert shown_count(page) == found
    # What was typed in one go is one step back, not one for each key.
    page.go_back()
    expect(page.get_by_label("Radius")).to_have_value("")
    assert found <= shown_count(page) <= everything


def test_half_a_name_is_no_fault_yet(page: Page, server: Server):
    page.goto(f"{server.url}/search")
    expect(page.locator("#results .results")).to_be_visible()
    target = page.get_by_label("Name or position")
    steps = page.evaluate("history.length")
    target.press_sequentially("Cra")
    expect(page.locator("#error-target")).to_contain_text("Did you mean")
    target.press_sequentially("b Neb")
    expect(page).to_have_url(re.compile("target=Crab\\+Neb$"))
    target.press_sequentially("ula")
    expect(page.locator("#summary strong")).not_to_have_text("0")
    assert page.evaluate("history.length") == steps + 1


def test_a_facet_keeps_what_was_typed_just_before(page: Page, server: Server):
    page.goto(f"{server.url}/search")
    expect(page.locator("#results .results")).to_be_visible()
    facet = page.locator("#facets a[data-key^='object=']").first
    page.get_by_label("From", exact=True).fill("2000-01-01")
    facet.click()
    expect(page).to_have_url(re.compile(r"[?&]object="))
    expect(page).to_have_url(re.compile(r"[?&]time_min=2000-01-01"))
    expect(page.get_by_label("From", exact=True)).to_have_value("2000-01-01")


def test_what_failed_can_be_tried_again(new_page: NewPage, server: Server):
    page = new_page(expect_errors=True)
    page.route("**/tap/sync", lambda route: route.abort())
    page.goto(address(server, target="Crab"))
    failed = page.locator("#results .failure")
    expect(failed).to_contain_text("The server cannot be reached.")
    expect(page.locator("#results tbody tr")).not_to_have_count(0)
    page.unroute("**/tap/sync")
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("#results .results")).to_be_visible()
    expect(failed).to_have_count(0)
    page.route("**/search?*", lambda route: route.abort())
    page.get_by_label("Radius").fill("3")
    failed = page.locator("#summary .failure")
    expect(failed).to_contain_text("The server cannot be reached.")
    page.unroute("**/search?*")
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("#summary strong")).to_be_visible()
    assert page.url.endswith("?target=Crab&radius=3")


def test_after_nothing_was_found_the_page_is_not_busy(page: Page, server: Server):
    page.goto(address(server, target="Crab"))
    expect(page.locator("#results .results")).to_be_visible()
    page.route("**/tap/sync", lambda route: None)
    page.get_by_label("Until", exact=True).fill("2030-01-01")
    expect(page.locator("#results[aria-busy]")).to_be_visible()
    page.get_by_label("Until", exact=True).fill("1990-01-01")
    expect(page.locator("#summary strong")).to_have_text("0")
    expect(page.locator("#results[aria-busy]")).to_have_count(0)


def test_addresses_are_copied_without_a_clipboard(page: Page, server: Server):
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(address(server, target="Crab"))
    page.evaluate(
        "addEventListener('copy', () => { window.copied = String(getSelection()) })"
    )
    page.locator("#query-panels summary").first.click()
    button = page.locator("#query-panels [data-copy]").first
    button.click()
    expect(button).to_have_text("Copied")
    assert "SELECT" in page.evaluate("window.copied")


def test_facets_work_by_keyboard_and_keep_the_focus(page: Page, server: Server):
    page.goto(f"{server.url}/search")
    facet = page.locator("#facets a[data-key^='object=']").first
    key = facet.get_attribute("data-key")
    facet.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#facets a[data-key='{key}'][aria-current]")).to_be_focused()
    assert "object=" in page.url


def test_scales_and_units_stay_in_step(page: Page, server: Server):
    page.goto(f"{server.url}/search")
    begin = page.get_by_label("From", exact=True)
    begin.fill("2006-07-28T21:31:00")
    same = page.locator("#same-time_min")
    expect(same).to_have_text(
        "2006-07-28T21:31:00 UTC = 2006-07-28T21:32:05 TT = MJD 53944.89728 (TT)"
    )
    page.get_by_label("MJD (TT)").check()
    expect(begin).to_have_value("53944.89728")
    page.get_by_label("TT", exact=True).check()
    expect(begin).to_have_value("2006-07-28T21:32:05")
    page.get_by_label("Energy or wavelength, from").fill("1")
    page.get_by_label("Wavelength [m]").check()
    expect(page.get_by_label("Energy or wavelength, to")).to_have_value("1.23984e-18")
    expect(page.locator("#same-energy_max")).to_have_text("= 1 TeV")
    expect(page.locator("#search-adql")).to_contain_text("em_min <= 1.23984e-18")


def test_phone_has_the_conditions_in_a_drawer(new_page: NewPage, server: Server):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(address(server, target="Crab"))
    page.get_by_role("button", name="Conditions").click()
    expect(page.get_by_label("Name or position")).to_be_visible()
    # While it slides in, Escape is not heard.
    expect(page.locator("#filters.showing")).to_have_count(0)
    expect(page.locator("#filters")).to_have_class(re.compile(r"\bshow\b"))
    page.keyboard.press("Escape")
    expect(page.get_by_label("Name or position")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_accessible_in_both_themes(page: Page, server: Server):
    page.goto(address(server, target="Crab", radius="3"))
    expect(page.locator("#results .tabulator-row").first).to_be_visible()
    assert_accessible(page)


def test_code_gives_the_same_rows(plain: Page, server: Server):
    plain.goto(address(server, target="Crab", radius="3", sort="-ev_xel"))
    runs = plain.locator("#results tbody th").all_inner_texts()
    code = plain.locator("#code-pyvo").text_content()
    assert code is not None
    program = f"{code}\nprint('runs', *table['obs_id'])"
    done = run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].split()[1:] == runs
    gammapy = plain.locator("#code-gammapy").text_content()
    assert gammapy is not None
    compile(gammapy, "gammapy", "exec")


def test_code_of_any_query(server: Server):
    with urlopen(
        f"{server.url}/code?{urlencode({'query': 'SELECT 1 AS a'})}"
    ) as answer:
        text = io.TextIOWrapper(answer).read()
    assert set(re.findall(r'"(\w+)": "', text)) == {"pyvo", "curl", "stilts", "topcat"}
