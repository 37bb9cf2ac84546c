"""VOSI capabilities and availability of the services beside TAP."""

from __future__ import annotations

from collections.abc import Sequence

from gammavo.formats import availability, capabilities
from gammavo.formats.vosi_capabilities import AnyCapability
from gammavo.protocols.context import Context
from gammavo.protocols.http import Response
from gammavo.protocols.negotiation import Form, described

__all__ = ["available", "described_capabilities"]


def described_capabilities(entries: Sequence[AnyCapability]) -> Response:
    """Return what a service can do, as XML."""
    return described(Form.XML, capabilities(entries))


def available(context: Context) -> Response:
    """Return that the service answers: the catalogue is there, or this would raise."""
    releases = context.queries.snapshot().releases
    note = f"{len(releases)} release{'s' * (len(releases) != 1)} in force"
    return described(Form.XML, availability(True, up_since=context.started, note=note))
