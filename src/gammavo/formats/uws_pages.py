"""Jobs as pages for people who come without scripts, at the addresses of the documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add
from gammavo.formats.pages import (
    add_navigation,
    add_row,
    add_table,
    html_document,
    page,
)
from gammavo.formats.uws import UwsJob, UwsJobReference
from gammavo.formats.uws_times import utc_text

__all__ = ["job_list_page", "job_page"]

_PHASES: Final = {
    "PENDING": "not started",
    "QUEUED": "waiting for its turn",
    "EXECUTING": "running",
    "COMPLETED": "done",
    "ERROR": "failed",
    "ABORTED": "stopped",
}
_RUNNING: Final = frozenset({"QUEUED", "EXECUTING"})
_REFRESH: Final = "2"
"""Seconds until a page of a running job is read again."""
_JOB_HEADS: Final = ("Job", "Phase", "Made")
_RESULT_HEADS: Final = ("Result", "Media type", "Bytes")


def job_page(job: UwsJob, *, url: str) -> bytes:
    """Return the page of a job; while it runs, browsers read it again by themselves.

    Parameters
    ----------
    job
        The job.
    url
        Of the list of jobs that it is in.
    """
    top, main = _page(f"Job {job.run_id or job.id}", url)
    if job.phase in _RUNNING:
        again = {"http-equiv": "refresh", "content": _REFRESH}
        add(top[0], "meta", attributes=again)
    facts = add(main, "dl")
    for name, text in (
        ("Phase", f"{job.phase}: {_PHASES.get(job.phase, '')}".rstrip(": ")),
        ("Made", utc_text(job.created)),
        ("Started", utc_text(job.started) if job.started else ""),
        ("Ended", utc_text(job.ended) if job.ended else ""),
        ("Deleted after", utc_text(job.destruction)),
    ):
        if text:
            add(facts, "dt", name)
            add(facts, "dd", text)
    if job.error is not None:
        add(main, "h2", "Why it failed")
        add(main, "p", job.error.message)
    if job.results:
        rows = add_table(main, "Results", _RESULT_HEADS)
        for result in job.results:
            cells = add_row(rows, _RESULT_HEADS)
            add(cells["Result"], "a", result.id, {"href": result.href})
            cells["Media type"].text = result.media_type
            cells["Bytes"].text = "" if result.size is None else f"{result.size:,}"
    for parameter in job.parameters:
        if parameter.name == "QUERY":
            add(main, "h2", "Query")
            add(main, "pre", parameter.content)
            link = {"href": f"{_site(url)}/adql?job={quote(job.id)}"}
            add(add(main, "p"), "a", "Open on the ADQL page", link)
    return html_document(top)


def job_list_page(jobs: Iterable[UwsJobReference], *, url: str) -> bytes:
    """Return the page that lists the jobs of a session."""
    top, main = _page("Your jobs", url)
    rows = add_table(main, "Jobs of this browser", _JOB_HEADS)
    for job in jobs:
        cells = add_row(rows, _JOB_HEADS)
        add(cells["Job"], "a", job.run_id or job.id, {"href": job.href})
        cells["Phase"].text = job.phase
        cells["Made"].text = utc_text(job.created)
    return html_document(top)


def _page(title: str, url: str) -> tuple[ET.Element, ET.Element]:
    top, body = page(title)
    add_navigation(body, f"{_site(url)}/tap")
    main = add(body, "main")
    add(main, "h1", title)
    return top, main


def _site(url: str) -> str:
    """Return the base URL of the site from that of a list: ``<site>/tap/async``."""
    return url.rsplit("/", 2)[0]
