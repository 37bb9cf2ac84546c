"""Pictures of every page in both themes, of a simulated site, for the guide.

python docs/pictures.py [--site SITE]

Needs Chromium (``GAMMAVO_CHROMIUM`` or ``chromium`` on the path), playwright and Pillow,
which the extra ``dev`` brings. Writes ``docs/pictures/<page>-<theme>.webp``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.sites import GAMMAVO, served

PICTURES = Path(__file__).with_name("pictures")
SIZE = {"width": 1280, "height": 1240}
WIDTH = 960
"""Pixels of a picture; screenshots are made smaller."""

QUALITY = 60

QUERY = (
    "SELECT obs_id, target_name, s_ra, s_dec, t_min, t_max, t_exptime, obs_publisher_did,\n"
    "  s_region, access_url\n"
    "FROM ivoa.obscore\n"
    "WHERE dataproduct_type = 'event'"
)


def main() -> None:
    """Publish a simulated release if no site is given; photograph its pages."""
    parser = argparse.ArgumentParser(description="Make the pictures of the pages.")
    parser.add_argument("--site", type=Path, help="a site to show instead")
    site = parser.parse_args().site
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shown = site or simulated_site(Path(folder))
        with served(shown) as (tap, _, _), sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("GAMMAVO_CHROMIUM")
                or shutil.which("chromium"),
                args=[
                    "--no-sandbox",
                    "--use-gl=angle",
                    "--use-angle=swiftshader",
                    "--enable-unsafe-swiftshader",
                ],
            )
            photograph(chromium, tap.removesuffix("/tap"))
            chromium.close()


def simulated_site(folder: Path) -> Path:
    """Publish twelve simulated runs with previews."""
    for command in (
        ("simulate", folder / "data", "--runs", "12", "--seed", "1"),
        ("init", folder / "site"),
        ("ingest", folder / "data", "--site", folder / "site"),
    ):
        subprocess.run([*GAMMAVO, *command], check=True, capture_output=True)
    return folder / "site"


def photograph(browser: Browser, root: str) -> None:
    """Take every page in both themes."""
    run, release = first_run(browser, root)
    pages = {
        "home": ("/", None),
        "releases": ("/releases", None),
        "release": (f"/releases/{release}", None),
        "search": ("/search?target=Crab", ".results-plot .main-svg"),
        "adql": (f"/adql?run=1&query={quote(QUERY)}", ".results-plot .main-svg"),
        "observation": (run, None),
        "basket": ("/basket", None),
        "tables": ("/tap/tables/ivoa.obscore", None),
    }
    for theme in ("light", "dark"):
        context = browser.new_context(
            viewport=SIZE, color_scheme=theme, reduced_motion="reduce"
        )
        page = context.new_page()
        put_in_basket(page, root + run)
        for name, (path, waited_for) in pages.items():
            page.goto(root + path)
            if waited_for:
                page.locator(waited_for).first.wait_for(timeout=60_000)
            page.wait_for_load_state("networkidle")
            if waited_for:
                page.wait_for_timeout(
                    4000
                )  # Aladin Lite does not say when it has drawn
            save(page, PICTURES / f"{name}-{theme}.webp")
        context.close()


def first_run(browser: Browser, root: str) -> tuple[str, str]:
    """Return the address of an observation page and the name of its release."""
    page = browser.new_page()
    page.goto(f"{root}/search")
    address = page.locator("a[href*='/obs/']").first.get_attribute("href") or ""
    page.close()
    path = address.removeprefix(root)
    return path, path.split("/")[2]


def put_in_basket(page: Page, address: str) -> None:
    """Have something in the basket of a visitor."""
    page.goto(address)
    page.locator("[data-basket-add]").click()


def save(page: Page, path: Path) -> None:
    """Write what is seen of a page."""
    picture = Image.open(BytesIO(page.screenshot()))
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.save(path, quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
