"""The route table: what is where, and what VOSI and the pages say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from gammavo.model.errors import NotFoundError
from gammavo.protocols.cone import (
    cone_availability,
    event_cone,
    event_cone_availability,
    event_cone_capabilities,
    observation_cone,
    observation_cone_capabilities,
)
from gammavo.protocols.context import Context
from gammavo.protocols.coverage import coverage_map
from gammavo.protocols.datalink import datalink_capabilities, links
from gammavo.protocols.files import release_file, release_files
from gammavo.protocols.hips import list_of_hips, survey_file
from gammavo.protocols.http import Request, Response
from gammavo.protocols.oai import harvest
from gammavo.protocols.packages import package
from gammavo.protocols.previews import preview_file
from gammavo.protocols.sia import sia_availability, sia_capabilities, sia_query
from gammavo.protocols.soda import SODA_JOB, soda_capabilities, sync_cutout
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
        "/availability, /tables and /examples; beside it are /sia/query, "
        "/cone/observations, /cone/<release>/events and /oai.",
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
    Route("datalink/links", _ASK, links, "Links: what belongs to a product"),
    Route("datalink/capabilities", _READ, datalink_capabilities, "What it can do"),
    Route("datalink/availability", _READ, tap_availability, "Whether it answers"),
    Route("soda/sync", _ASK, sync_cutout, "Cut-outs of event lists"),
    *(Route(*entry) for entry in job_routes("soda/async", SODA_JOB)),
    Route("soda/capabilities", _READ, soda_capabilities, "What it can do"),
    Route("soda/availability", _READ, tap_availability, "Whether it answers"),
    Route(
        "files/<str:release>/<str:version>/<path:path>",
        _READ,
        release_file,
        "DL3 files of the releases, and each of their HDUs",
    ),
    Route("sia/query", _ASK, sia_query, "ObsCore by parameters (SIA 2.0)"),
    Route("sia/capabilities", _READ, sia_capabilities, "What SIA can do"),
    Route("sia/availability", _READ, sia_availability, "Whether SIA answers"),
    Route("cone/observations", _ASK, observation_cone, "Runs in a cone"),
    Route(
        "cone/observations/capabilities",
        _READ,
        observation_cone_capabilities,
        "What the cone search can do",
    ),
    Route(
        "cone/observations/availability",
        _READ,
        cone_availability,
        "Whether the cone search answers",
    ),
    Route("cone/<str:release>/events", _ASK, event_cone, "Events in a cone"),
    Route(
        "cone/<str:release>/events/capabilities",
        _READ,
        event_cone_capabilities,
        "What the cone search in events can do",
    ),
    Route(
        "cone/<str:release>/events/availability",
        _READ,
        event_cone_availability,
        "Whether the cone search in events answers",
    ),
    Route("oai", _ASK, harvest, "Records for the VO registry (OAI-PMH 2.0)"),
    Route(
        "previews/<str:release>/<str:version>/<path:path>",
        _READ,
        preview_file,
        "Pictures of the runs",
    ),
    Route(
        "coverage/<path:path>", _READ, coverage_map, "Coverage of sky and time (MOC)"
    ),
    Route("hips/<str:release>/<path:path>", _READ, survey_file, "Counts as sky tiles"),
    Route("hipslist", _READ, list_of_hips, "List of the sky tiles (HiPS)"),
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
    Route("sia", _ASK, no_such_address, "Nothing: the service is at sia/query"),
    Route("sia/<path:rest>", _ASK, no_such_address, "Nothing else"),
    Route("cone/<path:rest>", _ASK, no_such_address, "Nothing else"),
    Route("files/<path:rest>", _READ, no_such_address, "Nothing else"),
    Route("previews/<path:rest>", _READ, no_such_address, "Nothing else"),
    Route("hips/<path:rest>", _READ, no_such_address, "Nothing else"),
)
