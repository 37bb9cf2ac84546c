"""DataLink 1.1: what belongs to a product."""

from __future__ import annotations

from gammavo.archive.workers import LinksRequest
from gammavo.formats import Capability, Interface, capabilities
from gammavo.model.datalink import LINKS_STANDARD
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import Form, described

__all__ = ["datalink_capabilities", "links"]


async def links(request: Request, context: Context) -> Response:
    """Give the links of products, any number of them (DataLink 1.1 section 2.1).

    ``ID`` is an ``obs_publisher_did``, or an ``obs_id`` for the event list of a run. An
    unknown one has a row that says so; without any the table is empty.

    Raises
    ------
    UsageError
        There is no such RESPONSEFORMAT.
    """
    parameters = request.parameters
    identifiers = (value.strip() for value in parameters.all("ID"))
    answer = await context.workers.ask(
        LinksRequest(
            tuple(identifier for identifier in identifiers if identifier),
            parameters.one("RESPONSEFORMAT") or "",
            context.tap.limits.sync_seconds,
        ),
        client=request.client,
    )
    request.cancellation.register(answer.abandon)
    headers = {
        "Content-Type": answer.head.media_type,
        "Content-Disposition": f'inline; filename="links.{answer.head.extension}"',
    }
    return Response(200, headers, answer.body)


def datalink_capabilities(request: Request, context: Context) -> Response:
    """Describe the service (DataLink 1.1 section 2.4)."""
    del request
    base = f"{context.base_url}/datalink"
    entries = [
        Capability(standard, Interface(f"{base}/{name}", version=version))
        for standard, name, version in (
            (LINKS_STANDARD, "links", "1.1"),
            ("ivo://ivoa.net/std/VOSI#capabilities", "capabilities", None),
            ("ivo://ivoa.net/std/VOSI#availability", "availability", None),
        )
    ]
    return described(Form.XML, capabilities(entries))
