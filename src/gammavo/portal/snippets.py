"""The same question in the languages of programs that astronomers use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from gammavo.archive import Manifest
from gammavo.portal.context import PageContext

__all__ = ["Snippet", "site_snippets"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """How a program asks: ``id`` for the page, title, what it is, text."""

    id: str
    title: str
    text: str


def site_snippets(
    portal: PageContext, releases: Sequence[Manifest]
) -> tuple[Snippet, ...]:
    """Return how to ask for the first runs, and how gammapy opens a whole release."""
    query = (
        "SELECT TOP 10 obs_id, target_name, t_exptime, access_url\n"
        "FROM ivoa.obscore\n"
        f"WHERE dataproduct_type = '{portal.event_type}'\n"
        "ORDER BY t_min"
    )
    indented = query.replace("\n", "\n    ")
    tap = portal.tap_url
    snippets = [
        Snippet(
            "pyvo",
            "pyvo",
            "import pyvo\n\n"
            f'service = pyvo.dal.TAPService("{tap}")\n'
            f'runs = service.search("""\n    {indented}\n""").to_table()\n'
            "print(runs)",
        ),
        Snippet(
            "curl",
            "curl",
            f"curl {quote(f'{tap}/sync')} \\\n"
            "  --data-urlencode LANG=ADQL \\\n"
            "  --data-urlencode RESPONSEFORMAT=csv \\\n"
            f"  --data-urlencode QUERY={quote(query)}",
        ),
        Snippet(
            "topcat",
            "TOPCAT",
            "VO > Table Access Protocol (TAP) Query\n"
            f"TAP URL: {tap}\n"
            f"> Use Service, then paste:\n\n{query}",
        ),
    ]
    if releases:
        name = releases[0].name
        address = f"{portal.base_url}/package?RELEASE={name}"
        snippets.append(
            Snippet(
                "gammapy",
                "gammapy",
                "import tarfile\nfrom urllib.request import urlopen\n\n"
                "from gammapy.data import DataStore\n\n"
                f'with urlopen("{address}") as package:\n'
                '    tarfile.open(fileobj=package, mode="r|").extractall(".")\n'
                f'store = DataStore.from_dir("{name}")\n'
                "print(store.obs_table)",
            )
        )
    return tuple(snippets)
