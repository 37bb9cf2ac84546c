"""One browser for a module; a page in it fails on whatever a visitor must never meet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

from tests.conftest import missing
from tests.support.server import Server, gammavo, running_server

_GRAPHICS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""WebGL by software, which Aladin Lite needs and a machine without graphics has not."""

HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=alert(1)>{{ x }}\"'"
)
"""A text that a page must show as it is."""

PATIENCE = 30_000
"""Milliseconds: skies are drawn without graphics, and the machine may be busy."""

expect.set_options(timeout=PATIENCE)

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try what failed in a browser once more: it draws when the machine lets it.

    The report lists what was tried twice. A test that is there often is wrong, or the
    page is.
    """
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the Chromium of the machine.

    Playwright has an event loop that runs as long as the browser: other tests of the
    session could not start theirs.
    """
    executable = os.environ.get("GAMMAVO_CHROMIUM") or shutil.which("chromium")
    if not executable:
        missing("no Chromium: set GAMMAVO_CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", *_GRAPHICS]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[NewPage]:
    """Return a function that opens pages; settings are those of Playwright's contexts.

    ``with_hub`` lets a page reach the SAMP hub of the machine.

    When the test has passed, no page may have asked another host, said an error on its
    console, or met the security policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        *, expect_errors: bool = False, with_hub: bool = False, **settings: object
    ) -> Page:
        context = browser.new_context(
            **{"reduced_motion": "reduce", "locale": "en-GB", **settings}  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if settings.get("java_script_enabled", True):
            context.grant_permissions(["clipboard-read", "clipboard-write"])
        if with_hub:
            context.grant_permissions(["local-network-access"])
        else:
            context.route("**/*", _only_here)
        page = context.new_page()
        if not with_hub:
            page.on("request", note_request)
        if not expect_errors:
            page.on("console", note_message)
            page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        return page

    def note_request(request: Request) -> None:
        if not _is_here(request.url):
            faults.append(f"request to {request.url}")

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text} ({message.location})")

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(scope="session")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a release and a site whose every text wants to be more than a text."""
    from astropy.io import fits

    from gammavo.dl3 import simulate

    folder = tmp_path_factory.mktemp("hostile")
    simulate(folder / "data", runs=1, seed=3, events_per_run=200)
    for path in (folder / "data").glob("data/*.fits.gz"):
        with fits.open(path, mode="update") as file:
            file["EVENTS"].header["OBJECT"] = HOSTILE
    quoted = HOSTILE.replace('"', '\\"')
    (folder / "data/release.toml").write_text(
        f'name = "hostile"\ntitle = "{quoted}"\ndescription = "{quoted}"\n'
        f'terms = "{quoted}"\ncite_as = "{quoted}"\ncreators = ["{quoted}"]\n'
        f'licence = "{quoted}"\n'
    )
    gammavo("init", folder / "site")
    (folder / "site/gammavo.toml").write_text(
        f'[site]\ntitle = "{quoted}"\nfooter = "{quoted}"\ncontact = "{quoted}"\n'
        f'introduction = "{quoted}"\npublisher = "{quoted}"\n'
    )
    gammavo("ingest", folder / "data", "--site", folder / "site", "--no-previews")
    with running_server("--site", folder / "site", folder=folder) as running:
        yield running


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Open one page of a desktop browser."""
    return new_page(viewport={"width": 1280, "height": 900})


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == "127.0.0.1"


def _only_here(route: Route) -> None:
    if _is_here(route.request.url):
        route.continue_()
    else:
        route.abort()
