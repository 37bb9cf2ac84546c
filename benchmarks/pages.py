"""A page with a large result: how soon it is there, how long sorting and filtering take."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from benchmarks.mixed import fresh_site
from benchmarks.report import Report
from benchmarks.sites import served

ROWS = 100_000

_UNTIL_DRAWN = """async ([selector, change]) => {
  const element = document.querySelector(selector);
  const start = performance.now();
  if (change === null) element.click();
  else {
    element.value = change;
    const count = document.querySelector(".results-count");
    const before = count.textContent;
    element.dispatchEvent(new Event("change", { bubbles: true }));
    element.dispatchEvent(new Event("blur"));
    while (count.textContent === before) await new Promise((done) => setTimeout(done, 5));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - start) / 1000;
}"""


def measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    """Show 100,000 events in the ADQL page; sort and filter them."""
    with served(fresh_site(folder, options)) as (tap, _, _), sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("GAMMAVO_CHROMIUM")
            or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        page = browser.new_page()
        table = page.request.get(
            f"{tap}/sync?LANG=ADQL&RESPONSEFORMAT=json&QUERY="
            + quote(
                "SELECT table_name FROM tap_schema.tables "
                "WHERE table_name LIKE '%.events'"
            )
        ).json()["data"][0][0]
        query = quote(f"SELECT TOP {ROWS} * FROM {table}")
        address = f"{tap.removesuffix('/tap')}/adql?query={query}&maxrec={ROWS}&run=1"
        for visit in ("first visit", "second visit"):
            start = time.perf_counter()
            page.goto(address)
            page.locator(".results .tabulator-row").first.wait_for(timeout=60_000)
            report.add("pages", f"rows are seen, {visit}", _seconds(start))
        for what, selector, change in (
            ("sorted", "[tabulator-field=c5] .tabulator-col-content", None),
            (
                "sorted the other way",
                "[tabulator-field=c5] .tabulator-col-content",
                None,
            ),
            ("filtered", "[tabulator-field=c5] input", ">1"),
        ):
            seconds = _until_drawn(page, selector, change)
            report.add("pages", f"{ROWS} rows {what}", f"{seconds:.2f} s")
        browser.close()


def _until_drawn(page: Page, selector: str, change: str | None) -> float:
    """Return how long a change takes until the browser has drawn it, in seconds."""
    return float(page.evaluate(_UNTIL_DRAWN, [f".results {selector}", change]))


def _seconds(start: float) -> str:
    return f"{time.perf_counter() - start:.2f} s"
