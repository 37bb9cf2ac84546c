"""The ADQL page: a query, and its rows if that is wanted.

Without scripts it is a form: it shows rows here, or sends the same fields to ``/tap/sync``
for a file and to ``/tap/async`` for a job. With scripts the text becomes an editor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from gammavo.archive import published_examples
from gammavo.archive.workers import QueryError
from gammavo.formats import FORMATS, Example
from gammavo.model.errors import GammavoError, NotFoundError, UsageError
from gammavo.portal.adql.answers import Outcome, ask
from gammavo.portal.adql.texts import script_texts
from gammavo.portal.context import PageContext
from gammavo.portal.errors import status_of
from gammavo.portal.pages import in_thread

__all__ = ["adql"]

_SHOWN: Final = 500
"""Rows in a page that is drawn here; the others are for files and scripts."""
_PATIENCE: Final = 10.0
"""Seconds for the rows of an address that somebody opens: its form is waiting."""
_DEFAULT_FORMAT: Final = "votable"


@dataclass(frozen=True, slots=True)
class _Form:
    """What the visitor has filled in."""

    query: str
    maxrec: str
    runs: bool


async def adql(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show the form, with rows if ``run`` is given.

    Parameters are ``query``, ``example`` (name of an example query), ``maxrec`` (rows at
    most) and ``run``; in the address or, but for ``example``, in a form. ``job``, the name
    of a job, is for the scripts.

    Raises
    ------
    NotFoundError
        There is no such example.
    UsageError
        ``maxrec`` is no number.
    """
    form = _form(request)
    outcome, error = None, None
    if form.runs and form.query.strip():
        try:
            outcome = await ask(
                portal.workers,
                form.query,
                max_rows=min(_rows(form.maxrec) or _SHOWN, _SHOWN),
                seconds=_seconds(request, portal),
                client=request.META.get("REMOTE_ADDR", ""),
            )
        except GammavoError as caught:
            error = caught
    return await in_thread(
        _show, request, portal, form=form, outcome=outcome, error=error
    )


def _form(request: HttpRequest) -> _Form:
    given = request.POST if request.method == "POST" else request.GET
    maxrec = given.get("maxrec", "").strip()
    _rows(maxrec)
    return _Form(given.get("query", ""), maxrec, "run" in given)


def _rows(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UsageError(
            f"The number of rows is {text[:40]!r}.", advice="Write a whole number."
        )
    return int(text) if text else None


def _seconds(request: HttpRequest, portal: PageContext) -> float:
    most = portal.limits.sync_seconds
    return most if request.method == "POST" else min(most, _PATIENCE)


def _show(
    request: HttpRequest,
    portal: PageContext,
    *,
    form: _Form,
    outcome: Outcome | None,
    error: GammavoError | None,
) -> HttpResponse:
    snapshot = portal.queries.snapshot()
    examples = published_examples(snapshot.releases)
    query = form.query
    if wanted := request.GET.get("example"):
        query = _example(examples, wanted).query
    values = {
        "query": query,
        "maxrec": form.maxrec,
        "formats": FORMATS.values(),
        "default_format": _DEFAULT_FORMAT,
        "limits": portal.limits,
        "upload_mib": portal.limits.upload_bytes // 2**20,
        "examples": examples,
        "schemas": [
            {"name": s.name, "description": s.description, "tables": list(s)}
            for s in snapshot.schemas
        ],
        "outcome": outcome,
        "error": error,
        "wrong_line": _wrong_line(form.query, error),
        "texts": script_texts(),
        "settings": {
            "root": portal.root,
            "service": portal.tap_url,
            "maxRows": portal.limits.max_rows,
            "syncSeconds": portal.limits.sync_seconds,
            "uploadBytes": portal.limits.upload_bytes,
            "formats": [
                {"name": f.name, "description": f.description} for f in FORMATS.values()
            ],
            "examples": [{"id": e.id, "query": e.query} for e in examples],
        },
    }
    status = 200 if error is None else status_of(error)
    return portal.render(request, "portal/adql.html", values, status=status)


def _example(examples: tuple[Example, ...], name: str) -> Example:
    found = next((example for example in examples if example.id == name), None)
    if found is None:
        raise NotFoundError(
            f"There is no example {name[:64]!r}.",
            advice="The ADQL page lists those there are.",
        )
    return found


def _wrong_line(query: str, error: GammavoError | None) -> dict[str, Any] | None:
    """Return the line of a query that an error is about, in three parts."""
    if not isinstance(error, QueryError):
        return None
    lines = query.split("\n")
    place = error.place
    if place.line > len(lines):
        return None
    line = lines[place.line - 1].rstrip("\r")
    start = place.column - 1
    end = start + max(1, len(place.token))
    return {
        "number": place.line,
        "before": line[:start],
        "wrong": line[start:end] or " ",
        "after": line[end:],
    }
