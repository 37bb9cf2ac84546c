"""``/search``: the form, facets, the query that they make, and its result."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from gammavo.portal.code import snippets_of
from gammavo.portal.context import PageContext
from gammavo.portal.release_rows import release_conditions
from gammavo.portal.search.adql import count_query
from gammavo.portal.search.facets import facets
from gammavo.portal.search.fields import useful_ranges
from gammavo.portal.search.names import Origin
from gammavo.portal.search.question import DEFAULT_RADIUS, Question, Setting, ask
from gammavo.portal.search.results import (
    ROWS_ON_PAGE,
    downloads,
    headings,
    page_links,
    result_rows,
)
from gammavo.portal.search.sesame import resolve_online
from gammavo.portal.search.site_names import site_names
from gammavo.portal.search.state import State, read_state
from gammavo.portal.search.times import SCALES, leap_seconds, time_text

__all__ = ["search"]

_NAMES_SHOWN: Final = 2000
"""Names for completion; a list of more is slow in browsers."""


def search(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show what is found by the parameters of the address.

    Faults of the form are said at its fields, with status 400; nothing is then found.
    Scripts of the page, which ask while one types, get them with status 200: half a
    word is no fault yet.
    """
    state = read_state(request.GET)
    setting = _setting(portal)
    question = ask(state, setting)
    is_good = not question.errors
    values = {
        "state": state,
        "question": question,
        "facets": facets(portal, state, question, setting),
        "form": _form(portal, state, question, setting),
        "share": _address(portal, state),
        "only_runs": question.only_runs,
        **(_result(portal, state, question) if is_good else {}),
    }
    is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    status = 200 if is_good or is_script else 400
    response = portal.render(request, "portal/search.html", values, status=status)
    patch_vary_headers(response, ["X-Requested-With"])
    return response


def _setting(portal: PageContext) -> Setting:
    return Setting(
        names=site_names(portal),
        releases=release_conditions(portal.queries.snapshot().releases),
        event_type=portal.event_type,
        online=resolve_online if portal.sesame else None,
    )


def _address(portal: PageContext, state: State) -> str:
    query = state.query_string
    return f"{portal.base_url}/search" + (f"?{query}" if query else "")


def _result(portal: PageContext, state: State, question: Question) -> dict[str, Any]:
    (totals,) = portal.rows.ask(count_query(question.conditions))
    last = max(1, -(-totals["n"] // ROWS_ON_PAGE))
    question.page = min(question.page, last)
    adql = question.adql
    return {
        "adql": adql,
        "count": totals["n"],
        "hours": (totals["seconds"] or 0) / 3600,
        "rows": result_rows(portal, question),
        "headings": headings(state, question),
        "pages": page_links(state, question.page, totals["n"]),
        "downloads": downloads(portal, adql),
        "snippets": snippets_of(portal, adql),
        "maxrec": min(portal.limits.default_rows, portal.limits.max_rows),
        "found_by": _found_by(question),
    }


def _found_by(question: Question) -> str:
    """Say what a name was taken for, so that nobody has to guess."""
    target, cone = question.target, question.cone
    if target is None:
        return ""
    place = f"{cone.ra:.4f} {cone.dec:+.4f}" if cone else ""
    origin = {
        Origin.TEXT: _("as given"),
        Origin.FILES: _("as its runs say"),
        Origin.LIST: _("of the list of known sources"),
        Origin.RUNS: _("mean of the pointings of its runs"),
        Origin.NAME: _("as the name encodes it"),
        Origin.ONLINE: _("by Sesame (CDS)"),
        Origin.NOWHERE: "",
    }[target.origin]
    name = target.name or _("Position")
    said = f"{name}: {place} ICRS ({origin})" if place else name
    if question.is_cone and cone is not None:
        within = _("pointings within %(radius)s°") % {"radius": f"{cone.radius:g}"}
        return f"{said}; {within}"
    spelled = ", ".join(target.spellings)
    return f"{said}; " + _("runs whose target is called %(names)s") % {"names": spelled}


def _form(
    portal: PageContext, state: State, question: Question, setting: Setting
) -> dict[str, Any]:
    """Return what the form shows beside the values that were given."""
    statistics = portal.queries.snapshot().statistics
    ranges: list[dict[str, Any]] = [
        {
            "field": field,
            "low": _field(state, question, f"{field.name}_min", f"{low:.4g}"),
            "high": _field(state, question, f"{field.name}_max", f"{high:.4g}"),
        }
        for field, low, high in useful_ranges(statistics)
    ]
    names = (
        *("target", "radius", "match", "offset_min", "offset_max"),
        *("time_min", "time_max", "time_scale"),
        *("energy_min", "energy_max", "energy_unit"),
    )
    return {
        **{name: _field(state, question, name) for name in names},
        "ranges": ranges,
        "has_ranges": any(e["low"]["value"] or e["high"]["value"] for e in ranges),
        "kept": list(state.chosen()),
        "names": setting.names.all_names()[:_NAMES_SHOWN],
        "scales": {name: _same_time(mjd) for name, mjd in question.times.items()},
        "scale_labels": (("utc", "UTC"), ("tt", "TT"), ("mjd", "MJD (TT)")),
        "leap_seconds": leap_seconds(),
        # A text: numbers of fields are written the same way in all languages.
        "default_radius": str(DEFAULT_RADIUS),
    }


def _field(
    state: State, question: Question, name: str, hint: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "value": state.one(name),
        "error": question.errors.get(name),
        "hint": hint,
    }


def _same_time(mjd: float) -> str:
    """Return a time in all scales."""
    utc, tt, number = (time_text(mjd, scale) for scale in SCALES)
    return f"{utc} UTC = {tt} TT = MJD {number} (TT)"
