"""The pages of releases: which there are, and all about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

__all__ = ["cards", "collection", "release", "release_list"]

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
    """Return what cards of releases show: manifest, and numbers by ``obs_collection``."""
    rows = portal.rows.ask(
        "SELECT obs_collection, COUNT(*) AS runs, SUM(t_exptime) / 3600 AS hours, "
        "COUNT(DISTINCT target_name) AS targets, MIN(t_min) AS begin_mjd, "
        "MAX(t_max) AS end_mjd FROM ivoa.obscore "
        "WHERE dataproduct_type = {events} GROUP BY obs_collection",
        events=portal.event_type,
    )
    numbers = {row["obs_collection"]: row for row in rows}
    return [
        {
            "manifest": manifest,
            "description": manifest.description,
            "numbers": numbers.get(collection(manifest), {}),
        }
        for manifest in portal.queries.snapshot().releases
    ]


def collection(manifest: Manifest) -> str:
    """Return the ``obs_collection`` of a release."""
    return manifest.description.collection or manifest.name


def release(request: HttpRequest, portal: PageContext, name: str) -> HttpResponse:
    """Show a release: terms, numbers, sky, runs, files, checks, versions, citation."""
    manifest = shown_release(portal, name)
    numbers = {card["manifest"].name: card["numbers"] for card in cards(portal)}
    search = portal.page_url("search")
    places = observed_places(portal, collection(manifest), search)
    folder = portal.queries.archive.folder(name, manifest.version)
    url = release_url(portal, manifest)
    values = {
        "manifest": manifest,
        "description": manifest.description,
        "numbers": numbers.get(name, {}),
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


def _targets(portal: PageContext, manifest: Manifest) -> Sequence[dict[str, Any]]:
    return portal.rows.ask(
        "SELECT target_name, COUNT(*) AS runs, SUM(t_exptime) / 3600 AS hours, "
        "SUM(ev_xel) AS events, MIN(t_min) AS begin_mjd, MAX(t_max) AS end_mjd "
        "FROM ivoa.obscore JOIN ivoa.obscore_hea USING (obs_publisher_did) "
        "WHERE dataproduct_type = {events} AND obs_collection = {collection} "
        "GROUP BY target_name ORDER BY hours DESC, target_name",
        events=portal.event_type,
        collection=collection(manifest),
    )


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
        "SELECT obs_id, target_name, s_ra, s_dec, t_min, t_max, t_exptime, ev_xel, "
        "energy_min / 1e12 AS energy_min, obs_mode, instrument_name "
        "FROM ivoa.obscore JOIN ivoa.obscore_hea USING (obs_publisher_did) "
        "WHERE dataproduct_type = {events} AND obs_collection = {collection} "
        "ORDER BY t_min, obs_id OFFSET {before}",
        max_rows=_RUNS_SHOWN,
        events=portal.event_type,
        collection=collection(manifest),
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
