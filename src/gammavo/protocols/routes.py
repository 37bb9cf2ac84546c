"""The route table: what is where, and what VOSI and the pages say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from gammavo.model.errors import NotFoundError
from gammavo.protocols.cone import (
    cone_availability,
    cone_refusal,
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
from gammavo.protocols.negotiation import is_for_a_browser
from gammavo.protocols.oai import harvest, oai_refusal
from gammavo.protocols.packages import package
from gammavo.protocols.previews import preview_file
from gammavo.protocols.refusals import Refusal, text_refusal, votable_refusal
from gammavo.protocols.sia import sia_availability, sia_capabilities, sia_query
from gammavo.protocols.soda import (
    SODA_JOB,
    soda_capabilities,
    soda_refusal,
    sync_cutout,
)
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
    refuse
        Makes the response that tells an error at this address.
    """

    path: str
    methods: tuple[str, ...]
    handler: Handler
    summary: str
    refuse: Refusal = votable_refusal


def no_such_address(request: Request, context: Context, *, rest: str = "") -> Response:
    """Say that there is nothing at an address, and where there is something.

    Raises
    ------
    NotFoundError
        Always.
    """
    raise NotFoundError(
        "There is nothing at this address.",
        advice=f"Below {context.base_url} there are /tap/sync, /tap/async, "
        "/tap/capabilities, /tap/availability, /tap/tables, /tap/examples, "
        "/datalink/links, /soda/sync, /soda/async, /sia/query, /cone/observations, "
        "/cone/<release>/events, /files/<release>/<version>/, /package, "
        "/coverage/smoc.fits, /hipslist, /hips/<release>/properties and /oai.",
    )


def tap_root(request: Request, context: Context) -> Response:
    """Send browsers from the address that people copy to what can be read there.

    Raises
    ------
    NotFoundError
        A program asks: TAP has no document at its root.
    """
    if not is_for_a_browser(request):
        return no_such_address(request, context)
    return Response(303, {"Location": f"{context.base_url}/tap/capabilities"})


def _told_by(refuse: Refusal, *routes: Route) -> tuple[Route, ...]:
    """Return routes with their form of errors."""
    return tuple(replace(route, refuse=refuse) for route in routes)


_TAP: Final = (
    Route("tap", _READ, tap_root, "The TAP service; browsers are sent on"),
    Route("tap/", _READ, tap_root, "The same, with a slash"),
    Route("tap/sync", _ASK, sync_query, "Synchronous queries in ADQL"),
    Route("tap/sync/", _ASK, sync_query, "The same, with a slash"),
    *(Route(*entry) for entry in job_routes("tap/async", TAP_JOB)),
    Route("tap/capabilities", _READ, tap_capabilities, "What the service can do"),
    Route("tap/availability", _READ, tap_availability, "Whether the service answers"),
    Route("tap/tables", _READ, tap_tables, "Tables and columns"),
    Route("tap/tables/<str:name>", _READ, tap_table, "One table"),
    Route("tap/examples", _READ, tap_examples, "Example queries"),
)
_DATALINK: Final = (
    Route("datalink/links", _ASK, links, "Links: what belongs to a product"),
    Route("datalink/capabilities", _READ, datalink_capabilities, "What it can do"),
    Route("datalink/availability", _READ, tap_availability, "Whether it answers"),
)
_SODA: Final = _told_by(
    soda_refusal,
    Route("soda/sync", _ASK, sync_cutout, "Cut-outs of event lists"),
    *(Route(*entry) for entry in job_routes("soda/async", SODA_JOB)),
    Route("soda/capabilities", _READ, soda_capabilities, "What it can do"),
    Route("soda/availability", _READ, tap_availability, "Whether it answers"),
)
_SIA: Final = (
    Route("sia/query", _ASK, sia_query, "ObsCore by parameters (SIA 2.0)"),
    Route("sia/capabilities", _READ, sia_capabilities, "What SIA can do"),
    Route("sia/availability", _READ, sia_availability, "Whether SIA answers"),
)
_CONE: Final = _told_by(
    cone_refusal,
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
)
_FILES: Final = _told_by(
    text_refusal,
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
)
_REGISTRY: Final = _told_by(
    oai_refusal,
    Route("oai", _ASK, harvest, "Records for the VO registry (OAI-PMH 2.0)"),
)


def _nothing(name: str, refuse: Refusal) -> tuple[Route, ...]:
    """Return the routes of a service's root and of what it does not have."""
    paths = (name, f"{name}/", f"{name}/<path:rest>")
    return _told_by(
        refuse, *(Route(path, _ASK, no_such_address, "Nothing") for path in paths)
    )


ROUTES: Final = (
    *(*_TAP, *_DATALINK, *_SODA, *_SIA, *_CONE, *_FILES, *_REGISTRY),
    *_nothing("tap", votable_refusal),
    *_nothing("datalink", votable_refusal),
    *_nothing("soda", soda_refusal),
    *_nothing("sia", votable_refusal),
    *_nothing("cone", votable_refusal),
    *_nothing("files", text_refusal),
    *_nothing("previews", text_refusal),
    *_nothing("coverage", text_refusal),
    *_nothing("hips", text_refusal),
    *_nothing("oai", text_refusal),
)
"""All addresses of the protocols; where several fit, the first counts."""
