"""What the scripts of the ADQL page say, in the language of the visitor."""

from __future__ import annotations

from django.utils.translation import gettext as _

__all__ = ["script_texts"]


def script_texts() -> dict[str, str]:
    """Return the texts by the names that ``frontend/src/adql`` has for them."""
    return {
        **_editor_texts(),
        **_run_texts(),
        **_job_texts(),
        **_history_texts(),
        **_upload_texts(),
    }


def _editor_texts() -> dict[str, str]:
    return {
        "editor": _("ADQL query. Escape, then Tab leaves the editor."),
        "fix": _("Write %s"),
        "correct": _("The query is correct."),
        "place": _("Line %s, column %s"),
        "notChecked": _("The query could not be checked."),
        "noColumn": _("Nothing is called like that."),
        "insert": _("Insert %s"),
        "columns": _("%s columns"),
        "rows": _("%s rows"),
        "indexed": _("Searches by it are quick: it has an index."),
        "describedAt": _("Description"),
        "indexedPlan": _("Quick: an index finds the rows."),
        "scanPlan": _("Reads whole tables."),
        "crossMatchPlan": _("Matches two tables by position."),
        "nestedLoopPlan": _(
            "Compares every row of a table with every row of another one: it may take long."
        ),
        "slow": _("It may take longer than %s seconds: better run it as a job."),
    }


def _run_texts() -> dict[str, str]:
    return {
        "running": _("Running …"),
        "cancel": _("Cancel"),
        "cancelled": _("Cancelled."),
        "answered": _("Answered in %s s"),
        "none": _("No rows: nothing fits the conditions."),
        "failed": _("The query was not answered"),
        "notShown": _("This result is not shown here: download it."),
        "download": _("Download as"),
        "result": _("Result"),
        "shared": _("The address of this query is copied."),
        "notShared": _("The browser does not let the address be copied."),
        "tooLong": _("The query is too long for an address: save it as a file."),
    }


def _job_texts() -> dict[str, str]:
    return {
        "PENDING": _("Not started"),
        "QUEUED": _("Waiting"),
        "EXECUTING": _("Running"),
        "COMPLETED": _("Done"),
        "ERROR": _("Failed"),
        "ABORTED": _("Stopped"),
        "noJobs": _(
            "No jobs yet. “Run as job” makes one: it may take long, and is kept."
        ),
        "jobSent": _("The job is under way; its result will be here."),
        "showResult": _("Show the result"),
        "abort": _("Stop"),
        "delete": _("Delete"),
        "jobOf": _("Job of %s"),
    }


def _history_texts() -> dict[str, str]:
    return {
        "noHistory": _(
            "Nothing yet. Queries that you run are kept in this browser only."
        ),
        "again": _("Run again"),
        "rename": _("Rename"),
        "share": _("Copy the address"),
        "name": _("Name of the query"),
        "clear": _("Delete all"),
        "clearAsk": _("Delete the whole history?"),
    }


def _upload_texts() -> dict[str, str]:
    return {
        "remove": _("Remove"),
        "notATable": _("%s is not a VOTable, FITS, CSV or TSV table."),
        "noTable": _("%s has no table with columns."),
        "tooLarge": _("%s is larger than %s MiB."),
        "tableName": _("Name of the table in queries"),
    }
