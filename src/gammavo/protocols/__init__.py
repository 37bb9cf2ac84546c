"""The machine faces: TAP, VOSI and files, as functions from request to response.

The route table gives the URLs, the VOSI capabilities and the overview page; a handler
translates in, makes one call into the room below, and translates out.
"""

from gammavo.protocols.context import (
    Context,
    FileSettings,
    TapLimits,
    TapSettings,
    UploadSettings,
)
from gammavo.protocols.dispatch import (
    COMMON_HEADERS,
    answer,
    answer_async,
    options_response,
)
from gammavo.protocols.fetch import FetchLimits
from gammavo.protocols.forms import FormReader, read_parameters
from gammavo.protocols.http import (
    Cancellation,
    Parameters,
    Request,
    Response,
    SentFile,
)
from gammavo.protocols.registry import PublishingRegistry
from gammavo.protocols.registry_site import Publisher, RegistrySite
from gammavo.protocols.routes import ROUTES, Route
from gammavo.protocols.soda import SodaJob
from gammavo.protocols.stored_files import Handover, SendBy
from gammavo.protocols.tap_jobs import TapJob

__all__ = [
    "COMMON_HEADERS",
    "ROUTES",
    "Cancellation",
    "Context",
    "FetchLimits",
    "FileSettings",
    "FormReader",
    "Handover",
    "Parameters",
    "Publisher",
    "PublishingRegistry",
    "RegistrySite",
    "Request",
    "Response",
    "Route",
    "SendBy",
    "SentFile",
    "SodaJob",
    "TapJob",
    "TapLimits",
    "TapSettings",
    "UploadSettings",
    "answer",
    "answer_async",
    "options_response",
    "read_parameters",
]
