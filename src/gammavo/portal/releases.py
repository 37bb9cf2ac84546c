"""The pages of releases: which there are, and all about one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from gammavo.archive import Manifest, ReleaseState
from gammavo.archive.changes import Changes, changes_between
from gammavo.archive.checks import read_checks
from gammavo.archive.hips import HIPS_FOLDER
from gammavo.model.errors import UsageError
from gammavo.model.observations import Level, RunReport
from gammavo.portal.allsky import all_sky, observed_places
from gammavo.portal.citation import acknowledgement, bibtex, citation_file
from gammavo.portal.context import PageContext
from gammavo.portal.release_documents import release_url, shown_release
from gammavo.portal.release_rows import OF_RELEASE, collection, release_values
from gammavo.portal.search.site_names import site_names

__all__ = ["cards", "release", "release_list"]

_TOGETHER: Final[Mapping[str, Callable[..., Any]]] = {
    **dict.fromkeys(("runs", "hours", "events"), sum),
    "begin_mjd": partial(min, default=None),
    "end_mjd": partial(max, default=None),
}
"""How numbers of a target that is spelt in several ways are put together."""
_TARGETS: Final = """
SELECT target_name, COUNT(*) AS runs, SUM(t_exptime) / 3600 AS hours,
  SUM(ev_xel) AS events, MIN(t_min) AS begin_mjd, MAX(t_max) AS end_mjd
FROM ivoa.obscore JOIN ivoa.obscore_hea USING (obs_publisher_did)
WHERE dataproduct_type = {{events}} AND {of_release} GROUP BY target_name
"""
_RUNS: Final = """
SELECT obs_id, target_name, s_ra, s_dec, t_min, t_max, t_exptime, ev_xel,
  energy_min / 1e12 AS energy_min, obs_mode, instrument_name
FROM ivoa.obscore JOIN ivoa.obscore_hea USING (obs_publisher_did)
WHERE dataproduct_type = {{events}} AND {of_release}
ORDER BY t_min, obs_id OFFSET {{before}}
"""
_RUNS_SHOWN: Final = 50
"""Runs on a page of the table."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a release in its history."""

    manifest: Manifest
    state: ReleaseState
    changes: Changes | None


def release_list(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Show all releases."""
    return portal.render(request, "portal/releases.html", {"cards": cards(portal)})


def cards(portal: PageContext) -> list[dict[str, Any]]:
    """Return what cards of releases show: manifest, description and numbers."""
    return [
        {
            "manifest": manifest,
            "description": manifest.description,
            "numbers": _numbers(portal, manifest),
        }
        for manifest in portal.queries.snapshot().releases
    ]


def _numbers(portal: PageContext, manifest: Manifest) -> dict[str, Any]:
    """Return hours, number of targets, begin and end of the runs of a release."""
    targets = _targets(portal, manifest)
    begins = [row["begin_mjd"] for row in targets if row["begin_mjd"] is not None]
    ends = [row["end_mjd"] for row in targets if row["end_mjd"] is not None]
    return {
        "hours": sum(row["hours"] or 0 for row in targets),
        "targets": sum(row["target_name"] is not None for row in targets),
        "begin_mjd": min(begins, default=None),
        "end_mjd": max(ends, default=None),
    }


def release(request: HttpRequest, portal: PageContext, name: str) -> HttpResponse:
    """Show a release: terms, numbers, sky, runs, files, checks, versions, citation."""
    manifest = shown_release(portal, name)
    search = portal.page_url("search")
    places = observed_places(portal, manifest, search)
    folder = portal.queries.archive.folder(name, manifest.version)
    url = release_url(portal, manifest)
    values = {
        "manifest": manifest,
        "description": manifest.description,
        "collection": collection(manifest),
        "numbers": _numbers(portal, manifest),
        "search": search,
        "has_observations": portal.has_page("observation"),
        "targets": _targets(portal, manifest),
        "sky": all_sky(places),
        "has_hips": (folder / HIPS_FOLDER / "properties").is_file(),
        "versions": _versions(portal, name),
        "checks": _checks(read_checks(folder)),
        "size": sum(file.size for file in manifest.files),
        "bibtex": bibtex(manifest, url),
        "citation_file": citation_file(manifest, url),
        "acknowledgement": acknowledgement(manifest),
        "curl": f"curl --continue-at - --output {name}.tar "
        f"'{portal.base_url}/package?RELEASE={name}'",
        **_runs(request, portal, manifest),
    }
    return portal.render(request, "portal/release.html", values)


def _targets(portal: PageContext, manifest: Manifest) -> list[dict[str, Any]]:
    """Return numbers of each target by its usual name, however runs spell it."""
    values: dict[str, Any] = release_values(manifest)
    rows = portal.rows.ask(
        _TARGETS.format(of_release=OF_RELEASE),
        events=portal.event_type,
        **values,
    )
    names = site_names(portal)
    merged: dict[str | None, dict[str, Any]] = {}
    for row in rows:
        spelling = row["target_name"]
        name = None if spelling is None else names.usual(spelling)
        other = merged.get(name)
        merged[name] = {**(_both(row, other) if other else row), "target_name": name}
    return sorted(
        merged.values(),
        key=lambda row: (-(row["hours"] or 0), row["target_name"] or ""),
    )


def _both(row: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of two spellings of a target together."""
    return {
        name: function(value for value in (row[name], other[name]) if value is not None)
        for name, function in _TOGETHER.items()
    }


def _runs(
    request: HttpRequest, portal: PageContext, manifest: Manifest
) -> dict[str, Any]:
    """Return a page of the table of runs, and which it is."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 10**5):
        raise UsageError(f"There is no page {text[:20]!r} of the runs.")
    pages = max(1, -(-manifest.counts["runs"] // _RUNS_SHOWN))
    page = min(int(text[:6]), pages)
    rows = portal.rows.ask(
        _RUNS.format(of_release=OF_RELEASE),
        max_rows=_RUNS_SHOWN,
        events=portal.event_type,
        **release_values(manifest),
        before=(page - 1) * _RUNS_SHOWN,
    )
    return {"runs": rows, "page": page, "pages": range(1, pages + 1)}


def _versions(portal: PageContext, name: str) -> list[Version]:
    """Return the versions of a release, the latest first, with what changed in each."""
    found: list[Version] = []
    before: Manifest | None = None
    states = sorted(portal.queries.archive.catalogue().items())
    for (known, number), state in states:
        if known != name:
            continue
        manifest = portal.queries.archive.manifest(name, number)
        changes = changes_between(before, manifest) if before is not None else None
        found.append(Version(manifest, state, changes))
        before = manifest
    return found[::-1]


def _checks(reports: Sequence[RunReport] | None) -> dict[str, Any] | None:
    """Return how many runs are fine, and the reports with findings, the worst first."""
    if reports is None:
        return None
    order = list(Level)[::-1]
    found = sorted(
        (report for report in reports if report.level is not Level.OK),
        key=lambda report: order.index(report.level),
    )
    good = sum(report.level is Level.OK for report in reports if report.obs_id)
    return {"good": good, "found": found}
