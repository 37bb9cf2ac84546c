"""The page of a run: from the home page to a cut-out, pictures, mistakes, hostile names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from astropy.io import fits
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.accessibility import assert_accessible
from tests.support.server import Server, gammavo, running_server

RUN = "obs/simulated-dl3/100001"
HOSTILE = "../x//<script>alert(1)</script> %41?#&\"'{0}"


def tap(server: Server, adql: str) -> list[list[object]]:
    query = urlencode({"LANG": "ADQL", "FORMAT": "json", "QUERY": adql})
    with urlopen(f"{server.tap}/sync?{query}", timeout=30) as answer:
        rows: list[list[object]] = json.load(answer)["data"]
    return rows


def test_from_the_home_page_to_a_cutout_in_five_clicks(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("link", name="Simulated gamma-ray observations").first.click()
    page.get_by_role("link", name="100001").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the cut-out").click()
    ra, dec = (
        float(page.get_by_label(label).input_value())
        for label in ("Right ascension", "Declination")
    )
    ((expected,),) = tap(
        server,
        "SELECT COUNT(*) AS n FROM simulated_dl3.events WHERE obs_id = '100001' "
        f"AND 1 = CONTAINS(POINT(ra, dec), CIRCLE({ra}, {dec}, 0.5))",
    )
    assert expected
    with fits.open(download.value.path()) as part:
        assert len(part["EVENTS"].data) == expected


def test_page_tells_facts_with_scales_frames_and_origins(page: Page, server: Server):
    page.goto(f"{server.url}/{RUN}")
    ((mjd, dec),) = tap(
        server,
        "SELECT t_min, s_dec FROM ivoa.obscore "
        "WHERE obs_id = '100001' AND dataproduct_subtype = 'hea-event-list'",
    )
    main = page.locator("main")
    for text in ("Start (TT)", "Start (UTC)", "ICRS", "Galactic", "Zenith angle"):
        expect(main.get_by_text(text, exact=True).first).to_be_visible()
    expect(page.get_by_text(f"MJD {mjd:.6f}").first).to_be_visible()
    pointing = page.locator("dd", has_text=f"Dec\u00a0{dec:+.4f}°")
    assert "RA_PNT" in (pointing.get_attribute("title") or "")
    page.get_by_text("Where these values come from").click()
    expect(page.get_by_role("cell", name="GTI table START, STOP").first).to_be_visible()
    assert_accessible(page)


def test_pictures_have_words_and_grow_in_a_dialog(page: Page, server: Server):
    page.goto(f"{server.url}/{RUN}")
    pictures = page.locator("[data-picture] img")
    assert pictures.count() >= 8
    assert all(
        len(text) > 40 for text in pictures.evaluate_all("all => all.map(i => i.alt)")
    )
    page.locator("[data-picture=counts-map]").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    image = dialog.locator("img")
    expect(image).to_have_js_property("naturalWidth", 640)
    before = image.bounding_box()
    page.keyboard.press("+")
    after = image.bounding_box()
    assert before
    assert after
    assert after["width"] > 1.2 * before["width"]
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-picture=counts-map]")).to_be_focused()


def test_cutout_without_scripts_tells_mistakes_at_their_fields(
    new_page: NewPage, server: Server
):
    page = new_page(java_script_enabled=False, expect_errors=True)
    page.goto(f"{server.url}/{RUN}")
    page.get_by_label("Radius").fill("wide")
    page.get_by_label("From TeV").fill("2")
    page.get_by_role("button", name="Download the cut-out").click()
    wrong = page.get_by_label("Radius")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#cut-radius-error")).to_have_text("This is not a number.")
    expect(page.get_by_label("From TeV")).to_have_value("2")
    wrong.fill("1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the cut-out").click()
    energies = fits.getdata(download.value.path(), "EVENTS")["ENERGY"]
    assert len(energies)
    assert energies.min() >= 2


def test_twins_for_programs(page: Page, server: Server):
    page.goto(f"{server.url}/{RUN}")
    kinds = page.locator("link[rel=alternate]").evaluate_all(
        "all => all.map(l => [l.type, l.href])"
    )
    assert len(kinds) == 3
    for kind, url in kinds:
        with urlopen(url, timeout=30) as answer:
            assert answer.headers["Content-Type"].split(";")[0] == kind.split(";")[0]
            assert b"100001" in answer.read()
    asked = Request(f"{server.url}/{RUN}", headers={"Accept": "application/json"})
    with urlopen(asked, timeout=30) as answer:
        facts = json.load(answer)
    assert facts["url"] == f"{server.url}/{RUN}"
    sums = [file["sha256"] for file in facts["files"] if file["sha256"]]
    assert [len(checksum) for checksum in sums] == [64]


@pytest.mark.parametrize("program", ["pyvo", "gammapy"])
def test_code_of_the_page_works(
    page: Page, server: Server, tmp_path: Path, program: str
):
    page.goto(f"{server.url}/{RUN}")
    code = page.locator(f"#snippet-{program}").text_content() or ""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    if program == "pyvo":
        assert len(fits.getdata(tmp_path / "cutout.fits", "EVENTS")) > 0
    else:
        assert "100001" in result.stdout


def test_unknown_runs_and_versions(new_page: NewPage, server: Server):
    page = new_page(expect_errors=True)
    for path in (
        "obs/simulated-dl3/none",
        "obs/none/1",
        "obs/simulated-dl3/..%2F..%2Fx",
    ):
        answer = page.goto(f"{server.url}/{path}")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("link", name="To the home page")).to_be_visible()


def test_a_phone_needs_no_sideways_scrolling(new_page: NewPage, server: Server):
    page = new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    page.goto(f"{server.url}/{RUN}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="Download the cut-out")).to_be_visible()


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a run whose name, target and release attack pages and addresses."""
    from gammavo.dl3 import simulate

    folder = tmp_path_factory.mktemp("hostile")
    data = folder / "data"
    simulate(data, runs=1, seed=7, events_per_run=300)
    for index in data.glob("*index*"):
        index.unlink()
    (path,) = data.glob("data/*.gz")
    with fits.open(path, mode="update") as file:
        for hdu in file[1:]:
            if "OBS_ID" in hdu.header:
                hdu.header["OBS_ID"] = HOSTILE
        file["EVENTS"].header["OBJECT"] = "<script>alert(2)</script>"
    described = data / "release.toml"
    title = 'title = "<script>alert(3)</script>"\nterms = "<script>alert(4)</script>"'
    lines = [
        title if line.startswith("title =") else line
        for line in described.read_text().splitlines()
    ]
    described.write_text("\n".join(lines))
    gammavo("init", folder / "site")
    gammavo("ingest", data, "--site", folder / "site", "--json")
    with running_server("--site", folder / "site", folder=folder) as running:
        yield running


def test_hostile_names_are_text_and_addresses_hold(page: Page, hostile_server: Server):
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{hostile_server.url}/releases/simulated-dl3")
    page.get_by_role("link", name=HOSTILE, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    expect(page.locator(".terms")).to_have_text("<script>alert(4)</script>")
    image = page.locator("[data-picture] img").first
    expect(image).to_have_js_property("naturalWidth", 640)
    links = page.locator("main a[href]").evaluate_all(
        "all => all.map(a => a.href).filter(a => a.startsWith(location.origin))"
    )
    for link in sorted(set(links)):
        with urlopen(link, timeout=30) as answer:
            assert answer.status == 200, link
    with page.expect_download():
        page.get_by_role("button", name="Download the cut-out").click()
    page.get_by_role("link", name="Add to basket").click()
    page.get_by_role("link", name="In the basket").click()
    expect(page.locator("#content tbody th")).to_have_text(HOSTILE)
    assert not dialogs
