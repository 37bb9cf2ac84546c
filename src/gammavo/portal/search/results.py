"""The result as the server draws it: a page of rows, links to sort, files, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _

from gammavo.archive.previews.places import run_folder
from gammavo.formats import FORMATS
from gammavo.model.errors import UsageError
from gammavo.model.identifiers import split_publisher_did
from gammavo.portal.addresses import run_path
from gammavo.portal.context import PageContext
from gammavo.portal.search.adql import SEPARATION
from gammavo.portal.search.question import Question
from gammavo.portal.search.state import State

__all__ = ["Heading", "downloads", "headings", "page_links", "result_rows"]

ROWS_ON_PAGE: Final = 50

_HEADINGS: Final = (
    ("obs_id", _("Run"), "", False),
    ("target_name", _("Target"), "", False),
    ("t_min", _("Start (TT)"), "", False),
    ("t_exptime", _("Livetime"), "s", True),
    ("zenith_angle", _("Zenith"), "deg", True),
    (SEPARATION, _("Offset"), "deg", True),
    ("s_ra", _("RA"), "deg", True),
    ("s_dec", _("Dec"), "deg", True),
    ("ev_xel", _("Events"), "", True),
    ("energy_min", _("Threshold"), "TeV", True),
    ("instrument_name", _("Instrument"), "", False),
    ("dataproduct_subtype", _("Product"), "", False),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table: its link sorts by it, and the other way when it does."""

    column: str
    label: Any
    unit: str
    is_number: bool
    link: str
    sorted: str


def headings(state: State, question: Question) -> list[Heading]:
    """Return the columns of the table: none that would be empty or always the same."""
    left_out = set()
    if question.centre is None:
        left_out.add(SEPARATION)
    if question.only_runs:
        left_out.add("dataproduct_subtype")
    found = []
    for column, label, unit, is_number in _HEADINGS:
        if column in left_out:
            continue
        here = question.ordering.column == column
        order = ""
        if here:
            order = "descending" if question.ordering.descending else "ascending"
        sort = f"-{column}" if order == "ascending" else column
        link = state.replaced(sort=sort).query_string
        found.append(Heading(column, label, unit, is_number, link, order))
    return found


def result_rows(portal: PageContext, question: Question) -> list[dict[str, Any]]:
    """Return the rows of a page, with links to the page and a picture of each run."""
    before = (question.page - 1) * ROWS_ON_PAGE
    rows = portal.rows.ask(
        f"{question.adql}\nOFFSET {before}" if before else question.adql,
        max_rows=ROWS_ON_PAGE,
    )
    versions = {m.name: m.version for m in portal.queries.snapshot().releases}
    return [{**row, **_links(portal, row, versions)} for row in rows]


def _links(
    portal: PageContext, row: Mapping[str, Any], versions: Mapping[str, int]
) -> dict[str, str]:
    try:
        parts = split_publisher_did(row["obs_publisher_did"])
    except UsageError:
        return {"page": "", "picture": ""}
    release, obs_id = parts[1], parts[2]
    page = run_path(portal.root, release, obs_id)
    if release not in versions:
        return {"page": page, "picture": ""}
    version = versions[release]
    folder = run_folder(portal.queries.archive.folder(release, version), obs_id)
    picture = ""
    if (folder / "thumbnail.png").is_file():
        name = quote(obs_id, safe="")
        picture = f"{portal.root}/previews/{release}/{version}/{name}/thumbnail.png"
    return {"page": page, "picture": picture}


def page_links(state: State, page: int, count: int) -> list[tuple[int, str]]:
    """Return numbers of pages with their addresses: the first, those near, the last.

    A number 0 without an address stands for a gap.
    """
    last = max(1, -(-count // ROWS_ON_PAGE))
    near = {1, last, *range(max(1, page - 2), min(last, page + 2) + 1)}
    links: list[tuple[int, str]] = []
    for number in sorted(near):
        if links and number > links[-1][0] + 1:
            links.append((0, ""))
        query = state.replaced(page=str(number) if number > 1 else None).query_string
        links.append((number, f"?{query}"))
    return links if last > 1 else []


def downloads(portal: PageContext, adql: str) -> list[tuple[str, str, str]]:
    """Return name, description and address of the whole result in each format."""
    most = str(portal.limits.max_rows)
    return [
        (
            entry.name,
            entry.description,
            f"{portal.root}/tap/sync?"
            + urlencode(
                {
                    "LANG": "ADQL",
                    "MAXREC": most,
                    "RESPONSEFORMAT": entry.name,
                    "QUERY": adql,
                }
            ),
        )
        for entry in FORMATS.values()
        if entry.name != "html"
    ]
