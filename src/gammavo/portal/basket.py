"""The basket: runs that a visitor gathered, and their package.

The browser keeps the baskets; the server says what is behind the identifiers in them. An
address with identifiers shows a basket without scripts, so that it can be sent to others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from gammavo.archive import Manifest
from gammavo.archive.packages import make_package, selected_runs
from gammavo.model.errors import (
    NotFoundError,
    UnavailableError,
    UsageError,
)
from gammavo.model.identifiers import split_publisher_did, usual_did
from gammavo.portal.addresses import basket_path, run_path
from gammavo.portal.context import PageContext
from gammavo.portal.package_code import package_snippets

__all__ = ["basket", "basket_rows"]

_AT_ONCE: Final = 200
"""Identifiers in one query."""
_MOST: Final = 5_000
"""Identifiers that are looked up."""
_LONGEST_LINK: Final = 6_000
"""Characters of an address that can be passed on."""


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A run in a basket.

    Parameters
    ----------
    did
        Of one of its products, as ``ivoa.obscore`` spells it.
    given
        All of its products in the basket, as the basket spells them.
    link
        Its page.
    release, obs_id
        The run.
    row
        Of ``ivoa.obscore``.
    """

    did: str
    given: tuple[str, ...]
    link: str
    release: str
    obs_id: str
    row: dict[str, Any]

    @property
    def removal(self) -> str:
        """What the basket has of the run, a line each."""
        return "\n".join(self.given)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a basket.

    Parameters
    ----------
    rows
        Its runs, in the order of time; several products of a run are one.
    unknown
        Identifiers of what is not published here, or not any more.
    size
        Bytes of the package, None if there is none.
    fault
        Why there is none.
    terms
        Releases with terms of use.
    """

    rows: tuple[BasketRow, ...]
    unknown: tuple[str, ...]
    size: int | None
    fault: str
    terms: tuple[Manifest, ...]

    @property
    def livetime(self) -> float:
        """Hours, of all runs together."""
        seconds = (entry.row["t_exptime"] or 0.0 for entry in self.rows)
        return float(sum(seconds)) / 3600

    @property
    def releases(self) -> tuple[str, ...]:
        """Names of their releases."""
        return tuple(sorted({entry.release for entry in self.rows}))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """One identifier for each run."""
        return tuple(entry.did for entry in self.rows)


def basket(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show the basket page: with ``ID`` what is in them, else those of the browser."""
    identifiers = _checked(request.GET.getlist("ID"))
    values: dict[str, Any] = {"shared": bool(identifiers)}
    if identifiers:
        values |= _values(portal, identifiers)
    return portal.render(request, "portal/basket.html", values)


def basket_rows(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Answer a list of identifiers (JSON, by POST) with the table of their runs (HTML).

    Raises
    ------
    UsageError
        It is not a list of texts, or too long.
    """
    try:
        sent = json.loads(request.body)
    except ValueError as error:
        raise UsageError("The identifiers are not JSON.") from error
    if not isinstance(sent, list) or not all(isinstance(i, str) for i in sent):
        raise UsageError("The identifiers are not a list of texts.")
    values = _values(portal, _checked(sent))
    return portal.render(request, "portal/basket_content.html", values)


def _checked(identifiers: Sequence[str]) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(text.strip() for text in identifiers if text.strip()))
    if len(given) > _MOST:
        raise UsageError(
            f"A basket can show {_MOST} products, not {len(given)}.",
            advice="Load whole releases instead, from their pages.",
        )
    return given


def _values(portal: PageContext, identifiers: tuple[str, ...]) -> dict[str, Any]:
    content = _content(portal, identifiers)
    shared = basket_path(portal.base_url, content.identifiers)
    return {
        "content": content,
        "most": portal.package_runs,
        "is_too_large": len(content.rows) > portal.package_runs,
        "share": shared if len(shared) <= _LONGEST_LINK else "",
        "snippets": package_snippets(
            portal.base_url, content.identifiers, content.releases
        ),
    }


def _content(portal: PageContext, identifiers: tuple[str, ...]) -> Content:
    asked: dict[str, list[str]] = {}
    for identifier in identifiers:
        asked.setdefault(usual_did(identifier), []).append(identifier)
    found = _look_up(portal, tuple(asked))
    runs: dict[tuple[str, str], BasketRow] = {}
    for row in found:
        did = row["obs_publisher_did"]
        _, release, obs_id, _ = split_publisher_did(did)
        before = runs.get((release, obs_id))
        runs[release, obs_id] = BasketRow(
            before.did if before else did,
            (*(before.given if before else ()), *asked.pop(did)),
            run_path(portal.root, release, obs_id),
            release,
            obs_id,
            row,
        )
    rows = sorted(runs.values(), key=lambda e: (e.row["t_min"] or 0.0, e.obs_id))
    unknown = tuple(identifier for others in asked.values() for identifier in others)
    names = {entry.release for entry in rows}
    releases = portal.queries.snapshot().releases
    terms = tuple(m for m in releases if m.name in names and m.description.terms)
    size, fault = _size(portal, tuple(entry.did for entry in rows))
    return Content(tuple(rows), unknown, size, fault, terms)


def _look_up(portal: PageContext, dids: Sequence[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(dids), _AT_ONCE):
        part = dids[start : start + _AT_ONCE]
        names: dict[str, str | float] = {f"i{n}": did for n, did in enumerate(part)}
        listed = ", ".join(f"{{{name}}}" for name in names)
        yield from portal.rows.ask(
            "SELECT obs_publisher_did, obs_id, target_name, s_ra, s_dec, t_min, "  # noqa: S608 - literals
            "t_exptime, instrument_name FROM ivoa.obscore "
            f"WHERE obs_publisher_did IN ({listed})",
            max_rows=_AT_ONCE,
            **names,
        )


def _size(portal: PageContext, identifiers: tuple[str, ...]) -> tuple[int | None, str]:
    """Return the bytes of the package of runs, or why there is none."""
    if not identifiers or len(identifiers) > portal.package_runs:
        return None, ""
    archive, releases = portal.queries.archive, portal.queries.snapshot().releases
    try:
        selection = selected_runs(archive, releases, identifiers)
        package = make_package(archive, releases, selection)
    except (NotFoundError, UnavailableError) as error:
        return None, str(error)
    return sum(entry.size for entry in package.entries), ""
