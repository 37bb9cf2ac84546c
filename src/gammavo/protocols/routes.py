"""The route table: what is where, and what VOSI and the pages say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from gammavo.model.errors import NotFoundError
from gammavo.protocols.context import Context
from gammavo.protocols.files import release_file, release_files
from gammavo.protocols.http import Request, Response
from gammavo.protocols.packages import package
from gammavo.protocols.tap import sync_query
from gammavo.protocols.tap_capabilities import tap_capabilities
from gammavo.protocols.tap_jobs import TAP_JOB
from gammavo.protocols.tap_metadata import (
    tap_availability,
    tap_examples,
    tap_table,
    tap_tables,
)
from gammavo.protocols.uws import job_routes

__all__ = ["ROUTES", "Route"]

Handler = Callable[..., Any]
"""Takes a ``Request``, a ``Context`` and the variables of the path; may be ``async``."""

_READ: Final = ("GET", "HEAD")
_ASK: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True)
class Route:
    """One address.

    Parameters
    ----------
    path
        Below the base URL; variables are ``<str:name>`` or ``<path:name>``.
    methods
        HTTP methods that it answers.
    handler
        Makes the response.
    summary
        What is there, for people.
    """

    path: str
    methods: tuple[str, ...]
    handler: Handler
    summary: str


def no_such_address(request: Request, context: Context, *, rest: str = "") -> Response:
    """Say that there is nothing at an address, and where there is something.

    Raises
    ------
    NotFoundError
        Always.
    """
    raise NotFoundError(
        "There is nothing at this address.",
        advice=f"The TAP service has {context.tap_url}/sync, /async, /capabilities, "
        "/availability, /tables and /examples.",
    )


ROUTES: Final = (
    Route("tap/sync", _ASK, sync_query, "Synchronous queries in ADQL"),
    Route("tap/sync/", _ASK, sync_query, "The same, with a slash"),
    *(Route(*entry) for entry in job_routes("tap/async", TAP_JOB)),
    Route("tap/capabilities", _READ, tap_capabilities, "What the service can do"),
    Route("tap/availability", _READ, tap_availability, "Whether the service answers"),
    Route("tap/tables", _READ, tap_tables, "Tables and columns"),
    Route("tap/tables/<str:name>", _READ, tap_table, "One table"),
    Route("tap/examples", _READ, tap_examples, "Example queries"),
    Route(
        "files/<str:release>/<str:version>/<path:path>",
        _READ,
        release_file,
        "DL3 files of the releases, and each of their HDUs",
    ),
    Route(
        "files/<str:release>/<str:version>/",
        _READ,
        release_files,
        "List of the files of a release",
    ),
    Route(
        "files/<str:release>/<str:version>",
        _READ,
        release_files,
        "The same, without a slash",
    ),
    Route("package", _ASK, package, "Runs as tar or zip, ready for gammapy"),
    Route("tap", _ASK, no_such_address, "Nothing: clients append a name"),
    Route("tap/<path:rest>", _ASK, no_such_address, "Nothing else"),
    Route("files/<path:rest>", _READ, no_such_address, "Nothing else"),
)
