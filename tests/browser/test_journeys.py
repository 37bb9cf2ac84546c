"""What a visitor comes for, from the search to data that gammapy opens."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server

CRAB_RUNS = ["23523", "23526", "23559", "23592"]
DARK = {"color_scheme": "dark", "viewport": {"width": 1280, "height": 1600}}


_RUNS_OF_TABLE = """number => {
  const titles = [...document.querySelectorAll("#results [role=columnheader]")];
  const title = titles.find(e => e.textContent.includes("obs_id"));
  const place = title?.getAttribute("tabulator-field");
  const cells = [...document.querySelectorAll(
    `#results .tabulator-row [tabulator-field="${place}"]`)];
  const runs = cells.map(e => e.textContent.trim());
  return runs.length === number && runs.every(Boolean) && runs.sort();
}"""


def runs_of(page: Page) -> list[str]:
    """Return the runs that the table shows, once it has as many as are looked for."""
    found = page.wait_for_function(_RUNS_OF_TABLE, arg=len(CRAB_RUNS))
    runs: list[str] = found.json_value()
    return runs


def test_crab_runs_from_a_name_to_gammapy(
    new_page: NewPage, hess_server: Server, tmp_path: Path
):
    page = new_page(**DARK)
    page.goto(hess_server.url)
    page.get_by_label("Find observations of").fill("Crab")
    page.get_by_role("button", name="Search").click()
    assert runs_of(page) == CRAB_RUNS
    chosen = select_in_upper_half(page)
    with page.expect_download() as download:
        page.get_by_role("region", name="Result", exact=True).get_by_role(
            "button", name="Download", exact=True
        ).click()
        page.get_by_role("button", name="Package as tar").click()
    with tarfile.open(download.value.path()) as package:
        package.extractall(tmp_path, filter="data")
    assert gammapy_runs(tmp_path) == chosen
    assert_accessible(page)


def select_in_upper_half(page: Page) -> list[str]:
    """Draw a lasso; return the runs that are then selected in table and plot alike."""
    expect(page.locator("[data-mode=lasso]")).to_be_visible()
    expect(page.locator(".results-plot .main-svg").first).to_be_attached()
    page.locator(".results-picture").scroll_into_view_if_needed()
    box = page.locator(".results-picture").bounding_box()
    assert box
    page.get_by_role("button", name="Lasso", exact=True).click()
    left, top, right = box["x"] + 5, box["y"] + 5, box["x"] + box["width"] - 5
    middle = box["y"] + box["height"] / 2
    page.mouse.move(left, top)
    page.mouse.down()
    for place in ((right, top), (right, middle), (left, middle), (left, top + 4)):
        page.mouse.move(*place)
    page.mouse.up()
    rows = page.locator("#results .tabulator-row.is-selected")
    expect(rows).not_to_have_count(0)
    field = page.get_by_role("columnheader", name="obs_id").first
    place = field.get_attribute("tabulator-field")
    chosen = sorted(rows.locator(f"[tabulator-field={place}]").all_inner_texts())
    assert 0 < len(chosen) < len(CRAB_RUNS)
    expect(page.locator(".results-chosen")).to_contain_text(f"{len(chosen)} selected")
    expect(page.locator(".modebar-btn[data-title*=Share]")).to_have_count(0)
    in_plot = page.locator(".results-plot").evaluate("p => p.data[1].customdata")
    assert len(in_plot) == len(chosen)
    return chosen


def gammapy_runs(folder: Path) -> list[str]:
    """Return the runs of a package; in a process of its own, as gammapy is large."""
    (index,) = folder.rglob("obs-index.fits.gz")
    program = (
        "from gammapy.data import DataStore\n"
        f"store = DataStore.from_dir({str(index.parent)!r})\n"
        "found = store.get_observations(required_irf='all-optional')\n"
        "assert all(len(run.events.table) and run.aeff is not None for run in found)\n"
        "print(*sorted(str(run.obs_id) for run in found))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_cone_and_a_shared_address_give_the_same_runs(
    new_page: NewPage, hess_server: Server
):
    search = {"target": "05:34:31.9 +22:00:52", "radius": "2", "zenith_max": "46"}
    page = new_page(**DARK)
    page.goto(f"{hess_server.url}/search?{urlencode(search)}")
    summary = page.locator("#summary strong")
    restricted = int(summary.inner_text())
    page.get_by_role("link", name="Clear").click()
    expect(page).to_have_url(f"{hess_server.url}/search")
    page.get_by_label("Name or position").fill("83.633 22.014")
    page.get_by_label("Radius").fill("2")
    page.wait_for_url("**radius=2**")
    page.wait_for_load_state("networkidle")
    expect(summary).to_have_text("4")
    assert runs_of(page) == CRAB_RUNS
    assert restricted < 4
    keep_and_find_again(page)
    look_in_another_way(page)
    other = new_page(**DARK)
    other.goto(page.url)
    assert ways_to_look(other) == ways_to_look(page)
    other.get_by_role("button", name="Clear filters").click()
    assert runs_of(other) == CRAB_RUNS
    assert other.get_by_label("Radius").input_value() == "2"
    angles = zenith_angles(other)
    assert len(angles) == 4
    assert restricted == int((angles <= 46).sum())


def keep_and_find_again(page: Page) -> None:
    """Keep the search under a name, leave, and come back by the name."""
    address = page.url
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_label("Name of this search").fill("<b>Crab</b>")
    page.get_by_role("button", name="Save").click()
    page.goto(address.partition("?")[0])
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("link", name="<b>Crab</b>").click()
    expect(page).to_have_url(address)
    assert runs_of(page) == CRAB_RUNS
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Forget <b>Crab</b>").click()
    expect(page.get_by_role("link", name="<b>Crab</b>")).to_have_count(0)


def look_in_another_way(page: Page) -> None:
    """Select, sort, filter, plot something else."""
    table = page.locator("#results .results-table")
    for run in ("23526", "23592"):
        table.locator(".tabulator-row", has_text=run).click()
    title = table.get_by_role("columnheader", name="t_exptime").first
    title.locator(".tabulator-col-title").click()
    table.get_by_label("Filter of obs_id").press_sequentially("!23523")
    page.get_by_label("Vertical axis").select_option(label="s_dec [deg]")
    page.wait_for_url("**filter=**")
    assert "order=t_exptime" in page.url


def ways_to_look(page: Page) -> tuple[object, ...]:
    """Return how a result is looked at: rows in their order, selection, plot."""
    table = page.locator("#results .results-table")
    rows = table.locator(".tabulator-row")
    expect(rows).to_have_count(3)
    expect(page.locator(".results-chosen")).to_contain_text("2 selected")
    axis = page.get_by_label("Vertical axis")
    expect(axis).to_be_visible()
    chosen = axis.evaluate("choice => choice.selectedOptions[0].textContent")
    return rows.all_inner_texts(), table.locator(".is-selected").count(), chosen


def zenith_angles(page: Page) -> np.ndarray:
    """Return what the column of the table shows."""
    field = page.get_by_role("columnheader", name="zenith_angle").first
    place = field.get_attribute("tabulator-field")
    cells = page.locator(f"#results .tabulator-row [tabulator-field={place}]")
    return np.array([float(text) for text in cells.all_inner_texts()])
