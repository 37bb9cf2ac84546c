"""Results in pages: sky, plots and table with one selection, and what is done with them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from astropy.table import Table
from playwright.sync_api import FloatRect, Page, expect
from pyvo.samp import SAMPHubServer, SAMPIntegratedClient, WebProfileDialog

from tests.browser.conftest import HOSTILE, NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server

RUNS = (
    "SELECT obs_id, target_name, s_ra, s_dec, s_region, t_min, t_exptime, em_min, "
    "em_max, access_url, obs_publisher_did FROM ivoa.obscore "
    "WHERE dataproduct_type = 'event' ORDER BY obs_id"
)


def _open(page: Page, server: Server, query: str = RUNS) -> None:
    page.goto(f"{server.url}/adql?query={quote(query)}&run=1")
    expect(page.locator(".results .tabulator-row").first).to_be_visible()


def _sky(page: Page) -> FloatRect:
    """Wait for the sky, and return where it is."""
    expect(page.locator("[data-mode=lasso]")).to_be_visible()
    page.locator(".results-picture").scroll_into_view_if_needed()
    box = page.locator(".results-picture").bounding_box()
    assert box
    return box


def _draw_around(page: Page, box: FloatRect, *, closed: bool) -> None:
    """Draw close to the edge of a picture: a lasso, or a rectangle by its diagonal."""
    left, top = box["x"] + 6, box["y"] + 6
    right, bottom = left + box["width"] - 12, top + box["height"] - 12
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, top + 50)
    page.mouse.move(right, bottom)
    if closed:
        page.mouse.move(left, bottom)
        page.mouse.move(left, top + 3)
    page.mouse.up()


def _selected_in_plot(page: Page) -> list[int]:
    return page.locator(".results-plot").evaluate("plot => plot.data[1].customdata")  # type: ignore[no-any-return]


def test_lasso_on_the_sky_selects_in_table_and_plot(page: Page, server: Server):
    _open(page, server)
    box = _sky(page)
    expect(page.locator(".results-plot .main-svg").first).to_be_attached()
    page.get_by_role("button", name="Lasso", exact=True).click()
    _draw_around(page, box, closed=True)
    expect(page.locator(".results-chosen")).to_contain_text("4 selected")
    expect(page.locator(".results .tabulator-row.is-selected")).to_have_count(4)
    assert _selected_in_plot(page) == [0, 1, 2, 3]
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator(".results .tabulator-row.is-selected")).to_have_count(0)
    plot = page.locator(".results-plot .nsewdrag").bounding_box()
    assert plot
    _draw_around(page, plot, closed=False)
    expect(page.locator(".results-chosen")).to_contain_text("4 selected")
    assert_accessible(page)


def test_without_webgl_the_sky_is_flat_and_linked(new_page: NewPage, server: Server):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };"
    )
    _open(page, server)
    box = _sky(page)
    expect(page.locator(".results-flat .is-all .footprint")).not_to_have_count(0)
    page.get_by_role("button", name="Rectangle", exact=True).click()
    _draw_around(page, box, closed=False)
    expect(page.locator(".results-chosen")).to_contain_text("4 selected")
    expect(page.locator(".results-flat .is-selected .footprint")).not_to_have_count(0)
    page.locator(".results .tabulator-row").first.hover()
    expect(page.locator(".results-flat .is-hovered .footprint")).to_have_count(1)


def test_keys_filters_and_columns(page: Page, server: Server):
    _open(page, server)
    grid = page.locator(".results-grid")
    grid.focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator(".results-chosen")).to_contain_text("1 selected")
    second = page.locator(".results .tabulator-row").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    number = second.locator("[tabulator-field=c0]").inner_text()
    page.get_by_label("Filter of obs_id").press_sequentially(f"={number}")
    expect(page.locator(".results-count")).to_have_text("1 of 4 rows")
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Filter of t_exptime").press_sequentially("<0")
    expect(page.locator(".results-count")).to_have_text("0 of 4 rows")
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Find a column").fill("s_dec")
    page.get_by_role("checkbox", name="s_dec").uncheck()
    expect(page.locator(".tabulator-col[tabulator-field=c3]")).to_be_hidden()


def test_selected_rows_are_saved_and_put_into_a_basket(
    page: Page, server: Server, tmp_path: Path
):
    _open(page, server)
    _sky(page)
    page.get_by_role("checkbox", name="Select row 2").click()
    block = page.get_by_role("region", name="Result", exact=True)
    block.get_by_role("button", name="Download", exact=True).click()
    formats = page.locator(".results-formats").nth(1)
    formats.get_by_role("button", name="FITS").wait_for()
    with page.expect_download() as download:
        formats.get_by_role("button", name="FITS").click()
    download.value.save_as(tmp_path / "rows.fits")
    row = page.locator(".results .tabulator-row").nth(1)
    number = row.locator("[tabulator-field=c0]").inner_text()
    assert list(Table.read(tmp_path / "rows.fits")["obs_id"].astype(str)) == [number]
    block.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as package:
        page.get_by_role("button", name="Package as zip").click()
    assert package.value.suggested_filename.endswith(".zip")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Basket").click()
    page.get_by_label("Name of a new basket").fill(HOSTILE[:50])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-basket-count]")).to_have_text("1")
    expect(page.locator(".results-said")).to_contain_text(HOSTILE[:50])


def test_hostile_values_and_names_are_texts(page: Page, server: Server):
    text = HOSTILE.replace("'", "''")
    name = HOSTILE.replace('"', '""')[:60]
    _open(
        page,
        server,
        f"SELECT '{text}' AS \"{name}\", 'javascript:alert(1)' AS access_url "
        "FROM tap_schema.schemas",
    )
    cell = page.locator(".results .tabulator-row [tabulator-field=c0]").first
    expect(cell).to_contain_text("<script>document.title='taken'</script>")
    assert page.title() != "taken"
    assert page.locator(".results img").count() == 0
    assert page.locator(".results a[href^=javascript]").count() == 0


def test_phone_shows_one_part_at_a_time(new_page: NewPage, server: Server):
    page = new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
    _open_small(page, server)
    page.get_by_role("button", name="Graphiques").click()
    expect(page.locator(".results-plot .main-svg").first).to_be_visible()
    expect(page.locator(".results-grid")).to_be_hidden()
    page.get_by_role("button", name="Tableau", exact=True).click()
    expect(page.locator(".results-grid")).to_be_visible()
    main = page.locator("main").bounding_box()
    assert main
    assert main["width"] <= 390
    assert_accessible(page)


def _open_small(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/adql?query={quote(RUNS)}&run=1")
    expect(page.locator(".results-switch")).to_be_visible()


class _Consent(WebProfileDialog):  # type: ignore[misc]
    """Says yes to every page that wants to register with the hub."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        while not self._over.wait(0.05):
            self.handle_queue()

    def show_dialog(self, *_: object) -> None:
        self.consent()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SAMPHubServer]:
    """Run a SAMP hub with the web profile."""
    dialog = _Consent()
    running = SAMPHubServer(
        web_profile=True,
        web_profile_dialog=dialog,
        lockfile=str(tmp_path / "samp"),
        addr="127.0.0.1",
    )
    running.start()
    yield running
    running.stop()
    dialog.stop()


