"""axe-core: what it finds in a page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"

THEMES = ("light", "dark")


def assert_accessible(page: Page) -> None:
    """Fail on what is serious or critical, in both themes."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = []
    for theme in THEMES:
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        results = page.evaluate("axe.run({resultTypes: ['violations']})")
        found += [
            f"{theme}: {v['id']} ({v['impact']}): {n['target']} {n['failureSummary']}"
            for v in results["violations"]
            if v["impact"] in {"serious", "critical"}
            for n in v["nodes"]
        ]
    assert not found, "\n".join(found)