# pyvo's hub tells clients of those that leave after they have left themselves.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_table_goes_to_a_hub_and_rows_come_back(
    new_page: NewPage, server: Server, hub: SAMPHubServer
):
    page = new_page(viewport={"width": 1280, "height": 900}, with_hub=True)
    received: list[dict[str, str]] = []
    arrived = threading.Event()

    def take(_key: str, _sender: str, _kind: str, values: dict[str, str], _: object):
        received.append(values)
        arrived.set()

    other = SAMPIntegratedClient(name="other", addr="127.0.0.1")
    other.connect(hub=hub)
    other.bind_receive_notification("table.load.votable", take)
    _open(page, server)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Table of the result").click()
    expect(page.locator(".results-said")).to_have_text(
        re.compile("Programs that take it: 1")
    )
    assert arrived.wait(5)
    assert len(Table.read(received[0]["url"], format="votable")) == 4
    values = {key: received[0][key] for key in ("table-id", "url")}
    message = {"samp.mtype": "table.select.rowList", "samp.params": values}
    values["row-list"] = ["1", "3"]  # type: ignore[assignment]
    other.notify_all(message)
    expect(page.locator(".results-chosen")).to_contain_text("2 selected")
    assert page.locator(".results .tabulator-row.is-selected").count() == 2
    page.close()
    other.disconnect()


def test_without_a_hub_the_page_says_so(new_page: NewPage, server: Server):
    page = new_page(
        viewport={"width": 1280, "height": 900}, expect_errors=True, with_hub=True
    )
    _open(page, server)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Coverage of this site").click()
    expect(page.locator(".results-said")).to_contain_text("No SAMP hub answers")


def test_only_the_rows_that_are_seen_are_drawn(page: Page, server: Server):
    query = "SELECT TOP 20000 a.ra, a.energy FROM {0}.events AS a, {0}.events AS b"
    page.goto(server.url)
    tables = page.request.post(
        f"{server.tap}/sync",
        form={
            "LANG": "ADQL",
            "RESPONSEFORMAT": "json",
            "QUERY": "SELECT schema_name FROM tap_schema.tables "
            "WHERE table_name LIKE '%.events'",
        },
    ).json()
    _open(page, server, query.format(tables["data"][0][0]))
    expect(page.locator(".results-count")).to_contain_text("20,000 rows")
    assert page.locator(".results .tabulator-row").count() < 100
    page.locator("[tabulator-field=c1] .tabulator-col-title").click()
    values = page.locator(".results .tabulator-row [tabulator-field=c1]")
    numbers = [float(text) for text in values.all_inner_texts()[:10]]
    assert numbers == sorted(numbers)
